//! Child processes: this same program behind the hidden subcommand `worker`, and a pool of them.
//!
//! ```text
//! submitter ──▶ Pool (queue) ──stdin──▶ worker: Job ──stdout──▶ supervisor ──▶ results, to waiters
//!                                          └─ journal ─ ─ ─ ─ ─ ─┘  └─events──▶ RemoteLog ──▶ the run's trace
//! ```
//!
//! [`wire`] is what goes over the pipes, [`child`] the worker's side, [`Pool`] the program's side. Each pool has one
//! thread, the supervisor, which polls the pipes and the ends of its workers; submitters hand tasks to idle workers
//! themselves, which saves a change of threads.
//!
//! [`share`] has what processes share, and [`share::Children`] for processes that are no pool's workers: each runs one function
//! and ends.
//!
//! # How a worker starts
//! From start to ready, executing this binary takes 1.6 ms of a core (it is large), forking a small single-threaded process
//! 0.4 ms; a pool of eight from start to end, 17 ms against 5 ms (`cargo bench --bench workers`, two cores). So
//! on Linux a *fork server*, this program again, is started once, and forks workers on request; they are made
//! children of the program itself (`CLONE_PARENT`), which waits for them as for any child. Where that is not to be had,
//! workers are executed. The two differ in nothing else.
//!
//! # Nothing is left behind
//! - A worker ends at the end of its standard input, also in the middle of a task.
//! - On Linux it is killed when the program dies (`PR_SET_PDEATHSIG`). The kernel means the *thread* that started
//!   it, so one thread that never ends starts them all.
//! - Each worker leads a process group, which is killed when the worker ends, however it ends. The fork server kills the
//!   groups of those it has forked if the program died first; of a worker that was executed only itself is killed then.
//! - A fork server that does not answer within two seconds is killed, and the workers asked for are executed. Those it has
//!   forked live on, and count as executed ones.
//! - Workers are reaped as soon as they end. Nothing is kept in files or in shared memory that has a name.
//!
//! # When a worker dies
//! What it recorded and had not sent yet stands in its journal, memory that it shares with the program: events, results,
//! and the begin of a task before the task's work. However it dies, nothing of that is lost, on Linux. Elsewhere a
//! `Dropped` before its end says that its last moments may be missing.
//!
//! Messages to it are answered in order, and a chunk's results are sent before the next one is begun. So the first
//! chunk without all its results is the one that ran: its open tasks fail (or are retried where asked). Later ones
//! had not begun and go to another worker; so does the first one if it had not begun either, which the journal shows
//! (elsewhere: if it was not read to its end, which the pipe shows).

pub mod child;
pub mod jobs;
mod pool;
pub mod python;
pub mod share;
mod soon;
mod sys;
mod value;
pub mod wire;
mod words;

pub use child::{Context, Thread, Threads};
pub use pool::{
    Callback, Imap, MapHandle, Pool, PoolOptions, Signaller, StartError, TaskError, TaskHandle,
    TaskOptions, WorkerInfo,
};
pub use sys::{Exit, Start, prepare, this_program, use_program, use_this_program};
pub use value::{Job, Value};
pub use words::{complaint, tame};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Clock, Recorder};
    use crate::trace::{Actor, Meta};

    #[test]
    fn nothing_is_executed_as_a_worker_that_nobody_has_named() {
        let (recorder, _collector) = Recorder::start(Meta::default(), Clock::system(), |_| {});
        let log = recorder.log(Actor::thread("main", "M"));
        // This test's own program would run all tests again, and so on without end.
        for start in [Start::Fork, Start::Exec] {
            let options = PoolOptions { start, ..PoolOptions::new(2) };
            let error = Pool::start(&log, options).err().map(|e| e.to_string());
            assert_eq!(
                error.as_deref(),
                Some(
                    "the worker processes could not be started: nobody has said which program they are"
                )
            );
        }
        drop(log);
    }
}
