//! Findings: what a whole run proves, each with the moment that shows it.
//!
//! A check is a file here, and may find several kinds. It sees every event in order, with the state that the event led to, and says at the end what it
//! found. A finding says only what the trace proves: where events are missing, or where somebody could still have gone on,
//! a check is silent.
//!
//! A wait with a time-out is a sleep that is under way beside the wait: whoever has one goes on by itself.

mod copies;
mod cut_off;
mod cycle;
mod foreign;
mod forked;
mod guard;
mod half;
mod kind;
mod lasting;
mod left;
mod messages;
mod missing;
mod order;
mod overlap;
mod permits;
mod polling;
mod pools;
mod served;
mod stuck;

pub use kind::FindingKind;

use super::{Replay, State};
use crate::trace::{ActorId, End, Event, EventKind, Meta, Nanos, ResourceId, Role, Trace, WaitEnd};

/// A statement about a run that its trace proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is found.
    pub kind: FindingKind,
    /// The moment that shows it.
    pub at: Nanos,
    /// Index of the event at that moment.
    pub event: usize,
    /// Who takes part.
    pub actors: Vec<ActorId>,
    /// Of what.
    pub resources: Vec<ResourceId>,
    /// It in a sentence.
    pub sentence: String,
}

/// The run as far as it has been read.
struct Run<'a> {
    trace: &'a Trace,
    meta: &'a Meta,
    replay: &'a Replay,
    /// After the event at hand; at the end: after the last.
    state: &'a State,
    /// The run was stopped, now or before: from then on waits end for another reason than what is waited for, and what was
    /// not asked for might have been.
    stopped: bool,
}

impl Run<'_> {
    fn role(&self, actor: ActorId) -> Role {
        self.meta.actor(actor).map_or(Role::Work, |actor| actor.role)
    }

    /// Index of the first event at or after an instant.
    fn event_at(&self, at: Nanos) -> usize {
        self.trace.events().partition_point(|event| event.at < at)
    }

    /// Whether events of somebody are missing: what is not on record may have happened.
    fn is_partial(&self) -> bool {
        self.trace.dropped() > 0 || self.replay.stats().is_partial()
    }
}

/// One check.
trait Check {
    /// Takes in an event, the `index`th.
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let _ = (run, index, event);
    }

    /// What it found, at the end of the run.
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding>;
}

/// What a whole run proves, faults first, each kind in the order of time. The time it takes grows with the number of events; asked again, it
/// takes none.
pub fn findings(trace: &Trace, replay: &Replay) -> Vec<Finding> {
    replay.found(trace, || find(trace, replay))
}

fn find(trace: &Trace, replay: &Replay) -> Vec<Finding> {
    let meta = trace.meta();
    let mut checks: Vec<Box<dyn Check>> = vec![
        Box::new(cycle::Cycles::default()),
        Box::new(stuck::Stuck::default()),
        Box::new(left::Left::default()),
        Box::new(guard::Guards::default()),
        Box::new(half::Halves::default()),
        Box::new(permits::Permits::default()),
        Box::new(messages::Messages::default()),
        Box::new(copies::Copies::default()),
        Box::new(pools::Pools::default()),
        Box::new(served::Served::default()),
        Box::new(cut_off::CutOff::default()),
        Box::new(polling::Polling::default()),
        Box::new(foreign::Called),
        Box::new(foreign::Targetless),
        Box::new(order::PassedOver::default()),
        Box::new(missing::Missing),
        Box::new(foreign::Guardless),
        Box::new(forked::Forked::default()),
        Box::new(overlap::Overlap::default()),
        Box::new(lasting::Locks),
    ];
    let (mut state, mut stopped) = (State::new(meta), false);
    for (index, event) in trace.events().iter().enumerate() {
        state.apply(meta, event);
        stopped |= matches!(
            event.kind,
            EventKind::Ended(End::Cancelled) | EventKind::WaitEnded { how: WaitEnd::Cancelled, .. }
        );
        let run = Run { trace, meta, replay, state: &state, stopped };
        for check in &mut checks {
            check.follow(&run, index, event);
        }
    }
    let run = Run { trace, meta, replay, state: &state, stopped };
    let mut found: Vec<_> = checks.into_iter().flat_map(|check| check.finish(&run)).collect();
    // What is not on record may have happened.
    if run.is_partial() {
        found.retain(|finding| finding.kind == FindingKind::EventsLost);
    }
    // Who stands in a circle is among those that all wait in the end: the circle says more, and comes first.
    let circular = [FindingKind::Deadlock, FindingKind::SelfDeadlock];
    let circles: Vec<_> =
        found.iter().map(|f| circular.contains(&f.kind).then(|| f.actors.clone())).collect();
    let says_more = |place: usize, finding: &Finding| {
        let others = circles.iter().enumerate().filter(|(other, _)| *other != place);
        let mut others = others.filter_map(|(other, actors)| Some((other, actors.as_ref()?)));
        others.any(|(other, actors)| {
            let fewer = actors.len() < finding.actors.len();
            let first = other < place && actors.len() == finding.actors.len();
            (fewer || first) && actors.iter().all(|who| finding.actors.contains(who))
        })
    };
    let mut place = 0;
    found.retain(|finding| {
        place += 1;
        let standing = [FindingKind::Deadlock, FindingKind::Standstill, FindingKind::OnlyASignal];
        !standing.contains(&finding.kind) || !says_more(place - 1, finding)
    });
    found.sort_by_key(|finding| (finding.kind, finding.event));
    found
}
