//! The ways to hand things over that are compared, and what was measured of each, as a trace tells.

use super::plan::Plan;
use crate::replay::State;
use crate::trace::{Meta, Nanos, SectionId};

/// A way to hand things over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a queue.
    Queue,
    /// By a pipe.
    Pipe,
    /// By shared memory, and semaphores that count its places.
    Memory,
    /// By a manager: a message is a call that is answered.
    Manager,
}

impl Way {
    /// All of them, in the order in which they are measured.
    pub const ALL: [Self; 4] = [Self::Queue, Self::Pipe, Self::Memory, Self::Manager];

    /// It in words, also to CPython.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Pipe => "pipe",
            Self::Memory => "shared memory",
            Self::Manager => "manager",
        }
    }
}

/// What a section measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measures {
    /// CPython does it.
    pub is_cpythons: bool,
    /// Which way.
    pub way: Way,
}

impl Measures {
    /// What a section with this number measures: this program's ways come first, CPython's follow.
    fn of(number: u32) -> Option<Self> {
        let (who, way) = (number as usize / Way::ALL.len(), number as usize % Way::ALL.len());
        (who < 2).then(|| Self { is_cpythons: who == 1, way: Way::ALL[way] })
    }

    /// The number of its section.
    #[cfg(unix)]
    pub fn number(self) -> u32 {
        self.way as u32 + if self.is_cpythons { Way::ALL.len() as u32 } else { 0 }
    }

    /// Whether each message is a call that is answered.
    pub fn calls(self) -> bool {
        self.way == Way::Manager
    }

    /// How many hand-overs are measured: messages there and back, of which each is one, or one way.
    fn hand_overs(self, plan: &Plan) -> u64 {
        let both = plan.measure == "hand-over" && !self.calls();
        plan.messages as u64 * if both { 2 } else { 1 }
    }
}

/// What was measured of one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Its section.
    pub section: SectionId,
    /// What it measures.
    pub what: Measures,
    /// What it is called.
    pub name: String,
    /// When it began.
    pub began: Nanos,
    /// How long it took; `None`: it is not over.
    pub took: Option<Nanos>,
}

impl Measured {
    /// The time of one message.
    pub fn each(&self, plan: &Plan) -> Option<Nanos> {
        self.took.map(|took| Nanos(took.0 / self.what.hand_overs(plan).max(1)))
    }
}

/// What has been measured so far.
pub fn measured(meta: &Meta, state: &State) -> Vec<Measured> {
    let all = meta.sections.iter().enumerate().filter_map(|(index, section)| {
        let id = SectionId::from_index(index);
        let so_far = state.section(id)?;
        let (began, _) = so_far.began?;
        let took = so_far.ended.map(|ended| ended.since(began));
        let (name, what) = (section.name.clone(), Measures::of(section.number)?);
        Some(Measured { section: id, what, name, began, took })
    });
    all.collect()
}

/// What this program has measured of a way.
pub fn of(meta: &Meta, state: &State, way: Way) -> Option<Measured> {
    let what = Measures { is_cpythons: false, way };
    measured(meta, state).into_iter().find(|measured| measured.what == what)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_what_is_measured() {
        for is_cpythons in [false, true] {
            for way in Way::ALL {
                let what = Measures { is_cpythons, way };
                assert_eq!(Measures::of(what.number()), Some(what));
            }
        }
        assert_eq!(Measures::of(8), None);
    }
}
