//! The parameters and presets of the topic.

use super::programs::{IDS, Id, Program};
use crate::topics::{ParamKind, ParamSpec, Params, Preset};

/// Parameters of the topic.
#[rustfmt::skip]
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::choice("program", "program", IDS).help("What runs."),
    ParamSpec::choice("handler", "try", &["nobody", "start", "thread", "log"]).prominent()
        .help("Where there is a handler: nowhere, around the start of the thread, in the thread; or every error that ends a thread is logged."),
    ParamSpec::choice("collect", "ask", &["result", "never", "as_completed"]).prominent()
        .help("How results are asked for: in the order of the tasks, not at all, or as they are completed."),
    ParamSpec::choice("lock", "lock", &["both", "bare", "with"]).prominent()
        .help("Taken and given back in two lines; by a block that gives it back on every way out; or both beside each other."),
    ParamSpec::choice("order", "order", &["change-first", "check-first"]).prominent()
        .help("Whether the first account is changed before it is clear that the second one can be, or after."),
    ParamSpec::new("looks", "look", ParamKind::Bool { default: true }).prominent()
        .help("Whether the others look at the flag before each row."),
    ParamSpec::choice("catch", "catch", &["each", "base"]).prominent()
        .help("A handler for each type, or one for the type that both belong to."),
    ParamSpec::choice("fault", "fault", &["raise", "rebuild", "exit", "kill"]).prominent()
        .help("What the one that fails does: raises an exception, or one that the parent cannot build again from its pickle, ends its process with exit code 3, or is killed by SIGKILL."),
    ParamSpec::choice("call", "call", &["map", "imap"]).prominent()
        .help("Results all at once, or one by one in the order of the tasks."),
    ParamSpec::new("hold", "hold", ParamKind::Bool { default: false }).prominent()
        .help("Whether each works while it has a lock that all share."),
    ParamSpec::choice("signal", "signal", &["SIGTERM", "SIGINT", "SIGKILL"]).prominent()
        .help("What is sent to each process."),
    ParamSpec::new("handled", "handler", ParamKind::Bool { default: true }).prominent()
        .help("Whether each process asks the system to have the signal handled."),
    ParamSpec::int("processes", "processes", [3, 1, 8]).prominent().help("Processes that do the work."),
    ParamSpec::int("threads", "threads", [3, 1, 16]).prominent().help("Threads that do the work."),
    ParamSpec::int("tasks", "tasks", [5, 1, 100]).prominent().help("How many tasks are handed in."),
    ParamSpec::int("rows", "rows", [4, 1, 100]).prominent().help("How many rows each thread saves."),
    ParamSpec::int("attempts", "attempts", [4, 1, 8]).prominent().help("How often it is tried at most."),
    ParamSpec::int("fails", "fails", [2, 0, 100]).prominent()
        .help("Number of the one that fails; where something is tried again, how often it fails first."),
    ParamSpec::choice("start_method", "CPython", &["default", "fork", "forkserver", "spawn", "none"]).prominent()
        .help("How CPython's processes start; none: it is not asked."),
    ParamSpec::float("work", "work", [0.1, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a piece of work takes."),
    ParamSpec::float("patience", "time-out", [0.25, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long is waited at most."),
    ParamSpec::time_scale("All work and time-outs are multiplied by this."),
];

/// Whether a parameter matters to the program that is chosen.
pub fn applies(key: &str, params: &Params) -> bool {
    let program = Program::named(params.choice("program"));
    match key {
        "program" => true,
        "time_scale" => program.has("work"),
        // Of a worker that is gone the next result in order never comes.
        "call" if params.choice("fault") != "raise" => false,
        // Only a result that may never come is waited for with a time-out.
        "patience" if program.has("fault") && params.choice("fault") == "raise" => false,
        // What CPython does with some is asked; the others its listing shows.
        "start_method" if program.has("fault") && !is_asked_of_cpython(params.choice("fault")) => {
            false
        }
        _ => program.has(key),
    }
}

/// Whether CPython's own two pools are asked what they do with a fault.
pub fn is_asked_of_cpython(fault: &str) -> bool {
    matches!(fault, "exit" | "kill" | "rebuild")
}

/// Why these parameters do not go together.
pub fn refusal(params: &Params) -> Option<String> {
    let is_alone = Program::named(params.choice("program")).is == Id::Processes;
    (is_alone && params.choice("fault") == "rebuild").then(|| {
        "a process without a pool passes no exception on, so none is built again: choose another fault".to_owned()
    })
}

/// Presets of the topic.
#[rustfmt::skip]
pub const PRESETS: &[Preset] = &[
    Preset::new("as-completed", &[("program", "futures"), ("collect", "as_completed")])
        .summary("Five tasks on a pool of three threads; task 2 raises an exception. Results are printed as they are completed, each asked for inside try."),
    Preset::new("unhandled", &[("program", "thread"), ("handler", "start")])
        .summary("Three threads save four rows each, and one of them raises an exception at its second row; try stands around start()."),
    Preset::new("caught", &[("program", "thread"), ("handler", "thread")])
        .summary("The same, but try stands inside the thread, around each row."),
    Preset::new("logging", &[("program", "thread"), ("handler", "log")])
        .summary("The same without a try; threading.excepthook is a function that writes name, time and traceback to the log."),
    Preset::new("future", &[("program", "futures"), ("collect", "result")])
        .summary("Five tasks on a pool of three threads, of which task 2 raises an exception; each future is asked for its result in turn, inside try."),
    Preset::new("never-asked", &[("program", "futures"), ("collect", "never")])
        .summary("The same tasks, but no future is asked for its result."),
    Preset::new("leaked-lock", &[("program", "lock"), ("fails", "1")])
        .summary("Three threads take a lock with acquire() and give it back with release(), three others take another by a with block; the first of each fails in between."),
    Preset::new("finally", &[("program", "lock"), ("lock", "with"), ("fails", "1")])
        .summary("Three threads take one lock, each by a with block, which is try and finally; the first of them fails inside it."),
    Preset::new("half-changed", &[("program", "accounts")])
        .summary("30 is moved from one account to another again and again, under a lock; the third time an exception comes up between the two writes. Another thread adds both up, under the same lock."),
    Preset::new("error-queue", &[("program", "error-queue"), ("threads", "4")])
        .summary("Four threads put into a queue what came of them, one of them an exception; the main thread takes a report for each."),
    Preset::new("error-event", &[("program", "error-event"), ("rows", "6")])
        .summary("Three threads save six rows each. One fails and sets an event, at which the others look before each row."),
    Preset::new("custom-error", &[("program", "custom-error"), ("threads", "2"), ("tasks", "6")])
        .summary("Tasks raise exceptions of two types of one's own. For one type the task is skipped, for the other no more results are asked for."),
    Preset::new("timeout-cancel", &[("program", "time-out"), ("work", "1")])
        .summary("A result is waited for with a time-out. After that its task is to be cancelled, and one that waits behind it."),
    Preset::new("retry-fallback", &[("program", "retry"), ("fails", "5")])
        .summary("A call that fails is tried four times, with pauses that double; after that an old answer is used."),
    Preset::new("pool-task", &[("program", "pool"), ("tasks", "8")])
        .summary("Eight tasks on a pool of three processes, handed in by map; task 2 raises an exception."),
    Preset::new("cannot-be-rebuilt", &[("program", "pool"), ("tasks", "8"), ("fault", "rebuild"), ("patience", "2")])
        .summary("The same, but the exception of task 2 is of a type of one's own, whose __init__ takes two arguments and hands one on: in this pool, and then in CPython's Pool.map and in its executor."),
    Preset::new("exit-in-task", &[("program", "pool"), ("tasks", "8"), ("fault", "exit"), ("patience", "2")])
        .summary("Eight tasks on a pool of three processes; task 2 calls sys.exit(3): in this pool, and then in CPython's Pool.map and in its executor."),
    Preset::new("broken-pool", &[("program", "pool"), ("tasks", "8"), ("fault", "kill"), ("patience", "2")])
        .summary("The same, but the process of task 2 is killed: in this pool, and then in CPython's Pool.map and in its executor."),
    Preset::new("crash-isolation", &[("program", "processes"), ("fails", "1"), ("fault", "kill")])
        .summary("Three processes work, and the first is killed in the middle of it; they share nothing, or a lock."),
    Preset::new("signal", &[("program", "signals")])
        .summary("A signal is sent to three processes, each of which has asked for a handler."),
    Preset::new("who-learns", &[("program", "who-learns"), ("patience", "2")])
        .summary("An error, a wish to end, a kill and a result that cannot be pickled: in a thread, a future, a process, a pool and an executor. Each cell of the table is a Python program that runs."),
];
