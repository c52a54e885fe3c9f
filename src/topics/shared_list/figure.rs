//! A program that is run again and again: a dot for each run, without the lock and with it.

use super::runs::{Run, Runs};
use crate::replay::words::{agree, count, if_any};
use crate::trace::{ActorId, Meta, Role, SectionId};
use crate::widgets::picture::{Growth, Picture};
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::moment::Moment;
use crate::widgets::scene::{self, Room};
use crate::widgets::stage::{StageAction, StageView};
use crate::widgets::text::GrownMeasure;
use crate::widgets::theme::GRID;
use crate::widgets::timeline::{Line, Rows};
use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};
use std::collections::{BTreeMap, HashMap};

/// Whether the program is run more than once.
pub fn is_repeated(view: &StageView<'_>) -> bool {
    view.param("repeats").parse().is_ok_and(|repeats: u32| repeats > 1)
}

/// The dots.
pub struct Dots;

impl scene::Figure for Dots {
    fn room(&self, view: &StageView<'_>) -> Room {
        if is_repeated(view) { Room::Most } else { Room::None }
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let runs = view.followed::<Runs>();
        let (whole, over) = (&runs.all, runs.over(view.now));
        let sides: Vec<bool> = [false, true]
            .into_iter()
            .filter(|side| {
                let lock = view.param("lock");
                lock == "both" || (lock == "with") == *side
            })
            .collect();
        let repeats = view.param("repeats").parse().unwrap_or(1_u32);
        let most = whole.iter().map(|run| run.expected).max();
        let most = most.unwrap_or_else(|| total(view)).max(1);
        let mut picture = Picture::default();
        // What would be larger than it is painted is laid out in a smaller area.
        let by = Growth { about: area.min, factor: scene::figure_growth(area.size()) };
        let measure = GrownMeasure { painted: look.measure, factor: by.factor };
        let painted = Look { measure: &measure, ..*look };
        let area = Rect::from_min_size(area.min, area.size() / by.factor);
        let height = area.height() / sides.len().max(1) as f32;
        for (place, side) in sides.into_iter().enumerate() {
            let top = area.top() + place as f32 * height;
            let area = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
            let shown: Vec<&Run> = over.iter().filter(|run| run.lock == side).collect();
            one(&mut picture, &painted, area, side, &shown, (repeats, most));
        }
        picture.grown(by).show(ui, "runs", look.actors, view.selection)
    }
}

/// How many numbers a run adds.
fn total(view: &StageView<'_>) -> u32 {
    let number = |key| view.param(key).parse::<u32>().unwrap_or(1);
    number("adders").saturating_mul(number("adds"))
}

/// A plot as high as this has a gap below its heading.
const ROOMY: f32 = 48.0;

/// The dots of one side: one for each run, as high as numbers are there.
fn one(
    picture: &mut Picture,
    look: &Look<'_>,
    area: Rect,
    with_lock: bool,
    runs: &[&Run],
    (repeats, most): (u32, u32),
) {
    let theme = look.theme;
    let (head, rest) = split_top(area, 24.0);
    let right = runs.iter().filter(|run| i64::from(run.expected) == run.actual).count();
    let title = if with_lock { "with the lock" } else { "without the lock" };
    picture.text(head, Align2::LEFT_CENTER, title, theme.strong(), theme.text);
    let beside = look.measure.width(title, &theme.strong()) + 12.0;
    let said = if_any(runs.len(), |all| format!("{right} of {} right", count(all, "run")));
    // What the height of a dot is.
    let axis = format!("numbers in the list after each run, of {most}");
    let room = head.width() - beside - look.measure.width(&said, &theme.label()) - 12.0;
    if look.measure.width(&axis, &theme.small()) <= room {
        let place = head.with_min_x(head.left() + beside);
        picture.text(place, Align2::LEFT_CENTER, axis, theme.small(), theme.muted);
    }
    picture.text(head, Align2::RIGHT_CENTER, said, theme.label(), theme.muted);
    let (plot, axis) = split_top(rest, rest.height() - 22.0);
    let plot = plot.with_min_x(plot.left() + 34.0).shrink2(vec2(GRID, GRID));
    // The topmost dots are no part of the heading.
    let plot = plot.with_min_y(plot.top() + if plot.height() > ROOMY { GRID } else { 0.0 });
    if !plot.is_positive() {
        return;
    }
    let y = |there: f32| plot.bottom() - there / most as f32 * plot.height();
    let step = plot.width() / repeats.max(1) as f32;
    for there in [0, most] {
        let at = y(there as f32);
        let line = Stroke::new(1.0, if there == 0 { theme.outline } else { theme.hairline });
        picture.line([pos2(plot.left(), at), pos2(plot.right(), at)], line);
        let label =
            Rect::from_min_max(pos2(area.left(), at - 7.0), pos2(plot.left() - 4.0, at + 7.0));
        let (word, font) = (there.to_string(), theme.mono_small());
        picture.text(label, Align2::RIGHT_CENTER, word, font, theme.muted);
    }
    let radius = (0.36 * step).clamp(1.5, 5.0);
    for run in runs {
        let at = pos2(plot.left() + (run.number as f32 + 0.5) * step, y(run.actual as f32));
        let right = i64::from(run.expected) == run.actual;
        picture.dot(at, radius, if right { theme.accent } else { theme.danger });
        if !right {
            // Told apart without colours, too: a wrong one hangs on a line as long as what is missing.
            let from = pos2(at.x, y(run.expected as f32));
            picture.line([from, at], Stroke::new(1.0, theme.danger.gamma_multiply(0.5)));
        }
        let hint = format!("run {}: {} of {} there", run.number + 1, run.actual, run.expected);
        picture.hint(Rect::from_center_size(at, vec2(step.max(6.0), 14.0)), hint);
    }
    let ends = [
        ("run 1".to_owned(), Align2::LEFT_CENTER),
        (format!("run {repeats}"), Align2::RIGHT_CENTER),
    ];
    let below = axis.with_min_x(plot.left()).with_max_x(plot.right());
    for (word, align) in ends {
        picture.text(below, align, word, theme.small(), theme.faint);
    }
}

/// The runs so far.
pub fn so_far(view: &StageView<'_>) -> Moment {
    let runs = view.followed::<Runs>();
    let over = runs.over(view.now);
    match over.is_empty() {
        true => Moment::new(
            "The first run is under way",
            "Each run is the whole program, with new threads and other pauses.",
        ),
        false => Moment::new("So far", tell(over)),
    }
}

/// All runs, in words.
pub fn verdict(runs: &[Run]) -> Moment {
    let wrong = runs.iter().filter(|run| i64::from(run.expected) != run.actual).count();
    let title = match wrong {
        0 => "Every run came out right".to_owned(),
        _ => format!("{} came out wrong", count(wrong, "run")),
    };
    let racing = runs.iter().any(|run| !run.lock);
    let luck = match racing {
        true => " Without the lock nothing forces a run to come out right, nor to come out wrong.",
        false => "",
    };
    Moment::new(title, format!("{}{luck}", tell(runs)))
}

fn tell(runs: &[Run]) -> String {
    let side = |lock: bool| {
        let all = runs.iter().filter(move |run| run.lock == lock);
        let right = all.clone().filter(|run| i64::from(run.expected) == run.actual).count();
        let all = all.count();
        let name = if lock { "With" } else { "Without" };
        let were = agree(right, "was", "were");
        (all > 0).then(|| format!("{name} the lock {right} of {} {were} right.", count(all, "run")))
    };
    let said: Vec<String> = [false, true].into_iter().filter_map(side).collect();
    said.join(" ")
}

/// A row for each place among the threads of a run, side by side.
pub fn rows(meta: &Meta) -> Rows {
    let main = meta.actors_where(|actor| actor.role == Role::Main).take(1).collect();
    let mut rows = Rows::places(vec![main], Vec::new());
    // Threads of one side that came in the same place of their run share a row.
    let mut sides: BTreeMap<Option<SectionId>, Vec<Vec<ActorId>>> = BTreeMap::new();
    let mut came: HashMap<SectionId, usize> = HashMap::new();
    for id in meta.actors_where(|actor| actor.role == Role::Work) {
        let Some(section) = meta.actor(id).and_then(|actor| actor.section) else { continue };
        let side = meta.section(section).and_then(|section| section.within);
        let (nth, places) = (came.entry(section).or_default(), sides.entry(side).or_default());
        if places.len() <= *nth {
            places.push(Vec::new());
        }
        places[*nth].push(id);
        *nth += 1;
    }
    for (side, places) in sides {
        rows.lines.extend(side.map(Line::Section));
        rows.lines.extend(Rows::places(places, Vec::new()).lines);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Nanos;

    fn run(lock: bool, actual: i64) -> Run {
        Run { lock, expected: 8, actual, number: 0, span: (Nanos::ZERO, Nanos(1)) }
    }

    #[test]
    fn the_words_count_the_runs_that_came_out_right() {
        let said = verdict(&[run(false, 5), run(true, 8), run(false, 8), run(true, 8)]);
        assert_eq!(said.title, "1 run came out wrong");
        let counted =
            "Without the lock 1 of 2 runs was right. With the lock 2 of 2 runs were right.";
        assert!(said.text.starts_with(counted), "{}", said.text);
        let said = verdict(&[run(true, 8)]);
        assert_eq!(said.title, "Every run came out right");
        assert_eq!(said.text, "With the lock 1 of 1 run was right.");
    }
}
