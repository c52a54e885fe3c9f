//! Threads that take one lock, and one of them fails while it has it: with something between that gives the lock back on
//! every way out, and without.

use super::say;
use crate::record::sync::BareLock;
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::topics::crew::{crew, until};
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;
use crate::trace::{Actor, Section, SectionId};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};

points! {
    At { start = "main.start", join = "main.join", end = "main.end" }
}

points! {
    /// Where a thread can be that gives the lock back by hand.
    Bare {
        acquire = "bare.acquire", work = "bare.work", raise = "bare.raise", done = "bare.done",
        release = "bare.release",
    }
}

points! {
    /// Where a thread can be whose block gives it back.
    Safe { acquire = "safe.acquire", work = "safe.work", raise = "safe.raise", done = "safe.done" }
}

/// One side: its lock, its letter, and its section where there are two.
struct Side<'a> {
    plan: &'a Plan,
    lock: BareLock,
    bare: Option<Bare>,
    safe: Option<Safe>,
    section: Option<SectionId>,
    /// Whether somebody has had the lock.
    was_taken: AtomicBool,
}

// listing: begin
#[rustfmt::skip] //-
impl Side<'_> {
    fn bare(&self, log: &Log, n: usize, at: Bare) -> Result<(), Failure> { //@ ?!lock=with
        log.line(at.acquire); //-
        let held = ManuallyDrop::new(self.lock.acquire(log)?); //@ ?!lock=with bare.acquire
        self.was_taken.store(true, Ordering::Relaxed); //-
        log.line(at.work); //-
        log.sleep(self.plan.work)?; //@ ?!lock=with bare.work
        if n == self.plan.fails { //@ ?!lock=with
            log.line(at.raise); //-
            return Err(log.raise(&format!("ValueError: no {n}"))); //@ ?!lock=with bare.raise
        } //@ ?!lock=with
        log.line(at.done); //-
        say(log, &format!("bare {n} is done")); //@ ?!lock=with bare.done
        log.line(at.release); //-
        drop(ManuallyDrop::into_inner(held)); // gives it back //@ ?!lock=with bare.release
        Ok(()) //@ ?!lock=with
    } //@ ?!lock=with

    fn safe(&self, log: &Log, n: usize, at: Safe) -> Result<(), Failure> { //@ ?!lock=bare
        log.line(at.acquire); //-
        let _held = self.lock.acquire(log)?; // given back on every way out //@ ?!lock=bare safe.acquire
        self.was_taken.store(true, Ordering::Relaxed); //-
        log.line(at.work); //-
        log.sleep(self.plan.work)?; //@ ?!lock=bare safe.work
        if n == self.plan.fails { //@ ?!lock=bare
            log.line(at.raise); //-
            let failure = log.raise(&format!("ValueError: no {n}")); //@ ?!lock=bare safe.raise
            log.line(at.acquire); //-
            return Err(failure); //@ ?!lock=bare
        } //@ ?!lock=bare
        log.line(at.done); //-
        say(log, &format!("safe {n} is done")); //@ ?!lock=bare safe.done
        Ok(()) //@ ?!lock=bare
    } //@ ?!lock=bare
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (at, log) = (At::new(lab), lab.main); //-
    let sides = sides(plan, lab);
    crew(lab, |threads| {
        for n in 1..=plan.threads {
            for side in &sides {
                log.line(at.start); //-
                threads.start(side.thread(n), move |log| side.body(log, n))?; //@ main.start
            }
            if n == 1 {
                log.sleep(plan.work / 4)?; // thread 1 is the first to take it
                until(log, || sides.iter().all(|side| side.was_taken.load(Ordering::Relaxed)))?; //-
            }
        }
        log.line(at.join); //-
        threads.join() //@ main.join
    })?;
    log.step(at.end); //-
    say(log, "all done"); //@ main.end
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
            bare: is_bare.then(|| Bare::new(lab)),
            safe: (!is_bare).then(|| Safe::new(lab)),
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
        let (name, letter) = if self.bare.is_some() { ("bare", 'B') } else { ("safe", 'S') };
        Actor::thread(format!("{name} {n}"), format!("{letter}{n}")).in_section(self.section)
    }

    fn body(&self, log: &Log, n: usize) -> Result<(), Failure> {
        match (self.bare, self.safe) {
            (Some(at), _) => self.bare(log, n, at),
            (None, Some(at)) => self.safe(log, n, at),
            (None, None) => Ok(()),
        }
    }
}
