//! The ways to do the same tasks.

use super::work::Task;
use crate::trace::{Actor, SectionId};

/// A way to do the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// One thread does them, one after another.
    Alone,
    /// A thread for each.
    Threads,
    /// A thread for each, of which only the holder of the emulated GIL runs.
    Gil,
    /// A process for each.
    Processes,
    /// CPython, one after another.
    PythonAlone,
    /// CPython, a thread for each.
    PythonThreads,
    /// CPython, a process for each.
    PythonProcesses,
}

/// What is said of a way.
pub struct Said {
    /// Its name in outcomes.
    pub id: &'static str,
    /// Its name on screen.
    pub title: &'static str,
    /// Its name where it stands among others of its language.
    pub short: &'static str,
    /// Its name in a sentence.
    pub phrase: &'static str,
    /// What one of its workers is called, and the letter of its badge.
    worker: &'static str,
    letter: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
}

/// By the place of the way in [`Way::ALL`].
#[rustfmt::skip]
static SAID: [Said; 7] = [
    Said { id: "one-after-another", title: "one after another", short: "one after another", phrase: "one after another",
        worker: "only thread", letter: "O", what: "One thread does all tasks. The other ways are compared with it." },
    Said { id: "threads", title: "threads", short: "threads", phrase: "threads",
        worker: "thread", letter: "T", what: "A thread for each task, all in one process and its memory." },
    Said { id: "threads-emulated-gil", title: "threads, emulated GIL", short: "threads, emulated GIL", phrase: "threads under the emulated GIL",
        worker: "GIL thread", letter: "G", what: "A thread for each task, but only the holder of the emulated GIL runs. Who waits for the system lets go of it." },
    Said { id: "processes", title: "processes", short: "processes", phrase: "processes",
        worker: "process", letter: "P", what: "A process for each task, each with a memory of its own." },
    Said { id: "cpython-one-after-another", title: "CPython, one after another", short: "one after another", phrase: "CPython one after another",
        worker: "only CPython thread", letter: "o", what: "One thread does all tasks. The other ways are compared with it." },
    Said { id: "cpython-threads", title: "CPython threads", short: "threads", phrase: "CPython threads",
        worker: "CPython thread", letter: "t", what: "Python's own threads. Without a free-threaded build one of them runs bytecode at a time." },
    Said { id: "cpython-processes", title: "CPython processes", short: "processes", phrase: "CPython processes",
        worker: "CPython process", letter: "p", what: "Python's own processes, each with an interpreter and a GIL of its own." },
];

impl Way {
    /// All, in the order in which they are shown. The place of one is the number of its section.
    pub const ALL: [Self; 7] = [
        Self::Alone,
        Self::Threads,
        Self::Gil,
        Self::Processes,
        Self::PythonAlone,
        Self::PythonThreads,
        Self::PythonProcesses,
    ];

    /// What is said of it.
    pub fn said(self) -> &'static Said {
        &SAID[self as usize]
    }

    /// Whether CPython does it.
    pub fn is_cpython(self) -> bool {
        matches!(self, Self::PythonAlone | Self::PythonThreads | Self::PythonProcesses)
    }

    /// Whether it has a process for each task.
    pub fn has_processes(self) -> bool {
        matches!(self, Self::Processes | Self::PythonProcesses)
    }

    /// One after another, in the same language: what it is compared with.
    pub fn base(self) -> Self {
        if self.is_cpython() { Self::PythonAlone } else { Self::Alone }
    }

    /// Its worker number `place` in a section.
    pub fn actor(self, place: usize, section: SectionId) -> Actor {
        let Said { worker, letter, .. } = self.said();
        let number = if self == self.base() { String::new() } else { (place + 1).to_string() };
        let name = format!("{worker} {number}").trim_end().to_owned();
        let actor = if self.has_processes() { Actor::process } else { Actor::thread };
        actor(name, format!("{letter}{number}")).in_section(Some(section))
    }

    /// What each of its workers does of some tasks.
    pub fn shares(self, tasks: &[Task]) -> std::slice::Chunks<'_, Task> {
        tasks.chunks(if self == self.base() { tasks.len().max(1) } else { 1 })
    }
}
