//! Threads inside a worker process, as actors of the run's trace.

use super::Context;
use crate::record::os;
use crate::trace::{End, EventKind, Measure};
use crate::workers::wire::Told;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::thread::{Builder, JoinHandle, ScopedJoinHandle};

/// Where a job starts threads; see [`Context::scope`].
#[derive(Clone, Copy)]
pub struct Threads<'scope, 'env: 'scope, 'c> {
    inner: &'scope std::thread::Scope<'scope, 'env>,
    context: &'c Context,
}

/// A thread of a worker.
#[must_use = "join it, to learn how it ended"]
pub struct Thread<'scope, T> {
    number: u16,
    handle: ScopedJoinHandle<'scope, Result<T, String>>,
}

impl<T> Thread<'_, T> {
    /// Waits for its end, on record of whose `context` is if it takes any waiting.
    ///
    /// # Errors
    /// What it failed with, or what its panic said.
    pub fn join(self, context: &Context) -> Result<T, String> {
        let waits = !self.handle.is_finished();
        let tell = |told| context.out.tell(context.thread, told);
        if waits {
            tell(Told::JoinBegan(self.number));
        }
        let ended = self.handle.join();
        if waits {
            tell(Told::JoinEnded(self.number));
        }
        ended.unwrap_or_else(|payload| Err(super::panic_message(payload.as_ref())))
    }
}

impl Context {
    /// Runs `body` with a scope in which threads can be started that borrow what outlives it. All of them have ended
    /// when it returns; the waiting is on record for the threads that `body` joins. If the process dies first, they
    /// have died with it, and the trace says so.
    pub fn scope<'env, 'c, R>(
        &'c self,
        body: impl for<'scope> FnOnce(Threads<'scope, 'env, 'c>) -> R,
    ) -> R {
        std::thread::scope(|inner| {
            let context = self;
            body(Threads { inner, context })
        })
    }
}

impl<'scope> Threads<'scope, '_, '_> {
    /// Starts a thread, an actor whose parent is this process. Its start, its end and its processor time are on record.
    ///
    /// # Errors
    /// The system refused it. The trace then has no such actor.
    pub fn spawn<T: Send + 'scope>(
        &self,
        name: &str,
        badge: &str,
        body: impl FnOnce(&Context) -> Result<T, String> + Send + 'scope,
    ) -> io::Result<Thread<'scope, T>> {
        self.start(name, badge, false, body)
    }

    /// Starts a thread that only serves the others; for the rest as [`Threads::spawn`].
    ///
    /// # Errors
    /// As there.
    pub fn serve<T: Send + 'scope>(
        &self,
        name: &str,
        badge: &str,
        body: impl FnOnce(&Context) -> Result<T, String> + Send + 'scope,
    ) -> io::Result<Thread<'scope, T>> {
        self.start(name, badge, true, body)
    }

    fn start<T: Send + 'scope>(
        &self,
        name: &str,
        badge: &str,
        helper: bool,
        body: impl FnOnce(&Context) -> Result<T, String> + Send + 'scope,
    ) -> io::Result<Thread<'scope, T>> {
        let (hand_over, number) = std::sync::mpsc::sync_channel(1);
        let context = self.context.of_thread();
        let thread = Builder::new().name(name.replace('\0', " "));
        let thread = thread.spawn_scoped(self.inner, move || {
            // The system may refuse a thread: it has a number only when it is there.
            let thread = Some(number.recv().map_err(|_| "its starter panicked")?);
            live(&Context { thread, ..context }, body)
        })?;
        let number = (self.context.out).thread(self.context.thread, name, badge, helper);
        // It cannot fail: there is room for one, and the thread waits for it.
        let _ = hand_over.send(number);
        Ok(Thread { number, handle: thread })
    }
}

/// A thread that serves the process, as the feeder thread of a queue does. Dropping it lets it run on.
#[must_use = "join it, so that it has done its work when the process ends"]
pub struct Helper {
    number: u16,
    handle: JoinHandle<Result<(), String>>,
}

impl Helper {
    /// Waits for its end, on record if it takes any waiting.
    ///
    /// # Errors
    /// What it failed with.
    pub fn join(self, context: &Context) -> Result<(), String> {
        let waits = !self.handle.is_finished();
        let tell = |told| context.out.tell(context.thread, told);
        if waits {
            tell(Told::JoinBegan(self.number));
        }
        let ended = self.handle.join();
        if waits {
            tell(Told::JoinEnded(self.number));
        }
        ended.unwrap_or_else(|payload| Err(super::panic_message(payload.as_ref())))
    }
}

impl Context {
    /// What another thread of the process does things on record with, once it has its number.
    fn of_thread(&self) -> Self {
        let (out, space) = (Arc::clone(&self.out), self.space.clone());
        let (task, raised) = (AtomicU32::new(0), AtomicU32::new(0));
        Self { out, pool: self.pool, thread: None, space, task, raised }
    }

    /// Starts a helper, an actor whose parent is this process.
    ///
    /// # Errors
    /// The system refused the thread. The trace then has no such actor.
    pub fn helper(
        &self,
        name: &str,
        badge: &str,
        body: impl FnOnce(&Self) -> Result<(), String> + Send + 'static,
    ) -> io::Result<Helper> {
        let (hand_over, number) = std::sync::mpsc::sync_channel(1);
        let context = self.of_thread();
        let handle = Builder::new().name(name.replace('\0', " ")).spawn(move || {
            let thread = Some(number.recv().map_err(|_| "its starter panicked")?);
            live(&Context { thread, ..context }, body)
        })?;
        let number = self.out.thread(self.thread, name, badge, true);
        // It cannot fail: there is room for one, and the thread waits for it.
        let _ = hand_over.send(number);
        Ok(Helper { number, handle })
    }
}

fn live<T>(
    context: &Context,
    body: impl FnOnce(&Context) -> Result<T, String>,
) -> Result<T, String> {
    let os_id = os::thread_id();
    context.record(EventKind::Started { os_id });
    // What a panic leaves half-done in a job is the job's own.
    let result = catch_unwind(AssertUnwindSafe(|| body(context)))
        .unwrap_or_else(|payload| Err(super::panic_message(payload.as_ref())));
    if let Some(amount) = os::thread_cpu_time() {
        let what = Measure::CpuTime;
        context.record(EventKind::Measured { what, amount });
    }
    let end = match &result {
        Ok(_) => End::Normal,
        Err(error) => End::Error(context.text(error)),
    };
    context.record(EventKind::Ended(end));
    result
}
