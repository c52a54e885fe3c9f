//! Threads that take one lock, and one of them fails while it has it: with something between that gives the lock back on
//! every way out, and without.

use super::*;
use crate::record::Recorder;
use crate::record::sync::BareLock;
use crate::topics::crew::until;
use crate::trace::{Actor, Section, SectionId};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};

/// One side: its lock, its letter, and its section where there are two.
struct Side<'a> {
    plan: &'a Plan,
    lock: BareLock,
    is_bare: bool,
    section: Option<SectionId>,
    /// Whether somebody has had the lock.
    was_taken: AtomicBool,
}

// listing: begin
#[rustfmt::skip] //-
impl Side<'_> {
    fn bare(&self, log: &Log, n: usize) -> Result<(), Failure> { //@ ?!lock=with
        log.at("bare.acquire"); //-
        let held = ManuallyDrop::new(self.lock.acquire(log)?); //@ ?!lock=with bare.acquire
        self.was_taken.store(true, Ordering::Relaxed); //-
        log.at("bare.work"); //-
        log.sleep(self.plan.work)?; //@ ?!lock=with bare.work
        if n == self.plan.fails { //@ ?!lock=with
            log.at("bare.raise"); //-
            return Err(log.raise(&format!("ValueError: no {n}"))); //@ ?!lock=with bare.raise
        } //@ ?!lock=with
        log.at("bare.done"); //-
        log.tell(&format!("bare {n} is done"), []); //@ ?!lock=with bare.done
        log.at("bare.release"); //-
        drop(ManuallyDrop::into_inner(held)); // gives it back //@ ?!lock=with bare.release
        Ok(()) //@ ?!lock=with
    } //@ ?!lock=with

    fn safe(&self, log: &Log, n: usize) -> Result<(), Failure> { //@ ?!lock=bare
        log.at("safe.acquire"); //-
        let _held = self.lock.acquire(log)?; // given back on every way out //@ ?!lock=bare safe.acquire
        self.was_taken.store(true, Ordering::Relaxed); //-
        log.at("safe.work"); //-
        log.sleep(self.plan.work)?; //@ ?!lock=bare safe.work
        if n == self.plan.fails { //@ ?!lock=bare
            log.at("safe.raise"); //-
            let failure = log.raise(&format!("ValueError: no {n}")); //@ ?!lock=bare safe.raise
            log.at("safe.acquire"); //-
            return Err(failure); //@ ?!lock=bare
        } //@ ?!lock=bare
        log.at("safe.done"); //-
        log.tell(&format!("safe {n} is done"), []); //@ ?!lock=bare safe.done
        Ok(()) //@ ?!lock=bare
    } //@ ?!lock=bare
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let sides = sides(plan, lab);
    crew(lab, |threads| {
        for n in 1..=plan.threads {
            for side in &sides {
                log.at("main.start"); //-
                threads.start(side.thread(n), move |log| side.body(log, n))?; //@ main.start
            }
            if n == 1 {
                log.sleep(plan.work / 4)?; // thread 1 is the first to take it
                until(log, || sides.iter().all(|side| side.was_taken.load(Ordering::Relaxed)))?; //-
            }
        }
        log.at("main.join"); //-
        threads.join() //@ main.join
    })?;
    log.step_at("main.end"); //-
    log.tell("all done", []); //@ main.end
    Ok(())
}
// listing: end

/// The sides that are asked for; the section of each has its place as its number.
fn sides<'a>(plan: &'a Plan, lab: &Lab<'_>) -> Vec<Side<'a>> {
    let both = plan.lock == "both";
    let side = |is_bare: bool| {
        let (name, lock) = match is_bare {
            true => ("acquire … release", "lock a"),
            false => ("with lock", "lock b"),
        };
        let section = both.then(|| lab.recorder.section(Section::new(name, u32::from(!is_bare))));
        let recorder = section.map(|section| lab.recorder.within(section));
        let recorder: &Recorder = recorder.as_ref().unwrap_or(lab.recorder);
        Side {
            plan,
            lock: BareLock::new(recorder, lock),
            is_bare,
            section,
            was_taken: AtomicBool::new(false),
        }
    };
    match plan.lock {
        "bare" => vec![side(true)],
        "with" => vec![side(false)],
        _ => vec![side(true), side(false)],
    }
}

impl Side<'_> {
    fn thread(&self, n: usize) -> Actor {
        let (name, letter) = if self.is_bare { ("bare", 'B') } else { ("safe", 'S') };
        Actor::thread(format!("{name} {n}"), format!("{letter}{n}")).in_section(self.section)
    }

    fn body(&self, log: &Log, n: usize) -> Result<(), Failure> {
        if self.is_bare { self.bare(log, n) } else { self.safe(log, n) }
    }
}
