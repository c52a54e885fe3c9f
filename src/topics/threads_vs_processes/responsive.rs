//! `responsive`: whether a heart keeps its beat while something is computed beside it.

pub mod experiment;

use super::ThreadsVsProcesses;
use super::plan::Plan;
use crate::replay::words::count;
use crate::topics::Topic;
use crate::topics::beats::Beats;
use crate::topics::predict::{Judged, Question};
use crate::trace::{Nanos, Trace};
use crate::widgets::measured::{Cell, Row, Rows};
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{StageAction, StageView};
use serde::Serialize;
use serde_json::json;
use std::time::Duration;

/// How often the heart is to beat, and after which beat the work begins.
const BEATS: u32 = 50;
const BEFORE: u32 = 10;
/// Time from one beat to the next, before it is scaled.
pub const PERIOD: Duration = Duration::from_millis(20);

/// Where the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// On the thread of the heart.
    Same,
    /// On another thread.
    Thread,
    /// On another thread, where only the holder of the emulated GIL runs.
    Gil,
    /// In a process of its own.
    Process,
}

impl Way {
    /// All, each with its name on screen and what it is; the place of one is the number of its section.
    #[rustfmt::skip]
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Same, "on the same thread", "The thread that beats computes, too: while it does, it cannot beat."),
        (Self::Thread, "on another thread", "The heart has a thread of its own."),
        (Self::Gil, "under the emulated GIL", "Both threads need the emulated GIL: the heart to beat, the worker to compute."),
        (Self::Process, "in another process", "The work is in another process, with a memory and an interpreter of its own, were it Python."),
    ];

    fn name(beats: &Beats) -> &'static str {
        Self::ALL[beats.place].1
    }
}

/// What came out of a run.
#[derive(Clone, Debug, Default)]
pub struct ResponsiveOutcome {
    /// Time from one beat to the next.
    period: Nanos,
    /// The ways that have begun.
    pub ways: Vec<Beats>,
}

impl ResponsiveOutcome {
    /// What a trace tells up to an instant.
    pub fn until(period: Duration, trace: &Trace, now: Nanos) -> Self {
        let period = Nanos::from_duration(period);
        let known = trace.events().partition_point(|event| event.at <= now);
        let mut ways = Beats::of(trace.meta(), &trace.events()[..known], period);
        ways.retain(|beats| beats.place < Way::ALL.len());
        Self { period, ways }
    }

    fn way(&self, place: usize) -> Option<&Beats> {
        self.ways.iter().find(|beats| beats.place == place)
    }
}

impl Serialize for ResponsiveOutcome {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let ways = self.ways.iter().map(|beats| {
            let late: Vec<u64> = beats.late.iter().map(|late| late.0).collect();
            let (missed, latest) = (beats.missed, beats.latest.0);
            json!({ "way": Way::name(beats), "late_ns": late, "missed": missed, "latest_ns": latest })
        });
        json!({ "period_ns": self.period.0, "ways": ways.collect::<Vec<_>>() }).serialize(to)
    }
}

/// The row of a way: how late each beat came, and how many were missed; a click shows its part of the run.
fn row_of(name: &str, beats: Option<&Beats>, span: Option<(Nanos, Nanos)>) -> Row {
    let (name, does) = (name.to_owned(), span.map(StageAction::visit));
    let Some(Beats { late, missed, latest, .. }) = beats else {
        return Row { said: format!("work {name}: not yet"), name, does, ..Row::default() };
    };
    let latest = (!late.is_empty()).then_some(*latest);
    let said =
        latest.map_or_else(String::new, |latest| format!("latest by {latest}, {missed} missed"));
    Row {
        said: format!("work {name}: {said}"),
        name,
        trials: late.clone(),
        middle: latest,
        cells: vec![Cell { text: missed.to_string(), part: None }],
        does,
        ..Row::default()
    }
}

fn so_far(view: &StageView<'_>) -> ResponsiveOutcome {
    let plan = Plan::new(&ThreadsVsProcesses.params_of(view.trace.meta()));
    ResponsiveOutcome::until(plan.period, view.trace, view.choice.instant(view.now))
}

/// What is said of a moment.
pub fn moment(view: &StageView<'_>) -> Moment {
    let so_far = so_far(view);
    let Some(last) = so_far.ways.last() else {
        return Moment::new("The heart does not beat yet", "Four ways come one after another.");
    };
    if !view.is_done() {
        let (_, name, what) = Way::ALL[last.place];
        return Moment::new(format!("Now: work {name}"), what);
    }
    let missed = so_far.ways.iter().filter(|way| way.missed > 0);
    let missed: Vec<String> = missed
        .map(|way| format!("{} missed with work {}", count(way.missed, "beat"), Way::name(way)))
        .collect();
    let title = match missed.is_empty() {
        true => "The heart kept its beat each time".to_owned(),
        false => missed.join(", "),
    };
    let latest: Vec<String> =
        so_far.ways.iter().map(|way| format!("{} {}", Way::name(way), way.latest)).collect();
    let period = so_far.period;
    let text = format!(
        "A beat was due every {period}. The latest one came late by: {}. A beat is missed if the next one is due before it comes.",
        latest.join(", ")
    );
    Moment::new(title, text)
}

/// The ways as rows: a dot for each beat, as far to the right as it was late.
pub fn rows(view: &StageView<'_>) -> Rows {
    let so_far = so_far(view);
    let period = so_far.period.to_duration();
    // One scale for the whole run, wherever the cursor is.
    let whole = view.kept(|whole: &mut ResponsiveOutcome, trace, _| {
        *whole = ResponsiveOutcome::until(period, trace, trace.end());
    });
    let row = |(place, (_, name, _)): (usize, &(Way, &str, &str))| {
        let section = view.trace.meta().numbered(place as u32);
        let section = section.and_then(|id| view.replay.latest().section(id));
        row_of(name, so_far.way(place), section.and_then(|it| Some((it.began?.0, it.ended?))))
    };
    let latest = whole.ways.iter().map(|way| way.latest).max().unwrap_or_default();
    Rows {
        title: "How late each beat came".to_owned(),
        explained: format!(
            "every dot one of {BEATS} beats, the bar ends at the latest; click a way to see it"
        ),
        columns: vec!["missed".to_owned()],
        rows: Way::ALL.iter().enumerate().map(row).collect(),
        groups: vec!["with work".to_owned()],
        longest: vec![latest],
    }
}

/// The ways as a table.
pub fn facts(view: &StageView<'_>) -> Vec<(String, String)> {
    rows(view).rows.into_iter().map(|row| (row.name, row.said)).collect()
}

/// The question before a run.
pub fn question() -> Question {
    let text = "A heart beats on one thread while another computes under the emulated GIL. How many beats does it miss?";
    Question::new(text, |seen| {
        let outcome: &ResponsiveOutcome = seen.outcome()?;
        let way = |place: usize| {
            outcome.way(place).ok_or_else(|| "Not all ways came to their end, so this run decides nothing.".to_owned())
        };
        let (gil, same) = (way(2)?, way(0)?);
        Ok(Judged {
            answer: match gil.missed {
                0 => 0,
                some if 2 * some <= same.missed => 1,
                _ => 2,
            },
            found: gil.missed.to_string(),
            why: format!(
                "Who waits for that lock may ask for it after the switch interval; its latest beat came {} late. On the \
                 thread that computes itself {} were missed.",
                gil.latest,
                same.missed
            ),
            event: gil.event,
        })
    })
    .answer("none", "the holder has to give the GIL up soon enough")
    .answer("some, but fewer than on one thread", "they take turns, slowly")
    .answer("about as many as on one thread", "only one of the two can run")
    .then(
        "Change one control so that the lock is asked for only after a long time.",
        "switch interval: 100 ms",
        |seen| seen.param("interval").parse::<f64>().is_ok_and(|secs| secs >= 0.04),
    )
}
