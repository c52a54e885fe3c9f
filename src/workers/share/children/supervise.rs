//! The thread that listens to processes and reaps them.

use super::{Member, Shared};
use crate::record::Recorder;
use crate::trace::{End, EventKind, Measure, Nanos, SIGKILL};
use crate::workers::pool::worker::Worker;
use crate::workers::share::cells;
use crate::workers::sys::{self, Exit};
use crate::workers::wire::{self, FromWorker, WireError};
use std::io::{PipeReader, Read};
use std::os::fd::AsFd;

/// What happened to a descriptor that is polled.
#[derive(Clone, Copy)]
enum What {
    Wake,
    Exit(usize),
    Output(usize),
    Errors(usize),
    Input(usize),
}

/// However the supervisor ends: none is left, and whoever joins one is told.
struct AtLast<'a>(&'a Shared, &'a Recorder);

impl Drop for AtLast<'_> {
    fn drop(&mut self) {
        for member in self.0.enter().iter_mut().filter(|member| member.ended.is_none()) {
            // Where it is still there: this kills and reaps it.
            drop(member.worker.take());
            let grave = self.0.space.bury(member.pid);
            let at = self.1.clock().now();
            self.0.space.is_on_record(grave, at);
            member.ended = Some((End::Killed(SIGKILL), at));
            member.waiting.drain(..).for_each(|waiting| waiting.unpark());
        }
    }
}

/// Runs until all of them have ended.
pub(super) fn run(shared: &Shared, mut wake: PipeReader, recorder: &Recorder) {
    let _at_last = AtLast(shared, recorder);
    let mut bytes = vec![0; 64 << 10];
    loop {
        let (mut polled, mut whats) = (Vec::new(), Vec::new());
        polled.push(sys::poll_fd(wake.as_fd(), sys::READABLE));
        whats.push(What::Wake);
        {
            let members = shared.enter();
            if members.iter().all(|member| member.worker.is_none()) {
                return;
            }
            for (place, member) in members.iter().enumerate() {
                if let Some(worker) = &member.worker {
                    list(worker, place, &mut polled, &mut whats);
                }
            }
        }
        if let Err(error) = sys::poll(&mut polled, None) {
            // Nobody listens any more: they are not to go on alone.
            log::error!("processes cannot be listened to: {error}");
            let mut members = shared.enter();
            let living = members.iter().filter_map(|member| member.worker.as_ref());
            living.for_each(|worker| worker.child.kill_group());
            for member in members.iter_mut() {
                ended(shared, member, &mut bytes, recorder);
            }
            return;
        }
        let mut members = shared.enter();
        for (fd, what) in polled.iter().zip(&whats) {
            if fd.revents == 0 {
                continue;
            }
            match *what {
                What::Wake => drop(wake.read(&mut bytes)),
                What::Exit(place) => ended(shared, &mut members[place], &mut bytes, recorder),
                What::Output(place) => output(shared, &mut members[place], &mut bytes, recorder),
                What::Errors(place) => {
                    if let Some(worker) = &mut members[place].worker {
                        worker.read_stderr(&mut bytes);
                    }
                }
                What::Input(place) => {
                    if let Some(worker) = &mut members[place].worker {
                        worker.send();
                    }
                }
            }
        }
    }
}

fn list(worker: &Worker, place: usize, polled: &mut Vec<sys::PollFd>, whats: &mut Vec<What>) {
    let mut add = |fd, events, what| {
        polled.push(sys::poll_fd(fd, events));
        whats.push(what);
    };
    // What it wrote before its end.
    if let Some(stdout) = &worker.child.stdout {
        add(stdout.as_fd(), sys::READABLE, What::Output(place));
    }
    if let Some(stderr) = &worker.child.stderr {
        add(stderr.as_fd(), sys::READABLE, What::Errors(place));
    }
    if let Some(exit) = worker.child.exit_fd() {
        add(exit, sys::READABLE, What::Exit(place));
    }
    if let Some(stdin) = worker.child.stdin.as_ref().filter(|_| !worker.outbox.is_empty()) {
        add(stdin.as_fd(), sys::WRITABLE, What::Input(place));
    }
}

fn output(shared: &Shared, member: &mut Member, bytes: &mut [u8], recorder: &Recorder) {
    let Some(worker) = &mut member.worker else { return };
    worker.read(bytes);
    if let Err(error) = receive(worker, &mut member.answer, recorder) {
        nonsense(worker, error);
    }
    if worker.child.stdout.is_none() && worker.child.exit_fd().is_none() {
        ended(shared, member, bytes, recorder);
    }
}

/// Handles what has arrived whole.
fn receive(
    worker: &mut Worker,
    answer: &mut Option<Result<crate::workers::Value, String>>,
    recorder: &Recorder,
) -> Result<(), WireError> {
    while let Some(message) = worker.inbox.take::<FromWorker>()? {
        if let FromWorker::Report(report) = message {
            worker.reports += 1;
            for entry in wire::entries(&report.entries.0) {
                if let Some((_, result, _)) = worker.take_entry(recorder, entry?) {
                    *answer = Some(result);
                }
            }
            worker.promise(report.until);
        }
    }
    Ok(())
}

fn nonsense(worker: &mut Worker, error: WireError) {
    log::warn!("process with PID {}: {error}", worker.child.pid());
    // Nothing that follows can be trusted.
    worker.child.stdout = None;
    worker.child.journal = None;
    worker.child.kill_group();
}

fn ended(shared: &Shared, member: &mut Member, bytes: &mut [u8], recorder: &Recorder) {
    let Some(mut worker) = member.worker.take() else { return };
    // The pipe holds no more than it did at the end.
    worker.read(bytes);
    worker.read_stderr(bytes);
    if let Err(error) = receive(&mut worker, &mut member.answer, recorder) {
        nonsense(&mut worker, error);
    }
    let (exit, cpu_time) = worker.reap();
    // Only now: before, it might still have written.
    let mut is_whole = false;
    if let Some(unsent) = worker.unsent() {
        is_whole = true;
        for entry in wire::entries(&unsent) {
            match entry {
                Ok(entry) => {
                    if let Some((_, result, _)) = worker.take_entry(recorder, entry) {
                        member.answer = Some(result);
                    }
                }
                Err(_) => is_whole = false,
            }
        }
    }
    let end = match exit {
        Exit::Signal(_) if member.cancelled => End::Cancelled,
        Exit::Status(0) => End::Normal,
        Exit::Status(status) => End::Exited(status),
        Exit::Signal(signal) => End::Killed(signal),
    };
    if let Some(amount) = cpu_time {
        let what = Measure::CpuTime;
        worker.log.observe(EventKind::Measured { what, amount });
    }
    let gap = !is_whole && end != End::Normal;
    if let Some(write) = worker.wrote {
        cells::finish(&shared.space, member.pid, write);
    }
    // Before its end is on record: from then on nobody counts on it.
    let grave = shared.space.bury(member.pid);
    let at: Nanos = worker.ends(end, gap);
    shared.space.is_on_record(grave, at);
    member.stderr = worker.stderr_tail();
    member.ended = Some((end, at));
    member.waiting.drain(..).for_each(|waiting| waiting.unpark());
}
