//! The figure: how many times as fast as one thread, by the number that shares the work.

use super::curves::HowManyOutcome;
use super::{Load, counts, so_far};
use crate::replay::Phase;
use crate::replay::words::capital;
use crate::topics::threads_vs_processes::trials::{Cell, Trials};
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::Nanos;
use crate::widgets::curves::{Curve, Curves, Panel, Point};
use crate::widgets::stage::{StageAction, StageView};
use crate::widgets::theme::Theme;
use egui::Color32;

/// The colour of a way, and how far its dots stand aside.
fn looks(theme: &Theme, way: Way) -> (Color32, f64) {
    match way {
        Way::Gil => (theme.phase(Phase::Waiting).base, 0.0),
        Way::Processes => (theme.accent, 4.0),
        _ => (theme.phase(Phase::Running).base, -4.0),
    }
}

/// The curves of a run so far, on the scale of the whole of it. Where times cannot be compared they stand there as times.
pub fn curves(view: &StageView<'_>) -> Curves {
    let whole = HowManyOutcome::until(&view.followed::<Trials>(), Nanos::MAX);
    let outcome = so_far(view);
    let most = counts(view.param("most").parse().unwrap_or(1)).last().unwrap_or(1);
    let key = |way: &Way| (way.said().title.to_owned(), looks(view.theme, *way).0);
    Curves {
        panels: Load::ALL.map(|load| panel(view.theme, [&outcome, &whole], load, most)).into(),
        legend: Load::Compute.ways().iter().map(key).collect(),
        along: "threads or processes that share it".to_owned(),
        most,
        least: whole.least_factor(),
    }
}

/// The curves of a work, of a run so far and of the whole of it.
pub fn panel(
    theme: &Theme,
    [outcome, whole]: [&HowManyOutcome; 2],
    load: Load,
    most: usize,
) -> Panel {
    let base = outcome.base(load);
    // The time that stands where one thread does; where that has not been measured yet, that of the end.
    let scale = base.or_else(|| whole.base(load)).map(|base| base.median);
    let one = scale.filter(|_| base.is_none() || !outcome.compares(load));
    let against = base.map_or_else(String::new, |base| format!(", {}", base.median));
    // Each worker adds one, as far as there is a processor for it where that is needed.
    let able = |workers: usize| match load {
        Load::Wait => workers,
        Load::Compute => workers.min(outcome.cores.max(1)),
    };
    let factor = |wall: Nanos| scale.map_or(1.0, |one| one.ratio_to(wall));
    let point = |way: Way, cell: &Cell| {
        let faster = outcome.speed_up(load, cell).map_or_else(String::new, |factor| {
            format!(", {factor:.1} times as fast as one thread")
        });
        let (load, way) = (load.title(), way.said().phrase);
        Point {
            workers: cell.workers,
            factor: factor(cell.wall.median),
            trials: cell.wall.all.iter().map(|wall| factor(*wall)).collect(),
            said: format!("{load}, {} {way}: {}{faster}", cell.workers, cell.wall),
            does: StageAction::visit(cell.middle),
        }
    };
    let curve = |way: &Way| {
        let (ink, aside) = looks(theme, *way);
        let points = outcome.curve(load, *way).iter().map(|cell| point(*way, cell)).collect();
        Curve { name: way.said().title.to_owned(), ink, aside, points }
    };
    Panel {
        id: load.id(),
        title: capital(load.title()),
        explained: match one {
            None => format!("times as fast as one thread{against}"),
            Some(_) => "how long it takes; higher is sooner".to_owned(),
        },
        one,
        ideal: counts(most.max(2)).filter(|_| one.is_none()).map(|n| (n, able(n) as f64)).collect(),
        curves: load.ways().iter().map(curve).collect(),
    }
}
