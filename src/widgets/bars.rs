//! Bars of measured times: ways to do the same work, below each other on one scale.

use super::picture::{Does, Growth, Mark, Picture, Spot};
use super::resource::Look;
use super::scene::fit::split_top;
use super::selection::Selection;
use super::stage::{StageAction, StageView};
use super::text::GrownMeasure;
use super::theme::{HAIRLINE, RADIUS_SMALL};
use crate::replay::Phase;
use crate::trace::{ActorId, Nanos, SectionId};
use egui::{Align2, Color32, FontId, Rect, Stroke, Vec2, pos2, vec2};

/// One way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// What it is called.
    pub name: String,
    /// Who works in it.
    pub actors: Vec<ActorId>,
    /// How long it has taken, and whether that is all; `None`: it has not begun.
    pub took: Option<(Nanos, bool)>,
    /// What each actor had of a processor.
    pub cpu: Vec<(ActorId, Nanos)>,
    /// What is said of it, from long to short: the first that fits is shown.
    pub words: Vec<String>,
    /// The part of the run that a click shows.
    pub shows: Option<(Nanos, Nanos)>,
    /// It is the fastest of ways that can be compared.
    pub best: bool,
}

impl Bar {
    /// The time of a section so far.
    pub fn of_section(view: &StageView<'_>, id: SectionId) -> Self {
        let whole = view.replay.latest().section(id).copied().unwrap_or_default();
        let so_far = view.state.section(id).copied().unwrap_or_default();
        let took = so_far.took(view.now);
        Self {
            name: view.trace.meta().section(id).map_or_else(String::new, |s| s.name.clone()),
            took,
            words: took.map(|(took, _)| took.to_string()).into_iter().collect(),
            shows: whole.began.map(|(at, _)| (at, whole.ended.unwrap_or(view.trace.end()))),
            ..Self::default()
        }
    }
}

/// How long the longest takes of ways that are sections: one scale for the whole run, wherever the cursor is.
pub fn longest(bars: &[Bar]) -> Nanos {
    let whole = bars.iter().filter_map(|bar| bar.shows);
    whole.map(|(began, ended)| ended.since(began)).max().unwrap_or_default()
}

/// Height of a row, at least and at most.
const ROW: [f32; 2] = [26.0, 64.0];
/// A bar lower than this is left out.
const LOWEST: f32 = 11.0;
/// Width of the names, at most.
const NAMES: f32 = 190.0;
/// Between the names and the bars.
const GAP: f32 = 12.0;

/// Height of the words below a bar.
const WORDS: f32 = 13.0;

/// The height that so many rows ask for, at least and at most.
pub fn height(rows: usize) -> [f32; 2] {
    ROW.map(|row| row * rows as f32)
}

/// Least width of rows that are made larger, before they are.
const WIDE: f32 = 400.0;
/// They are made so many times larger at least, if at all, and at most: as what stands beside them.
const GROWTH: [f32; 2] = [1.2, 1.6];

/// Rows of bars in an area, larger in a large one; `longest` is the time that fills the whole width.
pub fn layout(look: &Look<'_>, area: Rect, bars: &[Bar], longest: Nanos) -> Picture {
    let [_, tallest] = height(bars.len().max(1));
    let factor = (area.height() / tallest).min(area.width() / WIDE).min(GROWTH[1]);
    // In steps, so that fonts come in few sizes.
    let factor = if factor < GROWTH[0] { 1.0 } else { (10.0 * factor).floor() / 10.0 };
    let measure = GrownMeasure { painted: look.measure, factor };
    let look = Look { measure: &measure, ..*look };
    let smaller = Rect::from_min_size(area.min, area.size() / factor);
    rows(&look, smaller, bars, longest).grown(Growth { about: area.min, factor })
}

fn rows(look: &Look<'_>, area: Rect, bars: &[Bar], longest: Nanos) -> Picture {
    let mut picture = Picture::default();
    let row_height = (area.height() / bars.len().max(1) as f32).min(ROW[1]);
    let longest = bars
        .iter()
        .filter_map(|bar| Some(bar.took?.0.max(sum(&bar.cpu))))
        .fold(longest, Nanos::max);
    let widest = |font: &FontId| {
        let all = bars.iter().map(|bar| look.measure.width(&bar.name, font));
        all.fold(0.0, f32::max) + GAP
    };
    let (full, small) = (widest(&look.theme.label()), widest(&look.theme.small()));
    // A long name sooner than a long bar.
    let names = (0.34 * area.width()).max(full.min(0.62 * area.width())).min(NAMES);
    // Smaller sooner than cut, and all alike.
    let whole = full <= names + 0.5;
    let names = if whole { names } else { names.max(small.min(0.72 * area.width())) };
    let font = if whole { look.theme.label() } else { look.theme.small() };
    let gap = (0.2 * row_height).min(4.0);
    for (place, bar) in bars.iter().enumerate() {
        let top = area.top() + place as f32 * row_height;
        let row = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), row_height - gap));
        if row.height() < LOWEST || row.bottom() > area.bottom() + 0.5 {
            break;
        }
        layout_row(look, row, (names, &font), bar, longest, &mut picture);
    }
    picture
}

fn sum(cpu: &[(ActorId, Nanos)]) -> Nanos {
    Nanos(cpu.iter().map(|(_, time)| time.0).sum())
}

fn layout_row(
    look: &Look<'_>,
    row: Rect,
    (names, font): (f32, &FontId),
    bar: &Bar,
    longest: Nanos,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let left = Align2::LEFT_CENTER;
    let split = row.left() + names;
    let (name, below) = split_top(row.with_max_x(split - GAP), 18.0_f32.min(row.height()));
    let colour = if bar.took.is_some() { theme.text } else { theme.muted };
    picture.text(name, left, bar.name.clone(), font.clone(), colour);
    if bar.took.is_some() {
        faces(look, below, &bar.actors, picture);
    }
    let track = row.with_min_x(split);
    let thick = if row.height() > 44.0 { 18.0 } else { 12.0 };
    let (line, rest) = split_top(track, thick);
    // Without words below it, a bar stands in the middle of its name.
    let line = match rest.height() >= WORDS {
        true => line,
        false => line.translate(vec2(0.0, (0.5 * (name.height() - line.height())).max(0.0))),
    };
    let said = bar.took.map(|(took, over)| format!("{took}{}", if over { "" } else { " so far" }));
    let Some((took, over)) = bar.took else {
        // As everything that is not there yet.
        let edge = Stroke::new(HAIRLINE, theme.phase(Phase::NotStarted).mark);
        let (font, words) = (theme.small(), "not yet");
        let words_end = line.left() + look.measure.width(words, &font) + 8.0;
        // Words stand inside a bar that is higher than they are, else before it.
        let (said, bar_line) = match thick >= font.size + 5.0 {
            true => (line.shrink2(vec2(8.0, 0.0)), line),
            false => (line, line.with_min_x(words_end.min(line.right()))),
        };
        picture.dashed(bar_line, RADIUS_SMALL, edge);
        picture.text(said, left, words, font, theme.muted);
        spot(row, bar, "not yet", picture);
        return;
    };
    picture.rounded(line, RADIUS_SMALL, theme.track(), Stroke::NONE);
    let wide = |time: Nanos| time.ratio_to(longest) as f32 * line.width();
    let fill = line.with_max_x(line.left() + wide(took).max(2.0));
    match (over, bar.best) {
        (true, true) => picture.rounded(fill, RADIUS_SMALL, theme.accent, Stroke::NONE),
        (true, false) => picture.rounded(fill, RADIUS_SMALL, theme.faint, Stroke::NONE),
        // It still grows.
        (false, _) => {
            let ground = theme.outline;
            picture.rounded(fill, RADIUS_SMALL, ground, Stroke::new(1.0, theme.faint));
        }
    }
    let rest = if rest.height() >= 22.0 && !bar.cpu.is_empty() {
        let (strip, rest) = split_top(rest.with_min_y(rest.top() + 2.0), 6.0);
        parts(look, strip, &bar.cpu, wide, picture);
        rest
    } else {
        rest
    };
    let said = said.unwrap_or_default();
    // As much as there is room for.
    let fits = |words: &str, room: f32| look.measure.width(words, &theme.small()) <= room;
    let fitting = |room: f32| {
        let mut all = bar.words.iter().chain(std::iter::once(&said));
        all.find(|words| fits(words, room)).cloned()
    };
    let (beside, inside) = (line.right() - fill.right() - 8.0, fill.width() - 12.0);
    if rest.height() >= WORDS {
        let line = rest.with_max_y(rest.top() + 17.0);
        let words = fitting(rest.width()).unwrap_or_else(|| said.clone());
        picture.text(line, left, words, theme.small(), theme.muted);
    } else if let Some(words) = fitting(beside).filter(|words| {
        // Beside the bar, where they are read best, but for fewer words than it holds.
        fitting(inside).is_none_or(|inside| inside.len() <= words.len())
    }) {
        let beside = line.with_min_x(fill.right() + 8.0);
        picture.text(beside, left, words, theme.small(), theme.muted);
    } else if let Some(words) = fitting(inside) {
        let on_bar = match over || theme.dark {
            true => theme.on_accent,
            false => theme.text,
        };
        let inside = fill.shrink2(vec2(6.0, 0.0));
        picture.text(inside, Align2::RIGHT_CENTER, words, theme.small(), on_bar);
    }
    let long = bar.words.first().unwrap_or(&said);
    spot(row, bar, long, picture);
}

/// What each actor had of a processor, one strip after another in the colours of the actors.
fn parts(
    look: &Look<'_>,
    strip: Rect,
    cpu: &[(ActorId, Nanos)],
    wide: impl Fn(Nanos) -> f32,
    picture: &mut Picture,
) {
    let mut x = strip.left();
    for (actor, time) in cpu {
        let end = (x + wide(*time)).min(strip.right());
        // A hairline between two, where there is room for one.
        let gap = if end - x > 3.0 { 1.0 } else { 0.0 };
        let rect = Rect::from_x_y_ranges(x..=(end - gap).max(x), strip.y_range());
        let fill = look.actors.colours(*actor).ground;
        let edge = Stroke::new(0.0, Color32::TRANSPARENT);
        picture.marks.push(Mark::Box { rect, radius: 1.0, fill, edge, dashed: false });
        x = end;
    }
}

/// Badges of who works, as many as fit.
fn faces(look: &Look<'_>, area: Rect, actors: &[ActorId], picture: &mut Picture) {
    let side = (area.height() - 6.0).min(24.0);
    if side < 15.0 {
        return;
    }
    let fits = ((area.width() + 4.0) / (side + 4.0)) as usize;
    let shown = if actors.len() > fits { fits.saturating_sub(1) } else { actors.len() };
    for (place, actor) in actors.iter().take(shown).enumerate() {
        let at = pos2(area.left() + place as f32 * (side + 4.0), area.top() + 3.0);
        let rect = Rect::from_min_size(at, Vec2::splat(side));
        picture.tile(rect, *actor, look.phase(*actor));
        picture.spot(rect, 4.0, Selection::Actor(*actor), look.actors.name(*actor));
    }
    if actors.len() > shown {
        let rest = area.with_min_x(area.left() + shown as f32 * (side + 4.0));
        let words = format!("+{}", actors.len() - shown);
        picture.text(rest, Align2::LEFT_CENTER, words, look.theme.small(), look.theme.muted);
    }
}

fn spot(row: Rect, bar: &Bar, said: &str, picture: &mut Picture) {
    let does = match bar.shows {
        Some((from, to)) => Does::Act(StageAction::Show(from, to)),
        None => Does::Nothing,
    };
    let name = match bar.shows {
        Some(_) => format!("Show {}: {said}", bar.name),
        None => format!("{}: {said}", bar.name),
    };
    // Below the badges, which are clicked for themselves.
    let spot = Spot { rect: row, radius: RADIUS_SMALL, does, name, selected: false };
    let first = picture.spots.iter().position(|s| row.contains_rect(s.rect));
    picture.spots.insert(first.unwrap_or(picture.spots.len()), spot);
}
