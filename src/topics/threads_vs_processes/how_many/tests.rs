//! Where the times cannot be compared, nothing on the stage and in the outcome compares them.

use super::figure::panel;
use super::*;
use crate::topics::contention::{Disturbance, NOT_COMPARED};
use crate::topics::threads_vs_processes::analysis::tests::cell_of;
use crate::topics::threads_vs_processes::trials::Measured;
use crate::widgets::theme::Theme;
use proptest::prelude::*;

/// Each work by each way and 1, 2, 4 and 8 workers, with trials of so many microseconds, of which so many were disturbed.
fn outcome(walls: &[Vec<u64>], disturbed: usize) -> HowManyOutcome {
    let mut walls = walls.iter().cycle();
    let mut cells = Vec::new();
    for (load, way) in Load::each() {
        let of = Measured { work: load as usize, way };
        for workers in counts(8) {
            let walls = walls.next().map_or(&[][..], Vec::as_slice);
            cells.push(Cell { of, workers, ..cell_of(way, walls, 1.0, 0) });
        }
    }
    let trials = cells.iter().map(|cell| cell.wall.count()).sum();
    HowManyOutcome { cores: 2, cells, disturbance: Disturbance { disturbed, trials } }
}

proptest! {
    #[test]
    fn what_the_chart_says_agrees_with_the_trials(
        walls in proptest::collection::vec(proptest::collection::vec(50_000_u64..150_000, 3..8), 1..20),
        disturbed in prop_oneof![Just(0), 1..200_usize],
    ) {
        let outcome = outcome(&walls, disturbed);
        let told = serde_json::to_value(&outcome).expect("numbers and words").to_string();
        for load in Load::ALL {
            let shown = panel(&Theme::light(), [&outcome; 2], load, 8);
            let compared = outcome.compares(load);
            prop_assert!(!compared || !outcome.disturbance.forbids_comparison());
            // Times stand along y where factors mean nothing, and there is no factor that could be reached.
            prop_assert_eq!((shown.one.is_none(), shown.ideal.is_empty()), (compared, !compared));
            prop_assert_eq!(shown.explained.contains("times as fast"), compared);
            let base = outcome.base(load).expect("one thread was measured");
            let cells = load.ways().iter().flat_map(|way| outcome.curve(load, *way));
            for (point, cell) in shown.curves.iter().flat_map(|curve| &curve.points).zip(cells) {
                let (a, b) = (base.median.0 as f64, cell.wall.median.0 as f64);
                let known = a <= 1.05 * b && b <= 1.05 * a || base.are_apart(&cell.wall);
                prop_assert_eq!(point.said.contains("times as fast"), compared && known, "{}", point.said);
            }
        }
        let not_compared = outcome.title() == NOT_COMPARED;
        prop_assert_eq!(told.to_lowercase().matches("cannot be compared").count(), usize::from(not_compared));
        prop_assert!(!not_compared || Load::each().all(|(load, way)| outcome.bend(load, way).is_none()));
    }
}

#[test]
fn a_disturbed_run_shows_times_and_says_once_why() {
    let walls: Vec<Vec<u64>> =
        (0..20).map(|k| (0..5).map(|n| 100_000 >> (k % 4) | n).collect()).collect();
    let quiet = outcome(&walls, 0);
    let shown = panel(&Theme::light(), [&quiet; 2], Load::Wait, 8);
    assert_eq!(shown.explained, "times as fast as one thread, 100 ms");
    assert!(shown.curves[0].points[3].said.ends_with("8.0 times as fast as one thread"));
    let busy = outcome(&walls, 50);
    assert_eq!(busy.title(), NOT_COMPARED);
    assert_eq!(
        busy.why(),
        "Other programs had the processors in 50 of 100 trials. Run it again when the machine is quiet."
    );
    let shown = panel(&Theme::light(), [&busy; 2], Load::Wait, 8);
    assert_eq!(shown.one, quiet.base(Load::Wait).map(|base| base.median));
    let said = &shown.curves[0].points[3].said;
    assert!(said.starts_with("tasks that wait, 8 threads: 12.5 ms ± "), "{said}");
    assert!(!said.contains("times as fast"), "{said}");
}

#[test]
fn before_one_thread_was_measured_times_stand_where_they_will() {
    let walls: Vec<Vec<u64>> = (0..20).map(|k| vec![100_000 >> (k % 4); 5]).collect();
    let whole = outcome(&walls, 0);
    let mut so_far = whole.clone();
    so_far.cells.retain(|cell| cell.workers == 8);
    let shown = panel(&Theme::light(), [&so_far, &whole], Load::Wait, 8);
    assert_eq!(shown.one, whole.base(Load::Wait).map(|base| base.median));
    for curve in &shown.curves {
        assert!((curve.points[0].factor - 8.0).abs() < 0.01, "{}", curve.points[0].factor);
    }
}
