//! What the program says, and what that is on the run's own clock.

use crate::record::{Clock, Log, Recorder};
use crate::trace::{EventKind, Home, Nanos, Resource, ResourceKind, SectionId, WaitEnd, WaitOp};
use crate::workers::tame;
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
pub(super) struct Hello {
    pub(super) at: u64,
    pub(super) pid: u64,
    pub(super) name: String,
    pub(super) version: String,
}

/// A line that follows a request.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Said {
    Answer(Answer),
    Told { told: Json },
}

#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) got: u64,
    pub(super) at: u64,
    pub(super) value: Json,
    pub(super) spans: Vec<(String, u64, u64)>,
    /// Stretches of the spans in which it waited for something of this name, in their order.
    #[serde(default)]
    pub(super) waits: Vec<(String, u64, u64)>,
}

impl Answer {
    /// What the program did, in its order and on its own clock: the stretches of its work as `sections`, in their order, and those
    /// beyond as spans; and where it says that it waited, for a result in `section`.
    pub(super) fn events(
        &self,
        recorder: &Recorder,
        sections: &[SectionId],
        section: Option<SectionId>,
    ) -> Vec<(u64, EventKind)> {
        let mut done = Vec::new();
        for (place, (name, begin, end)) in self.spans.iter().enumerate() {
            let (began, ended) = match sections.get(place) {
                Some(&section) => {
                    (EventKind::SectionBegan { section }, EventKind::SectionEnded { section })
                }
                None => {
                    let name = recorder.text(&tame(name));
                    (EventKind::SpanBegan { name }, EventKind::SpanEnded { name })
                }
            };
            done.extend([(*begin, began), (*end, ended)]);
        }
        for (name, begin, end) in &self.waits {
            let result = Resource::new(tame(name), ResourceKind::Future).at_home(Home::Shared);
            let res = recorder.resource(result.in_section(section));
            let (op, how) = (WaitOp::Result, WaitEnd::TimedOut);
            // Within its span: that ends later.
            let place = done.partition_point(|(at, _)| at < end);
            done.insert(place, (*end, EventKind::WaitEnded { res, how }));
            let place = done.partition_point(|(at, _)| at <= begin);
            done.insert(place, (*begin, EventKind::WaitBegan { res, op }));
        }
        done
    }
}

/// From the program's clock to the run's. On every Unix both are the machine's monotonic clock; should a Python have another, its
/// durations are kept and its times are moved to where they must have been.
pub(super) struct Shift {
    origin: u64,
    by: i128,
    /// What it tells happened no earlier than it was asked.
    asked: Nanos,
    clock: Clock,
}

impl Shift {
    /// What was stamped `first` and `last` happened between `asked` and now.
    pub(super) fn new(log: &Log, asked: Nanos, first: u64, last: u64) -> Self {
        let clock = log.recorder().clock();
        let (origin, received) = (clock.origin(), clock.now());
        let place = |at: u64| i128::from(at) - i128::from(origin);
        let fits = place(first) >= asked.0.into() && place(last) <= received.0.into();
        let by = if fits {
            0
        } else {
            log::warn!("python3 has another clock: its times are moved");
            i128::from(received.0) - place(last)
        };
        Self { origin, by, asked, clock: clock.clone() }
    }

    /// When that was, on the run's clock: after it was asked, and not in the future.
    pub(super) fn at(&self, at: u64) -> Nanos {
        let at = i128::from(at) - i128::from(self.origin) + self.by;
        let at = at.clamp(self.asked.0.into(), self.clock.now().max(self.asked).0.into());
        Nanos(at as u64)
    }
}
