//! Sleeps beside a wait: time-outs, not pauses.

use crate::replay::State;
use crate::trace::{ActorId, Event, EventKind};

/// Every sleep of a trace, and which of them are time-outs of a wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeOuts {
    /// By actor, in order.
    sleeps: Vec<Vec<Sleep>>,
}

/// A sleep, by the indices of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sleep {
    began: u32,
    /// The one that says that its actor waits beside it: its own, or the wait's.
    told: Option<u32>,
}

impl TimeOuts {
    /// Whether an actor's sleep that the `index`th event begins, or that one ends, is a time-out.
    pub fn is_one(&self, actor: ActorId, index: usize) -> bool {
        let Some(sleeps) = self.sleeps.get(actor.index()) else { return false };
        let until = sleeps.partition_point(|sleep| sleep.began as usize <= index);
        until.checked_sub(1).is_some_and(|last| sleeps[last].told.is_some())
    }

    /// Takes in the `index`th event; `state` is that after it.
    pub(super) fn follow(&mut self, state: &State, index: usize, event: &Event) {
        let place = event.actor.index();
        let Some(actor) = state.actor(event.actor) else { return };
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        match event.kind {
            EventKind::SleepBegan { .. } => {
                if self.sleeps.len() <= place {
                    self.sleeps.resize_with(place + 1, Vec::new);
                }
                let told = actor.waiting.is_some().then_some(index);
                self.sleeps[place].push(Sleep { began: index, told });
            }
            EventKind::WaitBegan { .. } if actor.sleeping.is_some() => {
                if let Some(sleep) = self.sleeps.get_mut(place).and_then(|all| all.last_mut()) {
                    sleep.told.get_or_insert(index);
                }
            }
            _ => {}
        }
    }

    /// Takes everything back to before the event `index`.
    pub(super) fn rewind(&mut self, index: usize) {
        for sleeps in &mut self.sleeps {
            sleeps.truncate(sleeps.partition_point(|sleep| (sleep.began as usize) < index));
            if let Some(last) = sleeps.last_mut() {
                last.told = last.told.filter(|told| (*told as usize) < index);
            }
        }
        while self.sleeps.last().is_some_and(Vec::is_empty) {
            self.sleeps.pop();
        }
    }
}
