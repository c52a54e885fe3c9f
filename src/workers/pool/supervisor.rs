//! The pool's thread: waits for the output of workers and for their exits.

use super::Shared;
use super::scheduler::Scheduler;
use crate::record::panics::message;
use crate::record::thread::Failure;
use crate::record::{Log, refused};
use crate::trace::{ActorId, EventKind, Item, WaitEnd, WaitOp};
use crate::workers::TaskError;
use crate::workers::sys::{PollFd, READABLE, WRITABLE, poll, poll_fd};
use crate::workers::wire::Inbox;
use std::io::{PipeReader, Read};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// How often it looks whether the run was stopped while somebody waits for its end.
const STOPPED: Duration = Duration::from_millis(20);

/// The kind of a polled descriptor.
#[derive(Clone, Copy)]
enum What {
    Wake,
    Exit(ActorId),
    Stdout(ActorId),
    Stderr(ActorId),
    Stdin(ActorId),
}

/// Runs until the pool is closed and its last worker has ended.
pub(super) fn run(shared: &Shared, wake: PipeReader, log: &Log) -> Result<(), Failure> {
    let served = catch_unwind(AssertUnwindSafe(|| serve(shared, wake, log)));
    if !matches!(served, Ok(Ok(()))) {
        // Nobody is to wait for ever.
        let mut scheduler = shared.enter();
        scheduler.shut_down("the pool's own thread failed", log);
        let due = std::mem::take(&mut scheduler.due);
        drop(scheduler);
        shared.changed();
        call(shared, due, log);
        at_work(shared, log);
    }
    served.unwrap_or_else(|panic| resume_unwind(panic))
}

fn serve(shared: &Shared, mut wake: PipeReader, log: &Log) -> Result<(), Failure> {
    let mut bytes = vec![0; 64 << 10];
    let mut polled = Vec::new();
    let mut whats = Vec::new();
    idle(shared, log);
    loop {
        let timeout = {
            let mut scheduler = shared.enter();
            if scheduler.joined && log.check().is_err() {
                scheduler.terminated = true;
            }
            scheduler.terminate(log);
            let retry = scheduler.replace(log);
            scheduler.dispatch(log);
            if scheduler.closing && scheduler.workers.is_empty() && scheduler.pending.is_empty() {
                shared.changed();
                break;
            }
            polled.clear();
            whats.clear();
            polled.push(poll_fd(wake.as_fd(), READABLE));
            whats.push(What::Wake);
            list(&mut scheduler, &mut polled, &mut whats);
            let next = scheduler.time_out(log);
            let look = scheduler.joined.then_some(STOPPED);
            next.into_iter().chain(retry).chain(look).min()
        };
        poll(&mut polled, timeout).map_err(|e| Failure::Error(refused::why(&e)))?;
        let mut scheduler = shared.enter();
        for (fd, what) in polled.iter().zip(&whats) {
            if fd.revents == 0 {
                continue;
            }
            match *what {
                What::Wake => drop(wake.read(&mut bytes)),
                What::Exit(actor) => ended(&mut scheduler, actor, &mut bytes, log),
                What::Stdout(actor) => receive(&mut scheduler, actor, &mut bytes, log),
                What::Stderr(actor) => {
                    if let Some(place) = place(&scheduler, actor) {
                        scheduler.workers[place].read_stderr(&mut bytes);
                    }
                }
                What::Stdin(actor) => {
                    if let Some(place) = place(&scheduler, actor) {
                        scheduler.workers[place].send();
                    }
                }
            }
        }
        scheduler.dispatch(log);
        let due = std::mem::take(&mut scheduler.due);
        drop(scheduler);
        shared.changed();
        call(shared, due, log);
    }
    let due = std::mem::take(&mut shared.enter().due);
    call(shared, due, log);
    at_work(shared, log);
    Ok(())
}

/// Records that the supervisor waits for its workers. It does so nearly all the time; the microseconds in between are not
/// recorded, for they would be most of the trace.
fn idle(shared: &Shared, log: &Log) {
    let (res, op) = (shared.res, WaitOp::Task);
    log.record(EventKind::WaitBegan { res, op });
}

fn at_work(shared: &Shared, log: &Log) {
    let (res, how) = (shared.res, WaitEnd::Woken);
    log.record(EventKind::WaitEnded { res, how });
}

fn call(shared: &Shared, due: super::scheduler::Due, log: &Log) {
    if due.is_empty() {
        return;
    }
    at_work(shared, log);
    for (callback, result) in due {
        let name = log.recorder().text("callback");
        log.record(EventKind::SpanBegan { name });
        // It is somebody else's: the pool goes on.
        let called = catch_unwind(AssertUnwindSafe(|| callback(log, &result)));
        if let Err(payload) = called {
            let text = format!("the callback panicked: {}", message(payload.as_ref()));
            log.say(log.recorder().text(&text), [Item::NOTHING; 2]);
        }
        log.record(EventKind::SpanEnded { name });
    }
    idle(shared, log);
}

fn list(scheduler: &mut Scheduler, polled: &mut Vec<PollFd>, whats: &mut Vec<What>) {
    for worker in &mut scheduler.workers {
        let actor = worker.log.id();
        worker.polled = worker.may_write();
        let mut add = |fd, events, what| {
            polled.push(poll_fd(fd, events));
            whats.push(what);
        };
        // What it wrote before its end.
        if worker.polled
            && let Some(stdout) = &worker.child.stdout
        {
            add(stdout.as_fd(), READABLE, What::Stdout(actor));
        }
        if let Some(stderr) = &worker.child.stderr {
            add(stderr.as_fd(), READABLE, What::Stderr(actor));
        }
        if let Some(exit) = worker.child.exit_fd() {
            add(exit, READABLE, What::Exit(actor));
        }
        if let Some(stdin) = worker.child.stdin.as_ref().filter(|_| !worker.outbox.is_empty()) {
            add(stdin.as_fd(), WRITABLE, What::Stdin(actor));
        }
    }
}

fn place(scheduler: &Scheduler, actor: ActorId) -> Option<usize> {
    scheduler.workers.iter().position(|w| w.log.id() == actor)
}

fn receive(scheduler: &mut Scheduler, actor: ActorId, bytes: &mut [u8], log: &Log) {
    let Some(place) = place(scheduler, actor) else {
        return;
    };
    scheduler.workers[place].read(bytes);
    if let Err(error) = scheduler.receive(place) {
        nonsense(scheduler, place, &error.to_string());
    }
    let worker = &mut scheduler.workers[place];
    if worker.child.stdout.is_none() {
        // It ends, or has closed its output and is of no use any more.
        worker.retiring = true;
        if worker.child.exit_fd().is_none() {
            ended(scheduler, actor, bytes, log);
        }
    }
}

fn nonsense(scheduler: &mut Scheduler, place: usize, what: &str) {
    let worker = &mut scheduler.workers[place];
    log::warn!("worker with PID {}: {what}", worker.child.pid());
    worker.child.stdout = None;
    // Nothing that follows can be trusted.
    worker.inbox = Inbox::default();
    worker.child.journal = None;
    worker.kill(TaskError::Failed(format!("the worker sent nonsense: {what}")));
}

fn ended(scheduler: &mut Scheduler, actor: ActorId, bytes: &mut [u8], log: &Log) {
    let Some(at) = place(scheduler, actor) else {
        return;
    };
    // The pipe holds no more than it did at the end: grandchildren have no part in it.
    scheduler.workers[at].read(bytes);
    scheduler.workers[at].read_stderr(bytes);
    if let Err(error) = scheduler.receive(at) {
        nonsense(scheduler, at, &error.to_string());
    }
    scheduler.reap_worker(at, log);
}
