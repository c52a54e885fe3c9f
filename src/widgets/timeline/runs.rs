//! What lanes are made of as runs of equal state.

use super::merge::Runs;
use crate::replay::{Gap, Lane, OwnerSpan, Phase, Span, TaskSpan};
use crate::trace::{ActorId, Nanos};

/// The phases of a lane as runs.
pub struct Phases<'a>(pub &'a [Span]);

impl Runs for Phases<'_> {
    type Class = Phase;
    fn len(&self) -> usize {
        self.0.len()
    }
    fn start(&self, index: usize) -> Nanos {
        self.0[index].start
    }
    fn class(&self, index: usize) -> Option<Phase> {
        self.0[index].shown()
    }
    fn slot(class: Phase) -> usize {
        class as usize
    }
}

/// The phases of a lane as runs, with their sums.
pub struct Summed<'a>(pub &'a Lane);

impl Runs for Summed<'_> {
    type Class = Phase;
    fn len(&self) -> usize {
        self.0.spans.len()
    }
    fn start(&self, index: usize) -> Nanos {
        self.0.spans[index].start
    }
    fn class(&self, index: usize) -> Option<Phase> {
        self.0.spans[index].shown()
    }
    fn slot(class: Phase) -> usize {
        class as usize
    }
    fn is_summed(&self) -> bool {
        self.0.sums.cover(&self.0.spans)
    }
    fn block(
        &self,
        first: usize,
        until: Nanos,
        pixel: Nanos,
        mut add: impl FnMut(Phase, Nanos),
    ) -> Option<(usize, Nanos)> {
        let (count, block) = self.0.sums.block(first, until, pixel)?;
        block.times().for_each(|(phase, time)| add(phase, time));
        Some((count, block.end))
    }
}

/// The tasks of a lane as runs.
pub struct Tasks<'a>(pub &'a [TaskSpan]);

impl Runs for Tasks<'_> {
    type Class = ();
    fn len(&self) -> usize {
        self.0.len()
    }
    fn start(&self, index: usize) -> Nanos {
        self.0[index].start
    }
    fn class(&self, index: usize) -> Option<()> {
        self.0[index].task.map(|_| ())
    }
    fn slot((): ()) -> usize {
        0
    }
}

/// The gaps of a lane as runs: gaps have the even places, and what lies between them the odd ones.
pub struct Gaps<'a>(pub &'a [Gap]);

impl Runs for Gaps<'_> {
    type Class = ();
    fn len(&self) -> usize {
        2 * self.0.len()
    }
    fn start(&self, index: usize) -> Nanos {
        let gap = &self.0[index / 2];
        if index.is_multiple_of(2) { gap.from } else { gap.to }
    }
    fn class(&self, index: usize) -> Option<()> {
        (index.is_multiple_of(2) && self.0[index / 2].count > 0).then_some(())
    }
    fn slot((): ()) -> usize {
        0
    }
}

/// The owners of a resource as runs.
pub struct Owners<'a>(pub &'a [OwnerSpan]);

impl Runs for Owners<'_> {
    type Class = ActorId;
    fn len(&self) -> usize {
        self.0.len()
    }
    fn start(&self, index: usize) -> Nanos {
        self.0[index].start
    }
    fn class(&self, index: usize) -> Option<ActorId> {
        self.0[index].owner
    }
    fn slot(class: ActorId) -> usize {
        class.index()
    }
}
