//! Data that is read off the events of a trace as they come.

use super::{Event, Meta, Trace};
use std::ops::Deref;

/// Data that is read off the events of a trace, one after another.
pub trait Follow: Default {
    /// Takes in what is known beside the events: all of it, whenever there is more.
    fn know(&mut self, meta: &Meta) {
        let _ = meta;
    }

    /// Takes in the next event.
    fn take(&mut self, meta: &Meta, event: &Event);

    /// What a whole trace tells.
    fn of(trace: &Trace) -> Self {
        let mut data = Self::default();
        data.know(trace.meta());
        trace.events().iter().for_each(|event| data.take(trace.meta(), event));
        data
    }
}

/// Such data of one trace, kept up to date as that grows.
#[derive(Clone, Debug, Default)]
pub struct Followed<T> {
    data: T,
    /// How many events have been read.
    read: usize,
    /// What [`Trace::rewritten`] was then.
    rewritten: u64,
}

impl<T: Follow> Followed<T> {
    /// Reads the events that are new in the trace; all of them anew where some were put in before others.
    pub fn update(&mut self, trace: &Trace) {
        if self.rewritten != trace.rewritten() {
            *self = Self { rewritten: trace.rewritten(), ..Self::default() };
        }
        self.data.know(trace.meta());
        for event in trace.events().get(self.read..).unwrap_or_default() {
            self.data.take(trace.meta(), event);
            self.read += 1;
        }
    }
}

impl<T> Deref for Followed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{ActorId, Batch, EventKind, Nanos, SourceId};

    #[derive(Default)]
    struct Times(Vec<u64>);

    impl Follow for Times {
        fn take(&mut self, _: &Meta, event: &Event) {
            self.0.push(event.at.0);
        }
    }

    #[test]
    fn each_event_is_read_once_and_in_its_place_however_late_it_comes() {
        let (mut trace, mut times) = (Trace::default(), Followed::<Times>::default());
        let (actor, source, kind) = (ActorId(0), SourceId::NONE, EventKind::At);
        for batch in [&[10, 30][..], &[40], &[], &[20, 50], &[5], &[60]] {
            let event = |at: &u64| Event { at: Nanos(*at), seq: *at as u32, actor, source, kind };
            trace.apply(Batch { events: batch.iter().map(event).collect(), ..Batch::default() });
            times.update(&trace);
            assert_eq!(times.0, Times::of(&trace).0);
            assert_eq!(times.read, trace.events().len());
        }
        assert_eq!(times.0, [5, 10, 20, 30, 40, 50, 60]);
        assert_eq!(trace.rewritten(), 2);
    }
}
