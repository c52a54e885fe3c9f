//! The parameters, read: which tasks, on which pools.

use super::spec::applies;
use crate::replay::words::count;
use crate::topics::Params;
use crate::topics::spread::Spread;
use std::time::Duration;

/// How tasks are handed in, and how results come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// All at once; all results at once.
    Map,
    /// All at once; results one by one in order of the arguments.
    Imap,
    /// All at once; results one by one as they come.
    ImapUnordered,
    /// One by one, each after the result of the one before.
    Apply,
    /// One by one without waiting; each result is fetched afterwards.
    ApplyAsync,
}

impl Call {
    const ALL: [Self; 5] =
        [Self::Map, Self::Imap, Self::ImapUnordered, Self::Apply, Self::ApplyAsync];

    /// As Python and the parameter name it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Imap => "imap",
            Self::ImapUnordered => "imap_unordered",
            Self::Apply => "apply",
            Self::ApplyAsync => "apply_async",
        }
    }
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Multiplies a number by itself.
    Square,
    /// Sleeps and says who did it.
    Sleep,
    /// Counts primes.
    Primes,
    /// Blurs a picture.
    Image,
}

/// The second pool that runs the same tasks, for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// There is none.
    Nothing,
    /// One new process for each task.
    OneEach,
    /// One chunk for each worker.
    LargeChunks,
    /// CPython's own pools.
    CPython,
}

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub workers: usize,
    pub tasks: usize,
    pub call: Call,
    pub job: JobKind,
    pub against: Against,
    pub timeout: Option<Duration>,
    pub retries: u32,
    /// The task whose worker is killed, and after how long.
    pub kill: Option<(u32, Duration)>,
    pub tasks_per_child: Option<u32>,
    /// How CPython starts its workers, as its parameter says.
    pub start_method: &'static str,
    chunk: usize,
    costs: Spread,
    seconds: f64,
    limit: f64,
    side: f64,
    seed: u64,
}

/// Bounds of the primes' limit and the pictures' side, as their jobs accept them.
const LEAST: f64 = 3.0;
const WIDEST: f64 = 4096.0;

impl Plan {
    /// Reads the parameters that matter beside the others.
    pub fn new(params: &Params) -> Self {
        let params = params.effective(applies);
        let scale = params.float("time_scale");
        let some = |key| u32::try_from(params.int(key)).ok().filter(|n| *n > 0);
        let timeout = params.time("timeout");
        let jobs = [JobKind::Square, JobKind::Sleep, JobKind::Primes, JobKind::Image];
        let job = params.one_of("job", jobs);
        let others = [Against::Nothing, Against::OneEach, Against::LargeChunks, Against::CPython];
        let mut plan = Self {
            workers: params.count("workers"),
            tasks: params.count("tasks"),
            call: params.one_of("call", Call::ALL),
            job,
            against: params.one_of("against", others),
            timeout: (!timeout.is_zero()).then_some(timeout),
            retries: some("retries").unwrap_or(0),
            kill: None,
            tasks_per_child: some("tasks_per_child"),
            start_method: params.choice("start_method"),
            chunk: params.count("chunk"),
            costs: params.one_of("costs", Spread::ALL),
            seconds: params.float("seconds") * scale,
            limit: params.int("limit") as f64,
            side: params.int("side") as f64,
            seed: params.count("seed") as u64,
        };
        let victim = usize::try_from(params.int("kill")).ok();
        plan.kill = victim.filter(|task| *task < plan.tasks && job == JobKind::Sleep).map(|task| {
            let after = Duration::from_secs_f64(0.5 * plan.sleep(task));
            (u32::try_from(task).unwrap_or(u32::MAX), after)
        });
        plan
    }

    /// The size of a chunk: as asked, or as CPython chooses it. Calls of single tasks have chunks of 1.
    pub fn chunk(&self) -> usize {
        match (self.call, self.chunk) {
            (Call::Apply | Call::ApplyAsync, _) | (Call::Imap | Call::ImapUnordered, 0) => 1,
            (Call::Map, 0) => self.tasks.div_ceil(4 * self.workers),
            (_, chunk) => chunk.min(self.tasks),
        }
    }

    /// The size of a chunk that gives each worker one.
    pub fn large_chunk(&self) -> usize {
        self.tasks.div_ceil(self.workers)
    }

    /// Names of the first pool and of the second.
    pub fn names(&self) -> [String; 2] {
        let first = match (self.against, self.chunk()) {
            (Against::LargeChunks, 1) => "one task at a time".to_owned(),
            (Against::LargeChunks, chunk) => format!("chunks of {chunk}"),
            (Against::CPython, _) => "this lab's Rust pool".to_owned(),
            _ => format!("{} reused", count(self.workers, "process")),
        };
        let second = match self.against {
            Against::LargeChunks => format!("chunks of {}", self.large_chunk()),
            _ => "one process per task".to_owned(),
        };
        [first, second]
    }

    /// Whether a task is sent only to a worker that is free. Short tasks are sent ahead instead, which saves time.
    pub fn is_balanced(&self) -> bool {
        self.costs != Spread::Equal || matches!(self.job, JobKind::Sleep | JobKind::Primes)
    }

    /// Whether a task waits for its worker to be killed. A task with retries does not: its next attempt must end.
    pub fn is_doomed(&self, task: usize) -> bool {
        self.retries == 0 && self.kill.is_some_and(|(victim, _)| victim as usize == task)
    }

    /// About how long all tasks take, one after another, in Python.
    pub fn whole_work(&self) -> Duration {
        let each = |task: usize| match self.job {
            JobKind::Square => 0.0,
            JobKind::Sleep => self.sleep(task),
            JobKind::Primes => 1e-7 * (self.limit(task) as f64).powf(1.5),
            JobKind::Image => 3e-6 * (self.side(task) as f64).powi(2),
        };
        Duration::try_from_secs_f64((0..self.tasks).map(each).sum()).unwrap_or(Duration::MAX / 8)
    }

    /// Seconds that a task sleeps, scaled.
    pub fn sleep(&self, task: usize) -> f64 {
        self.seconds * self.cost(task)
    }

    /// The number below which a task counts primes.
    pub fn limit(&self, task: usize) -> i64 {
        (self.limit * self.cost(task)).max(LEAST) as i64
    }

    /// Side of a task's picture.
    pub fn side(&self, task: usize) -> i64 {
        (self.side * self.cost(task)).clamp(LEAST, WIDEST) as i64
    }

    /// Seed of a task's picture.
    pub fn seed(&self, task: usize) -> i64 {
        (self.seed as i64).wrapping_mul(1_000_003) + task as i64
    }

    /// The cost of a task relative to the mean.
    fn cost(&self, task: usize) -> f64 {
        self.costs.cost(task, self.tasks, self.seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_applies_is_what_matters() {
        crate::topics::what_applies::check(&super::super::ProcessPool, Plan::new);
    }
}
