//! What a task does, by whomever it is done: on a thread, on a thread under the emulated GIL, in a process.

pub mod files;

use super::analysis::Load;
pub use crate::record::hands::Hands;
use crate::record::thread::Failure;
use crate::topics::Source;
#[cfg(unix)]
use crate::topics::children::numbers;
use crate::topics::multiprocessing::primes;
use crate::topics::web;
#[cfg(unix)]
use crate::workers::Value;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Fetches a file.
    Download,
    /// Counts the primes of a part of the numbers.
    Primes,
    /// Multiplies the rows of a part of a matrix.
    Matrix,
    /// Writes a file to the disk and reads it again.
    File,
    /// Hashes a large buffer: C code that lets go of the GIL.
    Hash,
    /// Looks at what it was handed, which is much.
    Transfer,
    /// Fetches a file, and counts primes.
    Mixed,
    /// Sleeps again and again, as if for a reply.
    Wait,
}

/// What is special about each kind.
pub struct Kind {
    work: Work,
    /// The word of the parameter.
    pub word: &'static str,
    /// What one task is called.
    pub task: &'static str,
    /// What the amount of a task is.
    pub amount: Amount,
    /// What its tasks do, where that is known: then what it had of a processor tells whether others wanted it, too.
    pub load: Option<Load>,
    /// The listings of what its tasks do, in Python and in Rust.
    pub sources: (Source, Source),
}

/// By the place of the work in [`Work`].
#[rustfmt::skip]
static KINDS: [Kind; 8] = [
    Kind { work: Work::Download, word: "downloads", task: "download", amount: Amount::Fixed, load: Some(Load::Waits),
        sources: (python!("threads-vs-processes", "downloads.py"), rust!("http.rs", "../web.rs")) },
    Kind { work: Work::Primes, word: "primes", task: "part", amount: Amount::Limit, load: Some(Load::Computes),
        sources: (python!("threads-vs-processes", "primes.py"), rust!("work.rs")) },
    Kind { work: Work::Matrix, word: "matrix", task: "part", amount: Amount::Side, load: Some(Load::Computes),
        sources: (python!("threads-vs-processes", "matrix.py"), rust!("work.rs")) },
    Kind { work: Work::File, word: "files", task: "file", amount: Amount::Bytes, load: None,
        sources: (python!("threads-vs-processes", "files.py"), rust!("files.rs", "work/files.rs")) },
    Kind { work: Work::Hash, word: "hashing", task: "buffer", amount: Amount::Bytes, load: Some(Load::Computes),
        sources: (python!("threads-vs-processes", "hashing.py"), rust!("work.rs")) },
    Kind { work: Work::Transfer, word: "transfer", task: "packet", amount: Amount::Bytes, load: None,
        sources: (python!("threads-vs-processes", "transfer.py"), rust!("work.rs")) },
    Kind { work: Work::Mixed, word: "mixed", task: "task", amount: Amount::Limit, load: None,
        sources: (python!("threads-vs-processes", "mixed.py"), rust!("http.rs", "../web.rs")) },
    Kind { work: Work::Wait, word: "waits", task: "share", amount: Amount::Fixed, load: Some(Load::Waits),
        sources: (python!("threads-vs-processes", "how_many.py"), rust!("work.rs")) },
];

/// CRC-32 of bytes, as Python's zlib makes it: each byte and its place count.
pub fn sum(bytes: &[u8]) -> i64 {
    crc32fast::hash(bytes).into()
}

/// What the amount of a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Bytes of a file, always as many, or how often it waits.
    Fixed,
    /// The number below which primes are counted.
    Limit,
    /// Rows and columns of a matrix.
    Side,
    /// Bytes.
    Bytes,
}

impl Amount {
    /// By what it is divided for CPython, and what is left then, in words; `None`: it does all of it, as this program does.
    /// An interpreter takes longer, and it is ways that are compared, not languages.
    pub fn of_cpython(self) -> Option<(i64, &'static str)> {
        match self {
            Self::Limit => Some((8, "an eighth of the numbers")),
            Self::Side => Some((4, "a quarter of the rows")),
            Self::Fixed | Self::Bytes => None,
        }
    }
}

/// Bytes of a file that is fetched.
pub const FILE: i64 = 100_000;

impl Work {
    /// What is special about it.
    pub fn kind(self) -> &'static Kind {
        &KINDS[self as usize]
    }

    /// The one behind a word of the parameter. What has no tasks of its own computes primes.
    pub fn named(word: &str) -> Self {
        KINDS.iter().find(|kind| kind.word == word).map_or(Self::Primes, |kind| kind.work)
    }

    /// Whether it fetches files from the server.
    pub fn downloads(self) -> bool {
        matches!(self, Self::Download | Self::Mixed)
    }
}

impl Serialize for Work {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.kind().word.serialize(to)
    }
}

/// One task, also as CPython is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// What it does.
    pub work: Work,
    /// Which part of the whole, from 0.
    pub part: i64,
    /// Of how many.
    pub parts: i64,
    /// How much there is: see [`Amount`].
    pub amount: i64,
    /// How long the server takes for its file, or a wait takes.
    pub nanos: i64,
    /// The server's port.
    pub port: u16,
}

impl Task {
    /// As CPython does it, which may be a part.
    pub fn for_cpython(self) -> Self {
        let part = self.work.kind().amount.of_cpython();
        let amount = part.map_or(self.amount, |(by, _)| (self.amount / by).max(1));
        Self { amount, ..self }
    }

    /// The system refused something that it needs.
    fn failed(&self, error: &std::io::Error) -> Failure {
        let why = crate::record::refused::why(error);
        Failure::Error(format!("{} failed: {why}", self.name()))
    }

    /// As shown: "download 3".
    pub fn name(&self) -> String {
        format!("{} {}", self.work.kind().task, self.part + 1)
    }

    /// As the argument of a process. `pipe`: the handle of the one that what it is handed comes through; 0: none.
    #[cfg(unix)]
    pub fn numbers(self, pipe: i64) -> [i64; 7] {
        let (work, port) = (self.work as i64, i64::from(self.port));
        [work, self.part, self.parts, self.amount, self.nanos, port, pipe]
    }

    /// The task of an argument, and the handle of its pipe.
    ///
    /// # Errors
    /// It is none.
    #[cfg(unix)]
    pub fn of_value(value: &Value) -> Result<(Self, i64), String> {
        let [work, part, parts, amount, nanos, port, pipe] = numbers(value)?;
        let kind = usize::try_from(work).ok().and_then(|place| KINDS.get(place));
        let is_task = kind.zip(port.try_into().ok());
        let (kind, port) = is_task.ok_or_else(|| format!("{value} is no task"))?;
        Ok((Self { work: kind.work, part, parts, amount, nanos, port }, pipe))
    }

    /// Does it.
    ///
    /// # Errors
    /// The run was stopped, or what the system refused.
    pub fn run(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        hands.step()?;
        match self.work {
            Work::Download => self.download(hands),
            Work::Primes => self.primes(hands),
            Work::Matrix => self.matrix(hands),
            Work::File => hands.wait("disk", |is_stopped| files::write_and_read(self, is_stopped)),
            Work::Hash => self.hash(hands),
            Work::Transfer => Ok(self.look(hands.given)),
            Work::Mixed => Ok(self.download(hands)? + self.primes(hands)?),
            Work::Wait => self.waits(hands),
        }
    }

    /// What must come out of it, found out without anybody's help.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn expected(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        hands.step()?;
        let file = || sum(&self.file().content());
        match self.work {
            Work::Download => Ok(file()),
            Work::File => Ok(sum(&files::pattern(self.part, self.amount))),
            Work::Mixed => Ok(file() + self.primes(hands)?),
            Work::Wait => Ok(self.amount),
            _ => self.run(hands),
        }
    }

    /// The one that it fetches.
    fn file(&self) -> web::File {
        web::File { number: self.part, bytes: FILE, nanos: self.nanos }
    }

    fn download(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        hands.wait("network", |is_stopped| {
            Ok(sum(&web::get(self.port, self.file(), &self.name(), is_stopped)?))
        })
    }

    // listing: begin
    /// Counts the primes of its part.
    fn primes(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        let mut count = 0;
        for number in primes::numbers(self.part, self.parts, self.amount) {
            count += i64::from(primes::is_prime(&number));
            hands.step()?;
        }
        Ok(count)
    }

    /// Sleeps, again and again; answers how often.
    fn waits(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        let time = std::time::Duration::from_nanos(self.nanos.unsigned_abs());
        for _ in 0..self.amount {
            hands.wait("a reply", |is_stopped| {
                std::thread::sleep(time);
                is_stopped().map(|()| 0)
            })?;
        }
        Ok(self.amount)
    }

    /// Multiplies every so-many-th row of one matrix by another, and adds up the numbers of the product.
    fn matrix(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        let mut sum = 0;
        for row in (self.part..self.amount).step_by(self.parts.max(1) as usize) {
            for column in 0..self.amount {
                let products =
                    (0..self.amount).map(|k| (row + 2 * k) % 10 * ((3 * k + column) % 10));
                sum += products.sum::<i64>();
                hands.step()?;
            }
        }
        Ok(sum)
    }

    /// Hashes its buffer. Like C code of Python's it lets go of the GIL meanwhile.
    fn hash(&self, hands: &mut Hands<'_>) -> Result<i64, Failure> {
        let buffer = files::pattern(self.part, self.amount);
        hands.native(|is_stopped| {
            let mut hash = Sha256::new();
            for piece in buffer.chunks(files::PIECE) {
                is_stopped()?;
                hash.update(piece);
            }
            Ok(hash.finalize()[..4].iter().fold(0, |number, byte| number << 8 | i64::from(*byte)))
        })
    }

    /// Looks at what it was handed.
    fn look(&self, given: &[u8]) -> i64 {
        given.iter().step_by(64).map(|byte| i64::from(*byte)).sum()
    }
    // listing: end
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn sums_are_pythons() {
        assert_eq!(sum(b""), 0);
        // zlib.crc32(b"Wikipedia"), zlib.crc32(bytes([255]) * 100_000)
        assert_eq!(sum(b"Wikipedia"), 0xADAAC02E);
        assert_eq!(sum(&[255; 100_000]), 0x68C6CEC4);
    }
}
