//! A trial by child processes, and the process that serves the files.

use super::{Bench, Trial};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::children::{Crew, failed, space};
use crate::topics::crew::until;
use crate::topics::threads_vs_processes::work::{Task, http};
use crate::trace::{Actor, End, Role};
use crate::workers::share::{Ended, Pipe, SharedValue};
use crate::workers::{Value, complaint};
use std::io;
use std::time::Duration;

/// How long the server may take to say its port and to end when it is asked to, and a process to take its packet.
const PATIENCE: Duration = Duration::from_secs(10);

// listing: begin
/// A process for each task.
pub fn trial(bench: &Bench<'_>, trial: &Trial) -> Result<Vec<i64>, Failure> {
    let (log, tasks) = (bench.lab.main, bench.tasks);
    let (space, recorder) = (space()?, bench.lab.recorder.within(trial.section)); //-
    let actors = (0..tasks.len()).map(|place| actor(trial, place)).collect(); //-
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

fn actor(trial: &Trial, place: usize) -> Actor {
    let (name, badge) = trial.way.named(place);
    Actor::process(name, badge).in_section(Some(trial.section))
}

/// A web server in a child process. Dropping it kills it.
pub struct Server<'a> {
    lab: &'a Lab<'a>,
    crew: Crew<'a>,
    port: u16,
}

impl<'a> Server<'a> {
    /// Starts it, and waits until it serves.
    ///
    /// # Errors
    /// It does not, or the run was stopped.
    pub fn start(lab: &'a Lab<'a>) -> Result<Self, Failure> {
        let log = lab.main;
        let space = space()?;
        let port = SharedValue::new(&space, lab.recorder, "port", 0, None).map_err(failed)?;
        let actor = Actor::process("server", "S").with_role(Role::Helper);
        let crew = Crew::start(lab, &space, vec![actor])?;
        crew.run(0, "serve-files", [port.handle()])?;
        let listens = || u16::try_from(port.peek()).ok().filter(|port| *port > 0);
        until(log, || listens().is_some() || crew.children.has_ended(0))?;
        if let Some(port) = listens() {
            return Ok(Self { lab, crew, port });
        }
        if !crew.children.has_ended(0) {
            let patience = PATIENCE.as_secs();
            let why = format!("the server of the files has not begun within {patience} s");
            return Err(Failure::Error(format!("{why}: run it again")));
        }
        let ended = crew.children.join(log, 0, Some(PATIENCE))?;
        let why = match ended.answer {
            Some(Err(why)) => format!(": {why}"),
            _ => complaint(&ended.stderr),
        };
        let ended = "the process that serves the files ended before it did";
        Err(Failure::Error(format!("{ended}{why}")))
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has it end, and waits for that.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn end(self) -> Result<(), Failure> {
        if let Err(error) = http::stop(self.port) {
            log::warn!("the server did not hear that it is over, and is killed: {error}");
            self.crew.children.terminate(self.lab.main);
        }
        self.crew.children.join(self.lab.main, 0, Some(PATIENCE))?;
        Ok(())
    }
}
