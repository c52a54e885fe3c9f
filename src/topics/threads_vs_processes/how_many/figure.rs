//! The figure: how many times as fast as one thread, by the number that shares the work.

use super::curves::{Curve, HowManyOutcome};
use super::{Load, counts, so_far};
use crate::replay::Phase;
use crate::replay::words::capital;
use crate::topics::threads_vs_processes::analysis::Cell;
use crate::topics::threads_vs_processes::figure::visit;
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::Nanos;
use crate::widgets::curves::{self, Curves, Panel};
use crate::widgets::stage::StageView;
use crate::widgets::theme::Theme;
use egui::Color32;

fn colour(theme: &Theme, way: Way) -> Color32 {
    match way {
        Way::Gil => theme.phase(Phase::Waiting).base,
        Way::Processes => theme.accent,
        _ => theme.phase(Phase::Running).base,
    }
}

/// The curves of a run so far, on the scale of the whole of it.
pub fn curves(view: &StageView<'_>) -> Curves {
    let (trials, outcome) = so_far(view);
    let most = counts(view.param("most").parse().unwrap_or(1)).last().unwrap_or(1);
    let legend =
        Load::Compute.ways().iter().map(|way| (way.title().to_owned(), colour(view.theme, *way)));
    Curves {
        panels: Load::ALL.map(|load| panel(view.theme, &outcome, load, most)).into(),
        legend: legend.collect(),
        along: "threads or processes that share it".to_owned(),
        most,
        least: HowManyOutcome::until(&trials, Nanos::MAX).least_factor(),
    }
}

fn panel(theme: &Theme, outcome: &HowManyOutcome, load: Load, most: usize) -> Panel {
    let one = outcome.base(load).map_or_else(String::new, |base| format!(", {base}"));
    // Each worker adds one, as far as there is a processor for it where that is needed.
    let able = |workers: usize| match load {
        Load::Wait => workers,
        Load::Compute => workers.min(outcome.cores.max(1)),
    };
    let curves = outcome.curves.iter().filter(|curve| curve.load == load);
    Panel {
        id: load.id(),
        title: capital(load.title()),
        explained: format!("times as fast as one thread{one}"),
        ideal: counts(most.max(2)).map(|n| (n, able(n) as f64)).collect(),
        curves: curves.map(|curve| drawn(theme, outcome, curve)).collect(),
    }
}

fn drawn(theme: &Theme, outcome: &HowManyOutcome, curve: &Curve) -> curves::Curve {
    let (load, way) = (curve.load, curve.way);
    let factor = |wall: Nanos| outcome.base(load).map_or(1.0, |base| base.ratio_to(wall));
    let point = |cell: &Cell| {
        let (workers, median, half) = (cell.workers, cell.wall.median, cell.wall.half());
        let (load, way, factor_of) = (load.title(), way.phrase(), factor(median));
        curves::Point {
            workers,
            factor: factor_of,
            trials: cell.wall.all.iter().map(|wall| factor(*wall)).collect(),
            said: format!(
                "{load}, {workers} {way}: {median} ± {half}, {factor_of:.1} times as fast as one thread"
            ),
            does: visit(cell.middle),
        }
    };
    curves::Curve {
        name: way.title().to_owned(),
        ink: colour(theme, way),
        aside: match way {
            Way::Gil => 0.0,
            Way::Processes => 4.0,
            _ => -4.0,
        },
        points: curve.points.iter().map(point).collect(),
    }
}
