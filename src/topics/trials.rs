//! Trials of a run, read off its trace: what is measured again and again, each time in a section of its own, in turn with others.
//! How long each took and its parts, who worked in it, and what that cost. Pure.

mod cell;
mod lanes;
mod sections;

pub use cell::Cell;
pub use sections::{Sections, rounds};

use super::contention;
use crate::trace::{ActorId, Event, EventKind, Follow, Measure, Meta, Nanos, Role, SectionId};
use std::collections::HashMap;

/// What trials are of: a way to do something, a pool of some size.
pub trait Subject: Copy + PartialEq {
    /// What the trial in a section is of, and its number, from 1: 0 where it is thrown away. Nothing where the section is no
    /// trial.
    fn of(meta: &Meta, section: SectionId) -> Option<(Self, usize)>;

    /// The number of the part with which a trial is over; nothing where it has no parts. Parts are sections in that of the
    /// trial.
    fn last_part(self) -> Option<usize> {
        None
    }

    /// Whether each worker is a process of its own.
    fn has_processes(self) -> bool;

    /// How many computed at once in a trial.
    fn at_once(trial: &Trial<Self>) -> usize;
}

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
pub struct Trial<S> {
    /// What it is of.
    pub of: S,
    /// Its section.
    pub section: SectionId,
    /// Its number among those of the same, from 1.
    pub number: usize,
    /// It is thrown away.
    pub warm_up: bool,
    /// When its section began.
    pub announced: Nanos,
    /// When it began: with its first part, where it has parts.
    pub began: Nanos,
    /// When it ended, once that is known: with its last part.
    pub ended: Option<Nanos>,
    /// How long its parts took, by number.
    pub took: Vec<Nanos>,
    /// Who worked in it, in the order they joined.
    pub workers: Vec<Worker>,
    /// The time its workers spent on tasks of a pool, all together; 0 where they do not report it.
    pub busy: Nanos,
    /// Memory of the program before anybody worked, in use and its own.
    pub before: [Option<u64>; 2],
    /// How many threads of other programs wanted a processor just before.
    pub others: usize,
}

impl<S: Subject> Trial<S> {
    /// One that has been announced.
    pub fn new(of: S, section: SectionId, number: usize, at: Nanos) -> Self {
        Self {
            of,
            section,
            number,
            warm_up: false,
            announced: at,
            began: at,
            ended: None,
            took: Vec::new(),
            workers: Vec::new(),
            busy: Nanos::ZERO,
            before: [None; 2],
            others: 0,
        }
    }

    /// Whether it is over, and counts.
    pub fn counts(&self) -> bool {
        !self.warm_up && self.ended.is_some()
    }

    /// When it began and ended, once it has.
    pub fn span(&self) -> Option<(Nanos, Nanos)> {
        Some((self.began, self.ended?))
    }

    /// How long it took.
    pub fn wall(&self) -> Nanos {
        self.ended.map_or(Nanos::ZERO, |end| end.since(self.began))
    }

    /// How long its first parts took: no time for one that it does not have.
    pub fn parts<const N: usize>(&self) -> [Nanos; N] {
        std::array::from_fn(|part| self.took.get(part).copied().unwrap_or_default())
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

    /// How often its workers left a processor.
    pub fn switches(&self) -> Option<u64> {
        self.workers.iter().map(|worker| worker.switches).sum()
    }

    /// Whether other programs' threads and its own workers together were too many for the processors.
    pub fn was_disturbed(&self, cores: usize) -> bool {
        contention::are_too_many(self.others, S::at_once(self), cores)
    }

    /// Whether anything of it has begun.
    fn is_under_way(&self) -> bool {
        self.ended.is_some() || !self.workers.is_empty() || !self.took.is_empty()
    }
}

/// The trials of a run.
#[derive(Clone, Debug)]
pub struct Trials<S> {
    /// In the order they began; the last one may be under way.
    pub all: Vec<Trial<S>>,
    /// Cores of the machine that ran it.
    pub cores: usize,
    /// Trials by section.
    places: HashMap<SectionId, usize>,
    /// The part under way, with its beginning.
    part: Option<(usize, Nanos)>,
    /// The workers in a task, with the beginning of that.
    busy: Vec<(ActorId, Nanos)>,
    /// What was measured of other programs last.
    others: usize,
}

impl<S> Default for Trials<S> {
    fn default() -> Self {
        let (all, places, busy) = (Vec::new(), HashMap::new(), Vec::new());
        Self { all, cores: 0, places, part: None, busy, others: 0 }
    }
}

impl<S: Subject> Follow for Trials<S> {
    fn know(&mut self, meta: &Meta) {
        self.cores = contention::cores_of(meta);
    }

    fn take(&mut self, meta: &Meta, event: &Event) {
        match event.kind {
            EventKind::SectionBegan { section } => match S::of(meta, section) {
                Some((of, number)) => self.began(of, section, number, event.at),
                None => self.part_began(meta, section, event.at),
            },
            EventKind::SectionEnded { section } => self.section_ended(meta, section, event.at),
            EventKind::Measured { what, amount } => match contention::others_of(event) {
                Some(others) => self.others_wanted(others),
                None => self.measured(meta, event.actor, what, amount),
            },
            EventKind::Started { .. } => drop(self.worker(meta, event.actor)),
            EventKind::SpanBegan { .. } => {
                if let Some(worker) = self.worker(meta, event.actor) {
                    worker.at_work.get_or_insert(event.at);
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

impl<S: Subject> Trials<S> {
    /// The trials that are over at an instant, without those that are thrown away.
    pub fn over(&self, now: Nanos) -> impl Iterator<Item = &Trial<S>> {
        let is_over = move |trial: &&Trial<S>| trial.ended.is_some_and(|end| end <= now);
        self.all[..self.past(now)].iter().filter(move |trial| trial.counts() && is_over(trial))
    }

    /// The trial that an instant falls into: the last one announced by then.
    pub fn at(&self, now: Nanos) -> Option<&Trial<S>> {
        self.all.get(self.past(now).checked_sub(1)?)
    }

    fn past(&self, now: Nanos) -> usize {
        self.all.partition_point(|trial| trial.announced <= now)
    }

    fn began(&mut self, of: S, section: SectionId, number: usize, at: Nanos) {
        self.part = None;
        self.busy.clear();
        let warm_up = number == 0;
        let like = |trial: &&Trial<S>| trial.warm_up && trial.of == of;
        let number = if warm_up { self.all.iter().filter(like).count() + 1 } else { number };
        self.places.insert(section, self.all.len());
        let trial = Trial::new(of, section, number, at);
        self.all.push(Trial { warm_up, others: self.others, ..trial });
    }

    /// The trial under way, and the number of its part that a section is.
    fn part_of(&mut self, meta: &Meta, section: SectionId) -> Option<(&mut Trial<S>, usize)> {
        let section = meta.section(section)?;
        let trial = self.all.last_mut().filter(|trial| section.within == Some(trial.section))?;
        Some((trial, section.number as usize))
    }

    fn part_began(&mut self, meta: &Meta, section: SectionId, at: Nanos) {
        let is_first = self.part.is_none();
        let Some((trial, part)) = self.part_of(meta, section) else { return };
        if is_first && trial.took.is_empty() {
            trial.began = at;
        }
        self.part = Some((part, at));
    }

    fn section_ended(&mut self, meta: &Meta, section: SectionId, at: Nanos) {
        if let Some(trial) = self.places.get(&section).and_then(|at| self.all.get_mut(*at)) {
            if trial.of.last_part().is_none() {
                trial.ended = Some(at);
            }
            return;
        }
        let under_way = self.part.take();
        let Some((trial, part)) = self.part_of(meta, section) else { return };
        let Some((_, since)) = under_way.filter(|(began, _)| *began == part) else { return };
        let last = trial.of.last_part();
        // A recording may say any number.
        if last.is_none_or(|last| part > last) {
            return;
        }
        trial.took.resize(trial.took.len().max(part + 1), Nanos::ZERO);
        trial.took[part] = at.since(since);
        if last == Some(part) {
            trial.ended = Some(at);
        }
    }

    fn others_wanted(&mut self, others: usize) {
        self.others = others;
        if let Some(trial) = self.all.last_mut().filter(|trial| !trial.is_under_way()) {
            trial.others = others;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Actor, Section, SourceId, TextId};

    /// What is measured: a section of the lowest level is a part, one above it a trial.
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Pools;

    impl Subject for Pools {
        fn of(meta: &Meta, section: SectionId) -> Option<(Self, usize)> {
            let section = meta.section(section)?;
            section.within.is_none().then_some((Self, section.number as usize))
        }
        fn last_part(self) -> Option<usize> {
            Some(1)
        }
        fn has_processes(self) -> bool {
            true
        }
        fn at_once(trial: &Trial<Self>) -> usize {
            trial.workers.len()
        }
    }

    /// A warm-up and two trials with two parts each, of which the last one has not come to its end; a worker in each.
    fn trials() -> Trials<Pools> {
        let mut meta =
            Meta { facts: vec![("cores".to_owned(), "2".to_owned())], ..Meta::default() };
        let mut events = Vec::new();
        for (trial, number) in [0, 1, 2].into_iter().enumerate() {
            let (at, outer) = (100 * trial as u64, SectionId::from_index(3 * trial));
            meta.sections.push(Section::new("trial", number));
            meta.sections.extend([0, 1].map(|part| Section::new("part", part).within(outer)));
            meta.actors.push(Actor::thread("worker", "W").in_section(Some(outer)));
            let (worker, [first, second]) =
                (ActorId::from_index(trial), [1, 2].map(|part| SectionId(outer.0 + part)));
            let main = ActorId(99);
            let (what, amount) = (Measure::OtherThreads, 2 * trial as u64);
            events.extend([
                (at, main, EventKind::SectionBegan { section: outer }),
                (at + 1, main, EventKind::Measured { what, amount }),
                (at + 10, main, EventKind::SectionBegan { section: first }),
                (at + 15, worker, EventKind::Started { os_id: 7 }),
                (at + 16, worker, EventKind::SpanBegan { name: TextId(0) }),
                (at + 20, main, EventKind::SectionEnded { section: first }),
                (at + 20, main, EventKind::SectionBegan { section: second }),
            ]);
            if trial < 2 {
                let what = Measure::CpuTime;
                events.extend([
                    (at + 40, worker, EventKind::Measured { what, amount: 12 }),
                    (at + 50, main, EventKind::SectionEnded { section: second }),
                    (at + 60, main, EventKind::SectionEnded { section: outer }),
                ]);
            }
        }
        let mut trials = Trials::default();
        trials.know(&meta);
        for (at, actor, kind) in events {
            let event = Event { at: Nanos(at), seq: 0, actor, source: SourceId::NONE, kind };
            trials.take(&meta, &event);
        }
        trials
    }

    #[test]
    fn a_trial_lasts_from_its_first_part_to_its_last() {
        let trials = trials();
        let [warm_up, whole, open] = &trials.all[..] else { panic!("{trials:?}") };
        assert!(warm_up.warm_up && warm_up.number == 1 && !warm_up.counts());
        assert_eq!((whole.announced, whole.span()), (Nanos(100), Some((Nanos(110), Nanos(150)))));
        assert_eq!(whole.parts(), [Nanos(10), Nanos(30), Nanos(0)]);
        assert_eq!((whole.cpu(), whole.start_up()), (Nanos(12), Some(Nanos(6))));
        assert!(open.ended.is_none() && open.number == 2 && !open.counts());
        assert_eq!(trials.over(Nanos(149)).count(), 0);
        assert!(trials.over(Nanos(150)).eq([whole]));
        assert_eq!(trials.at(Nanos(205)), Some(open));
        assert_eq!(trials.at(Nanos(99)), Some(warm_up));
    }

    #[test]
    fn what_is_alike_and_over_is_one_cell() {
        let trials = trials();
        let cells = |now| trials.cells(now, |trial| trial.workers.len());
        assert!(cells(Nanos(149)).is_empty());
        let [cell] = &cells(Nanos(150))[..] else { panic!("{:?}", cells(Nanos(150))) };
        assert_eq!((cell.wall.count(), cell.wall.median, cell.cpu), (1, Nanos(40), Nanos(12)));
        assert_eq!(cell.wall.to_string(), "40 ns ± 0 ns");
    }

    #[test]
    fn cells_come_in_the_order_of_what_they_are_alike_in() {
        let mut trials = trials();
        let whole = trials.all[1].clone();
        trials.all = [7, 3, 7].map(|number| Trial { number, ..whole.clone() }).into();
        let cells = trials.cells(Nanos(150), |trial| trial.number);
        assert!(cells.iter().map(|cell| cell.wall.count()).eq([1, 2]));
    }

    #[test]
    fn a_round_measures_everything_once_in_changing_order() {
        let all: Vec<usize> = (0..7).collect();
        let of = |wanted| rounds(2, all.clone()).filter(move |(round, _)| *round == wanted);
        let [first, second] = [1, 2].map(|round| of(round).map(|(_, one)| one).collect::<Vec<_>>());
        assert_ne!(first, second);
        for mut round in [first, second] {
            round.sort_unstable();
            assert_eq!(round, all);
        }
    }

    /// What is measured of other programs right after a trial was announced is of that one.
    #[test]
    fn a_trial_knows_what_others_wanted_just_before() {
        let trials = trials();
        assert_eq!(trials.all.iter().map(|trial| trial.others).collect::<Vec<_>>(), [0, 2, 4]);
        let disturbed = trials.all.iter().map(|trial| trial.was_disturbed(trials.cores));
        assert_eq!(disturbed.collect::<Vec<_>>(), [false, true, true]);
    }
}
