//! A trial by threads of this process: one for all tasks, or one for each, with the emulated GIL or without.

use super::{Bench, Trial};
use crate::record::sync::Gil;
use crate::record::thread::{self, Failure};
use crate::record::{Log, os};
use crate::topics::threads_vs_processes::ways::Way;
use crate::topics::threads_vs_processes::work::{Hands, Task};
use crate::trace::EventKind;

// listing: begin
/// Threads do the tasks: a thread for each, or one for all.
pub fn trial(bench: &Bench<'_>, trial: &Trial) -> Result<Vec<i64>, Failure> {
    let (log, tasks, way) = (bench.lab.main, bench.tasks, trial.way);
    let recorder = bench.lab.recorder.within(trial.section); //-
    let gil = (way == Way::Gil).then(|| Gil::new(&recorder, bench.plan.interval));
    let gil = gil.as_ref();
    let (alone, given) = (way == Way::Alone, bench.given);
    let shares: Vec<&[Task]> = tasks.chunks(if alone { tasks.len() } else { 1 }).collect();
    log.at(if alone { "main.alone" } else { "main.threads" }); //-
    log.in_section(trial.section, || {
        log.record_all(os::quick_memory().into_iter().flat_map(os::Memory::measured)); //-
        thread::scope(log, |scope| {
            let threads = shares.iter().enumerate().map(|(place, share)| {
                let actor = way.actor(place, trial.section); //-
                scope.spawn(actor, move |log| {
                    //@ main.alone main.threads
                    log.at("task"); //-
                    do_all(log, share, given, gil)
                })
            });
            let threads: Vec<_> = threads.collect();
            let results = threads.into_iter().map(|thread| thread?.join(log));
            Ok(results.collect::<Result<Vec<_>, Failure>>()?.concat())
        })
    })
}

/// A thread does its share. Under the emulated GIL it runs only while it holds that.
fn do_all(log: &Log, share: &[Task], given: &[u8], gil: Option<&Gil>) -> Result<Vec<i64>, Failure> {
    let held = gil.map(|gil| gil.acquire(log)).transpose()?;
    let results = in_turn(log, share, &mut Hands::on_thread(log, held, given));
    log.record_all(os::measured(os::quick_memory())); //-
    results
}

fn in_turn(log: &Log, share: &[Task], hands: &mut Hands<'_>) -> Result<Vec<i64>, Failure> {
    let results = share.iter().map(|task| {
        let name = log.recorder().text(&task.name()); //-
        log.record(EventKind::SpanBegan { name }); //-
        let result = task.run(hands); //@ task
        log.record(EventKind::SpanEnded { name }); //-
        result
    });
    results.collect()
}
// listing: end
