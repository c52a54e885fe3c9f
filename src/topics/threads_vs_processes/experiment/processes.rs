//! A trial by child processes.

use super::{Bench, Trial};
use crate::record::thread::Failure;
use crate::topics::children::{Crew, failed, space};
use crate::topics::threads_vs_processes::work::Task;
use crate::trace::End;
use crate::workers::share::{Ended, Pipe};
use crate::workers::{Value, complaint};
use std::io;
use std::time::Duration;

/// How long a process may take to take its packet.
const PATIENCE: Duration = Duration::from_secs(10);

// listing: begin
/// A process for each task.
pub fn trial(bench: &Bench<'_>, trial: &Trial) -> Result<Vec<i64>, Failure> {
    let (log, tasks) = (bench.lab.main, bench.tasks);
    let (space, recorder) = (space()?, bench.lab.recorder.within(trial.section)); //-
    let actors = (0..tasks.len()).map(|place| trial.way.actor(place, trial.section)).collect(); //-
    let packet = Value::Bytes(bench.given.to_vec());
    let pipe =
        |task: &Task| Pipe::new(&space, &recorder, &format!("pipe to {}", task.name()), None);
    let pipes = if bench.given.is_empty() { &[] } else { tasks };
    let pipes = pipes.iter().map(pipe).collect::<io::Result<Vec<_>>>().map_err(failed)?;
    log.at("main.processes"); //-
    log.in_section(trial.section, || {
        let crew = Crew::start(bench.lab, &space, actors)?; //@ main.processes
        crew.meanwhile(|crew| {
            for (child, task) in tasks.iter().enumerate() {
                let pipe = pipes.get(child).map_or(0, Pipe::handle);
                crew.run(child, "do-a-task", task.numbers(pipe))?;
            }
            for pipe in &pipes {
                pipe.send(log, &packet, Some(PATIENCE))?; // all of it is copied
            }
            let join =
                |child: usize| result(&tasks[child].name(), crew.children.join(log, child, None)?);
            (0..tasks.len()).map(join).collect()
        })
    })
}

/// What a process answered, or how it ended without an answer.
fn result(task: &str, ended: Ended) -> Result<i64, Failure> {
    match (ended.answer, ended.end) {
        (Some(Ok(Value::Int(result))), _) => Ok(result),
        (Some(Err(why)), _) => Err(Failure::Error(format!("{task} failed: {why}"))),
        (_, End::Killed(signal)) => {
            Err(Failure::Error(format!("{task} was lost: signal {signal} ended its process")))
        }
        _ => {
            let why = complaint(&ended.stderr);
            Err(Failure::Error(format!(
                "{task} was lost: its process ended without an answer{why}"
            )))
        }
    }
}
// listing: end
