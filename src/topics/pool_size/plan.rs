//! The parameters, read: what is measured, and how often.

use super::spec::SIZES;
use crate::record::os;
use crate::replay::words::count;
use crate::topics::{Ints, Params};
use crate::trace::Nanos;

/// What squares the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backend {
    /// Our pool of worker processes.
    Workers,
    /// A pool of threads of this process.
    Threads,
    /// A plain loop: one number after another.
    Sequential,
    /// CPython's `multiprocessing.Pool`, its workers started as that one method that the run is told.
    CPython,
    /// The same by `fork`, beside the other two.
    Fork,
    /// The same by `forkserver`.
    ForkServer,
    /// The same by `spawn`.
    Spawn,
}

impl Backend {
    /// All, in the order in which they are shown. The place of one is the number of its section.
    pub const ALL: [Self; 7] = [
        Self::Workers,
        Self::Threads,
        Self::Sequential,
        Self::CPython,
        Self::Fork,
        Self::ForkServer,
        Self::Spawn,
    ];
    /// CPython's pool by each start method.
    const METHODS: [Self; 3] = [Self::Fork, Self::ForkServer, Self::Spawn];

    fn names(self) -> [&'static str; 4] {
        match self {
            Self::Workers => ["workers", "This lab's Rust pool", "worker processes", "processes"],
            Self::Threads => ["threads", "Rust threads", "threads", "threads"],
            Self::Sequential => ["sequential", "A loop in Rust", "one after another", "loop"],
            Self::CPython => ["cpython", "multiprocessing.Pool", "CPython Pool", "CPython"],
            Self::Fork => {
                ["cpython-fork", "multiprocessing.Pool (fork)", "CPython Pool (fork)", "fork"]
            }
            Self::ForkServer => [
                "cpython-forkserver",
                "multiprocessing.Pool (forkserver)",
                "CPython Pool (forkserver)",
                "forkserver",
            ],
            Self::Spawn => {
                ["cpython-spawn", "multiprocessing.Pool (spawn)", "CPython Pool (spawn)", "spawn"]
            }
        }
    }

    /// Its name in outcomes.
    pub fn id(self) -> &'static str {
        self.names()[0]
    }

    /// The owner of its pools, to begin a sentence.
    pub fn owner(self) -> &'static str {
        self.names()[1]
    }

    /// Its name on screen.
    pub fn title(self) -> &'static str {
        self.names()[2]
    }

    /// A short name.
    pub fn short(self) -> &'static str {
        self.names()[3]
    }

    /// Whether it has pools, which have sizes.
    pub fn has_pools(self) -> bool {
        self != Self::Sequential
    }

    /// So many of its workers.
    pub fn many(self, n: usize) -> String {
        count(n, if self == Self::Threads { "thread" } else { "process" })
    }

    /// Whether it is CPython's pool, however that starts its workers.
    pub fn is_cpython(self) -> bool {
        self == Self::CPython || Self::METHODS.contains(&self)
    }

    /// How CPython starts its workers, where several ways stand beside each other.
    pub fn method(self) -> Option<&'static str> {
        Self::METHODS.contains(&self).then(|| self.short())
    }

    /// Whether the workers of its pools are there when a pool is made, where CPython starts them so. Only its forked ones are:
    /// others come up while the pool maps.
    pub fn has_workers_when_made(self, method: Option<&str>) -> bool {
        match self {
            Self::CPython => method.is_none_or(|method| method == Self::Fork.short()),
            Self::ForkServer | Self::Spawn => false,
            Self::Workers | Self::Threads | Self::Sequential | Self::Fork => true,
        }
    }

    /// Those behind a word of the parameter, with CPython's pool by this start method, or by all of them.
    pub fn chosen(word: &str, method: &str) -> Vec<Self> {
        let [first @ .., cpython] = [Self::Workers, Self::Threads, Self::Sequential, Self::CPython];
        let is_chosen =
            |backend: &Self| word == "all" || word.split('+').any(|part| part == backend.id());
        let theirs = match method {
            "all" => &Self::METHODS[..],
            _ => &[cpython],
        };
        let theirs = theirs.iter().copied().filter(|_| is_chosen(&cpython));
        first.into_iter().filter(is_chosen).chain(theirs).collect()
    }
}

/// The pool sizes that a text of the parameter stands for, on a machine with `cores` cores.
pub fn sizes(text: &str, cores: usize) -> Vec<usize> {
    let (min, max, most) = SIZES;
    let list = Ints::parse(text, min, max, most);
    let all = list.map_or_else(Vec::new, |list| list.resolve(cores, min, max, most));
    all.into_iter().filter_map(|n| n.try_into().ok()).collect()
}

/// The parameters, read.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Pool sizes, rising.
    pub sizes: Vec<usize>,
    /// What is squared.
    pub numbers: Vec<i64>,
    /// Work for each number beside its square.
    pub work: Nanos,
    /// Trials of each pool size that count.
    pub trials: usize,
    /// Trials of each pool size that do not.
    pub warm_up: usize,
    /// How many numbers travel together, unless as CPython computes it.
    pub chunk: Option<usize>,
    /// How CPython starts its workers, as its parameter says.
    pub start_method: &'static str,
    /// What squares.
    pub backends: Vec<Backend>,
}

impl Plan {
    /// Reads the parameters.
    pub fn new(params: &Params) -> Self {
        let sizes = params.ints("sizes", os::cores());
        let last = params.int("numbers");
        Self {
            sizes: (sizes.into_iter()).filter_map(|n| n.try_into().ok()).collect(),
            numbers: (1..=last).collect(),
            work: Nanos::from_micros(params.count("work") as u64),
            trials: params.count("trials"),
            warm_up: params.count("warm_up"),
            chunk: Some(params.count("chunk")).filter(|chunk| *chunk > 0),
            start_method: params.choice("start_method"),
            backends: Backend::chosen(params.choice("backend"), params.choice("start_method")),
        }
    }

    /// What each round measures; size 0 where there is no pool.
    pub fn pools(&self) -> Vec<(Backend, usize)> {
        let mut pools = Vec::new();
        for backend in &self.backends {
            match backend.has_pools() {
                true => pools.extend(self.sizes.iter().map(|size| (*backend, *size))),
                false => pools.push((*backend, 0)),
            }
        }
        pools
    }

    /// How many numbers travel together on a pool of this size.
    pub fn chunk(&self, size: usize) -> usize {
        let as_cpython = self.numbers.len().div_ceil(4 * size.max(1));
        self.chunk.unwrap_or(as_cpython).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_chooses_its_backends() {
        for word in super::super::spec::BACKENDS {
            let parts = if *word == "all" { 4 } else { word.split('+').count() };
            assert_eq!(Backend::chosen(word, "fork").len(), parts, "{word}");
            let all = Backend::chosen(word, "all");
            let methods: Vec<_> = all.iter().filter_map(|backend| backend.method()).collect();
            match Backend::chosen(word, "default").contains(&Backend::CPython) {
                true => assert_eq!(methods, ["fork", "forkserver", "spawn"], "{word}"),
                false => assert_eq!(methods, [""; 0], "{word}"),
            }
        }
        for (place, backend) in Backend::ALL.into_iter().enumerate() {
            assert_eq!(backend as usize, place);
        }
    }

    #[test]
    fn what_applies_is_what_matters() {
        let read = |params: &Params| {
            let plan = Plan::new(params);
            let sizes = plan.sizes.iter().filter(|_| plan.backends != [Backend::Sequential]);
            let chunks: Vec<_> = sizes.map(|size| (*size, plan.chunk(*size))).collect();
            let Plan { numbers, work, trials, warm_up, backends, start_method, .. } = plan;
            let started =
                backends.iter().any(|backend| backend.is_cpython()).then_some(start_method);
            (chunks, numbers, work, trials, warm_up, backends, started)
        };
        crate::topics::what_applies::check(&super::super::PoolSize, read);
    }

    #[test]
    fn a_round_measures_everything_once_in_changing_order() {
        let plan = Plan {
            sizes: vec![2, 4, 8],
            numbers: vec![1],
            work: Nanos::ZERO,
            trials: 1,
            warm_up: 0,
            chunk: None,
            start_method: "default",
            backends: Backend::ALL.to_vec(),
        };
        let all: Vec<_> = crate::topics::trials::rounds(2, plan.pools()).collect();
        let (first, second) = all.split_at(3 * 6 + 1);
        let pools = |round: &[(usize, (Backend, usize))]| -> Vec<_> {
            round.iter().map(|(_, pool)| *pool).collect()
        };
        assert_ne!(pools(first), pools(second));
        for mut round in [pools(first), pools(second)] {
            round.sort_unstable();
            round.dedup();
            assert_eq!(round.len(), 3 * 6 + 1);
        }
    }
}
