//! What the sentence says agrees with the numbers, whatever they are.

use super::*;
use crate::topics::contention::NOT_COMPARED;
use crate::topics::statistics::Times;
use crate::topics::threads_vs_processes::outcome;
use crate::topics::threads_vs_processes::stage::in_the_end;
use crate::topics::threads_vs_processes::trials::Measured;
use proptest::prelude::*;

/// A way with trials of so many microseconds, which had a processor for this part of its time.
pub fn cell_of(way: Way, walls: &[u64], part: f64, disturbed: usize) -> Cell {
    let wall: Times = walls.iter().map(|micros| Nanos::from_micros(*micros)).collect();
    let disturbance = Disturbance { disturbed, trials: wall.count() };
    Cell {
        of: Measured::only(way),
        workers: if way == way.base() { 1 } else { 4 },
        middle: (Nanos::ZERO, wall.median),
        start_up: wall.all.iter().map(|wall| Nanos(wall.0 / 100)).collect(),
        cpu: Nanos((wall.median.0 as f64 * part) as u64),
        wall,
        memory: [None; 2],
        switches: None,
        disturbance,
    }
}

const OURS: [Way; 4] = [Way::Alone, Way::Threads, Way::Gil, Way::Processes];

fn four(walls: [&[u64]; 4], part: f64, disturbed: usize) -> Vec<Cell> {
    OURS.into_iter().zip(walls).map(|(way, walls)| cell_of(way, walls, part, disturbed)).collect()
}

fn around(middle: u64) -> Vec<u64> {
    [-2, -1, 0, 1, 2]
        .map(|off: i64| middle.saturating_add_signed(off * middle as i64 / 100))
        .to_vec()
}

fn of(middles: [u64; 4], part: f64, disturbed: usize) -> Finding {
    let load = Some(if part < 0.5 { Load::Waits } else { Load::Computes });
    under(middles, part, disturbed, load)
}

fn under(middles: [u64; 4], part: f64, disturbed: usize, load: Option<Load>) -> Finding {
    let walls = middles.map(around);
    let cells = four(walls.each_ref().map(Vec::as_slice), part, disturbed);
    finding(&cells, false, Under { cores: 2, load }).expect("all ways were measured")
}

#[test]
fn those_who_wait_win_by_waiting_at_once() {
    let all = of([2_000_000, 500_000, 501_000, 502_000], 0.01, 0);
    assert_eq!(all.shown, Shown::Faster(vec![Way::Threads, Way::Gil, Way::Processes]));
    assert_eq!(
        all.title,
        "Threads, threads under the emulated GIL and processes: 4.0 times as fast as one after another"
    );
    assert!(all.why.contains("the tasks wait, and waits can overlap"), "{}", all.why);
    assert!(all.why.contains("do not tell these apart"), "{}", all.why);
}

#[test]
fn those_who_compute_win_by_processors() {
    let two = of([2_000_000, 1_050_000, 2_010_000, 1_060_000], 1.0, 0);
    assert_eq!(two.shown, Shown::Faster(vec![Way::Threads, Way::Processes]));
    assert!(two.why.contains("2 processors can do that at once"), "{}", two.why);
    let said =
        "Threads under the emulated GIL (2.01 s): not clearly faster than one after another.";
    assert!(two.why.contains(said), "{}", two.why);
}

#[test]
fn what_cannot_be_is_not_concluded_from() {
    // Computing on two processors is not four times as fast, and one holder of a lock is no faster than one thread.
    for middles in
        [[2_000_000, 500_000, 2_000_000, 1_000_000], [2_000_000, 1_000_000, 1_000_000, 1_000_000]]
    {
        assert!(matches!(of(middles, 1.0, 0).shown, Shown::NotCompared));
    }
}

/// Who has a processor for a small part of the time does not wait for that reason: others may have had it.
#[test]
fn computing_that_had_to_wait_for_a_processor_is_not_compared() {
    let faster = [1_480_000, 1_160_000, 1_470_000, 485_000];
    let starved = under(faster, 0.12, 0, Some(Load::Computes));
    assert!(matches!(starved.shown, Shown::NotCompared), "{starved:?}");
    assert!(starved.why.contains("its tasks only compute. Other programs had the processors"));
    assert!(!starved.why.contains("the tasks wait"), "{}", starved.why);
    // What a task does is not known: beside other programs nothing is concluded from what it had.
    assert!(matches!(under(faster, 0.12, 5, None).shown, Shown::NotCompared));
    assert!(matches!(under(faster, 0.12, 0, None).shown, Shown::Faster(_)));
}

#[test]
fn that_times_cannot_be_compared_is_said_once() {
    let [ours, theirs] = [0, 1].map(|_| of([2_000_000, 1_050_000, 2_010_000, 1_060_000], 1.0, 5));
    let card = in_the_end(ours.clone(), Some(theirs.clone()), &Meta::default());
    assert_eq!(card.title, NOT_COMPARED);
    let why = "Other programs had the processors in 20 of 20 trials. Run it again when the machine is quiet.";
    assert_eq!(card.text, why);
    // Why CPython took part no more is told all the same.
    let facts =
        [("cpython_missing", "it was killed"), ("cpython_done", "3"), ("cpython_unit", "trial")];
    let facts = facts.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let card = in_the_end(ours, Some(theirs), &Meta { facts, ..Meta::default() });
    let left_out = "CPython took part in 3 trials and no more: it was killed.";
    assert_eq!(card.text, format!("{why} {left_out}"));
    // What cannot be is not told as a number.
    let impossible = of([2_000_000, 500_000, 2_000_000, 1_000_000], 1.0, 0);
    assert!(
        impossible
            .why
            .starts_with("Threads took 500 ms and one after another 2.00 s, which cannot be. Run"),
        "{}",
        impossible.why
    );
}

#[test]
fn a_busy_machine_claims_less() {
    let busy = of([2_000_000, 1_050_000, 2_010_000, 1_060_000], 1.0, 5);
    assert!(matches!(busy.shown, Shown::NotCompared));
    assert!(!busy.title.contains("faster") && !busy.why.contains("times as fast"), "{busy:?}");
    // Who waits needs no processor: that is still compared, but not how soon anybody starts.
    let waits = of([2_000_000, 500_000, 501_000, 502_000], 0.01, 5);
    assert!(matches!(waits.shown, Shown::Faster(_)));
    assert!(
        waits.why.contains("Other programs had the processors in 20 of 20 trials"),
        "{}",
        waits.why
    );
    assert!(!waits.why.contains("at work after"), "{}", waits.why);
}

proptest! {
    #[test]
    fn the_sentence_agrees_with_the_numbers(
        walls in proptest::collection::vec(proptest::collection::vec(1_000_u64..3_000_000, 1..12), 4),
        scale in proptest::collection::vec(1_u64..8, 4),
        part in 0.0..1.2_f64,
        disturbed in 0..2_usize,
        cores in 1..9_usize,
        load in proptest::sample::select(vec![None, Some(Load::Waits), Some(Load::Both), Some(Load::Computes)]),
    ) {
        // Half of the cases are clearly apart.
        let walls: Vec<Vec<u64>> = walls.iter().zip(scale).map(|(walls, factor)| match part > 0.6 {
            true => walls.clone(),
            false => walls.iter().map(|wall| factor * 1_000_000 + wall / 50).collect(),
        }).collect();
        let cells = four([&walls[0], &walls[1], &walls[2], &walls[3]], part, disturbed);
        let found = finding(&cells, false, Under { cores, load }).expect("all ways were measured");
        let alone = &cells[0];
        let apart = |a: &Cell, b: &Cell| a.wall.are_longer(&b.wall);
        match &found.shown {
            Shown::TooFew => prop_assert!(cells.iter().any(|cell| cell.wall.are_too_few())),
            Shown::NotCompared => prop_assert!(!found.title.contains("times as fast")),
            Shown::None => prop_assert!(cells.iter().all(|cell| !apart(alone, cell))),
            Shown::Faster(winners) => {
                prop_assert!(!winners.is_empty());
                for cell in &cells {
                    let named = winners.contains(&cell.of.way);
                    prop_assert_eq!(
                        named,
                        apart(alone, cell) && cells.iter().all(|c| !apart(alone, c) || !apart(cell, c) || c.wall.median > cell.wall.median || !best(&cells, c)),
                        "{}: {:?}", found.title, cell
                    );
                    if named {
                        prop_assert!(cell.wall.median < alone.wall.median);
                        let factor = alone.wall.median.0 as f64 / cell.wall.median.0 as f64;
                        let numbers: Vec<f64> = found.title.split([' ', ':']).filter_map(|w| w.parse().ok()).collect();
                        let (least, most) = (numbers[0], numbers[numbers.len() - 1]);
                        prop_assert!(least - 0.051 <= factor && factor <= most + 0.051, "{} {}", found.title, factor);
                    }
                }
            }
        }
        // What is not compared has no number that compares, on screen or in the outcome; what is compared has none that chance
        // may have made. That it is not compared is said once.
        let summary = Summary { cells: cells.clone(), findings: [Some(found.clone()), None] };
        let compared = !matches!(found.shown, Shown::TooFew | Shown::NotCompared);
        for cell in &cells {
            let factor = summary.speed_up(cell);
            prop_assert_eq!(outcome::way(&summary, cell)["speed_up"].as_f64(), factor);
            let (a, b) = (alone.wall.median.0 as f64, cell.wall.median.0 as f64);
            let alike = a <= 1.05 * b && b <= 1.05 * a;
            prop_assert_eq!(factor.is_some(), compared && (alike || apart(alone, cell) || apart(cell, alone)));
            prop_assert!(factor.is_none_or(|factor| (factor - a / b).abs() < 1e-9));
        }
        prop_assert!(compared || !found.why.contains("times as fast"), "{}", found.why);
        let card = in_the_end(found.clone(), Some(found.clone()), &Meta::default());
        let card = format!("{}. {}", card.title, card.text).to_lowercase();
        let said = card.matches("cannot be compared").count();
        prop_assert_eq!(said, usize::from(matches!(found.shown, Shown::NotCompared)), "{}", card);
        // Tasks that only compute are never said to wait, and where others had the processors nothing is concluded from that.
        if load == Some(Load::Computes) {
            prop_assert!(!found.why.contains("the tasks wait"), "{}", found.why);
        }
        if disturbed > 0 && 3 * 4 * disturbed >= cells.iter().map(|cell| cell.wall.count()).sum() && load != Some(Load::Waits) {
            prop_assert!(matches!(found.shown, Shown::TooFew | Shown::NotCompared));
        }
        // A way is said to be slower only where the trials say so.
        for cell in &cells[1..] {
            let slower = format!("{} ({}): slower than one", capital(cell.of.way.said().phrase), cell.wall.median);
            prop_assert!(!found.why.contains(&slower) || apart(cell, alone));
        }
    }
}

/// Whether no way that is clearly faster than one after another has a smaller median.
fn best(cells: &[Cell], cell: &Cell) -> bool {
    let clear = cells.iter().filter(|other| cells[0].wall.are_longer(&other.wall));
    clear.map(|other| other.wall.median).min() == Some(cell.wall.median)
}
