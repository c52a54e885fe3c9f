//! Processes that share a space, each of which runs one function and ends, as CPython's `Process`.

mod supervise;

use super::{ShareError, Space};
use crate::record::{Log, Recorder, refused};
use crate::trace::{
    Actor, ActorId, End, EventKind, Nanos, Resource, ResourceId, SIGKILL, TaskId, WaitEnd, WaitOp,
};
use crate::workers::pool::worker::Worker;
use crate::workers::wire::{self, ToWorker, VERSION};
use crate::workers::{Job, Start, Value, sys};
use crossbeam::sync::Unparker;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a process ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// As the trace has it.
    pub end: End,
    /// What its function answered, or failed with; nothing where it died before.
    pub answer: Option<Result<Value, String>>,
    /// The last lines it wrote to standard error.
    pub stderr: String,
}

/// Processes of the program, which it supervises. Dropping them kills them.
pub struct Children {
    shared: Arc<Shared>,
    ids: Vec<ActorId>,
    recorder: Recorder,
    supervisor: Option<std::thread::JoinHandle<()>>,
}

struct Shared {
    space: Arc<Space>,
    members: Mutex<Vec<Member>>,
    /// Written to when the supervisor is to look again.
    wake: io::PipeWriter,
}

struct Member {
    /// Its end in the trace, for those who join it.
    end: ResourceId,
    pid: u32,
    /// `None` once it has ended.
    worker: Option<Worker>,
    /// Whether it is killed because the run is over.
    cancelled: bool,
    answer: Option<Result<Value, String>>,
    ended: Option<(End, Nanos)>,
    stderr: String,
    /// Who waits for its end.
    waiting: Vec<Unparker>,
}

impl Shared {
    fn enter(&self) -> MutexGuard<'_, Vec<Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        use std::io::Write;
        // A full pipe wakes it, too.
        let _ = (&self.wake).write(&[0]);
    }
}

/// Sends processes signals, for the user.
#[derive(Clone)]
pub struct Signaller(Arc<Shared>);

impl Signaller {
    /// Sends a process a signal. Whether there is such a process, alive.
    pub fn signal(&self, log: &Log, to: ActorId, signal: u8) -> bool {
        let members = self.0.enter();
        let mut living = members.iter().filter_map(|member| member.worker.as_ref());
        let Some(worker) = living.find(|worker| worker.log.id() == to) else {
            return false;
        };
        log.record(EventKind::SignalSent { to, signal });
        worker.child.signal(i32::from(signal)).is_ok()
    }
}

impl Children {
    /// Starts processes that share a space; they wait for their [functions](Self::run). Their parent is the one that starts
    /// them, where they have none.
    ///
    /// # Errors
    /// The system refused a process or a thread; none is left then.
    pub fn start(
        log: &Log,
        space: &Arc<Space>,
        children: Vec<Actor>,
        start: Start,
    ) -> io::Result<Self> {
        let recorder = log.recorder().clone();
        // On record before it is done: the time it takes is part of what a process costs.
        let announced: Vec<_> = (children.into_iter())
            .map(|mut actor| {
                actor.parent = actor.parent.or(Some(log.id()));
                let section = actor.section;
                let remote = recorder.remote(actor);
                log.record(EventKind::Spawned { child: remote.id() });
                (remote, section)
            })
            .collect();
        let count = announced.len();
        let started = space.descriptors(|shared| sys::spawn(start, count, shared));
        let mut members = Vec::new();
        let mut ids = Vec::new();
        let mut refused = None;
        for ((mut remote, section), child) in announced.into_iter().zip(started) {
            ids.push(remote.id());
            let child = match child {
                Ok(child) => child,
                Err(error) => {
                    let text = recorder.text(&refused::why(&error));
                    remote.observe(EventKind::Ended(End::Error(text)));
                    refused = Some(error);
                    continue;
                }
            };
            let end = recorder.resource(Resource::end_of(remote.id()).in_section(section));
            let pid = child.pid();
            members.push(Member {
                end,
                pid,
                worker: Some(Worker::new(child, remote, section)),
                cancelled: false,
                answer: None,
                ended: None,
                stderr: String::new(),
                waiting: Vec::new(),
            });
        }
        let (woken, wake) = io::pipe()?;
        sys::set_nonblocking(std::os::fd::AsFd::as_fd(&woken))?;
        sys::set_nonblocking(std::os::fd::AsFd::as_fd(&wake))?;
        let shared =
            Arc::new(Shared { space: Arc::clone(space), members: Mutex::new(members), wake });
        let (its, its_recorder) = (Arc::clone(&shared), recorder.clone());
        let thread = std::thread::Builder::new().name("children".to_owned());
        let supervisor = thread.spawn(move || supervise::run(&its, woken, &its_recorder))?;
        let children = Self { shared, ids, recorder, supervisor: Some(supervisor) };
        // Those that were started are killed with it.
        refused.map_or(Ok(children), Err)
    }

    /// Their actors.
    pub fn actors(&self) -> &[ActorId] {
        &self.ids
    }

    /// The PID of one of them.
    pub fn pid(&self, child: usize) -> Option<u32> {
        self.shared.enter().get(child).map(|member| member.pid)
    }

    /// What sends them signals, from any thread and as long as it lives.
    pub fn signaller(&self) -> Signaller {
        Signaller(Arc::clone(&self.shared))
    }

    /// Has one of them run its function. To be called once for each.
    ///
    /// # Errors
    /// There is no such process, or the argument is too long.
    pub fn run(&self, child: usize, job: Job) -> Result<(), ShareError> {
        let task = (TaskId(0), job.arg);
        let chunk = ToWorker::Chunk { job: job.name, tasks: vec![task] };
        let mut members = self.shared.enter();
        let Some(member) = members.get_mut(child) else {
            return Err(ShareError::Failed(format!("there is no process {child}")));
        };
        if let Some(worker) = &mut member.worker {
            // Only now: it says that it has started when it begins its function, and until then nobody sees it run.
            let origin = self.recorder.clock().origin();
            let hello = ToWorker::Hello { version: VERSION, origin, pool: None, measure: false };
            let greeted = wire::write(&mut worker.outbox, &hello);
            let written = greeted.and_then(|()| wire::write(&mut worker.outbox, &chunk));
            written.map_err(|error| ShareError::Failed(error.to_string()))?;
            worker.send();
        }
        drop(members);
        self.shared.wake();
        Ok(())
    }

    /// Sends one of them a signal, on record. Whether it lives.
    pub fn signal(&self, log: &Log, child: usize, signal: u8) -> bool {
        let actor = self.ids.get(child);
        actor.is_some_and(|actor| self.signaller().signal(log, *actor, signal))
    }

    /// Whether one of them has told of anything that it has done, or has ended.
    pub fn has_begun(&self, child: usize) -> bool {
        let members = self.shared.enter();
        let begun = |worker: &Worker| worker.reports > 0;
        members.get(child).is_none_or(|member| member.worker.as_ref().is_none_or(begun))
    }

    /// Whether one of them has ended.
    pub fn has_ended(&self, child: usize) -> bool {
        self.shared.enter().get(child).is_none_or(|member| member.ended.is_some())
    }

    /// Waits for the end of one of them, on record, no longer than `limit`.
    ///
    /// # Errors
    /// `TimedOut` or `Stopped`.
    pub fn join(
        &self,
        log: &Log,
        child: usize,
        limit: Option<Duration>,
    ) -> Result<Ended, ShareError> {
        let end = {
            let mut members = self.shared.enter();
            let Some(member) = members.get_mut(child) else {
                return Err(ShareError::Failed(format!("there is no process {child}")));
            };
            member.waiting.push(log.waker());
            member.end
        };
        if !self.has_ended(child) {
            log.record(EventKind::WaitBegan { res: end, op: WaitOp::Join });
            let waited = log.wait_until(limit, || self.has_ended(child));
            let (how, error) = match waited {
                Ok(true) => (WaitEnd::Woken, None),
                Ok(false) => (WaitEnd::TimedOut, Some(ShareError::TimedOut)),
                Err(_) => (WaitEnd::Cancelled, Some(ShareError::Stopped)),
            };
            if let Some((_, at)) = self.shared.enter()[child].ended {
                log.not_before(at + Nanos(1));
            }
            log.record(EventKind::WaitEnded { res: end, how });
            if let Some(error) = error {
                return Err(error);
            }
        }
        let members = self.shared.enter();
        let member = &members[child];
        let (end, at) = member.ended.ok_or(ShareError::Stopped)?;
        log.not_before(at + Nanos(1));
        Ok(Ended { end, answer: member.answer.clone(), stderr: member.stderr.clone() })
    }

    /// Kills those that live, on record.
    pub fn terminate(&self, log: &Log) {
        for child in 0..self.ids.len() {
            self.signal(log, child, SIGKILL);
        }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        let Some(supervisor) = self.supervisor.take() else { return };
        let is_over = self.recorder.cancel().is_cancelled();
        for member in self.shared.enter().iter_mut() {
            if let Some(worker) = &member.worker {
                member.cancelled = is_over;
                worker.child.kill_group();
            }
        }
        self.shared.wake();
        // It has nothing left to panic about.
        let _ = supervisor.join();
    }
}
