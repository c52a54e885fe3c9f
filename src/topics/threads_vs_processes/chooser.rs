//! Threads or processes for a student's own program: the questions, the usual programs, and what follows. A pure function.

use crate::topics::guide::{Advice, Ask, Guide, Program, Reason, Run};

/// The guide of this topic.
pub static GUIDE: Guide = Guide {
    title: "Threads or processes for your program? Six answers, and the run that shows it.",
    questions: &[
        Ask {
            text: "What does a task mostly do?",
            answers: &["waits", "computes", "computes in C"],
        },
        Ask { text: "How many tasks?", answers: &["a few", "hundreds", "many thousands"] },
        Ask {
            text: "Do they change shared data?",
            answers: &["no", "now and then", "all the time"],
        },
        Ask { text: "Must the rest survive a crash?", answers: &["no", "yes"] },
        Ask { text: "Is memory tight?", answers: &["no", "yes"] },
        Ask { text: "How large are arguments and results?", answers: &["small", "megabytes"] },
    ],
    programs: PROGRAMS,
    advise,
};

const DOWNLOADS: Run = run("downloads");
const CRASH: Run = Run { topic: "multiprocessing", preset: "crash" };

const fn run(preset: &'static str) -> Run {
    Run { topic: "threads-vs-processes", preset }
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "Web server, many clients",
        answers: &[0, 2, 1, 0, 0, 0],
        take: "asyncio or threads",
        because: "a slow client must not hold up the next one",
        run: DOWNLOADS,
    },
    Program {
        name: "Image filter, 200 photos",
        answers: &[1, 1, 0, 0, 0, 1],
        take: "a pool of processes",
        because: "each core filters photos of its own",
        run: Run { topic: "multiprocessing", preset: "four-images" },
    },
    Program {
        name: "Window that must not freeze",
        answers: &[0, 0, 1, 0, 0, 0],
        take: "a helper thread",
        because: "the thread that draws must never wait",
        run: run("responsive"),
    },
    Program {
        name: "Fetching 500 pages",
        answers: &[0, 1, 0, 0, 0, 0],
        take: "a pool of threads",
        because: "the waits overlap, and a page needs next to no processor",
        run: DOWNLOADS,
    },
    Program {
        name: "Simulation, many runs",
        answers: &[1, 1, 0, 0, 0, 0],
        take: "a pool of processes",
        because: "nothing is shared; give each run a seed of its own",
        run: run("cpu"),
    },
    Program {
        name: "Logging of all threads to one file",
        answers: &[0, 0, 2, 0, 0, 0],
        take: "one thread and a queue",
        because: "lines stay whole, and nobody waits for the disk",
        run: Run { topic: "sharing-data", preset: "queue" },
    },
    Program {
        name: "Hashing of large files",
        answers: &[2, 1, 0, 0, 0, 1],
        take: "a pool of threads",
        because: "hashlib lets go of the GIL, and nothing is copied",
        run: run("hashing"),
    },
    Program {
        name: "Plug-ins that may crash",
        answers: &[1, 0, 0, 1, 0, 0],
        take: "processes",
        because: "a crash ends one process, and it can be replaced",
        run: CRASH,
    },
];

/// What a task mostly does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Load {
    Waits,
    Computes,
    InC,
}

/// What can be taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Take {
    Threads,
    ThreadPool,
    Asyncio,
    Processes,
    ProcessPool,
}

impl Take {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Threads => ("Threads", "threading.Thread, one for each task"),
            Self::ThreadPool => ("A pool of threads", "ThreadPoolExecutor"),
            Self::Asyncio => ("asyncio", "one thread, and a coroutine for each task"),
            Self::Processes => ("Processes", "multiprocessing.Process, one for each task"),
            Self::ProcessPool => {
                ("A pool of processes", "ProcessPoolExecutor, a process for each core")
            }
        }
    }

    fn has_processes(self) -> bool {
        matches!(self, Self::Processes | Self::ProcessPool)
    }
}

/// What follows from an answer to each question, by place; one that is missing or unknown counts as the first.
fn advise(answers: &[usize]) -> Advice {
    let answer = |question: usize| answers.get(question).copied().unwrap_or(0);
    let load = match answer(0) {
        1 => Load::Computes,
        2 => Load::InC,
        _ => Load::Waits,
    };
    let (many, shared) = (answer(1), answer(2));
    let (survives, tight, large) = (answer(3) == 1, answer(4) == 1, answer(5) == 1);
    let take = match (load, many) {
        (_, 0) if survives => Take::Processes,
        _ if survives => Take::ProcessPool,
        (Load::Computes, 0) if !tight => Take::Processes,
        (Load::Computes, _) => Take::ProcessPool,
        (Load::Waits, 2) => Take::Asyncio,
        (_, 0) => Take::Threads,
        _ => Take::ThreadPool,
    };
    let said = [
        of_load(take, load, survives),
        of_many(take, many),
        of_shared(take, shared),
        of_crash(take, survives),
        of_memory(take, tight),
        of_size(take, large),
    ];
    let reason = |(question, (said, more, warns))| Reason { question, said, more, warns };
    let (name, python) = take.names();
    Advice {
        take: name,
        python,
        reasons: said.into_iter().enumerate().map(reason).collect(),
        run: match load {
            _ if survives => CRASH,
            _ if take.has_processes() && large => run("transfer"),
            Load::Computes => run("cpu"),
            Load::InC => run("hashing"),
            Load::Waits => DOWNLOADS,
        },
    }
}

/// A sentence, what to do about it or why it is so, and whether it speaks against what is recommended.
type Said = (&'static str, &'static str, bool);

fn of_load(take: Take, load: Load, survives: bool) -> Said {
    match (load, take.has_processes()) {
        (Load::Computes, _) => (
            "Processes compute in parallel, threads take turns.",
            "The GIL lets one thread run Python at a time; not in a free-threaded build.",
            false,
        ),
        (Load::Waits, true) if survives => (
            "Processes wait as well as threads.",
            "They cost more to start and to keep, and survive more.",
            false,
        ),
        (Load::InC, true) => (
            "C code computes in parallel either way.",
            "Threads would do, were it not for crashes.",
            false,
        ),
        (Load::InC, false) => (
            "C code that lets go of the GIL computes in parallel.",
            "hashlib and zlib do so on large data, NumPy in many operations. Measure yours.",
            false,
        ),
        (Load::Waits, _) => (
            "Waiting needs no processor.",
            "Who waits lets go of the GIL, so the waits overlap.",
            false,
        ),
    }
}

fn of_many(take: Take, many: usize) -> Said {
    match (take, many) {
        (Take::Asyncio, _) => (
            "Thousands of tasks fit in one thread.",
            "A coroutine takes one or two kilobytes, a thread some 14, and the system has to switch to it.",
            false,
        ),
        (Take::Threads | Take::Processes, _) => {
            ("A few can each have one.", "It is started, it does its task, it ends.", false)
        }
        (Take::ProcessPool, 0) => {
            ("One for each core is enough.", "More would not compute sooner.", false)
        }
        (Take::ProcessPool, _) => {
            ("A pool: its processes are started once.", "Hand small tasks over in chunks.", false)
        }
        (Take::ThreadPool, _) => (
            "A pool bounds how many there are.",
            "The tasks wait in its queue until a thread is free.",
            false,
        ),
    }
}

fn of_shared(take: Take, shared: usize) -> Said {
    match (take.has_processes(), shared) {
        (_, 0) => ("Nothing to lock.", "Nobody can spoil what nobody shares.", false),
        (true, 1) => (
            "Send the changes back as results.",
            "Each process has a memory of its own. A Value with its lock, or a manager, is there too.",
            false,
        ),
        (true, _) => (
            "All the time is too often for processes.",
            "Let each work on a part of its own, and put the parts together at the end.",
            true,
        ),
        (false, _) if take == Take::Asyncio => (
            "Coroutines change hands only at await.",
            "Between two of them no other runs: few locks are needed.",
            false,
        ),
        (false, 1) => {
            ("Threads share all of it: use a lock.", "The GIL does not protect x = f(x).", false)
        }
        (false, _) => (
            "Threads share all of it: give it one owner.",
            "A lock held all the time makes them take turns; a queue to one thread needs none.",
            true,
        ),
    }
}

fn of_crash(take: Take, survives: bool) -> Said {
    match (take.has_processes(), survives) {
        (_, true) if take == Take::ProcessPool => (
            "A crash ends one worker, and with it the executor.",
            "Every open task fails with BrokenProcessPool: make a new executor and hand them in again, or give each task a Process of its own.",
            true,
        ),
        (_, true) => (
            "A crash ends one process, not the program.",
            "A thread that crashes takes all others with it. A lock that the dead one held stays taken.",
            false,
        ),
        (true, false) => (
            "A crash would end one process only.",
            "But a pool does not go on: ProcessPoolExecutor fails its open tasks, Pool.map may wait for ever.",
            false,
        ),
        (false, false) => (
            "An exception ends one task.",
            "But a crash in C code would end the whole program.",
            false,
        ),
    }
}

fn of_memory(take: Take, tight: bool) -> Said {
    match (take.has_processes(), tight) {
        (true, true) => (
            "Each process keeps an interpreter in memory.",
            "Use few of them; fork shares pages until somebody writes to them.",
            true,
        ),
        (true, false) => (
            "There is room for an interpreter each.",
            "Some 10 MB of its own by spawn, less by fork.",
            false,
        ),
        (false, true) => (
            "One interpreter for all.",
            "A thread adds kilobytes that are used, and its stack.",
            false,
        ),
        (false, false) => ("One interpreter for all.", "Memory does not decide.", false),
    }
}

fn of_size(take: Take, large: bool) -> Said {
    match (take.has_processes(), large) {
        (true, true) => (
            "Megabytes are copied to the process and back.",
            "Hand over a file’s name, or use shared memory.",
            true,
        ),
        (true, false) => {
            ("Small things travel cheaply.", "They are pickled, and go through a pipe.", false)
        }
        (false, true) => ("Nothing is copied.", "A thread is handed a reference.", false),
        (false, false) => ("Nothing is copied.", "Size does not decide.", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::find;

    /// Every answer to every question.
    fn paths() -> Vec<Vec<usize>> {
        GUIDE.questions.iter().fold(vec![Vec::new()], |paths, ask| {
            let longer = |path: &Vec<usize>| {
                let path = path.clone();
                (0..ask.answers.len()).map(move |answer| [&path[..], &[answer]].concat())
            };
            paths.iter().flat_map(longer).collect()
        })
    }

    fn is_there(run: Run) -> bool {
        find(run.topic).is_some_and(|topic| topic.preset(run.preset).is_ok())
    }

    #[test]
    fn every_path_ends_in_advice_with_reasons_and_a_run() {
        assert_eq!(paths().len(), 216);
        for path in paths() {
            let advice = advise(&path);
            assert!(is_there(advice.run), "{path:?}: {:?}", advice.run);
            assert_eq!(advice.reasons.len(), GUIDE.questions.len());
            for reason in &advice.reasons {
                assert!(reason.said.ends_with('.') && reason.more.ends_with('.'), "{reason:?}");
            }
            let processes = advice.take.ends_with("rocesses");
            // A crash spares no thread, and under the GIL threads do not compute sooner.
            assert!(processes || path[3] == 0, "{path:?}: {}", advice.take);
            assert!(processes || path[0] != 1, "{path:?}: {}", advice.take);
        }
    }

    #[test]
    fn what_turns_the_advice_is_what_it_says() {
        // It waits, a few, small: threads. Of the first question, computing turns that.
        assert_eq!(GUIDE.turns(&[0; 6], 0), [("computes", "Processes")]);
        assert_eq!(
            GUIDE.turns(&[0; 6], 1),
            [("hundreds", "A pool of threads"), ("many thousands", "asyncio")]
        );
        assert_eq!(GUIDE.turns(&[0; 6], 3), [("yes", "Processes")]);
        for path in paths() {
            for question in 0..GUIDE.questions.len() {
                for (answer, take) in GUIDE.turns(&path, question) {
                    let place = GUIDE.questions[question].answers.iter().position(|a| *a == answer);
                    let mut other = path.clone();
                    other[question] = place.expect("an answer of the question");
                    assert_eq!(advise(&other).take, take);
                    assert_ne!(advise(&path).take, take);
                }
            }
        }
        assert_eq!(advise(&[]), advise(&[0; 6]), "what is not answered counts as the first answer");
    }

    #[test]
    fn the_usual_programs_have_runs_and_the_advice_of_their_answers() {
        for program in GUIDE.programs {
            assert!(is_there(program.run), "{}", program.name);
            assert_eq!(program.answers.len(), GUIDE.questions.len(), "{}", program.name);
        }
        let takes: Vec<_> = GUIDE.programs.iter().map(|p| advise(p.answers).take).collect();
        let expected = [
            "asyncio",
            "A pool of processes",
            "Threads",
            "A pool of threads",
            "A pool of processes",
            "Threads",
            "A pool of threads",
            "Processes",
        ];
        assert_eq!(takes, expected);
    }
}
