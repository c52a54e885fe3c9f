//! Waits and sleeps. A handler of a signal comes into one, and may wait or sleep itself: the one that it came into is interrupted
//! then, and goes on after that.

use super::Events;
use crate::trace::{ActorId, EventKind, Nanos, ResourceId, WaitEnd, WaitOp};

/// A wait or a sleep that has begun and has not ended. A wait with a time-out is a sleep beside the wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pause {
    /// For what it waits.
    pub wait: Option<(ResourceId, WaitOp)>,
    /// When it ends at the latest, on the records' clock.
    pub until: Option<u64>,
    /// A handler has come into it.
    pub is_interrupted: bool,
}

impl Events {
    pub(super) fn pause_begins(&mut self, actor: ActorId, time: u64, pause: Pause) {
        let pauses = self.pauses.entry(actor).or_default();
        match pauses.last().copied() {
            Some(outer) if outer.is_interrupted && pauses.len() < DEEPEST => {
                self.cease(actor, time, outer, WaitEnd::Interrupted);
            }
            // Its end is missing.
            _ => pauses.clear(),
        }
        self.pauses.entry(actor).or_default().push(pause);
        self.go_on(actor, time, pause);
    }

    /// The end of the wait for a resource, or of a sleep: `kind` tells of it.
    pub(super) fn pause_ends(
        &mut self,
        actor: ActorId,
        time: u64,
        res: Option<ResourceId>,
        kind: EventKind,
    ) {
        let pauses = self.pauses.entry(actor).or_default();
        let is_it = |pause: &Pause| pause.wait.map(|(res, _)| res) == res;
        let Some(place) = pauses.iter().rposition(is_it) else {
            return self.push(actor, time, kind);
        };
        let (pause, inner) = (pauses[place], pauses.last().copied());
        let is_inmost = place + 1 == pauses.len();
        pauses.truncate(place);
        if let Some(inner) = inner.filter(|_| !is_inmost) {
            // The ends of those within it are missing.
            self.cease(actor, time, inner, WaitEnd::Interrupted);
            self.go_on(actor, time, pause);
        }
        self.push(actor, time, kind);
        if res.is_some() && pause.until.is_some() {
            self.push(actor, time, EventKind::SleepEnded);
        }
        if let Some(outer) = self.pauses.get(&actor).and_then(|pauses| pauses.last()).copied() {
            self.go_on(actor, time, outer);
        }
    }

    /// A handler begins.
    pub(super) fn handler_begins(&mut self, actor: ActorId) {
        if let Some(pause) = self.pauses.get_mut(&actor).and_then(|pauses| pauses.last_mut()) {
            pause.is_interrupted = true;
        }
    }

    fn go_on(&mut self, actor: ActorId, time: u64, pause: Pause) {
        if let Some(until) = pause.until {
            let planned = Nanos(until.saturating_sub(time));
            self.push(actor, time, EventKind::SleepBegan { planned });
        }
        if let Some((res, op)) = pause.wait {
            self.push(actor, time, EventKind::WaitBegan { res, op });
        }
    }

    fn cease(&mut self, actor: ActorId, time: u64, pause: Pause, how: WaitEnd) {
        if let Some((res, _)) = pause.wait {
            self.push(actor, time, EventKind::WaitEnded { res, how });
        }
        if pause.until.is_some() {
            self.push(actor, time, EventKind::SleepEnded);
        }
    }
}

/// How deep handlers are followed that come into each other.
const DEEPEST: usize = 32;
