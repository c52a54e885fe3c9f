//! What a task does, by whomever it is done: on a thread, on a thread under the emulated GIL, in a process.

mod hands;
pub mod http;

#[cfg(unix)]
pub use hands::InProcess;
pub use hands::{Bare, Hands, OnThread, UnderGil, measure, measure_growth};

use crate::record::thread::Failure;
use crate::topics::multiprocessing::primes;
use crate::workers::Value;

/// The kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Fetches a file.
    Download,
    /// Counts the primes of a part of the numbers.
    Primes,
}

/// CPython gets a part of the computing: an interpreter takes longer, and it is ways that are compared, not languages.
const CPYTHON_SHARE: i64 = 8;
/// Bytes of a file that is fetched.
const FILE: i64 = 100_000;

impl Work {
    /// All; the place of one is its number in the argument of a process.
    pub const ALL: [Self; 2] = [Self::Download, Self::Primes];

    /// The word of the parameter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Download => "downloads",
            Self::Primes => "primes",
        }
    }

    /// The one behind a word of the parameter; the first for any other.
    pub fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|work| work.word() == word).unwrap_or(Self::Download)
    }

    /// What one task is called.
    pub fn task(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Primes => "part",
        }
    }

    /// Whether it counts primes.
    pub fn computes_primes(self) -> bool {
        self == Self::Primes
    }

    /// Whether it fetches files from the server.
    pub fn downloads(self) -> bool {
        self == Self::Download
    }

    /// How much a task has to do: bytes, or the number below which primes are counted.
    pub fn amount(self, limit: i64) -> i64 {
        match self {
            Self::Download => FILE,
            Self::Primes => limit,
        }
    }
}

/// One task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// What it does.
    pub work: Work,
    /// Which part of the whole, from 0.
    pub part: i64,
    /// Of how many.
    pub parts: i64,
    /// How much there is: see [`Work::amount`].
    pub amount: i64,
    /// How long the server takes for its file.
    pub nanos: i64,
    /// The server's port.
    pub port: u16,
}

impl Task {
    /// As CPython does it.
    pub fn for_cpython(self) -> Self {
        match self.work {
            Work::Download => self,
            Work::Primes => Self { amount: self.amount / CPYTHON_SHARE, ..self },
        }
    }

    /// As shown: "download 3".
    pub fn name(&self) -> String {
        format!("{} {}", self.work.task(), self.part + 1)
    }

    /// As the argument of a process.
    pub fn to_value(self) -> Value {
        let work = Work::ALL.iter().position(|work| *work == self.work).unwrap_or(0) as i64;
        let port = i64::from(self.port);
        Value::Ints(vec![work, self.part, self.parts, self.amount, self.nanos, port])
    }

    /// The task of an argument.
    ///
    /// # Errors
    /// It is none.
    pub fn of_value(value: &Value) -> Result<Self, String> {
        let none = || format!("{value} is no task");
        let Value::Ints(numbers) = value else { return Err(none()) };
        let [work, part, parts, amount, nanos, port] = numbers[..] else { return Err(none()) };
        let work = usize::try_from(work).ok().and_then(|place| Work::ALL.get(place).copied());
        let port = u16::try_from(port).map_err(|_| none())?;
        Ok(Self { work: work.ok_or_else(none)?, part, parts, amount, nanos, port })
    }

    /// Does it.
    ///
    /// # Errors
    /// The run was stopped, or what the system refused.
    pub fn run(&self, hands: &mut impl Hands) -> Result<i64, Failure> {
        match self.work {
            Work::Download => hands.wait("network", |is_stopped| http::get(self, is_stopped)),
            Work::Primes => self.primes(hands),
        }
    }

    /// What must come out of it, found out by itself.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn expected(&self, hands: &mut impl Hands) -> Result<i64, Failure> {
        match self.work {
            Work::Download => Ok(http::sum(&http::content(self.part, self.amount))),
            Work::Primes => self.run(hands),
        }
    }

    // listing: begin
    /// Counts the primes of its part.
    fn primes(&self, hands: &mut impl Hands) -> Result<i64, Failure> {
        let mut count = 0;
        for number in primes::numbers(self.part, self.parts, self.amount) {
            count += i64::from(primes::is_prime(&number));
            hands.step()?;
        }
        Ok(count)
    }
    // listing: end
}
