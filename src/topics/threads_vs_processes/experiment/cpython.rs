//! Trials by the machine's own CPython, which tells what each of its threads and processes did.

use super::threads::record;
use super::{Bench, Trial};
use crate::record::os::Memory;
use crate::record::thread::Failure;
use crate::record::{Log, RemoteLog};
use crate::topics::Lab;
use crate::topics::cpython::{Peer, Program, Python, PythonError, tell_gil, understood};
use crate::topics::threads_vs_processes::work::Task;
use crate::trace::{Actor, End, EventKind, Measure, Nanos};
use serde::Deserialize;
use serde_json::{Value as Json, json};

/// The program that it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../../assets/python/methods.py"),
    include_str!("../../../../assets/python/ways.py")
);

#[derive(Deserialize)]
struct Told {
    workers: Vec<Worker>,
    memory: Option<Memory>,
}

/// What one of its threads or processes did.
#[derive(Deserialize)]
struct Worker {
    os_id: u64,
    results: Vec<i64>,
    error: Option<String>,
    began: u64,
    spans: Vec<(u64, u64)>,
    waited: Vec<(String, u64, u64)>,
    cpu: u64,
    switches: u64,
    memory: Option<Memory>,
    ended: u64,
}

#[derive(Deserialize)]
struct Ready {
    gil: bool,
}

/// Starts it. Whether it has its GIL is a fact of the run, too.
///
/// # Errors
/// The run was stopped.
pub fn start<'a>(lab: &'a Lab<'a>, method: &str) -> Result<Peer<'a>, Failure> {
    let program = Program::new(PROGRAM, "trial");
    Peer::start(lab, program, &json!({ "method": method }), |ready: Ready| {
        tell_gil(lab, ready.gil);
    })
}

/// One trial; nothing where a task failed. Its section is as long as the program says.
pub fn trial(
    python: &mut Python,
    bench: &Bench<'_>,
    trial: &Trial,
) -> Result<Vec<i64>, PythonError> {
    let (log, way) = (bench.lab.main, trial.way);
    let workers = way.workers(bench.tasks.len());
    let shares = bench.tasks.chunks(bench.tasks.len().div_ceil(workers));
    let shares: Vec<&[Task]> = shares.collect();
    let asked = json!({
        "shares": shares.iter().map(|share| share.iter().map(request).collect()).collect::<Vec<Vec<_>>>(),
        "processes": way.has_processes(),
    });
    let announce = |place| {
        let (name, badge) = way.named(place);
        let actor = match way.has_processes() {
            true => Actor::process(name, badge),
            false => Actor::thread(name, badge),
        };
        python.announce(log, actor.in_section(Some(trial.section)))
    };
    let crew: Vec<RemoteLog> = (0..shares.len()).map(announce).collect();
    let waits: i64 = bench.tasks.iter().map(|task| task.nanos).sum();
    let work = Nanos(waits.unsigned_abs()).to_duration();
    let answer = python.ask(log, &asked, &[trial.section], work);
    let answer = answer.and_then(understood::<Told>);
    let told = match answer {
        Ok(told) if told.workers.len() == crew.len() => told,
        other => {
            // What they did is not known.
            crew.into_iter().for_each(|mut one| {
                one.observe(EventKind::Ended(End::Cancelled));
            });
            let fewer = || PythonError::nonsense(&"some did not report");
            return Err(other.err().unwrap_or_else(fewer));
        }
    };
    // What they report is compared with it.
    record(log, told.memory.into_iter().flat_map(Memory::measured));
    let mut results = Vec::new();
    let mut failed = None;
    for ((worker, share), one) in told.workers.into_iter().zip(shares).zip(crew) {
        python.witness(one, &worker.events(log, share));
        results.extend(&worker.results);
        failed = failed.or(worker.error);
    }
    match failed {
        Some(error) => Err(PythonError::Ended(format!("failed: {error}"))),
        None => Ok(results),
    }
}

fn request(task: &Task) -> Json {
    let task = task.for_cpython();
    json!({
        "work": task.work.kind().word,
        "part": task.part,
        "parts": task.parts,
        "amount": task.amount,
        "nanos": task.nanos,
        "port": task.port,
    })
}

impl Worker {
    /// What it did, in order.
    fn events(&self, log: &Log, share: &[Task]) -> Vec<(u64, EventKind)> {
        let text = |text: &str| log.recorder().text(text);
        let mut events = Vec::new();
        for (task, (begin, end)) in share.iter().zip(&self.spans) {
            let name = text(&task.name());
            events.push((*begin, EventKind::SpanBegan { name }));
            let waited = self.waited.iter().filter(|(_, from, to)| begin <= from && to <= end);
            for (what, from, to) in waited {
                events.push((*from, EventKind::IoBegan { what: text(what) }));
                events.push((*to, EventKind::IoEnded));
            }
            events.push((*end, EventKind::SpanEnded { name }));
        }
        let mut last = |kind| events.push((self.ended, kind));
        self.memory.into_iter().flat_map(Memory::measured).for_each(&mut last);
        last(EventKind::Measured { what: Measure::Switches, amount: self.switches });
        last(EventKind::Measured { what: Measure::CpuTime, amount: self.cpu });
        last(EventKind::Ended(match &self.error {
            None => End::Normal,
            Some(error) => End::Error(text(error)),
        }));
        events.insert(0, (self.began, EventKind::Started { os_id: self.os_id }));
        events
    }
}
