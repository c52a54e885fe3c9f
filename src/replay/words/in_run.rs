//! One event in one line, in its run: what it is about, where the event alone has a number for that.

use super::{describe, the};
use crate::replay::Journeys;
use crate::trace::{Event, EventKind, ExceptionId, Trace};

/// So many events around one are looked at for the one before or after it of the same actor.
const AROUND: usize = 200;

/// [`describe`], of the event at this place in its trace. An exception is called by what it says, as far as the journeys
/// have it, and the sleep beside a wait is called a time-out.
pub fn describe_in(trace: &Trace, journeys: &Journeys, index: usize) -> String {
    use EventKind as K;
    let Some(event) = trace.events().get(index) else { return String::new() };
    let meta = trace.meta();
    let who = meta.actor_name(event.actor);
    let said = |id: ExceptionId| {
        let text = journeys.get(id).map_or("", |journey| meta.text(journey.text));
        match text {
            "" => "an exception".to_owned(),
            text => format!("the exception “{text}”"),
        }
    };
    match event.kind {
        K::Caught { exception } => format!("{who} caught {}", said(exception)),
        K::Propagated { exception, to } => {
            format!("{who} passed {} on to {}", said(exception), meta.actor_name(to))
        }
        K::Kept { exception, res } => {
            format!("{who} left {} in {}", said(exception), the(meta, res))
        }
        K::Unhandled { exception } => format!("{who} left {} unhandled", said(exception)),
        K::SleepBegan { planned } if is_time_out(trace, index, event) => {
            format!("{who} waits for {planned} at most")
        }
        K::SleepEnded if is_time_out(trace, index, event) => {
            format!("{who} is done with its time-out")
        }
        _ => describe(meta, event),
    }
}

/// Whether the sleep that an event begins or ends is beside a wait.
fn is_time_out(trace: &Trace, index: usize, event: &Event) -> bool {
    use EventKind as K;
    let events = trace.events();
    let own = |other: &&Event| other.actor == event.actor;
    let mut before = events[..index].iter().rev().take(AROUND).filter(own).map(|e| e.kind);
    let mut after = events[index + 1..].iter().take(AROUND).filter(own).map(|e| e.kind);
    match event.kind {
        K::SleepBegan { .. } => {
            matches!(before.next(), Some(K::WaitBegan { .. }))
                || matches!(after.next(), Some(K::WaitBegan { .. }))
        }
        _ => match before.next() {
            Some(K::WaitBegan { .. } | K::WaitEnded { .. } | K::Acquired { .. }) => true,
            Some(K::SleepBegan { .. }) => matches!(before.next(), Some(K::WaitBegan { .. })),
            _ => false,
        },
    }
}
