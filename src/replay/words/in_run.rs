//! One event in one line, in its run: what it is about, where the event alone has a number for that.

use super::{describe, the};
use crate::replay::Replay;
use crate::trace::{EventKind, ExceptionId, Trace};

/// [`describe`], of the event at this place in its trace. An exception is called by what it says, as far as that is known,
/// and the sleep beside a wait is called a time-out.
pub fn describe_in(trace: &Trace, replay: &Replay, index: usize) -> String {
    use EventKind as K;
    let journeys = &replay.latest().journeys;
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
        K::SleepBegan { planned } if replay.time_outs().is_one(event.actor, index) => {
            format!("{who} waits for {planned} at most")
        }
        K::SleepEnded if replay.time_outs().is_one(event.actor, index) => {
            format!("{who} is done with its time-out")
        }
        _ => describe(meta, event),
    }
}
