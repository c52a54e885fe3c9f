//! `responsive`: whether a heart keeps its beat while something is computed beside it.

pub mod experiment;

use super::ThreadsVsProcesses;
use super::figure::visit;
use super::plan::Plan;
use crate::replay::words::count;
use crate::topics::Topic;
use crate::topics::predict::{Judged, Question};
use crate::trace::{ActorId, EventKind, Meta, Nanos, Trace};
use crate::widgets::measured::{Cell, Row, Rows};
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::StageView;
use serde::Serialize;
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
}

/// The beats of one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beats {
    /// Where the work is done.
    way: &'static str,
    /// How late each beat came.
    late_ns: Vec<u64>,
    /// How many came later than the next one was due.
    pub missed: usize,
    /// How late the latest one came.
    pub latest_ns: u64,
    #[serde(skip)]
    pub place: usize,
    /// Who began something, and first when: the heart is among them, and is whoever beats.
    #[serde(skip)]
    begun: Vec<(ActorId, Nanos)>,
    /// The event of its latest beat.
    #[serde(skip)]
    event: usize,
}

/// What came out of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResponsiveOutcome {
    /// Time from one beat to the next.
    period_ns: u64,
    /// The ways that have begun.
    pub ways: Vec<Beats>,
}

impl ResponsiveOutcome {
    /// What a trace tells up to an instant.
    pub fn until(period: Duration, trace: &Trace, now: Nanos) -> Self {
        let period = Nanos::from_duration(period);
        let mut outcome = Self { period_ns: period.0, ways: Vec::new() };
        for (index, event) in trace.events().iter().enumerate().take_while(|(_, e)| e.at <= now) {
            outcome.take(trace.meta(), index, event);
        }
        outcome
    }

    fn take(&mut self, meta: &Meta, index: usize, event: &crate::trace::Event) {
        match event.kind {
            EventKind::SectionBegan { section } => {
                let place = meta.section(section).map_or(0, |section| section.number as usize);
                let Some((_, way, _)) = Way::ALL.get(place) else { return };
                let (late_ns, begun) = (Vec::new(), Vec::new());
                let (missed, latest_ns, event) = (0, 0, index);
                self.ways.push(Beats { way, late_ns, missed, latest_ns, place, begun, event });
            }
            EventKind::ValueChanged { version, .. } => {
                let period = self.period_ns;
                let Some(way) = self.ways.last_mut() else { return };
                let mut begun = way.begun.iter();
                let Some((_, began)) = begun.find(|(who, _)| *who == event.actor) else { return };
                let due = began.0 + u64::from(version) * period;
                let late = event.at.0.saturating_sub(due);
                way.missed += usize::from(late > period);
                if late > way.latest_ns || way.late_ns.is_empty() {
                    (way.latest_ns, way.event) = (late, index);
                }
                way.late_ns.push(late);
            }
            EventKind::SpanBegan { .. } => {
                if let Some(way) = self.ways.last_mut()
                    && way.begun.iter().all(|(who, _)| *who != event.actor)
                {
                    way.begun.push((event.actor, event.at));
                }
            }
            _ => {}
        }
    }
}

/// The row of a way: how late each beat came, and how many were missed; a click shows its part of the run.
fn row_of(name: &str, beats: Option<&Beats>, span: Option<(Nanos, Nanos)>) -> Row {
    let (name, does) = (name.to_owned(), span.map(visit));
    let Some(Beats { late_ns, missed, latest_ns, .. }) = beats else {
        return Row { said: format!("work {name}: not yet"), name, does, ..Row::default() };
    };
    let latest = (!late_ns.is_empty()).then_some(Nanos(*latest_ns));
    let said =
        latest.map_or_else(String::new, |latest| format!("latest by {latest}, {missed} missed"));
    Row {
        said: format!("work {name}: {said}"),
        name,
        trials: late_ns.iter().copied().map(Nanos).collect(),
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
        let title = format!("Now: work {}", last.way);
        let (_, _, what) = Way::ALL[last.place];
        return Moment::new(title, what);
    }
    let missed = so_far.ways.iter().filter(|way| way.missed > 0);
    let missed: Vec<String> = missed
        .map(|way| format!("{} missed with work {}", count(way.missed, "beat"), way.way))
        .collect();
    let title = match missed.is_empty() {
        true => "The heart kept its beat each time".to_owned(),
        false => missed.join(", "),
    };
    let latest: Vec<String> =
        so_far.ways.iter().map(|way| format!("{} {}", way.way, Nanos(way.latest_ns))).collect();
    let period = Nanos(so_far.period_ns);
    let text = format!(
        "A beat was due every {period}. The latest one came late by: {}. A beat is missed if the next one is due before it comes.",
        latest.join(", ")
    );
    Moment::new(title, text)
}

/// The ways as rows: a dot for each beat, as far to the right as it was late.
pub fn rows(view: &StageView<'_>) -> Rows {
    let so_far = so_far(view);
    let period = Duration::from_nanos(so_far.period_ns);
    // One scale for the whole run, wherever the cursor is.
    let whole = view.kept(|whole: &mut ResponsiveOutcome, trace, _| {
        *whole = ResponsiveOutcome::until(period, trace, trace.end());
    });
    let row = |(place, (_, name, _)): (usize, &(Way, &str, &str))| {
        let way = so_far.ways.iter().find(|way| way.place == place);
        let section = view.trace.meta().numbered(place as u32);
        let section = section.and_then(|id| view.replay.latest().section(id));
        row_of(name, way, section.and_then(|it| Some((it.began?.0, it.ended?))))
    };
    let latest = whole.ways.iter().map(|way| way.latest_ns).max().unwrap_or(0);
    Rows {
        title: "How late each beat came".to_owned(),
        explained: format!(
            "every dot one of {BEATS} beats, the bar ends at the latest; click a way to see it"
        ),
        columns: vec!["missed".to_owned()],
        rows: Way::ALL.iter().enumerate().map(row).collect(),
        groups: vec!["with work".to_owned()],
        longest: vec![Nanos(latest)],
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
            let way = outcome.ways.iter().find(|way| way.place == place);
            way.ok_or_else(|| "Not all ways came to their end, so this run decides nothing.".to_owned())
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
                Nanos(gil.latest_ns),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Event, Item, ResourceId, SectionId, SourceId, TextId};

    /// On a busy machine the process may be at its work before the heart has begun.
    #[test]
    fn the_heart_is_who_beats_not_who_came_first() {
        let (heart, process) = (ActorId(1), ActorId(2));
        let [old, new] = [Item::of(0), Item::of(1)];
        let events = [
            (0, ActorId(0), EventKind::SectionBegan { section: SectionId(0) }),
            (5, process, EventKind::SpanBegan { name: TextId(0) }),
            (10, heart, EventKind::SpanBegan { name: TextId(1) }),
            (110, heart, EventKind::ValueChanged { res: ResourceId(0), version: 1, old, new }),
            (213, heart, EventKind::ValueChanged { res: ResourceId(0), version: 2, old, new }),
        ];
        let mut outcome = ResponsiveOutcome { period_ns: 100, ways: Vec::new() };
        for (index, (at, actor, kind)) in events.into_iter().enumerate() {
            let event = Event { at: Nanos(at), seq: 0, actor, source: SourceId::NONE, kind };
            outcome.take(&Meta::default(), index, &event);
        }
        assert_eq!((&*outcome.ways[0].late_ns, outcome.ways[0].event), (&[0, 3][..], 4));
    }
}
