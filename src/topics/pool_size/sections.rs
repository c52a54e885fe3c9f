//! Trials on record, as sections in turn: a backend, in it a pool size, in it a trial, in it the trial's parts.

use super::plan::{Backend, Plan};
use crate::record::Log;
use crate::topics::Lab;
use crate::trace::{EventKind, Section, SectionId};

/// What the parts of a trial are called, in their order.
pub const NAMES: [&str; 3] = ["start", "map", "shutdown"];

/// A part of a trial. Its number is that of its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Making the pool.
    Start,
    /// Squaring.
    Map,
    /// Closing the pool and waiting for its end.
    Shutdown,
}

/// The sections of what is measured.
pub struct Sections {
    all: Vec<(Backend, usize, [SectionId; 2])>,
}

impl Sections {
    /// The sections of a plan.
    pub fn new(lab: &Lab<'_>, plan: &Plan) -> Self {
        let mut all = Vec::new();
        for backend in &plan.backends {
            let place = Backend::ALL.iter().position(|b| b == backend).unwrap_or(0);
            let outer = Section::new(backend.title(), number(place)).in_turn();
            let outer = lab.recorder.section(outer);
            let sizes = if backend.has_pools() { &plan.sizes[..] } else { &[0] };
            for size in sizes {
                let name = match size {
                    0 => "no pool".to_owned(),
                    size => format!("pool of {size}"),
                };
                let inner = Section::new(name, number(*size)).in_turn().within(outer);
                all.push((*backend, *size, [outer, lab.recorder.section(inner)]));
            }
        }
        Self { all }
    }

    /// Begins the trial of this round, from 1.
    pub fn begin(
        &self,
        lab: &Lab<'_>,
        plan: &Plan,
        (backend, size): (Backend, usize),
        round: usize,
    ) -> Trial {
        let found = self.all.iter().find(|(b, s, _)| (*b, *s) == (backend, size));
        let within = found.map_or(&[][..], |(.., within)| within);
        let (name, place) = match round.saturating_sub(plan.warm_up) {
            0 => (format!("warm-up {round}"), 0),
            counted => (format!("trial {counted}"), counted),
        };
        let register = |name: String, place, outer: Option<&SectionId>| {
            let section = Section::new(name, number(place)).in_turn();
            lab.recorder.section(Section { within: outer.copied(), ..section })
        };
        let trial = register(name, place, within.last());
        let part = |place: usize| register(NAMES[place].to_owned(), place, Some(&trial));
        let parts = [0, 1, 2].map(part);
        let trial = Trial { within: within.iter().copied().chain([trial]).collect(), trial, parts };
        for section in &trial.within {
            lab.main.record(EventKind::SectionBegan { section: *section });
        }
        trial
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A trial that has begun.
pub struct Trial {
    /// It and what it is in, outermost first.
    within: Vec<SectionId>,
    /// Its section.
    pub trial: SectionId,
    /// The sections of its parts.
    pub parts: [SectionId; 3],
}

impl Trial {
    /// Does what is a part of its own.
    pub fn run<T>(&self, log: &Log, part: Part, what: impl FnOnce() -> T) -> T {
        log.in_section(self.parts[part as usize], what)
    }

    /// Ends it.
    pub fn end(self, log: &Log) {
        for section in self.within.into_iter().rev() {
            log.record(EventKind::SectionEnded { section });
        }
    }
}
