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
use std::time::Duration;

/// How often the heart is to beat, and after which beat the work begins.
const BEATS: u32 = 50;
const BEFORE: u32 = 10;

/// Time from one beat to the next.
fn period(plan: &Plan) -> Duration {
    Duration::from_millis(20).mul_f64(plan.scale)
}

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
    /// All, each with its point in the listing, its name on screen and what it is; the place of one is the number of its section.
    #[rustfmt::skip]
    pub const ALL: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::Same, "main.same", "on the same thread", "The thread that beats computes, too: while it does, it cannot beat."),
        (Self::Thread, "main.thread", "on another thread", "The heart has a thread of its own."),
        (Self::Gil, "main.thread", "under the emulated GIL", "Both threads need the emulated GIL: the heart to beat, the worker to compute."),
        (Self::Process, "main.process", "in another process", "The work is in another process, with a memory and an interpreter of its own, were it Python."),
    ];
}

/// What came out of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResponsiveOutcome {
    /// Time from one beat to the next.
    #[serde(rename = "period_ns")]
    period: Nanos,
    /// The ways that have begun.
    pub ways: Vec<Beats>,
}

impl ResponsiveOutcome {
    /// What a trace tells up to an instant.
    pub fn until(trace: &Trace, now: Nanos) -> Self {
        let plan = Plan::new(&ThreadsVsProcesses.params_of(trace.meta()));
        let period = Nanos::from_duration(period(&plan));
        let known = trace.events().partition_point(|event| event.at <= now);
        let names = Way::ALL.map(|(_, _, name, _)| name);
        let ways = Beats::of(&names, trace.meta(), &trace.events()[..known], period);
        Self { period, ways }
    }

    fn way(&self, place: usize) -> Option<&Beats> {
        self.ways.iter().find(|beats| beats.place == place)
    }
}

/// What is said of a moment.
pub fn moment(view: &StageView<'_>) -> Moment {
    let ResponsiveOutcome { period, ways } = so_far(view);
    let Some(last) = ways.last() else {
        return Moment::new("The heart does not beat yet", "Four ways come one after another.");
    };
    if !view.is_done() {
        let (_, _, name, what) = Way::ALL[last.place];
        return Moment::new(format!("Now: work {name}"), what);
    }
    let said = |way: &Beats| format!("{} missed with work {}", count(way.missed, "beat"), way.name);
    let missed: Vec<String> = ways.iter().filter(|way| way.missed > 0).map(said).collect();
    let title = match missed.is_empty() {
        true => "The heart kept its beat each time".to_owned(),
        false => missed.join(", "),
    };
    let late = |way: &Beats| format!("{} {}", way.name, way.latest);
    let latest: Vec<String> = ways.iter().map(late).collect();
    let text = format!(
        "A beat was due every {period}. The latest one came late by: {}. A beat is missed if the next one is due before it comes.",
        latest.join(", ")
    );
    Moment::new(title, text)
}

fn so_far(view: &StageView<'_>) -> ResponsiveOutcome {
    ResponsiveOutcome::until(view.trace, view.choice.instant(view.now))
}

/// The ways as rows: a dot for each beat, as far to the right as it was late.
pub fn rows(view: &StageView<'_>) -> Rows {
    let so_far = so_far(view);
    // One scale for the whole run, wherever the cursor is.
    let whole = view.kept(|whole: &mut ResponsiveOutcome, trace, _| {
        *whole = ResponsiveOutcome::until(trace, trace.end());
    });
    let latest = whole.ways.iter().map(|way| way.latest).max().unwrap_or_default();
    Rows {
        title: "How late each beat came".to_owned(),
        explained: format!(
            "every dot one of {BEATS} beats, the bar ends at the latest; click a way to see it"
        ),
        columns: vec!["missed"],
        rows: (0..Way::ALL.len()).map(|place| row(view, &so_far, place)).collect(),
        groups: vec!["with work".to_owned()],
        longest: vec![latest],
    }
}

fn row(view: &StageView<'_>, so_far: &ResponsiveOutcome, place: usize) -> Row {
    let (_, _, name, _) = Way::ALL[place];
    let section = view.trace.meta().numbered(place as u32);
    let span = section.and_then(|id| view.replay.latest().section(id)?.span());
    let row = Row::not_yet(name, &format!("work {name}"), 0, span.map(StageAction::visit));
    let Some(Beats { late, missed, latest, .. }) = so_far.way(place) else { return row };
    let latest = (!late.is_empty()).then_some(*latest);
    let said = latest.map(|latest| format!("latest by {latest}, {missed} missed"));
    Row {
        trials: late.clone(),
        middle: latest,
        cells: vec![Cell { text: missed.to_string(), amount: None }],
        said: format!("work {name}: {}", said.unwrap_or_default()),
        ..row
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
        let unknown = "Not all ways came to their end, so this run decides nothing.";
        let way = |way: Way| outcome.way(way as usize).ok_or(unknown);
        let (gil, same) = (way(Way::Gil)?, way(Way::Same)?);
        let (latest, missed) = (gil.latest, same.missed);
        Ok(Judged {
            answer: match gil.missed {
                0 => 0,
                some if 2 * some <= missed => 1,
                _ => 2,
            },
            found: gil.missed.to_string(),
            why: format!(
                "Who waits for that lock may ask for it after the switch interval; its latest beat came {latest} late. On the thread that computes itself {missed} were missed."
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
