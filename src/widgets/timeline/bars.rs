//! What is drawn in an actor's row: phases, tasks as blocks, gaps, acts and marks.

use super::acts::Act;
use super::forms::{Form, alike};
use super::layout::{ActorBars, Row, is_end};
use super::merge::{Look, Piece};
use super::view::TimelineInput;
use crate::replay::{Lane, MarkKind, Note, Phase, Span};
use crate::trace::{ResourceId, ResourceKind, Role, TextId};
use crate::widgets::ink::Ink;
use crate::widgets::phase::{self, Symbol};
use crate::widgets::text::Measure;
use crate::widgets::theme::Theme;
use egui::{Align2, Color32, Painter, Pos2, Rect, Vec2, pos2, vec2};

/// A text on a bar.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words {
    pub room: Rect,
    pub align: Align2,
    pub text: String,
    pub colour: Color32,
    /// The ground of a text on hatch, dots or a line, and where it is.
    pub plate: Option<(Rect, Color32)>,
    /// Its short form, where it has one that stands for it where another one like it has room for no more.
    pub form: Option<Form>,
}

/// What bars are made with.
pub(super) struct Pen<'a> {
    pub ink: &'a mut Ink,
    pub painter: &'a Painter,
    pub input: &'a TimelineInput<'a>,
    pub theme: &'a Theme,
    pub words: &'a mut Vec<Words>,
}

/// Below this width a block is a plain rectangle.
const BLOCK: f32 = 5.0;
/// Below this width and height there is no room for words.
const WORDS: f32 = 14.0;
/// No letter is narrower than this.
const LETTER: f32 = 3.0;
/// A wait is named again only so far from where it was named last.
const APART: f32 = 240.0;

impl Pen<'_> {
    /// A row of an actor, or of several that had one place.
    pub fn actor(&mut self, row: &Row, lane: &Lane, bars: &ActorBars) {
        let before = self.words.len();
        self.blocks(row.bar, lane, &bars.tasks);
        // Thin pieces last, so that no neighbour covers them.
        for thin in [false, true] {
            let mut block = 0;
            let mut named = None;
            for piece in &bars.phases {
                if (piece.right - piece.left < 2.0) != thin {
                    continue;
                }
                let middle = 0.5 * (piece.left + piece.right);
                while bars.tasks.get(block).is_some_and(|task| task.right < middle) {
                    block += 1;
                }
                let inside = bars.tasks.get(block).filter(|task| task.left <= middle);
                match inside {
                    Some(task) if !is_end(piece) => self.phase_in_block(row.bar, piece, task),
                    _ => self.phase(row, lane, piece, &mut named),
                }
            }
        }
        if let Some(said) = self.words.get_mut(before..) {
            alike(said, true);
        }
        if !bars.gaps.is_empty() {
            let mut said = self.words.split_off(before);
            said.retain(|words| {
                let range = words.plate.map_or(words.room, |(plate, _)| plate).x_range();
                let clear = |gap: &Piece<()>| gap.right <= range.min || gap.left >= range.max;
                bars.gaps.iter().all(clear)
            });
            self.words.append(&mut said);
        }
        for piece in &bars.gaps {
            self.gap(row.bar, lane, piece);
        }
        if let Some(range) = bars.open_end {
            let rect = Rect::from_x_y_ranges(range, row.bar.y_range());
            self.broken(rect);
            let room = Rect::from_x_y_ranges(range.max + 24.0..=self.right(), row.bar.y_range());
            self.say(room, Align2::LEFT_CENTER, &[LAST_MOMENTS.to_owned()], self.theme.muted);
        }
        // Above the bar where that leaves room for it, so that it takes nothing from what is there.
        let rim = self.ink.px().max(1.0);
        let room = 0.5 * (row.bar.top() - row.rect.top() - rim);
        let size = (0.3 * row.bar.height()).clamp(3.0, 4.5);
        let (size, y) = match room >= 3.0 {
            true => (size.min(room), row.bar.top() - rim - size.min(room)),
            false => (3.0, row.bar.top() + 3.0),
        };
        for mark in &bars.marks {
            glyph(self.ink, pos2(mark.x, y), size, mark.kind, self.theme);
        }
    }

    /// What the user did: a tick for each act; the badge goes beside it where there is room.
    pub fn acts(&mut self, row: &Row, acts: &[Act]) {
        for act in acts {
            let x = self.ink.snap(act.x - 1.0);
            let tick = Rect::from_min_size(pos2(x, row.bar.top()), vec2(2.0, row.bar.height()));
            self.ink.rect(tick, self.theme.text);
        }
    }

    fn right(&self) -> f32 {
        self.painter.clip_rect().right() - 12.0
    }

    /// The tasks; neighbours too narrow for boxes of their own are one band.
    fn blocks(&mut self, bar: Rect, lane: &Lane, pieces: &[Piece<()>]) {
        let mut i = 0;
        while let Some(piece) = pieces.get(i) {
            i += 1;
            if piece.right - piece.left >= BLOCK {
                self.block(bar, lane, piece);
                continue;
            }
            let mut right = piece.right;
            while let Some(next) = pieces.get(i)
                && next.right - next.left < BLOCK
                && next.left - right < 0.5
            {
                right = next.right;
                i += 1;
            }
            let band = self.ink.snapped(Rect::from_x_y_ranges(piece.left..=right, bar.y_range()));
            let edge = self.theme.phase(Phase::Sleeping).base;
            edged(self.ink, band, self.theme.sentence_ground, edge);
        }
    }

    /// A task, or several too short to be told apart: an outlined box with its name at its left.
    fn block(&mut self, bar: Rect, lane: &Lane, piece: &Piece<()>) {
        let mut rect =
            self.ink.snapped(Rect::from_x_y_ranges(piece.left..=piece.right, bar.y_range()));
        let edge = self.theme.phase(Phase::Sleeping).base;
        // A hair of the stage between a task and the next one.
        rect.max.x -= self.ink.px();
        let goes_on =
            matches!(piece.look, Look::One { index, .. } if index + 1 == lane.tasks.len());
        if goes_on {
            // No end is known of it, so none is drawn.
            let thick = self.ink.px().max(1.0);
            edged(self.ink, rect, self.theme.sentence_ground, edge);
            self.ink.rect(rect.with_max_x(rect.left() + thick), edge);
        } else {
            self.ink.round(rect, 3.0, self.theme.sentence_ground);
            self.ink.ring(rect, 3.0, self.ink.px().max(1.0), edge);
        }
        let room = rect.with_max_y(strip(bar).top() + 2.0).shrink2(vec2(5.0, 0.0));
        if room.width() < LETTER {
            return;
        }
        let texts = match piece.look {
            Look::One { index, .. } => {
                let Some(task) = lane.tasks.get(index).and_then(|span| span.task) else {
                    return;
                };
                [format!("task {}", task.0), task.0.to_string()]
            }
            Look::Many { first, last, .. } => {
                // Between two tasks there may be a span without one, or not.
                let tasks = lane.tasks.get(first..=last).unwrap_or_default();
                if tasks.len() > 10_000 {
                    return;
                }
                let count = tasks.iter().filter(|span| span.task.is_some()).count();
                // A number beside numbers of tasks would be one of them.
                let texts = [format!("{count} tasks"), format!("×{count}")];
                return self.say(room, Align2::LEFT_CENTER, &texts, self.theme.text);
            }
        };
        self.say_in_form(room, Align2::LEFT_CENTER, texts, self.theme.text, true);
    }

    /// [`Self::say`] of what has a long form and a short one.
    fn say_in_form(
        &mut self,
        room: Rect,
        align: Align2,
        [long, short]: [String; 2],
        colour: Color32,
        of_task: bool,
    ) {
        let at = self.words.len();
        let texts = [long, short];
        self.say(room, align, &texts, colour);
        if let Some(said) = self.words.get_mut(at) {
            let [_, short] = texts;
            said.form = Some(Form { is_short: said.text == short, short, of_task });
        }
    }

    /// What is done inside a task: a strip at the foot of its block.
    fn phase_in_block(&mut self, bar: Rect, piece: &Piece<Phase>, task: &Piece<()>) {
        let inset = if task.right - task.left >= 3.0 * BLOCK { 3.0 } else { 0.0 };
        let (left, right) =
            (piece.left.max(task.left + inset), piece.right.min(task.right - inset));
        let rect = Rect::from_x_y_ranges(left..=right.max(left), strip(bar).y_range());
        match piece.look {
            Look::One { class, .. } => {
                phase::ink(self.ink, rect, class, Symbol::Hidden, self.theme);
            }
            Look::Many { most, rest, quarters, .. } => self.many(rect, most, rest, quarters),
        }
    }

    fn phase(
        &mut self,
        row: &Row,
        lane: &Lane,
        piece: &Piece<Phase>,
        named: &mut Option<(ResourceId, f32)>,
    ) {
        let rect = Rect::from_x_y_ranges(piece.left..=piece.right, row.bar.y_range());
        match piece.look {
            Look::One { index, class } => {
                let span = lane.spans.get(index);
                // A lock at every hold that has room for it, whether or not a number fits beside it: it is one kind of span.
                let symbol = match class {
                    Phase::Holding if rect.width() >= phase::MARK_ROOM => Symbol::Left,
                    _ => Symbol::Centre,
                };
                phase::ink(self.ink, rect, class, symbol, self.theme);
                if row.role == Role::Helper {
                    return;
                }
                if let Some(span) = span {
                    self.note(span, rect, class);
                    self.wait(span, rect, class, named);
                }
            }
            Look::Many { most, rest, quarters, .. } => self.many(rect, most, rest, quarters),
        }
    }

    /// The item that was moved.
    fn note(&mut self, span: &Span, rect: Rect, class: Phase) {
        let room = match class {
            Phase::Holding => rect.shrink2(vec2(phase::MARK_ROOM, 0.0)),
            Phase::Running | Phase::Io => rect.shrink2(vec2(3.0, 0.0)),
            _ => return,
        };
        // Most spans have no room: nothing is made for them.
        if room.width() < LETTER {
            return;
        }
        let (verb, sign, item) = match span.note {
            Note::Put(item) => ("add ", "+", item),
            Note::Took(item) => ("pop ", "−", item),
            Note::Doing(name) => return self.stretch(name, room, class),
            Note::None | Note::Task(_) | Note::Act => return,
        };
        let item = self.input.meta.item(item);
        let texts = [format!("{verb}{item}"), format!("{sign}{item}")];
        let colour = self.theme.phase(class).text;
        self.say_in_form(room, Align2::CENTER_CENTER, texts, colour, false);
    }

    /// The name of a stretch of work, without where it is from where that has no room.
    fn stretch(&mut self, name: TextId, room: Rect, class: Phase) {
        let name = self.input.meta.text(name);
        let short = name.split_once(" (").map_or(name, |(short, _)| short);
        let texts = [name.to_owned(), short.to_owned()];
        self.say(room, Align2::LEFT_CENTER, &texts, self.theme.phase(class).text);
    }

    /// What is waited for, on a plate.
    fn wait(
        &mut self,
        span: &Span,
        rect: Rect,
        class: Phase,
        named: &mut Option<(ResourceId, f32)>,
    ) {
        let plated = matches!(class, Phase::Waiting | Phase::Blocked) || span.quiet;
        let Some(res) = span.res.filter(|_| plated) else {
            return;
        };
        let again = named.is_some_and(|(of, x)| of == res && rect.left() - x < APART);
        if again || rect.width() < 60.0 || rect.height() < WORDS {
            return;
        }
        let [text, shorter] = waits_for(self.input, res, span.quiet);
        let width = |text: &str| self.painter.width(text, &self.theme.small());
        // In fewer words where these leave next to nothing of the bar; of a lock its hatch says as much.
        let text = match width(&text) + 80.0 <= rect.width() {
            true => text,
            false if class == Phase::Waiting || width(&shorter) + 44.0 > rect.width() => return,
            false => shorter,
        };
        let width = width(&text);
        *named = Some((res, rect.left()));
        let height = (rect.height() - 4.0).min(16.0);
        let plate = Rect::from_center_size(
            pos2(rect.left() + 16.0 + 0.5 * width, rect.center().y),
            vec2(width + 12.0, height),
        );
        let (ground, colour) = match span.quiet {
            true => (self.theme.stage, self.theme.muted),
            false => (self.theme.panel, self.theme.text),
        };
        let plate = Some((plate, ground));
        let room = Rect::from_center_size(
            pos2(rect.left() + 16.0 + 0.5 * width, rect.center().y),
            vec2(width + 2.0, rect.height()),
        );
        let align = Align2::CENTER_CENTER;
        self.words.push(Words { room, align, text, colour, plate, form: None });
    }

    /// The first of some texts that fits.
    fn say(&mut self, room: Rect, align: Align2, texts: &[String], colour: Color32) {
        if room.height() < 0.5 * WORDS {
            return;
        }
        let font = self.theme.small();
        // Measuring costs more than counting.
        let may = |text: &str| LETTER * text.chars().count() as f32 <= room.width();
        let fits = |text: &&String| may(text) && self.painter.width(text, &font) <= room.width();
        if let Some(text) = texts.iter().find(fits) {
            let (text, plate, form) = (text.clone(), None, None);
            self.words.push(Words { room, align, text, colour, plate, form });
        }
    }

    /// Where events are missing: nothing that was recorded shows through, since nobody knows how long it was so.
    fn gap(&mut self, bar: Rect, lane: &Lane, piece: &Piece<()>) {
        let rect =
            Rect::from_x_y_ranges(piece.left..=piece.right.max(piece.left + 2.0), bar.y_range());
        self.broken(rect);
        let (first, last) = match piece.look {
            Look::One { index, .. } => (index / 2, index / 2),
            Look::Many { first, last, .. } => (first / 2, last / 2),
        };
        let gaps = lane.gaps.get(first..=last).unwrap_or_default();
        let count = gaps.iter().take(10_000).fold(0_u64, |sum, gap| sum.saturating_add(gap.count));
        let texts = [missing_here(count), "events missing".to_owned(), "missing".to_owned()];
        let room = rect.shrink2(vec2(4.0, 0.0));
        self.say(room, Align2::CENTER_CENTER, &texts, self.theme.muted);
    }

    /// The look of a gap: pale, with a broken outline.
    pub fn broken(&mut self, rect: Rect) {
        let rect = self.ink.snapped(rect);
        self.ink.rect(rect, self.theme.field);
        if rect.width() >= 4.0 {
            self.ink.dashes(rect, 4.0, 3.0, self.theme.faint);
        } else {
            self.ink.dashes(rect.with_max_x(rect.left() + 1.0), 4.0, 3.0, self.theme.faint);
        }
    }

    fn many(&mut self, rect: Rect, most: Phase, rest: Option<Phase>, quarters: u8) {
        let base = |phase| self.theme.phase(phase).base;
        many(self.ink, rect, base(most), rest.map(base), quarters);
    }
}

/// What is said of a killed actor.
pub(super) const LAST_MOMENTS: &str = "its last moments may be missing";

/// What is said of a gap.
pub(super) fn missing_here(count: u64) -> String {
    match count {
        1 => "1 event missing here".to_owned(),
        _ => format!("{count} events missing here"),
    }
}

/// The strip at the foot of a block.
fn strip(bar: Rect) -> Rect {
    let height = (0.2 * bar.height()).clamp(2.5, 6.0);
    let foot = bar.bottom() - (0.07 * bar.height()).clamp(1.0, 2.0);
    Rect::from_x_y_ranges(bar.x_range(), foot - height..=foot)
}

/// What is waited for, and in fewer words.
fn waits_for(input: &TimelineInput<'_>, res: ResourceId, quiet: bool) -> [String; 2] {
    let resource = input.meta.resource(res);
    let of = resource.and_then(|r| r.of).filter(|_| quiet);
    match (of, resource.map(|r| r.kind)) {
        (Some(actor), _) => {
            let name = input.meta.actor_name(actor);
            [format!("waits for {name} to end"), format!("waits for {name}")]
        }
        (_, Some(ResourceKind::Pool | ResourceKind::Future)) => {
            ["waits for a result".to_owned(), "waits".to_owned()]
        }
        _ => [format!("waits for {}", input.meta.resource_name(res)), "waits".to_owned()],
    }
}

/// A rectangle with an edge above and below: one too narrow for an edge all around.
pub(super) fn edged(ink: &mut Ink, rect: Rect, ground: Color32, edge: Color32) {
    ink.rect(rect, ground);
    if edge != ground {
        let thick = ink.px().max(1.0);
        ink.rect(rect.with_max_y(rect.top() + thick), edge);
        ink.rect(rect.with_min_y(rect.bottom() - thick), edge);
    }
}

/// Several things in one place: what it mostly is below, what it is for the rest of the time above.
pub(super) fn many(ink: &mut Ink, rect: Rect, most: Color32, rest: Option<Color32>, quarters: u8) {
    let rect = ink.snapped(rect);
    let share = f32::from(quarters) / 4.0;
    let y = ink.snap(rect.bottom() - share * rect.height());
    ink.rect(rect.with_min_y(y), most);
    if let Some(rest) = rest {
        ink.rect(rect.with_max_y(y), rest);
    }
}

/// The sign of an event that matters: a diamond for a collision, a drop for a signal, a cross for a failure.
pub(super) fn glyph(ink: &mut Ink, at: Pos2, size: f32, kind: MarkKind, theme: &Theme) {
    let rim = ink.px().max(1.0);
    match kind {
        MarkKind::Collision(_) => {
            ink.diamond(at, size + rim, theme.stage);
            ink.diamond(at, size, theme.danger);
        }
        MarkKind::Signal(_) => {
            ink.diamond(at, size + rim, theme.stage);
            ink.diamond(at, size, theme.text);
            ink.diamond(at, size - 1.5, theme.stage);
        }
        MarkKind::Killed | MarkKind::Failed | MarkKind::TaskFailed | MarkKind::Unhandled => {
            let arm = 0.8 * size;
            for (width, colour) in [(2.0 + 2.0 * rim, theme.stage), (2.0, theme.danger)] {
                ink.line(at - Vec2::splat(arm), at + Vec2::splat(arm), width, colour);
                ink.line(at + vec2(-arm, arm), at + vec2(arm, -arm), width, colour);
            }
        }
    }
}
