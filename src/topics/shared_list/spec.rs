//! The parameters and presets of the topic.

use super::plan::Program;
use crate::topics::{ParamSpec, Params, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::int("adders", "adders", [1, 1, 16]).help("Threads that add.").prominent(),
    ParamSpec::int("removers", "removers", [1, 1, 16]).help("Threads that remove.").prominent(),
    ParamSpec::int("adds", "adds", [5, 1, 100_000]).prominent()
        .help("How many numbers each adder adds."),
    ParamSpec::int("attempts", "attempts", [5, 0, 100_000])
        .help("How often each remover tries, where it stops after a number of attempts."),
    ParamSpec::int("first", "first number", [0, 0, 1_000_000]).help("The first number added."),
    ParamSpec::float("add_pause", "add pause", [0.1, 0.0, 60.0]).in_unit("s")
        .help("How long an adder sleeps per number."),
    ParamSpec::float("remove_pause", "remove pause", [0.1, 0.0, 60.0]).in_unit("s")
        .help("How long a remover sleeps per attempt."),
    ParamSpec::choice("pause", "pause", &["after", "before"])
        .help("Whether threads sleep before or after they touch the list."),
    ParamSpec::choice("pace", "pace", &["fixed", "random"])
        .help("Whether pauses are as set, or random between the two lengths below."),
    ParamSpec::float("random_min", "shortest", [0.1, 0.0, 60.0]).in_unit("s")
        .help("Shortest random pause."),
    ParamSpec::float("random_max", "longest", [0.5, 0.0, 60.0]).in_unit("s")
        .help("Longest random pause."),
    ParamSpec::choice("start", "start", &["together", "in-turn"])
        .help("Whether removers start with the adders, or when these have ended."),
    ParamSpec::choice("until", "remove until", &["attempts", "empty", "flag"])
        .help("When removers end: after their attempts, when the list is empty, or when it is empty and the adders are done."),
    ParamSpec::float("hold", "hold", [0.0, 0.0, 1.0]).in_unit("s").prominent()
        .help("How long a thread stays in the critical section. Where it reads a variable and writes it back: between the two, and after it, each time at random up to twice as long. Where it tests and then acts: between the test and the lock, or after the lock is given back."),
    ParamSpec::choice("lock", "lock", &["with", "without", "both", "one-side", "own-each"]).prominent()
        .help("Whether the list is guarded by a lock; both: side by side; one-side: only every other thread takes it; own-each: each thread takes a lock of its own."),
    ParamSpec::choice("test", "test", &["inside", "outside"]).prominent()
        .help("Whether a remover tests inside the lock that something is there, or before it takes it."),
    ParamSpec::int("repeats", "repeats", [1, 1, 100]).prominent()
        .help("How often the program is run, one run after another."),
    ParamSpec::choice("program", "program", &["list", "count", "check-then-act", "queue"])
        .help("What the threads do: add and remove; add only; remove from a full list; put into a queue and get from it."),
    ParamSpec::int("seed", "seed", [1, 0, 1_000_000])
        .help("Seed of the random pauses, and of the random holds; in the Python program it gives the same ones."),
    ParamSpec::time_scale("All pauses and holds are multiplied by this."),
];

/// Whether a parameter matters beside the others.
pub fn applies(key: &str, params: &Params) -> bool {
    let program = Program::of(params);
    let listed = program == Program::List;
    let is_random = params.choice("pace") == "random";
    match key {
        "adders" => program != Program::CheckThenAct,
        "removers" => program != Program::Count,
        "attempts" => listed && params.choice("until") == "attempts",
        "add_pause" | "remove_pause" => listed && !is_random || program == Program::Queue,
        "pause" | "pace" | "start" | "until" => listed,
        "random_min" | "random_max" => listed && is_random,
        "hold" | "seed" => program != Program::Queue,
        "lock" => listed || program == Program::Count,
        "test" => program == Program::CheckThenAct,
        "repeats" => program == Program::Count,
        _ => true,
    }
}

/// Why a run with these parameters cannot be: its shortest pause is longer than its longest.
pub fn refusal(params: &Params) -> Option<String> {
    let [shortest, longest] = ["random_min", "random_max"].map(|key| params.float(key));
    let wrong = applies("random_min", params) && shortest > longest;
    wrong.then(|| {
        format!(
            "random_min={shortest} is longer than random_max={longest}: the shortest random pause is at most the longest"
        )
    })
}

/// Two adders that read where the list ends, and write it back.
macro_rules! count {
    ($id:literal, $($value:expr),*) => {
        Preset::new($id, &[
            ("program", "count"), ("adders", "2"), ("adds", "24"), ("hold", "0.0004"), $($value),*
        ])
    };
}

/// Presets of the topic, in the order of a lesson.
pub const PRESETS: &[Preset] = &[
    count!("count", ("lock", "without"))
        .summary("Two threads add 24 numbers each to one list: read where it ends, write the number there, write the new end. No lock."),
    count!("count-locked", ("lock", "with"))
        .summary("The same with a lock around reading and writing."),
    count!("repeat-50", ("lock", "both"), ("adds", "2"), ("repeats", "50"))
        .summary("The same with 2 numbers each, 50 times, without the lock and with it, side by side."),
    // The pause before the lock is long beside the time that a thread may wait for a processor: one that comes late finds numbers.
    Preset::new("check-then-act", &[
        ("program", "check-then-act"), ("removers", "2"), ("adds", "24"), ("hold", "0.004"),
        ("test", "outside"),
    ]).summary("Two threads empty a list of 24 numbers. Each tests that something is there, takes the lock, and removes."),
    count!("one-side-locks", ("lock", "one-side"))
        .summary("Two threads add 24 numbers each. One of them takes the lock for it, the other does not."),
    count!("own-lock-each", ("lock", "own-each"))
        .summary("Two threads add 24 numbers each, and each takes a lock for it: its own."),
    Preset::new("take-turns", &[
        ("add_pause", "1"), ("remove_pause", "1"), ("start", "in-turn"), ("until", "empty"),
    ]).summary("One thread adds 0 to 4, a second apart. When it has ended, another removes until it finds the list empty."),
    Preset::new("quick-ten", &[
        ("adds", "10"), ("attempts", "10"), ("add_pause", "0.1"), ("remove_pause", "0.15"),
        ("pause", "before"),
    ]).summary("Ten numbers in, ten attempts to take one out; each thread waits before it acts."),
    Preset::new("five", &[("add_pause", "0.1"), ("remove_pause", "0.2")])
        .summary("Five numbers in, 0.1 s apart; five attempts to take one out, 0.2 s apart."),
    Preset::new("random-pace", &[("adds", "10"), ("attempts", "10"), ("pace", "random"), ("seed", "2")])
        .summary("Ten numbers in, ten attempts to take one out, at random paces; an attempt that finds nothing is used up."),
    Preset::new("done-flag", &[
        ("first", "1"), ("add_pause", "1"), ("remove_pause", "1.5"), ("until", "flag"),
    ]).summary("The adder raises a flag when it has added its last number; the remover looks at it."),
    Preset::new("queue", &[
        ("program", "queue"), ("adders", "1"), ("removers", "2"), ("adds", "24"),
        ("add_pause", "0.01"), ("remove_pause", "0.015"),
    ]).summary("A queue in place of the list and its lock: one thread puts 24 numbers in, two get them out, and a None for each says that no more come."),
    Preset::new(CONTENDED, &[
        ("adders", "2"), ("removers", "2"), ("adds", "12"), ("attempts", "12"), ("add_pause", "0"),
        ("remove_pause", "0"), ("hold", "0.0004"),
    ]).summary("Several threads and no pauses: everybody wants the lock all the time."),
    Preset::new("no-lock", &[
        ("adders", "2"), ("removers", "2"), ("adds", "24"), ("attempts", "24"), ("add_pause", "0"),
        ("remove_pause", "0"), ("hold", "0.0004"), ("lock", "without"),
    ]).summary("Adders and removers as in contended, without a lock."),
];

/// The preset that is shown first: somebody waits in it from the start.
pub const CONTENDED: &str = "contended";
