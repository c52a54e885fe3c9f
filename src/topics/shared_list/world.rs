//! The lists of a run, and the threads that work with each.

use super::check::Checked;
use super::experiment::Shared;
use super::plan::{Locking, Pace, Plan, Program};
use super::queue::Handed;
use super::racy::RacyList;
use crate::record::thread::{self, Failure, JoinHandle};
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{Actor, EventKind, Section, SectionId};
use std::sync::Arc;

/// A list that threads share, and what they do with it.
pub trait List: Send + Sync {
    /// What adder number `k` does.
    fn adder(&self, log: &Log, k: usize, first: i32, pace: Pace) -> Result<(), Failure>;
    /// What remover number `k` does.
    fn remover(&self, log: &Log, k: usize, pace: Pace) -> Result<(), Failure>;
    /// What main does when the adders have ended.
    fn no_more(&self, log: &Log) -> Result<(), Failure> {
        let _ = log;
        Ok(())
    }
}

/// What a thread does with the list.
#[derive(Clone, Copy)]
pub enum Work {
    /// It adds numbers.
    Add,
    /// It removes numbers.
    Remove,
}

/// Number of the section with the lock.
pub const WITH: u32 = 0;
/// Number of the section without it.
pub const WITHOUT: u32 = 1;

/// The sections of a run: of what stands beside each other.
pub struct Sides {
    all: Vec<(Locking, Option<SectionId>)>,
}

impl Sides {
    /// With the lock and without it, where both run; else one side, which is no section.
    pub fn new(lab: &Lab<'_>, plan: &Plan) -> Self {
        let section = |name, number| Some(lab.recorder.section(Section::new(name, number)));
        let all = match plan.locking {
            Locking::Both => {
                let without = section("without the lock", WITHOUT);
                let with = section("with the lock", WITH);
                vec![(Locking::Without, without), (Locking::With, with)]
            }
            one => vec![(one, None)],
        };
        Self { all }
    }

    /// The lists of a round: each is a section of its own where there are several rounds.
    pub fn round(&self, lab: &Lab<'_>, plan: &Plan, round: u32) -> Vec<World> {
        let plan = &plan.of_round(round);
        let sides = self.all.iter();
        let worlds = sides.map(|(locking, side)| {
            let section = match plan.repeats {
                0 | 1 => *side,
                _ => {
                    let named = match (side, locking) {
                        (None, _) => "",
                        (Some(_), Locking::With) => "with the lock, ",
                        (Some(_), _) => "without the lock, ",
                    };
                    let run = Section::new(format!("{named}run {}", round + 1), round).in_turn();
                    Some(lab.recorder.section(Section { within: *side, ..run }))
                }
            };
            World::new(lab, plan, *locking, section)
        });
        worlds.collect()
    }
}

/// One list with its threads.
pub struct World {
    list: Arc<dyn List>,
    section: Option<SectionId>,
    /// It is the list with the lock, beside the one without.
    is_marked: bool,
    plan: Plan,
}

impl World {
    fn new(lab: &Lab<'_>, plan: &Plan, locking: Locking, section: Option<SectionId>) -> Self {
        let within = section.map(|section| lab.recorder.within(section));
        let recorder: &Recorder = within.as_ref().unwrap_or(lab.recorder);
        let list: Arc<dyn List> = match (plan.program, locking) {
            (Program::CheckThenAct, _) => Arc::new(Checked::new(lab, recorder, plan)),
            (Program::Queue, _) => Arc::new(Handed::new(lab, recorder, plan)),
            (Program::List, Locking::With) => Arc::new(Shared::new(lab, recorder, plan.clone())),
            _ => Arc::new(RacyList::new(lab, recorder, plan, locking)),
        };
        let is_marked = plan.locking == Locking::Both && locking == Locking::With;
        Self { list, section, is_marked, plan: plan.clone() }
    }

    /// Begins or ends its section, where that is one of several rounds.
    pub fn turn(&self, log: &Log, begins: bool) {
        if let Some(section) = self.section.filter(|_| self.plan.repeats > 1) {
            log.record(match begins {
                true => EventKind::SectionBegan { section },
                false => EventKind::SectionEnded { section },
            });
        }
    }

    /// Tells its threads that the adders have ended.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn no_more(&self, log: &Log) -> Result<(), Failure> {
        self.list.no_more(log)
    }

    /// Whether a thread that fails is the program's own affair, not a failure of the run.
    pub fn may_fail(&self) -> bool {
        self.plan.program == Program::CheckThenAct
    }

    /// How many threads a work has.
    pub fn count(&self, work: Work) -> i32 {
        match work {
            Work::Add => self.plan.adders,
            Work::Remove => self.plan.removers,
        }
    }

    /// Starts thread number `k` for a work.
    ///
    /// # Errors
    /// The system refused it.
    pub fn start(&self, log: &Log, work: Work, k: i32) -> std::io::Result<JoinHandle<()>> {
        let actor = self.actor(work, k);
        let first = self.plan.first + k * self.plan.adds;
        let pace = match work {
            Work::Add => self.plan.adder_pace(k),
            Work::Remove => self.plan.remover_pace(k),
        };
        let (list, number) = (Arc::clone(&self.list), k.unsigned_abs() as usize);
        thread::spawn(log, actor, move |log| match work {
            Work::Add => list.adder(log, number, first, pace),
            Work::Remove => list.remover(log, number, pace),
        })
    }

    /// Thread number `k`. Where the list without the lock runs beside it, badges of the one with the lock are
    /// in small letters.
    fn actor(&self, work: Work, k: i32) -> Actor {
        let (role, letter) = match work {
            Work::Add => ("adder", 'A'),
            Work::Remove => ("remover", 'R'),
        };
        let letter = if self.is_marked { letter.to_ascii_lowercase() } else { letter };
        let name = match self.count(work) {
            1 => role.to_owned(),
            _ => format!("{role} {}", k + 1),
        };
        Actor::thread(name, format!("{letter}{}", k + 1)).in_section(self.section)
    }
}
