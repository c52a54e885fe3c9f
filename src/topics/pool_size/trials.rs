//! The trials of a run, read off its trace: when each began, how long its parts took, and who worked in it.

use super::plan::Backend;
use super::sections::Kind;
use crate::topics::contention;
use crate::topics::cpython::Part;
use crate::trace::{ActorId, ActorKind, Event, EventKind, Follow, Meta, Nanos, Role, SectionId};
use std::collections::HashMap;

/// One trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What squared the numbers.
    pub backend: Backend,
    /// Workers of its pool; 0 without a pool.
    pub size: usize,
    /// Its number among those of its backend and size, from 1.
    pub number: usize,
    /// It is thrown away.
    pub warm_up: bool,
    /// When its section began.
    pub announced: Nanos,
    /// When its first part began.
    pub began: Nanos,
    /// When its last part ended, once that is known.
    pub ended: Option<Nanos>,
    /// How long its parts took.
    pub parts: [Nanos; 3],
    /// The time its workers spent on the numbers, all together; 0 where they do not report it.
    pub busy: Nanos,
    /// How many threads of other programs wanted a processor when it began.
    pub others: usize,
}

impl Trial {
    /// From the beginning of the first part to the end of the last one.
    pub fn total(&self) -> Nanos {
        self.ended.map_or(Nanos::ZERO, |end| end.since(self.began))
    }

    /// Whether other programs' threads and its own workers together were too many for the processors.
    pub fn was_disturbed(&self, cores: usize) -> bool {
        contention::are_too_many(self.others, self.size, cores)
    }

    /// Whether it is over, and counts.
    pub fn counts(&self) -> bool {
        !self.warm_up && self.ended.is_some()
    }
}

/// The trials of a run.
#[derive(Clone, Debug, Default)]
pub struct Trials {
    /// In the order they ran; the last one may be under way.
    pub all: Vec<Trial>,
    /// Workers by place: the first workers of all trials, the second ones, and so on.
    pub workers: Vec<Vec<ActorId>>,
    /// The pools' own threads, of which one lives at a time.
    pub supervisors: Vec<ActorId>,
    /// CPython.
    pub python: Option<ActorId>,
    /// The version of the CPython that takes part.
    pub version: Option<String>,
    /// How CPython's pools start their workers.
    pub method: Option<String>,
    /// How long a loop in CPython takes for the same, where that was measured.
    pub loop_takes: Option<Nanos>,
    /// That CPython takes no part, or no more, and why: a sentence without its end.
    pub left_out: Option<String>,
    /// Cores of the machine that ran it.
    pub cores: usize,
    /// The actor that ran the trials.
    pub main: Option<ActorId>,
    /// The number of workers of each trial that have a row of their own.
    started: HashMap<SectionId, usize>,
    part: Option<(usize, Nanos)>,
    /// The workers in a task, with the beginning of that.
    busy: Vec<(ActorId, Nanos)>,
    /// How many actors have been read.
    named: usize,
}

impl Follow for Trials {
    fn know(&mut self, meta: &Meta) {
        self.cores = contention::cores_of(meta);
        let Part { version, method, left_out, .. } = Part::of(meta);
        (self.version, self.method, self.left_out) = (version, method, left_out);
        self.loop_takes = meta.fact("cpython_loop").and_then(|ns| ns.parse().ok()).map(Nanos);
        for id in (self.named..meta.actors.len()).map(ActorId::from_index) {
            self.joined(meta, id);
        }
        self.named = meta.actors.len();
    }

    fn take(&mut self, meta: &Meta, event: &Event) {
        match event.kind {
            EventKind::SectionBegan { section } => match Kind::of(meta, section) {
                Some(Kind::Trial { backend, size, number }) => {
                    self.began(backend, size, number, event.at);
                }
                Some(Kind::Part(part)) => {
                    self.part = Some((part, event.at));
                    if let Some(trial) = self.all.last_mut()
                        && trial.began == Nanos::ZERO
                    {
                        trial.began = event.at;
                    }
                }
                _ => {}
            },
            EventKind::SectionEnded { section } => {
                if let Some(Kind::Part(part)) = Kind::of(meta, section) {
                    self.part_ended(part, event.at);
                }
            }
            EventKind::Measured { .. } => {
                if let Some((trial, others)) = self.all.last_mut().zip(contention::others_of(event))
                {
                    trial.others = others;
                }
            }
            EventKind::TaskStarted { .. } => self.busy.push((event.actor, event.at)),
            EventKind::TaskFinished { .. } | EventKind::TaskFailed { .. } => {
                let place = self.busy.iter().position(|(who, _)| *who == event.actor);
                if let (Some(place), Some(trial)) = (place, self.all.last_mut()) {
                    let (_, since) = self.busy.swap_remove(place);
                    trial.busy = trial.busy + event.at.since(since);
                }
            }
            _ => {}
        }
    }
}

impl Trials {
    /// The trial that an instant falls into: the last one announced by then.
    pub fn at(&self, now: Nanos) -> Option<&Trial> {
        let past = self.all.partition_point(|trial| trial.announced <= now);
        past.checked_sub(1).and_then(|last| self.all.get(last))
    }

    /// The trials that were over at an instant, without warm-ups.
    pub fn over(&self, now: Nanos) -> impl Iterator<Item = &Trial> {
        let past = self.all.partition_point(|trial| trial.announced <= now);
        self.all[..past]
            .iter()
            .filter(move |trial| !trial.warm_up && trial.ended.is_some_and(|end| end <= now))
    }

    fn began(&mut self, backend: Backend, size: usize, number: usize, at: Nanos) {
        self.part = None;
        self.busy.clear();
        let warm_up = number == 0;
        let like = |t: &&Trial| t.warm_up && t.backend == backend && t.size == size;
        let number = if warm_up { self.all.iter().filter(like).count() + 1 } else { number };
        self.all.push(Trial {
            backend,
            size,
            number,
            warm_up,
            announced: at,
            began: Nanos::ZERO,
            ended: None,
            parts: [Nanos::ZERO; 3],
            busy: Nanos::ZERO,
            others: 0,
        });
    }

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

    fn part_ended(&mut self, part: usize, at: Nanos) {
        let began = self.part.take().filter(|(began, _)| *began == part);
        let (Some((_, since)), Some(trial)) = (began, self.all.last_mut()) else {
            return;
        };
        let Some(took) = trial.parts.get_mut(part) else { return };
        *took = at.since(since);
        // Without a pool there is nothing to shut down.
        let last = if trial.backend.has_pools() { 2 } else { 1 };
        if part == last {
            trial.ended = Some(at);
        }
    }
}
