//! The table *who learns of it?*, each cell as it was measured so far.

use super::table::{COLUMNS, CPYTHON, OURS, OWN, ROWS, Told, Truth, told};
use crate::replay::Phase;
use crate::topics::cpython;
use crate::trace::{ActorKind, EventKind, Meta, Nanos, Role, Trace};
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{FigureCommand, StageAction, StageView};
use egui::{Align2, Color32, Pos2, Rect, Stroke, Ui, pos2, vec2};
use std::f32::consts::PI;

/// The table.
pub struct Table;

/// Width of the names of rows, also where columns are narrow, and height of those of columns with how each is asked, and without.
const NAMES: f32 = 104.0;
const NARROW_NAMES: f32 = 84.0;
const HEAD: f32 = 40.0;
const LOW_HEAD: f32 = 23.0;
/// Height of what is to be done.
const TO_DO: f32 = 24.0;
/// Columns narrower than this have fewer words; rows lower than this have one line.
const NARROW: f32 = 98.0;
const TALL: f32 = 37.0;
/// Rows of this height have room for both lines of a cell.
const TWO_LINES: f32 = 33.0;

/// When the measuring of cells began and ended.
type Measured = Vec<(Nanos, Option<Nanos>)>;

/// When each cell was measured: by CPython, in the order of the cells, and by this program, those that it has.
#[derive(Clone, Debug, Default)]
struct Spans {
    theirs: Measured,
    ours: Measured,
}

impl Spans {
    fn read(trace: &Trace) -> Self {
        let meta = trace.meta();
        let mut spans = Self::default();
        for event in trace.events() {
            let all = match meta.actor(event.actor) {
                Some(who) if who.role == Role::Main => &mut spans.ours,
                Some(who) if who.kind == ActorKind::Process && who.pool.is_none() => {
                    &mut spans.theirs
                }
                _ => continue,
            };
            match event.kind {
                EventKind::SpanBegan { .. } => all.push((event.at, None)),
                EventKind::SpanEnded { .. } => {
                    if let Some(last) = all.last_mut() {
                        last.1 = Some(event.at);
                    }
                }
                _ => {}
            }
        }
        spans
    }

    /// What CPython has found in a cell by now, by its place.
    fn measured(&self, look: &Look<'_>, place: usize) -> Option<Told> {
        self.theirs.get(place)?.1.filter(|end| *end <= look.now)?;
        let (row, column) = (place / COLUMNS.len(), place % COLUMNS.len());
        told(look.meta, CPYTHON, ROWS.get(row)?.0, COLUMNS[column].0)
    }

    /// What this program has found in a cell by now.
    fn own(&self, look: &Look<'_>, row: usize, tool: &str) -> Option<Told> {
        let place = OWN.iter().position(|own| *own == tool)?;
        self.ours.get(row * OWN.len() + place)?.1.filter(|end| *end <= look.now)?;
        told(look.meta, OURS, ROWS.get(row)?.0, tool)
    }
}

/// How many of the cells that are measured by now are as the user said; or how to say it.
fn score(look: &Look<'_>, spans: &Spans, said: &[u8; 32]) -> String {
    let all = ROWS.len() * COLUMNS.len();
    let judged = (0..all).filter_map(|place| {
        let (said, told) = (Truth::said(said[place])?, spans.measured(look, place)?);
        Some(told.truth(ROWS[place / COLUMNS.len()].0) == said)
    });
    let judged: Vec<bool> = judged.collect();
    let right = judged.iter().filter(|right| **right).count();
    let is_open = (0..all).any(|place| spans.measured(look, place).is_none());
    match (judged.len(), is_open) {
        (0, true) => "pause and say first: click a cell".to_owned(),
        (0, false) => String::new(),
        (all, _) => format!("you: {right} of {all} right"),
    }
}

impl Figure for Table {
    fn room(&self, view: &StageView<'_>) -> Room {
        match view.param("program") {
            "who-learns" => Room::All,
            _ => Room::None,
        }
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let spans = view.kept(|spans: &mut Spans, trace, _| *spans = Spans::read(trace));
        layout(look, area, &spans, &view.choice.said).show(
            ui,
            "who-learns",
            look.actors,
            view.selection,
        )
    }
}

fn layout(look: &Look<'_>, area: Rect, spans: &Spans, said: &[u8; 32]) -> Picture {
    let (theme, meta) = (look.theme, look.meta);
    let mut picture = Picture::default();
    let what = match (meta.fact(cpython::VERSION), meta.fact(cpython::MISSING)) {
        (Some(version), None) => format!("Who learns of it? · {version}, each cell a program"),
        (_, Some(why)) => format!("Who learns of it? · {why}"),
        (None, None) => "Who learns of it?".to_owned(),
    };
    let title = area.with_max_y(area.top() + 22.0);
    let score = score(look, spans, said);
    let room = look.measure.width(&score, &theme.small()) + 8.0;
    let what_at = title.with_max_x(title.right() - room);
    picture.text(what_at, Align2::LEFT_CENTER, what, theme.strong(), theme.text);
    picture.text(title, Align2::RIGHT_CENTER, score, theme.small(), theme.muted);
    let area = area.with_min_y(area.top() + 24.0);
    let column = |names: f32| (area.width() - names) / COLUMNS.len() as f32;
    let is_narrow = column(NAMES) < NARROW;
    let (names, gap) = if is_narrow { (NARROW_NAMES, 2.0) } else { (NAMES, 6.0) };
    let width = column(names);
    let tall = |head: f32| (area.height() - head - TO_DO) / ROWS.len() as f32;
    // What each cell says comes before how it is asked.
    let head = if tall(HEAD) >= TWO_LINES { HEAD } else { LOW_HEAD };
    let height = tall(head).min(64.0);
    let at = |row: f32, column: f32| {
        let corner = pos2(area.left() + names + column * width, area.top() + head + row * height);
        Rect::from_min_size(corner, vec2(width - gap, height))
    };
    for (column, (_, name, call, [full, todo, few])) in COLUMNS.iter().enumerate() {
        let left = at(0.0, column as f32).left();
        let line =
            |top: f32| Rect::from_min_size(pos2(left, area.top() + top), vec2(width - gap, 18.0));
        // "future, not asked" at its end says what differs.
        let name = if is_narrow { name.rsplit(", ").next().unwrap_or(name) } else { name };
        picture.text(line(0.0), Align2::LEFT_CENTER, name, theme.label(), theme.text);
        if head == HEAD {
            picture.text(line(17.0), Align2::LEFT_CENTER, *call, theme.mono_small(), theme.muted);
        }
        let todo_at = at(ROWS.len() as f32, column as f32);
        let todo_at = todo_at.with_max_y(todo_at.top() + TO_DO);
        let words = if is_narrow { few } else { todo };
        picture.text(todo_at, Align2::LEFT_CENTER, *words, theme.small(), theme.text);
        if words != full {
            picture.hint(todo_at, *full);
        }
    }
    for (row, (key, name, code)) in ROWS.iter().enumerate() {
        let y = at(row as f32, 0.0).top();
        let edge = Stroke::new(1.0, theme.hairline);
        picture.line(vec![pos2(area.left(), y - 2.0), pos2(area.right(), y - 2.0)], edge);
        let named =
            |top: f32| Rect::from_min_size(pos2(area.left(), y + top), vec2(names - 4.0, 17.0));
        picture.text(named(3.0), Align2::LEFT_CENTER, *name, theme.label(), theme.text);
        if height >= TALL {
            let font = theme.mono_small();
            picture.text(named(20.0), Align2::LEFT_CENTER, *code, font, theme.muted);
        }
        for (column, (tool, ..)) in COLUMNS.iter().enumerate() {
            let place = row * COLUMNS.len() + column;
            let rect = at(row as f32, column as f32);
            let span = spans.theirs.get(place).copied();
            let theirs = spans.measured(look, place);
            // Where CPython is asked, this program's own stands beside what it found.
            let ours = spans
                .own(look, row, tool)
                .filter(|_| theirs.is_some() || meta.fact(cpython::VERSION).is_none());
            let shows = span.and_then(|(begin, end)| Some((begin, end?)));
            let said = said.get(place).copied().unwrap_or(0);
            cell(look, rect, (place, key), theirs, ours, shows, said, &mut picture);
        }
    }
    let y = at(ROWS.len() as f32, 0.0).top();
    let edge = Stroke::new(1.5, theme.text);
    picture.line(vec![pos2(area.left(), y - 2.0), pos2(area.right(), y - 2.0)], edge);
    let rect = Rect::from_min_size(pos2(area.left(), y + 3.0), vec2(names - 4.0, 18.0));
    picture.text(rect, Align2::LEFT_CENTER, "What to do", theme.label(), theme.text);
    picture
}

#[expect(clippy::too_many_arguments, reason = "all that is known of a cell")]
fn cell(
    look: &Look<'_>,
    rect: Rect,
    (place, row): (usize, &str),
    theirs: Option<Told>,
    ours: Option<Told>,
    shows: Option<(Nanos, Nanos)>,
    guess: u8,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let line = |top: f32, left: f32| {
        Rect::from_min_max(
            pos2(rect.left() + left, rect.top() + top),
            pos2(rect.right(), (rect.top() + top + 17.0).min(rect.bottom())),
        )
    };
    let mut said = String::from("not measured yet");
    match &theirs {
        Some(told) => {
            let [truth, detail, brief, brief_detail] = told.words(row);
            said = format!("{truth}, {detail}");
            let (words, few, font) = match rect.width() < NARROW - 6.0 {
                true => (brief, brief_detail, theme.small()),
                false => (truth, detail, theme.label()),
            };
            glyph(look, pos2(rect.left() + 7.0, rect.top() + 10.5), told.truth(row), picture);
            picture.text(line(2.0, 18.0), Align2::LEFT_CENTER, &words, font, theme.text);
            if rect.height() >= TWO_LINES {
                picture.text(
                    line(17.0, 0.0),
                    Align2::LEFT_CENTER,
                    &few,
                    theme.small(),
                    theme.muted,
                );
            }
        }
        None => {
            let (word, ink) =
                Truth::said(guess).map_or(("…", theme.faint), |said| (said.name(), theme.text));
            picture.text(line(3.0, 0.0), Align2::LEFT_CENTER, word, theme.small(), ink);
            if guess > 0 {
                let (text, font) = ("you say", theme.small());
                if rect.height() >= TWO_LINES {
                    picture.text(line(17.0, 0.0), Align2::LEFT_CENTER, text, font, theme.muted);
                }
                said = format!("not measured yet; you say: {word}");
            }
        }
    }
    let mut below = Vec::new();
    if let Some((told, guess)) = theirs.as_ref().zip(Truth::said(guess)) {
        below.push(match told.truth(row) == guess {
            true => ("as you said".to_owned(), theme.muted),
            false => (format!("≠ you: {}", guess.name()), theme.text),
        });
    }
    if let Some(told) = ours {
        below.push((format!("here: {}", told.words(row)[0]), theme.muted));
    }
    for (place, (text, ink)) in below.into_iter().enumerate() {
        let at = line(31.0 + 14.0 * place as f32, 0.0);
        if at.height() >= 12.0 {
            picture.text(at, Align2::LEFT_CENTER, &text, theme.small(), ink);
        }
        said = format!("{said}; {text}");
    }
    if theirs.is_none() {
        // The next of what can be said.
        let next = guess % Truth::ALL.len() as u8 + 1;
        let command = FigureCommand::Say(place as u8, next);
        let does = Does::Act(StageAction::Figure(command));
        let tool = COLUMNS[place % COLUMNS.len()].1;
        let name = format!("{row} in {tool}: {said}");
        picture.spots.push(Spot { rect, radius: 6.0, does, name, selected: guess > 0 });
    } else if let Some((begin, end)) = shows {
        let does = Does::Act(StageAction::Show(begin, end));
        picture.spots.push(Spot { rect, radius: 6.0, does, name: said, selected: false });
    }
}

/// Full: an exception in whoever waits; half: a trace outside; empty: nobody.
fn glyph(look: &Look<'_>, centre: Pos2, truth: Truth, picture: &mut Picture) {
    let theme = look.theme;
    let (radius, edge) = (5.5, Stroke::new(1.4, theme.text));
    let swatch = Rect::from_center_size(centre, vec2(14.0, 10.0));
    let dot = |fill: Color32| Mark::Dot { centre, radius, fill, edge };
    match truth {
        Truth::Caller => picture.marks.push(dot(theme.text)),
        Truth::Outside => {
            picture.marks.push(dot(theme.stage));
            let half = (0..=12).map(|step| 0.5 * PI + PI * step as f32 / 12.0);
            let points: Vec<Pos2> =
                half.map(|angle| centre + radius * vec2(angle.cos(), angle.sin())).collect();
            picture.area(points, theme.text);
        }
        Truth::Nobody => picture.marks.push(dot(theme.stage)),
        Truth::Waits => picture.phase(swatch, Phase::Blocked),
        Truth::AllEnds => picture.phase(swatch, Phase::Failed),
        Truth::Unknown => {}
        Truth::NoError => {
            let ends = [centre - vec2(6.0, 0.0), centre + vec2(6.0, 0.0)];
            picture.line(ends.to_vec(), Stroke::new(2.0, theme.muted));
        }
    }
}

/// How many cells say this, of those that CPython has measured; of this program's own where there are none.
pub fn count(meta: &Meta, truth: Truth) -> usize {
    let cells = |whose: &str| -> Vec<Truth> {
        let all = ROWS.iter().flat_map(|row| COLUMNS.iter().map(move |column| (row.0, column.0)));
        all.filter_map(|(row, column)| Some(told(meta, whose, row, column)?.truth(row))).collect()
    };
    let theirs = cells(CPYTHON);
    let all = if theirs.is_empty() { cells(OURS) } else { theirs };
    all.into_iter().filter(|other| *other == truth).count()
}
