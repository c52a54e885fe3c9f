//! A heart beats, while something is computed: on its own thread, on another one, under the emulated GIL, in a process.

use super::{BEATS, BEFORE, Way};
use crate::record::sync::{Gil, GilGuard, Variable};
use crate::record::thread::{self, Failure};
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::topics::threads_vs_processes::plan::Plan;
use crate::topics::threads_vs_processes::work::{Hands, Task};
use crate::trace::{Actor, EventKind, SectionId};
use std::time::Duration;

/// Runs the ways, in turn.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main;
    let Some(task) = plan.tasks.first().copied() else { return Ok(()) };
    for (way, point, title, _) in Way::ALL {
        let section = lab.section(title, way as u32);
        let recorder = lab.recorder.within(section);
        let gil = (way == Way::Gil).then(|| Gil::new(&recorder, plan.interval));
        let beats = Variable::new(&recorder, "beats", 0);
        let (period, gil) = (super::period(plan), gil.as_ref());
        let recorder = &recorder;
        let run = Beating { recorder, section, beats, period, gil, task };
        log.at(point);
        log.in_section(section, || run.go(lab, way))?;
    }
    log.step_at("main.end");
    Ok(())
}

/// One way.
struct Beating<'a> {
    recorder: &'a Recorder,
    section: SectionId,
    /// How often the heart has beaten.
    beats: Variable,
    period: Duration,
    gil: Option<&'a Gil>,
    task: Task,
}

impl Beating<'_> {
    fn actor(&self, name: &str, badge: &str) -> Actor {
        Actor::thread(name, badge).in_section(Some(self.section))
    }

    // listing: begin
    fn go(&self, lab: &Lab<'_>, way: Way) -> Result<(), Failure> {
        let log = lab.main; //-
        thread::scope(log, |scope| {
            if way == Way::Same {
                let both = self.actor("one for both", "B");
                return scope.spawn(both, |log| self.beat(log, true))?.join(log); //@ main.same
            }
            let heart = scope.spawn(self.actor("heart", "H"), |log| self.beat(log, false))?;
            if way == Way::Process {
                self.in_process(lab)?; //@ main.process
            } else {
                let worker = self.actor("worker", "W");
                scope.spawn(worker, |log| self.work_on_thread(log))?.join(log)?; //@ main.thread
            }
            heart.join(log)
        })
    }

    /// Beats at equal times. `works`: and in between does all the work, as a loop of events would.
    fn beat(&self, log: &Log, works: bool) -> Result<(), Failure> {
        let mut held = self.gil.map(|gil| gil.acquire(log)).transpose()?;
        let name = self.recorder.text("beats"); //-
        let began = log.record(EventKind::SpanBegan { name }); //-
        log.at("beat"); //-
        for beat in 1..=BEATS {
            let due = began.to_duration() + self.period * beat;
            let left = due.saturating_sub(self.recorder.clock().now().to_duration());
            sleep(log, held.as_mut(), left)?; // lets go of the GIL, and needs it again to beat
            self.beats.write(log, beat as i32); //@ beat
            if works && beat == BEFORE {
                self.work(log, None)?;
            }
        }
        log.record(EventKind::SpanEnded { name }); //-
        Ok(())
    }

    fn work_on_thread(&self, log: &Log) -> Result<(), Failure> {
        log.sleep(self.period * BEFORE)?;
        let held = self.gil.map(|gil| gil.acquire(log)).transpose()?;
        self.work(log, held)
    }
    // listing: end

    fn work(&self, log: &Log, held: Option<GilGuard<'_>>) -> Result<(), Failure> {
        log.at("work");
        log.in_span("work", || self.task.run(&mut Hands::on_thread(log, held, &[])))?;
        log.at("beat");
        Ok(())
    }

    #[cfg(unix)]
    fn in_process(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        use crate::topics::children::{Crew, space};
        lab.main.sleep(self.period * BEFORE)?;
        let actor = Actor::process("process", "P").in_section(Some(self.section));
        let crew = Crew::start(lab, &space()?, vec![actor])?;
        crew.run(0, "do-a-task", self.task.numbers(0))?;
        crew.join()
    }

    #[cfg(not(unix))]
    fn in_process(&self, _: &Lab<'_>) -> Result<(), Failure> {
        Err(crate::topics::no_processes("choose another program"))
    }
}

/// Sleeps, without the emulated GIL where there is one.
fn sleep(log: &Log, held: Option<&mut GilGuard<'_>>, time: Duration) -> Result<(), Failure> {
    match held {
        Some(held) => held.without(|log| log.sleep(time))??,
        None => log.sleep(time)?,
    }
    Ok(())
}
