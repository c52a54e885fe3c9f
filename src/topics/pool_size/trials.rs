//! What the trials of a run are of, a pool of some size, and who worked in them.

use super::plan::Backend;
use crate::topics::trials::{self, Subject};
use crate::trace::{ActorId, ActorKind, Event, Follow, Meta, Nanos, Role, SectionId};
use std::collections::HashMap;

/// One trial.
pub type Trial = trials::Trial<Pool>;
/// The trials of a run.
pub type Trials = trials::Trials<Pool>;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What squares the numbers.
    pub backend: Backend,
    /// Workers of its pool; 0 without a pool.
    pub size: usize,
}

impl Subject for Pool {
    fn of(meta: &Meta, id: SectionId) -> Option<(Self, usize)> {
        let section = meta.section(id)?;
        let outer = meta.section(section.within?)?;
        let second =
            outer.within.filter(|id| meta.section(*id).is_some_and(|s| s.within.is_none()));
        let backend = *meta.section_among(second?, &Backend::ALL)?;
        Some((Self { backend, size: outer.number as usize }, section.number as usize))
    }

    fn last_part(self) -> Option<usize> {
        // Without a pool there is nothing to shut down.
        Some(if self.backend.has_pools() { 2 } else { 1 })
    }

    fn has_processes(self) -> bool {
        !matches!(self.backend, Backend::Threads | Backend::Sequential)
    }

    fn at_once(trial: &Trial) -> usize {
        trial.of.size
    }
}

/// How long a loop in CPython takes for the same, where that was measured.
pub fn loop_takes(meta: &Meta) -> Option<Nanos> {
    meta.fact("cpython_loop").and_then(|ns| ns.parse().ok()).map(Nanos)
}

/// Who takes part in a run, by row.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Workers by place: the first workers of all trials, the second ones, and so on.
    pub workers: Vec<Vec<ActorId>>,
    /// The pools' own threads, of which one lives at a time.
    pub supervisors: Vec<ActorId>,
    /// CPython.
    pub python: Option<ActorId>,
    /// The actor that ran the trials.
    pub main: Option<ActorId>,
    /// The number of workers of each trial that have a row of their own.
    started: HashMap<SectionId, usize>,
    /// How many actors have been read.
    named: usize,
}

impl Follow for Places {
    fn know(&mut self, meta: &Meta) {
        for id in (self.named..meta.actors.len()).map(ActorId::from_index) {
            self.joined(meta, id);
        }
        self.named = meta.actors.len();
    }

    fn take(&mut self, _: &Meta, _: &Event) {}
}

impl Places {
    /// Gives an actor its row. A worker gets the row of the worker it replaces, or the next row of its trial.
    fn joined(&mut self, meta: &Meta, id: ActorId) {
        let Some(actor) = meta.actor(id) else { return };
        match (actor.role, actor.section, actor.kind) {
            (Role::Main, ..) => self.main = Some(id),
            // An earlier version recorded it as one at work.
            (Role::Helper | Role::Work, None, ActorKind::Process) => self.python = Some(id),
            (Role::Helper, ..) => self.supervisors.push(id),
            (Role::Work, Some(trial), _) => {
                let before = actor.replaces;
                let mut rows = self.workers.iter_mut();
                let row = rows.find(|row| before.is_some() && row.last().copied() == before);
                if let Some(row) = row {
                    return row.push(id);
                }
                let place = self.started.entry(trial).or_default();
                if self.workers.len() <= *place {
                    self.workers.resize_with(*place + 1, Vec::new);
                }
                self.workers[*place].push(id);
                *place += 1;
            }
            (Role::Work | Role::User, ..) => {}
        }
    }
}
