//! The pool's thread: waits for what workers say and for their ends.

use super::Shared;
use super::core::Core;
use crate::record::Log;
use crate::record::panics::message;
use crate::record::thread::Failure;
use crate::trace::{ActorId, EventKind, Item, WaitEnd, WaitOp};
use crate::workers::TaskError;
use crate::workers::sys::{poll, poll_fd};
use crate::workers::wire::Inbox;
use std::io::{PipeReader, Read};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// How often it looks whether the run was stopped while somebody waits for its end.
const STOPPED: Duration = Duration::from_millis(20);

/// What a descriptor is.
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
        let mut core = shared.enter();
        core.abandon("the pool's own thread failed", log);
        let due = std::mem::take(&mut core.due);
        drop(core);
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
            let mut core = shared.enter();
            if core.joined && log.check().is_err() {
                core.terminated = true;
            }
            core.terminate(log);
            let retry = core.replace(log);
            core.dispatch(log);
            if core.closing && core.workers.is_empty() && core.pending.is_empty() {
                shared.changed();
                break;
            }
            polled.clear();
            whats.clear();
            polled.push(poll_fd(wake.as_fd(), libc::POLLIN));
            whats.push(What::Wake);
            list(&mut core, &mut polled, &mut whats);
            let next = core.time_out(log);
            let look = core.joined.then_some(STOPPED);
            next.into_iter().chain(retry).chain(look).min()
        };
        poll(&mut polled, timeout).map_err(|e| Failure::Error(e.to_string()))?;
        let mut core = shared.enter();
        for (fd, what) in polled.iter().zip(&whats) {
            if fd.revents == 0 {
                continue;
            }
            match *what {
                What::Wake => drop(wake.read(&mut bytes)),
                What::Exit(actor) => ended(&mut core, actor, &mut bytes, log),
                What::Stdout(actor) => heard(&mut core, actor, &mut bytes, log),
                What::Stderr(actor) => {
                    if let Some(place) = place(&core, actor) {
                        core.workers[place].read_stderr(&mut bytes);
                    }
                }
                What::Stdin(actor) => {
                    if let Some(place) = place(&core, actor) {
                        core.workers[place].send();
                    }
                }
            }
        }
        core.dispatch(log);
        let due = std::mem::take(&mut core.due);
        drop(core);
        shared.changed();
        call(shared, due, log);
    }
    let due = std::mem::take(&mut shared.enter().due);
    call(shared, due, log);
    at_work(shared, log);
    Ok(())
}

/// It waits for workers nearly all the time. What takes it microseconds is not told: it would be most of the trace.
fn idle(shared: &Shared, log: &Log) {
    let (res, op) = (shared.res, WaitOp::Task);
    log.record(EventKind::WaitBegan { res, op });
}

fn at_work(shared: &Shared, log: &Log) {
    let (res, how) = (shared.res, WaitEnd::Woken);
    log.record(EventKind::WaitEnded { res, how });
}

fn call(shared: &Shared, due: super::core::Due, log: &Log) {
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

fn list(core: &mut Core, polled: &mut Vec<libc::pollfd>, whats: &mut Vec<What>) {
    for worker in &mut core.workers {
        let actor = worker.log.id();
        worker.heeded = worker.may_speak();
        let mut add = |fd, events, what| {
            polled.push(poll_fd(fd, events));
            whats.push(what);
        };
        // What it wrote before its end.
        if worker.heeded
            && let Some(stdout) = &worker.child.stdout
        {
            add(stdout.as_fd(), libc::POLLIN, What::Stdout(actor));
        }
        if let Some(stderr) = &worker.child.stderr {
            add(stderr.as_fd(), libc::POLLIN, What::Stderr(actor));
        }
        if let Some(exit) = worker.child.exit_fd() {
            add(exit, libc::POLLIN, What::Exit(actor));
        }
        if let Some(stdin) = worker.child.stdin.as_ref().filter(|_| !worker.outbox.is_empty()) {
            add(stdin.as_fd(), libc::POLLOUT, What::Stdin(actor));
        }
    }
}

fn place(core: &Core, actor: ActorId) -> Option<usize> {
    core.workers.iter().position(|w| w.log.id() == actor)
}

fn heard(core: &mut Core, actor: ActorId, bytes: &mut [u8], log: &Log) {
    let Some(place) = place(core, actor) else {
        return;
    };
    core.workers[place].read(bytes);
    if let Err(error) = core.heard(place) {
        nonsense(core, place, &error.to_string());
    }
    let worker = &mut core.workers[place];
    if worker.child.stdout.is_none() {
        // It ends, or has closed its output and is of no use any more.
        worker.retiring = true;
        if worker.child.exit_fd().is_none() {
            ended(core, actor, bytes, log);
        }
    }
}

fn nonsense(core: &mut Core, place: usize, what: &str) {
    let worker = &mut core.workers[place];
    log::warn!("worker with PID {}: {what}", worker.child.pid());
    worker.child.stdout = None;
    // Nothing that follows can be trusted.
    worker.inbox = Inbox::default();
    worker.child.journal = None;
    worker.doom(TaskError::Failed(format!("the worker sent nonsense: {what}")));
}

fn ended(core: &mut Core, actor: ActorId, bytes: &mut [u8], log: &Log) {
    let Some(at) = place(core, actor) else {
        return;
    };
    // The pipe holds no more than it did at the end: grandchildren have no part in it.
    core.workers[at].read(bytes);
    core.workers[at].read_stderr(bytes);
    if let Err(error) = core.heard(at) {
        nonsense(core, at, &error.to_string());
    }
    core.buried(at, log);
}
