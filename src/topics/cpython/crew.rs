//! Threads and processes that CPython starts for a request, and what each tells of what it did.

use super::{Python, PythonError, understood};
use crate::record::Log;
use crate::record::os::Memory;
use crate::trace::{Actor, End, EventKind, Measure, SectionId};
use serde::Deserialize;
use serde_json::Value as Json;
use std::time::Duration;

/// Those that it is to start, in the order in which it tells of them.
pub struct Crew {
    /// Who they are, each with the names of its tasks, in their order.
    pub all: Vec<(Actor, Vec<String>)>,
    /// The section that is as long as they take.
    pub section: SectionId,
    /// How long their work may take.
    pub work: Duration,
}

/// What came of them.
#[derive(Deserialize)]
struct Told {
    workers: Vec<Worker>,
    /// Memory of CPython itself before they worked.
    memory: Option<Memory>,
}

/// What one of them did; times are its own clock's.
#[derive(Deserialize)]
struct Worker {
    os_id: u64,
    results: Vec<i64>,
    error: Option<String>,
    began: u64,
    /// When each of its tasks began and ended.
    spans: Vec<(u64, u64)>,
    /// What it waited for, from when and until when.
    waited: Vec<(String, u64, u64)>,
    cpu: u64,
    switches: u64,
    memory: Option<Memory>,
    ended: u64,
}

impl Crew {
    /// Has CPython do what is asked by them, puts on record what each of them did, and answers with the results of all.
    ///
    /// # Errors
    /// What CPython, or one of them, failed with; or that the run was stopped.
    pub fn ask(
        self,
        python: &mut Python,
        log: &Log,
        request: &Json,
    ) -> Result<Vec<i64>, PythonError> {
        let announced = self.all.into_iter().map(|(actor, tasks)| {
            (python.announce(log, actor.in_section(Some(self.section))), tasks)
        });
        let crew: Vec<_> = announced.collect();
        let answer = python.ask(log, request, &[self.section], self.work);
        let told = match answer.and_then(understood::<Told>) {
            Ok(told) if told.workers.len() == crew.len() => told,
            other => {
                // What they did is not known.
                crew.into_iter().for_each(|(mut one, _)| {
                    one.observe(EventKind::Ended(End::Cancelled));
                });
                let fewer = || PythonError::nonsense(&"some did not report");
                return Err(other.err().unwrap_or_else(fewer));
            }
        };
        // What they report is compared with it.
        log.record_all(told.memory.into_iter().flat_map(Memory::measured));
        let mut results = Vec::new();
        let mut failed = None;
        for (worker, (one, tasks)) in told.workers.into_iter().zip(crew) {
            python.witness(one, &worker.events(log, &tasks));
            results.extend(&worker.results);
            failed = failed.or(worker.error);
        }
        match failed {
            Some(error) => Err(PythonError::Ended(format!("failed: {error}"))),
            None => Ok(results),
        }
    }
}

impl Worker {
    /// What it did, in order.
    fn events(&self, log: &Log, tasks: &[String]) -> Vec<(u64, EventKind)> {
        let text = |text: &str| log.recorder().text(text);
        let mut events = Vec::new();
        for (task, (begin, end)) in tasks.iter().zip(&self.spans) {
            let name = text(task);
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
