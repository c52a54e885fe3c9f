//! The parameters and presets of the topic.

use super::programs::Program;
use crate::topics::{ParamSpec, Params, Preset};
use crate::trace::ResourceKind;

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::choice(
        "program",
        "program",
        &[
            "lock", "lock-each-own", "rlock", "lock-twice", "deadlock", "philosophers",
            "philosophers-in-order", "semaphore", "semaphore-bounded", "semaphore-over-released",
            "condition", "if-not-while", "notify-before-wait", "event", "barrier",
            "barrier-one-missing", "queue", "queue-several", "one-sentinel", "task-done-missing",
        ],
    )
    .help("What runs."),
    ParamSpec::int("threads", "threads", [3, 1, 32]).prominent().help("Threads that take part."),
    ParamSpec::int("permits", "permits", [3, 1, 16]).prominent()
        .help("How many may be inside at once."),
    ParamSpec::int("rounds", "rounds", [4, 1, 1_000]).prominent()
        .help("How often each thread does it."),
    ParamSpec::int("producers", "producers", [1, 1, 16]).prominent().help("Threads that put items in."),
    ParamSpec::int("consumers", "consumers", [1, 1, 16]).prominent().help("Threads that take items out."),
    ParamSpec::int("items", "items", [5, 1, 1_000]).prominent().help("How many items each producer makes."),
    ParamSpec::int("bound", "bound", [1, 0, 100]).prominent()
        .help("How many items the queue has room for; 0: any number."),
    ParamSpec::float("produce", "make", [1.0, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a producer works on an item before it puts it in."),
    ParamSpec::float("consume", "use", [1.5, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a consumer works on an item it took."),
    ParamSpec::choice("notify", "notify", &["one", "all"]).prominent()
        .help("Whether one waiter is notified of a change, or all of them."),
    ParamSpec::int("philosophers", "philosophers", [2, 2, 9]).prominent()
        .help("How many there are; each shares a fork with each neighbour."),
    ParamSpec::choice("way", "way out", &["none", "order", "timeout", "waiter", "try"]).prominent()
        .help("How a deadlock is kept away: all take the forks in one order; who waits too long for the second puts the first back; a lock is held around taking both; who does not get the second at once puts the first back."),
    ParamSpec::float("work", "work", [0.05, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a thread works with what it has taken."),
    ParamSpec::float("pause", "pause", [0.02, 0.0, 60.0]).in_unit("s")
        .help("How long it does something else before it comes again."),
    ParamSpec::float("patience", "time-out", [0.5, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a thread waits at most, where it does not wait for ever."),
    ParamSpec::time_scale("All pauses, work and time-outs are multiplied by this."),
];

/// Whether a parameter matters to the program that is chosen.
pub fn applies(key: &str, params: &Params) -> bool {
    let program = Program::named(params.choice("program"));
    let times = ["produce", "consume", "work", "pause", "patience"];
    let of_program = |key: &str| program.params.contains(&key);
    match key {
        "program" => true,
        "time_scale" => times.iter().any(|time| of_program(time)),
        "patience" if params.choice("way") != "timeout" && of_program("way") => false,
        _ => of_program(key),
    }
}

/// A preset that runs the program of its name.
macro_rules! preset {
    ($how:ident $tool:expr, $id:literal $(, $key:literal = $value:literal)*) => {
        Preset::new($id, &[("program", $id) $(, ($key, $value))*]).$how(THREADS, $tool.0, $tool.1)
    };
}

const THREADS: &str = "Threads";
const LOCK: (&str, ResourceKind) = ("lock", ResourceKind::Lock);
const RLOCK: (&str, ResourceKind) = ("rlock", ResourceKind::RLock);
const LOCKS: (&str, ResourceKind) = ("several locks", ResourceKind::Lock);
const SEMAPHORE: (&str, ResourceKind) = ("semaphore", ResourceKind::Semaphore);
const CONDITION: (&str, ResourceKind) = ("condition", ResourceKind::Condition);
const EVENT: (&str, ResourceKind) = ("event", ResourceKind::Event);
const BARRIER: (&str, ResourceKind) = ("barrier", ResourceKind::Barrier);
const QUEUE: (&str, ResourceKind) = ("queue", ResourceKind::Queue);

/// Presets of the topic, in the order of the tools.
#[rustfmt::skip]
pub const PRESETS: &[Preset] = &[
    preset!(right LOCK, "lock")
        .summary("Three threads count together: each reads, works and writes while it has the lock."),
    preset!(broken LOCK, "lock-each-own")
        .summary("The same with a lock for each thread: each reads, works and writes while it has its own."),
    preset!(right RLOCK, "rlock", "threads" = "2", "rounds" = "2", "work" = "0.1")
        .summary("Three functions that call each other take the same rlock."),
    preset!(broken RLOCK, "lock-twice", "threads" = "2", "rounds" = "2", "work" = "0.1")
        .summary("The same three functions with a plain lock."),
    preset!(right LOCKS, "philosophers-in-order", "philosophers" = "5", "way" = "order", "rounds" = "2", "pause" = "0.05", "work" = "0.1")
        .summary("Five philosophers, a fork between each two of them; everybody takes the fork with the lower letter first."),
    preset!(broken LOCKS, "deadlock", "rounds" = "50", "pause" = "0.05")
        .summary("Two threads take two locks, one after the other: each the other's second one first."),
    preset!(broken LOCKS, "philosophers", "philosophers" = "5", "rounds" = "50", "pause" = "0.05")
        .summary("Five philosophers, a fork between each two of them; everybody takes the left fork, then the right one."),
    preset!(right SEMAPHORE, "semaphore", "threads" = "8", "rounds" = "2", "work" = "0.2")
        .summary("Eight threads share three permits: each takes one, works, and gives it back."),
    preset!(broken SEMAPHORE, "semaphore-over-released", "threads" = "8", "rounds" = "3", "work" = "0.2")
        .summary("One thread gives a permit back twice, to a semaphore that only counts."),
    preset!(broken SEMAPHORE, "semaphore-bounded", "threads" = "8", "rounds" = "3", "work" = "0.2")
        .summary("One thread gives a permit back twice, to a semaphore that knows how many there are at most."),
    preset!(right CONDITION, "condition", "consumers" = "3", "items" = "6", "produce" = "0.2", "consume" = "0.3")
        .summary("Three threads wait until there is something in a list; each that was notified looks again before it takes."),
    preset!(broken CONDITION, "if-not-while", "consumers" = "3", "items" = "6", "produce" = "0.2", "consume" = "0.3", "notify" = "all")
        .summary("The same, but who was notified takes without looking again; all are notified of one item."),
    preset!(broken CONDITION, "notify-before-wait", "work" = "0.2")
        .summary("One thread notifies, then another begins to wait."),
    preset!(right EVENT, "event", "threads" = "4", "work" = "0.1", "pause" = "0.4")
        .summary("Four threads wait for a flag, which the main thread sets after a while."),
    preset!(right BARRIER, "barrier", "threads" = "4", "rounds" = "3", "work" = "0.1")
        .summary("Four threads of different speed meet after each of three rounds."),
    preset!(broken BARRIER, "barrier-one-missing", "threads" = "4", "rounds" = "3", "work" = "0.1")
        .summary("One of four threads does not come to the second meeting; the others wait for it with a time-out."),
    preset!(right QUEUE, "queue")
        .summary("One thread makes five items, 1 s each, another uses them, 1.5 s each; between them room for one."),
    preset!(right QUEUE, "queue-several", "producers" = "2", "consumers" = "2", "items" = "8", "bound" = "4", "produce" = "0.09", "consume" = "0.17")
        .summary("Two producers, two consumers, and room for four items between them."),
    preset!(broken QUEUE, "one-sentinel", "consumers" = "3", "items" = "6", "bound" = "4", "produce" = "0.1", "consume" = "0.3")
        .summary("Three consumers stop when they get None, and the main thread puts one None in."),
    preset!(broken QUEUE, "task-done-missing", "consumers" = "2", "items" = "3", "bound" = "4", "produce" = "0.1", "consume" = "0.3")
        .summary("A consumer fails before it has told the queue that its item is done."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::ParamKind;
    use crate::topics::sharing_data::programs;

    #[test]
    fn each_program_can_be_chosen_and_has_its_preset() {
        let programs: Vec<&str> = programs::ALL.iter().map(|program| program.id).collect();
        let ParamKind::Choice { options } = PARAMS[0].kind else { panic!("{:?}", PARAMS[0]) };
        assert_eq!(options, programs);
        for preset in PRESETS {
            assert!(programs.contains(&preset.id) && preset.tool.is_some(), "{}", preset.id);
        }
        assert_eq!(PRESETS.len(), programs.len());
    }
}
