//! The figure: how many times as fast as one thread, by the number that shares the work.

use super::curves::{Curve, HowManyOutcome};
use super::{Load, counts, so_far};
use crate::replay::Phase;
use crate::replay::words::capital;
use crate::topics::threads_vs_processes::analysis::Cell;
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::Nanos;
use crate::widgets::curves::{self, Curves, Panel};
use crate::widgets::stage::{StageAction, StageView};
use crate::widgets::theme::Theme;
use egui::Color32;

fn colour(theme: &Theme, way: Way) -> Color32 {
    match way {
        Way::Gil => theme.phase(Phase::Waiting).base,
        Way::Processes => theme.accent,
        _ => theme.phase(Phase::Running).base,
    }
}

/// The curves of a run so far, on the scale of the whole of it. Where times cannot be compared they stand there as times.
pub fn curves(view: &StageView<'_>) -> Curves {
    let (trials, outcome) = so_far(view);
    let whole = HowManyOutcome::until(&trials, Nanos::MAX);
    let most = counts(view.param("most").parse().unwrap_or(1)).last().unwrap_or(1);
    let legend = Load::Compute
        .ways()
        .iter()
        .map(|way| (way.said().title.to_owned(), colour(view.theme, *way)));
    Curves {
        panels: Load::ALL.map(|load| panel(view.theme, [&outcome, &whole], load, most)).into(),
        legend: legend.collect(),
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
    let base_of = |outcome: &HowManyOutcome| outcome.base(load).map(|base| base.median);
    let base = base_of(outcome);
    let curves = outcome.curves.iter().filter(|curve| curve.load == load);
    // Where one thread has not been measured yet the scale is that of the end.
    let scale = base.or_else(|| base_of(whole));
    let one = scale.filter(|_| base.is_none() || !outcome.compares(load));
    let against = base.map_or_else(String::new, |base| format!(", {base}"));
    // Each worker adds one, as far as there is a processor for it where that is needed.
    let able = |workers: usize| match load {
        Load::Wait => workers,
        Load::Compute => workers.min(outcome.cores.max(1)),
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
        curves: curves.map(|curve| drawn(theme, outcome, scale, curve)).collect(),
    }
}

/// `scale`: the time that stands where one thread does.
fn drawn(
    theme: &Theme,
    outcome: &HowManyOutcome,
    scale: Option<Nanos>,
    curve: &Curve,
) -> curves::Curve {
    let (load, way) = (curve.load, curve.way);
    let factor = |wall: Nanos| scale.map_or(1.0, |one| one.ratio_to(wall));
    let point = |cell: &Cell| {
        let (workers, median, half) = (cell.workers, cell.wall.median, cell.wall.half());
        let faster = outcome.speed_up(load, cell);
        let faster = faster.map(|factor| format!(", {factor:.1} times as fast as one thread"));
        let (load, way) = (load.title(), way.said().phrase);
        curves::Point {
            workers,
            factor: factor(median),
            trials: cell.wall.all.iter().map(|wall| factor(*wall)).collect(),
            said: format!(
                "{load}, {workers} {way}: {median} ± {half}{}",
                faster.unwrap_or_default()
            ),
            does: StageAction::visit(cell.middle),
        }
    };
    curves::Curve {
        name: way.said().title.to_owned(),
        ink: colour(theme, way),
        aside: match way {
            Way::Gil => 0.0,
            Way::Processes => 4.0,
            _ => -4.0,
        },
        points: curve.points.iter().map(point).collect(),
    }
}
