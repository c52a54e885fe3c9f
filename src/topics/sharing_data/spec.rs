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
            "condition", "if-not-while", "notify-before-wait", "event", "event-cleared", "barrier",
            "barrier-one-missing", "queue", "queue-several", "one-sentinel", "task-done-missing",
            "process-queue", "join-before-drain", "changed-after-put", "pipe", "two-readers", "value", "value-unlocked",
            "array", "array-one-forgets", "manager", "manager-read-modify-write", "manager-nested", "process-lock",
            "process-semaphore", "process-event", "process-condition", "holder-killed", "compare",
        ],
    )
    .help("What runs."),
    ParamSpec::int("threads", "threads", [3, 1, 32]).prominent().help("Threads that take part."),
    ParamSpec::choice("tool", "tool", &["lock", "semaphore", "queue"]).prominent()
        .help("What a process holds or uses when it is killed."),
    ParamSpec::choice("recovery", "recovery", &["robust", "none"]).prominent()
        .help("Whether the next one is given what a dead process had; where the system cannot do that, as in CPython, it is not."),
    ParamSpec::int("processes", "processes", [3, 1, 8]).prominent().help("Processes that take part."),
    ParamSpec::choice("measure", "measure", &["hand-over", "throughput", "1 MB"]).prominent()
        .help("One small message there and back again and again; small messages one way; messages of 1 MB one way."),
    ParamSpec::int("messages", "messages", [500, 10, 100_000]).prominent()
        .help("How many are exchanged each way."),
    ParamSpec::choice("start_method", "CPython", &["default", "fork", "forkserver", "spawn", "none"]).prominent()
        .help("How CPython's processes start; none: it is not measured."),
    ParamSpec::int("permits", "permits", [3, 1, 16]).prominent()
        .help("How many may be inside at once."),
    ParamSpec::int("rounds", "rounds", [4, 1, 1_000]).prominent()
        .help("How often each thread does it."),
    ParamSpec::int("producers", "producers", [1, 1, 16]).prominent().help("Threads that put items in."),
    ParamSpec::int("consumers", "consumers", [1, 1, 16]).prominent().help("Threads that take items out."),
    ParamSpec::int("items", "items", [5, 1, 1_000]).prominent().help("How many items each producer makes."),
    ParamSpec::int("bound", "bound", [1, 0, 100]).prominent()
        .help("How many items the queue has room for; 0: any number."),
    ParamSpec::int("kilobytes", "size", [0, 0, 4_000]).in_unit("kB").prominent()
        .help("Size of an item; 0: a number."),
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
        // Nobody is told whose permit it was: it is lost either way.
        "recovery" if params.choice("tool") == "semaphore" => false,
        "patience" if params.choice("way") != "timeout" && of_program("way") => false,
        _ => of_program(key),
    }
}

/// A preset that runs the program of its name.
macro_rules! preset {
    ($how:ident $tool:expr, $id:literal $(, $key:literal = $value:literal)*) => {
        Preset::new($id, &[("program", $id) $(, ($key, $value))*]).$how($tool.0, $tool.1, $tool.2)
    };
}

/// A row of the chooser: its group, its tool, and whose badges it bears.
type Row = (&'static str, &'static str, &'static [ResourceKind]);

const THREADS: &str = "Threads";
const LOCK: Row = (THREADS, "lock", &[ResourceKind::Lock]);
const RLOCK: Row = (THREADS, "rlock", &[ResourceKind::RLock]);
const LOCKS: Row = (THREADS, "several locks", &[ResourceKind::Lock, ResourceKind::Lock]);
const SEMAPHORE: Row = (THREADS, "semaphore", &[ResourceKind::Semaphore]);
const CONDITION: Row = (THREADS, "condition", &[ResourceKind::Condition]);
const EVENT: Row = (THREADS, "event", &[ResourceKind::Event]);
const BARRIER: Row = (THREADS, "barrier", &[ResourceKind::Barrier]);
const QUEUE: Row = (THREADS, "queue", &[ResourceKind::Queue]);
const PROCESSES: &str = "Processes";
const PROCESS_LOCK: Row = (PROCESSES, "lock", &[ResourceKind::Lock]);
const PROCESS_SEMAPHORE: Row = (PROCESSES, "semaphore", &[ResourceKind::Semaphore]);
const PROCESS_CONDITION: Row = (PROCESSES, "condition", &[ResourceKind::Condition]);
const PROCESS_EVENT: Row = (PROCESSES, "event", &[ResourceKind::Event]);
const PROCESS_QUEUE: Row = (PROCESSES, "queue", &[ResourceKind::Queue]);
const PIPE: Row = (PROCESSES, "pipe", &[ResourceKind::Pipe]);
const VALUE: Row = (PROCESSES, "value", &[ResourceKind::Value]);
const ARRAY: Row = (PROCESSES, "array", &[ResourceKind::Array]);
const MANAGER: Row = (PROCESSES, "manager", &[ResourceKind::Manager]);
const ALL_OF_THEM: Row = (PROCESSES, "compare", &[ResourceKind::Pipe]);

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
        .summary("Four threads wait for a flag, which the main thread sets after a while; a fifth comes later."),
    preset!(broken EVENT, "event-cleared", "threads" = "4", "work" = "0.1", "pause" = "0.4")
        .summary("The same, but the main thread clears the flag as soon as it has set it."),
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
    preset!(right PROCESS_QUEUE, "process-queue", "processes" = "2", "items" = "4", "bound" = "3", "produce" = "0.15", "consume" = "0.1")
        .summary("Two processes put four items each into a queue between processes; the main process takes them."),
    preset!(broken PROCESS_QUEUE, "join-before-drain", "processes" = "1", "items" = "2", "bound" = "4", "kilobytes" = "1000", "produce" = "0.05", "consume" = "0.05")
        .summary("A process puts items of 1 MB; the main process waits for its end before it takes them."),
    preset!(broken PROCESS_QUEUE, "changed-after-put")
        .summary("A process puts a list into a queue and clears the list right after."),
    preset!(right PIPE, "pipe", "items" = "5", "consume" = "0.1")
        .summary("The main process sends five numbers through a pipe; a child sends the squares back: here through another one, in Python one `Pipe()` goes both ways."),
    preset!(broken PIPE, "two-readers", "items" = "12", "work" = "0.02")
        .summary("Two processes receive at the same end of one pipe. Here a reader pauses between a message's length and the rest; in Python there is no such pause, and it often goes well, by luck."),
    preset!(right VALUE, "value", "rounds" = "6", "work" = "0.03")
        .summary("Three processes count in shared memory: each reads, works and writes while it has the lock."),
    preset!(broken VALUE, "value-unlocked", "rounds" = "6", "work" = "0.03")
        .summary("The same without the lock."),
    preset!(right ARRAY, "array", "rounds" = "2", "work" = "0.02")
        .summary("Three processes add to the four cells of an array in shared memory, each under its lock."),
    preset!(broken ARRAY, "array-one-forgets", "rounds" = "2", "work" = "0.02")
        .summary("The same, but one of them does not take the lock."),
    preset!(right MANAGER, "manager", "rounds" = "3", "work" = "0.02")
        .summary("A server process keeps a dict and a list; three processes count in the dict under a lock, and append to the list."),
    preset!(broken MANAGER, "manager-read-modify-write", "rounds" = "3", "work" = "0.02")
        .summary("The same without the lock: each does d[\"n\"] += 1."),
    preset!(broken MANAGER, "manager-nested")
        .summary("A list inside a list of a manager; each process appends to the inner one that it gets."),
    preset!(right PROCESS_LOCK, "process-lock")
        .summary("Three processes take turns with one lock."),
    preset!(broken PROCESS_LOCK, "holder-killed", "processes" = "3", "work" = "0.1", "pause" = "0.3")
        .summary("A process is killed while it holds something; two others want it. With recovery set to none it is as in CPython."),
    preset!(right PROCESS_SEMAPHORE, "process-semaphore", "processes" = "5", "permits" = "2", "rounds" = "2", "work" = "0.1")
        .summary("Five processes share two permits."),
    preset!(right PROCESS_CONDITION, "process-condition", "rounds" = "3", "produce" = "0.1", "consume" = "0.15")
        .summary("Three processes wait until there is something in stock; each looks again before it takes."),
    preset!(right PROCESS_EVENT, "process-event", "processes" = "4", "work" = "0.1", "pause" = "0.4")
        .summary("Four processes wait for a flag, which the main process sets after a while."),
    preset!(right ALL_OF_THEM, "compare")
        .summary("Queue, pipe, shared memory and manager side by side, here and in CPython: what handing over costs on this machine."),
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
