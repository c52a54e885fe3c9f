//! The trials of a run, read off its trace: how long each took, who worked in it, and what that cost.

use super::analysis::Under;
use super::ways::{Kind, Way};
use super::work::Work;
use crate::topics::contention;
use crate::topics::cpython::Part;
use crate::trace::{ActorId, Event, EventKind, Follow, Measure, Meta, Nanos, Role, SectionId};
use std::collections::HashMap;

/// One who worked in a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Who.
    pub actor: ActorId,
    /// When it began its first task.
    pub at_work: Option<Nanos>,
    /// What it had of a processor.
    pub cpu: Nanos,
    /// Memory of its process, in use and its own, as far as the system tells.
    pub memory: [Option<u64>; 2],
    /// How often it left a processor, as far as the system tells.
    pub switches: Option<u64>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Its section.
    pub section: SectionId,
    /// Which work it is of, where there are several: from 0.
    pub work: usize,
    /// The way.
    pub way: Way,
    /// Its number among those of its way, from 1.
    pub number: usize,
    /// When it began.
    pub began: Nanos,
    /// When it ended, once that is known.
    pub ended: Option<Nanos>,
    /// Who worked in it, in the order they joined.
    pub workers: Vec<Worker>,
    /// Memory of the program before anybody worked, in use and its own.
    pub before: [Option<u64>; 2],
    /// How many threads of other programs wanted a processor just before.
    pub others: usize,
}

impl Trial {
    /// How long it took.
    pub fn wall(&self) -> Nanos {
        self.ended.map_or(Nanos::ZERO, |end| end.since(self.began))
    }

    /// When it began and ended, once it has.
    pub fn span(&self) -> Option<(Nanos, Nanos)> {
        Some((self.began, self.ended?))
    }

    /// What all its workers had of the processors.
    pub fn cpu(&self) -> Nanos {
        Nanos(self.workers.iter().map(|worker| worker.cpu.0).sum())
    }

    /// How long it took until all were at work.
    pub fn start_up(&self) -> Option<Nanos> {
        let last = self.workers.iter().map(|worker| worker.at_work).max()??;
        Some(last.since(self.began))
    }

    /// What it took of memory, in use (0) or its own (1): that of its processes, or what threads added to their process.
    pub fn memory(&self, which: usize) -> Option<u64> {
        let all = self.workers.iter().filter_map(|worker| worker.memory[which]);
        match self.way.has_processes() {
            true => (!self.workers.is_empty()).then(|| all.sum()),
            false => Some(all.max()?.saturating_sub(self.before[which]?)),
        }
    }

    /// How often its workers left a processor.
    pub fn switches(&self) -> Option<u64> {
        self.workers.iter().map(|worker| worker.switches).sum()
    }

    /// Whether other programs and its own workers together were too many for the processors. Who waits needs none.
    pub fn was_disturbed(&self, cores: usize) -> bool {
        let at_once = self.cpu().0.div_ceil(self.wall().0.max(1)) as usize;
        contention::are_too_many(self.others, at_once, cores)
    }
}

/// The trials of a run.
#[derive(Clone, Debug, Default)]
pub struct Trials {
    /// In the order they began; the last one may be under way.
    pub all: Vec<Trial>,
    /// Cores of the machine that ran it.
    pub cores: usize,
    /// What they were measured under.
    pub under: Under,
    /// The CPython that takes part: its version, how it starts processes, whether its GIL is on.
    pub cpython: Option<[String; 3]>,
    /// That CPython takes no part, or no more, and why: a sentence without its end.
    pub left_out: Option<String>,
    /// Trials by section.
    places: HashMap<SectionId, usize>,
    /// What was measured of other programs last.
    others: usize,
}

impl Follow for Trials {
    fn know(&mut self, meta: &Meta) {
        self.cores = contention::cores_of(meta);
        let mut params = meta.params.iter();
        let program = params.find(|(key, _)| key == "program");
        let load = program.and_then(|(_, word)| Work::named(word).load());
        self.under = Under { cores: self.cores, load };
        let Part { version, method, left_out, .. } = Part::of(meta);
        self.cpython = match (version, method, meta.fact("cpython_gil")) {
            (Some(version), Some(method), Some(gil)) => Some([version, method, gil.to_owned()]),
            _ => None,
        };
        self.left_out = left_out;
    }

    fn take(&mut self, meta: &Meta, event: &Event) {
        match event.kind {
            EventKind::SectionBegan { section } => {
                if let Some(Kind::Trial(work, way, number)) = Kind::of(meta, section) {
                    self.places.insert(section, self.all.len());
                    self.all.push(Trial {
                        section,
                        work,
                        way,
                        number,
                        began: event.at,
                        ended: None,
                        workers: Vec::new(),
                        before: [None; 2],
                        others: self.others,
                    });
                }
            }
            EventKind::SectionEnded { section } => {
                if let Some(trial) = self.places.get(&section).and_then(|at| self.all.get_mut(*at))
                {
                    trial.ended = Some(event.at);
                }
            }
            EventKind::Measured { what, amount } => match contention::others_of(event) {
                Some(others) => self.others = others,
                None => self.measured(meta, event.actor, what, amount),
            },
            EventKind::SpanBegan { .. } => {
                if let Some(worker) = self.worker(meta, event.actor) {
                    worker.at_work.get_or_insert(event.at);
                }
            }
            EventKind::Started { .. } => drop(self.worker(meta, event.actor)),
            _ => {}
        }
    }
}

impl Trials {
    /// The trials of a way that are over at an instant.
    pub fn over(&self, now: Nanos) -> impl Iterator<Item = &Trial> {
        self.all.iter().filter(move |trial| trial.ended.is_some_and(|end| end <= now))
    }

    /// The trial that an instant falls into: the last one that had begun.
    pub fn at(&self, now: Nanos) -> Option<&Trial> {
        self.all.iter().rev().find(|trial| trial.began <= now)
    }

    fn measured(&mut self, meta: &Meta, actor: ActorId, what: Measure, amount: u64) {
        let memory = match what {
            Measure::ResidentMemory => Some(0),
            Measure::OwnMemory => Some(1),
            _ => None,
        };
        if meta.actor(actor).is_some_and(|actor| actor.role == Role::Main) {
            if let (Some(which), Some(trial)) = (memory, self.all.last_mut()) {
                trial.before[which] = Some(amount);
            }
        } else if let Some(worker) = self.worker(meta, actor) {
            match (what, memory) {
                (Measure::CpuTime, _) => worker.cpu = Nanos(amount),
                (Measure::Switches, _) => worker.switches = Some(amount),
                (_, Some(which)) => worker.memory[which] = Some(amount),
                _ => {}
            }
        }
    }

    /// The entry of a worker in its trial.
    fn worker(&mut self, meta: &Meta, id: ActorId) -> Option<&mut Worker> {
        let actor = meta.actor(id).filter(|actor| actor.role == Role::Work)?;
        let trial = self.all.get_mut(*self.places.get(&actor.section?)?)?;
        let place = trial.workers.iter().position(|worker| worker.actor == id);
        let place = place.unwrap_or_else(|| {
            let (at_work, cpu, memory) = (None, Nanos::ZERO, [None; 2]);
            trial.workers.push(Worker { actor: id, at_work, cpu, memory, switches: None });
            trial.workers.len() - 1
        });
        trial.workers.get_mut(place)
    }
}
