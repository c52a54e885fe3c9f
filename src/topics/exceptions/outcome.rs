//! What came out of a run, as its trace tells.

use super::plan::Plan;
use super::table::{self, COLUMNS, CPYTHON, OURS, ROWS, Told, Truth};
use crate::replay::{Course, Ending, Journey, PoolTasks, Replay};
use crate::topics::cpython::Part;
use crate::topics::results;
use crate::trace::{
    ActorId, End, EventKind, Home, Meta, ResourceId, ResourceKind, Role, SectionId, Trace,
    signal_name,
};
use serde::Serialize;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ErrorOutcome {
    pub program: &'static str,
    messages: Vec<String>,
    /// The last line that anybody printed who does the work.
    #[serde(skip)]
    pub last_said: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// That CPython has no part in it, or no more, and why: a sentence without its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    pub errors: Vec<Failed>,
    pub unheard: usize,
    pub ends: Vec<Ended>,
    pub started: usize,
    pub finished: usize,
    pub stuck: Vec<String>,
    pub results: Vec<serde_json::Value>,
    pub lost: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Sent>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<i64>,
    /// What the values were together at the start.
    #[serde(skip)]
    pub before: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<Cell>,
    /// The first fault, in a few words and in a sentence.
    #[serde(skip)]
    pub fault: Option<(&'static str, String)>,
    /// Whether the work is done by processes.
    #[serde(skip)]
    pub processes: bool,
}

/// What became of an exception.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failed {
    pub text: String,
    pub raised_by: String,
    pub raised_ns: u64,
    pub caught_by: Option<String>,
    pub caught_ns: Option<u64>,
    pub kept_ns: Option<u64>,
    pub locks: Vec<String>,
    pub tasks: Vec<u32>,
    pub end: &'static str,
}

/// How a thread or process ended that did work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ended {
    pub name: String,
    pub how: String,
    /// By a signal, or with an exit code other than 0.
    #[serde(skip)]
    pub by_force: bool,
}

/// A signal that was sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sent {
    pub to: String,
    pub signal: String,
    pub handled: bool,
}

/// A cell of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    pub of: &'static str,
    pub row: &'static str,
    pub column: &'static str,
    pub truth: Truth,
    #[serde(flatten)]
    pub told: Told,
    /// The section in which it was measured, of a table.
    #[serde(skip)]
    pub section: Option<SectionId>,
}

/// All cells that were measured.
pub fn cells(meta: &Meta) -> Vec<Cell> {
    let in_turn = |number: u32| {
        let mut sections = meta.sections.iter();
        let place = sections.position(|section| section.begins && section.number == number);
        place.map(SectionId::from_index)
    };
    let mut all = Vec::new();
    for of in [CPYTHON, OURS] {
        for row in ROWS.iter().map(|row| row.0).chain(["rebuild"]) {
            for column in COLUMNS.iter().map(|column| column.0).chain(["map", "futures"]) {
                let Some(told) = table::told(meta, of, row, column) else { continue };
                let section = table::number(of, row, column).and_then(in_turn);
                all.push(Cell { of, row, column, truth: told.truth(row), told, section });
            }
        }
    }
    all
}

impl Failed {
    fn of(meta: &Meta, journey: &Journey) -> Option<Self> {
        let (first, last) = (journey.stops.first()?, journey.stops.last()?);
        let kept = journey.stops.iter().position(|stop| matches!(stop.course, Course::Kept(_)));
        // How long it lay there: until the next stop.
        let kept_ns = kept.and_then(|place| {
            Some(journey.stops.get(place + 1)?.at.since(journey.stops[place].at).0)
        });
        let caught = (last.course == Course::Caught).then_some(last);
        Some(Self {
            text: meta.text(journey.text).to_owned(),
            raised_by: meta.actor_name(first.actor),
            raised_ns: first.at.0,
            caught_by: caught.map(|stop| meta.actor_name(stop.actor)),
            caught_ns: caught.map(|stop| stop.at.0),
            kept_ns,
            locks: journey.locks.iter().map(|lock| meta.resource_name(*lock)).collect(),
            tasks: journey.tasks.iter().map(|(_, task)| task.0).collect(),
            end: match last.course {
                Course::Caught => "caught",
                Course::Unhandled => "unhandled",
                Course::Kept(_) => "kept",
                Course::Asked => "asked for",
                Course::Raised | Course::Released(_) | Course::Passed(_) | Course::Told => {
                    "on its way"
                }
            },
        })
    }
}

impl Ended {
    fn of(meta: &Meta, who: ActorId, end: End) -> Self {
        let by_force = !results::is_good(end) && !matches!(end, End::Error(_));
        Self { name: meta.actor_name(who), how: results::how(meta, end), by_force }
    }
}

impl ErrorOutcome {
    /// The outcome of a run of this plan.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let (meta, state) = (trace.meta(), replay.latest());
        let errors: Vec<_> =
            state.journeys.kept.iter().filter_map(|journey| Failed::of(meta, journey)).collect();
        let ends = results::ends(trace, replay);
        let mut outcome = Self {
            program: plan.program.id,
            left_out: Part::of(meta).left_out,
            messages: results::messages(trace, |_| true),
            last_said: results::messages(trace, |who| {
                meta.actor(who).is_some_and(|actor| actor.role == Role::Work)
            })
            .pop(),
            unheard: errors.iter().filter(|error| error.end != "caught").count(),
            errors,
            results: taken(trace, replay),
            lost: lost(trace, replay),
            signals: signals(trace),
            cells: cells(meta),
            ends: ends.ended.iter().map(|(id, end)| Ended::of(meta, *id, *end)).collect(),
            started: ends.started,
            finished: ends.finished,
            stuck: ends.stuck,
            processes: ends.processes,
            fault: results::fault(trace, replay),
            ..Self::default()
        };
        let main = meta.actors_where(|actor| actor.role == Role::Main).next();
        let ended = main.and_then(|main| state.actor(main)?.end);
        outcome.exit_status = matches!(ended, Some((End::Normal, _))).then_some(0);
        for (index, resource) in meta.resources.iter().enumerate() {
            let Some(at_end) = state.resources.get(index) else { continue };
            match resource.kind {
                ResourceKind::Value => {
                    outcome.values.extend(at_end.contents.front().and_then(|v| v.as_int()));
                    let first = at_first(trace, ResourceId::from_index(index));
                    outcome.before = first.map(|first| first + outcome.before.unwrap_or(0));
                }
                ResourceKind::Queue if resource.home == Home::Program && !resource.is_buffer => {
                    *outcome.left.get_or_insert_default() += at_end.contents.len();
                }
                _ => {}
            }
        }
        outcome
    }

    /// How many cells say this, of those that CPython has measured; of this program's own where there are none.
    pub fn cells_that_say(&self, truth: Truth) -> usize {
        let is_theirs = |cell: &Cell| cell.of == CPYTHON;
        let any = self.cells.iter().any(is_theirs);
        let all = self.cells.iter().filter(|cell| is_theirs(cell) == any);
        all.filter(|cell| cell.truth == truth).count()
    }
}

/// What a value was before anybody wrote it, as the first one that read or wrote it tells.
fn at_first(trace: &Trace, value: ResourceId) -> Option<i64> {
    let item = trace.events().iter().find_map(|event| match event.kind {
        EventKind::ValueRead { res, value: was, .. }
        | EventKind::ValueSeen { res, value: was, .. }
        | EventKind::ValueChanged { res, old: was, .. }
            if res == value =>
        {
            Some(was)
        }
        _ => None,
    });
    item?.as_int()
}

/// Results in the order the program took them.
fn taken(trace: &Trace, replay: &Replay) -> Vec<serde_json::Value> {
    let pools = trace.meta().resources_of(ResourceKind::Pool);
    let mut all: Vec<_> =
        pools.filter_map(|pool| replay.tasks().of(pool)).flat_map(PoolTasks::taken).collect();
    all.sort_by_key(|task| task.taken);
    all.retain(|task| matches!(task.ended, Some((_, Ending::Finished(_)))));
    all.into_iter().map(|task| results::result(trace.meta(), task)).collect()
}

/// Tasks that have no result.
fn lost(trace: &Trace, replay: &Replay) -> Vec<u32> {
    let pools = trace.meta().resources_of(ResourceKind::Pool);
    let all = pools.filter_map(|pool| replay.tasks().of(pool));
    let without = all.flat_map(|tasks| {
        let last = results::last_attempts(tasks).into_iter();
        last.filter(|task| !matches!(task.ended, Some((_, Ending::Finished(_)))))
    });
    without.map(|task| task.id.0).collect()
}

fn signals(trace: &Trace) -> Vec<Sent> {
    let mut all = Vec::new();
    for (place, event) in trace.events().iter().enumerate() {
        let EventKind::SignalSent { to, signal } = event.kind else { continue };
        let handled = trace.events()[place..]
            .iter()
            .any(|later| later.actor == to && later.kind == EventKind::SignalHandled { signal });
        let to = trace.meta().actor_name(to);
        all.push(Sent { to, signal: signal_name(signal), handled });
    }
    all
}
