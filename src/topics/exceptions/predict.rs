//! What a student is asked before a run.

use super::outcome::ErrorOutcome;
use super::plan::Plan;
use super::programs::Id;
use super::table::Truth;
use crate::replay::words::count;
use crate::topics::predict::asks::{Goal, Shows, choice, length};
use crate::topics::predict::{Question, Seen};
use crate::trace::{EventKind as K, ExceptionId, Nanos, SIGKILL, signal_name};

/// What shows why: an event, and a sentence.
type Why = (fn(&K) -> bool, &'static str);

/// Which of these? `place` is that of the answer.
fn ask<const N: usize>(
    text: impl Into<String>,
    answers: [(&str, &str); N],
    place: impl Fn(&Seen<'_>, &ErrorOutcome) -> Option<usize> + Copy + Send + Sync + 'static,
    (event, why): Why,
    goal: Goal,
) -> Question {
    let place = move |seen: &Seen<'_>| place(seen, seen.outcome::<ErrorOutcome>().ok()?);
    choice(text, answers, place, Shows::First(event, why), goal)
}

fn raised(kind: &K) -> bool {
    matches!(kind, K::Raised { .. })
}
fn unhandled(kind: &K) -> bool {
    matches!(kind, K::Unhandled { .. })
}
fn caught(kind: &K) -> bool {
    matches!(kind, K::Caught { .. })
}
fn passed(kind: &K) -> bool {
    matches!(kind, K::Propagated { .. })
}
fn kept(kind: &K) -> bool {
    matches!(kind, K::Kept { .. })
}

/// When something like this happened first to the first exception.
fn first(seen: &Seen<'_>, like: impl Fn(&K) -> Option<ExceptionId>) -> Option<Nanos> {
    let mut events = seen.trace.events().iter();
    let of = events.clone().find_map(|event| match event.kind {
        K::Raised { exception, .. } => Some(exception),
        _ => None,
    })?;
    events.find(|event| like(&event.kind) == Some(of)).map(|event| event.at)
}

/// The question about a run of this plan.
#[rustfmt::skip]
pub fn question(plan: &Plan) -> Option<Question> {
    let (threads, rows, tasks, fails) = (plan.threads, plan.rows, plan.tasks, plan.fails);
    let all = threads * rows;
    Some(match plan.program.is {
        Id::Thread if plan.handler == "log" => ask(
            format!("Thread {fails} of {threads} raises ValueError at its second row; threading.excepthook logs it. What becomes of the rows it has left?"),
            [("they are saved", "the error has been dealt with"),
             ("they are lost", "logging tells of the error, and the thread still ends"),
             ("all rows are lost", "an error that nobody catches ends the program")],
            move |_, it| match it.left? {
                0 => Some(2),
                left => Some(usize::from(left < all - 1)),
            },
            (unhandled, "excepthook is called when it is too late to go on: the thread ends all the same."),
            Some(("Change one control so that only the one row is missing.", "try: thread", 0)),
        ),
        Id::Thread => ask(
            match plan.handler {
                "thread" => format!("Thread {fails} of {threads} raises ValueError at its second row, inside try. How many of the {all} rows are saved?"),
                _ => format!("{threads} threads save {rows} rows each; thread {fails} raises ValueError at its second row. try stands around start(). How many of the {all} rows are saved?"),
            },
            [("all", "the row is tried again, or nothing was wrong with it"),
             ("all but one", "the error is handled where the row is left out"),
             ("fewer, from one thread only", "the thread ends, the others go on"),
             ("none is complete", "an error ends the whole program")],
            move |_, it| {
                let left = it.left?;
                Some(if left >= all { 0 } else if left + 1 == all { 1 } else if left >= all - rows { 2 } else { 3 })
            },
            (raised, "An exception climbs the stack of its own thread, as far as the first handler in it. start() has returned long before."),
            match plan.handler {
                "thread" => Some(("Change one control so that one thread ends early.", "try: start", 2)),
                _ => Some(("Change one control so that only one row is missing.", "try: thread", 1)),
            },
        ),
        Id::Futures if plan.collect == "never" => ask(
            format!("Task {fails} of {tasks} raises an exception, and no future is asked for its result. What does the program say of it?"),
            [("a traceback", "an exception that nobody catches is printed"),
             ("nothing", "the future keeps it until somebody asks"),
             ("it ends with an error", "leaving the with block raises it")],
            |_, it| match (it.exit_status, it.errors.first()?.end) {
                (Some(0), "kept") => Some(1),
                (Some(0), _) => Some(0),
                _ => Some(2),
            },
            (kept, "It lies in its future. with waits for the tasks, and asks none for its result."),
            Some(("Change one control so that the program learns of it.", "ask: result", 0)),
        ),
        Id::Futures if plan.collect == "as_completed" => ask(
            format!("Task {fails} of {tasks} raises an exception; results are asked for as they are completed. How many results are printed?"),
            [("those before the error", "the error ends the loop"),
             ("all but one", "each future has its own result, or its own error"),
             ("none", "one error fails the whole pool")],
            move |_, it| Some(match it.results.len() {
                0 => 2,
                n if n + it.errors.len() == tasks => 1,
                _ => 0,
            }),
            (caught, "result() of that one future raised it inside try; the others are not touched by it."),
            Some(("Change one control so that nobody learns of the error.", "ask: never", 2)),
        ),
        Id::Futures => ask(
            format!("Task {fails} of {tasks} raises an exception; each future is asked in turn, inside try. When does the main thread have it?"),
            [("at once", "an exception interrupts whoever waits for the pool"),
             ("when it asks that future", "it lies in the future until then"),
             ("when all tasks are done", "the pool reports at its end")],
            |seen, it| {
                let failed = *it.errors.first()?.tasks.first()?;
                let had = first(seen, |kind| match kind { K::Propagated { exception, .. } => Some(*exception), _ => None })?;
                let before = || seen.trace.events().iter().filter(move |event| event.at <= had);
                // Asked for: it had the results of the tasks before this one.
                let asked = before().filter(|event| matches!(event.kind, K::ResultsTaken { .. })).count() > failed as usize;
                let open = seen.trace.events().iter().filter(|event| matches!(event.kind, K::TaskFinished { .. })).count()
                    - before().filter(|event| matches!(event.kind, K::TaskFinished { .. })).count();
                Some(match (asked, open) { (false, _) => 0, (true, 1..) => 1, (true, 0) => 2 })
            },
            (passed, "An error interrupts nobody. Until result() is called it lies in its future."),
            None,
        ),
        Id::Lock => ask(
            match plan.lock {
                "with" => format!("Thread 1 of {threads} fails inside a with block. How many of the others get the lock after that?"),
                "bare" => format!("Thread 1 of {threads} fails between acquire() and release(). How many of the others get the lock after that?"),
                _ => format!("Two locks, {threads} threads each. The first fails: between acquire() and release(), or inside a with block. How many of all the others get their lock after that?"),
            },
            [("none", "who fails gives nothing back"),
             ("half of them", "leaving a with block gives back, failing between two lines does not"),
             ("all of them", "a thread that ends has given its locks back")],
            |seen, it| {
                let error = it.errors.first()?.raised_ns;
                let had = seen.trace.events().iter().filter(|event| event.at.0 > error && matches!(event.kind, K::Acquired { .. })).count();
                let others = it.started.checked_sub(it.errors.len())?;
                (others > 0).then(|| if had == 0 { 0 } else { 1 + usize::from(had >= others) })
            },
            (raised, "A lock does not know that its owner has ended. with, or finally, gives it back on every way out."),
            match plan.lock {
                "with" => Some(("Change one control so that nobody gets the lock after it.", "lock: bare", 0)),
                _ => Some(("Change one control so that all others get it.", "lock: with", 2)),
            },
        ),
        Id::Accounts => ask(
            "Under a lock, 30 is moved from one account (100) to another (0). The third time an exception comes up, and with gives the lock back. What is the sum in the end?",
            [("100", "a change that fails is undone, or has not begun"),
             ("less than 100", "it was taken from one, and never given to the other"),
             ("more than 100", "it was given, and not taken")],
            |_, it| match it.values.iter().sum::<i64>() {
                100 => Some(0),
                sum => Some(if sum < 100 { 1 } else { 2 }),
            },
            (raised, "with gives back the lock and nothing else: half of a change stays, and whoever has the lock next sees it."),
            match plan.order {
                "change-first" => Some(("Change one control so that the sum stays 100.", "order: check-first", 0)),
                _ => Some(("Change one control so that half of a change stays.", "order: change-first", 1)),
            },
        ),
        Id::ErrorQueue if threads > 1 => ask(
            format!("{threads} threads each put a report into a queue: a number, or the exception. How many reports does the main thread get?"),
            [("those before the error", "it ends whoever takes it"),
             ("all but the error", "an exception cannot go through a queue"),
             ("one of each thread", "an exception is an object like any other")],
            move |seen, it| {
                let got = seen.trace.events().iter().filter(|event| matches!(event.kind, K::Got { .. })).count();
                Some(if got == threads { 2 } else { usize::from(got + it.errors.len() == threads) })
            },
            (kept, "except caught it and put() handed it over: with one report for each thread, nobody waits in vain."),
            None,
        ),
        Id::ErrorEvent if threads > 1 && rows > 2 => ask(
            format!("{threads} threads save {rows} rows each; thread {fails} fails at its second and sets an event; {}. How many of the {all} rows are saved?", if plan.looks { "the others look at it before each row" } else { "nobody looks at it" }),
            [("up to half", "the others are stopped soon after"),
             ("more than half", "the others finish, or nearly"),
             ("all", "the failed thread is started again")],
            move |_, it| match it.left? {
                left if left >= all => Some(2),
                left => Some(usize::from(2 * left > all)),
            },
            (|kind| matches!(kind, K::Set { .. }), "An event stops nobody by itself: it is there to be looked at."),
            match plan.looks {
                true => Some(("Change one control so that the others go on to their end.", "look: off", 1)),
                false => Some(("Change one control so that the others stop soon.", "look: on", 0)),
            },
        ),
        Id::CustomError if tasks > 3 => ask(
            format!("Of {tasks} tasks, number 1 raises Missing and number 3 raises Refused, both of type JobError. {} How many exceptions are handled?", match plan.catch {
                "each" => "Missing is skipped; Refused ends the asking.",
                _ => "except JobError skips them.",
            }),
            [("none", "except needs the very type that was raised"),
             ("two or more", "a handler of their common type, or one for each"),
             ("one", "after the first, nothing more is asked for")],
            |_, it| match it.errors.iter().filter(|error| error.end == "caught").count() {
                0 => Some(0),
                1 => Some(2),
                _ => Some(1),
            },
            (caught, "except catches its type and whatever is derived from it; the first handler that fits has it."),
            None,
        ),
        Id::TimeOut => ask(
            format!("A task takes {}, its result is waited for {} at most; then it and one behind it are cancelled. Which of them do their work?", length(plan.work), length(plan.patience)),
            [("neither", "cancel() ends what it is called for"),
             ("the one that had begun", "a time-out ends the waiting, not the task"),
             ("both", "nothing can be taken out of a pool")],
            |_, it| Some(2_usize.saturating_sub(it.lost.len())),
            (caught, "cancel() withdraws what has not begun. What runs goes on, and leaving the with block waits for it."),
            Some(("Change one control so that both do their work.", "time-out: 2 s", 2)),
        ),
        Id::Retry => ask(
            format!("A call that fails {} is tried up to {}. What does the program have in the end?", times(fails), times(plan.attempts)),
            [("the answer", "one of the attempts succeeds"),
             ("the old answer", "it gave up, and used that"),
             ("an unhandled error", "the last attempt raises it")],
            |seen, it| {
                let attempts: usize = seen.param("attempts").parse().ok()?;
                Some(if it.unheard > 0 { 2 } else { usize::from(it.errors.len() >= attempts) })
            },
            (|kind| matches!(kind, K::SleepBegan { .. }), "Each attempt has its own exception; all were handled where they were counted."),
            match plan.attempts > fails {
                true => Some(("Change one control so that it gives up.", "attempts: 1", 1)),
                false => Some(("Change one control so that it has the answer.", "attempts: 8", 0)),
            },
        ),
        Id::Pool if plan.fault == "rebuild" && plan.start_method != "none" && fails < tasks && tasks > 2 => ask(
            format!("Task {fails} of {tasks} raises an exception whose __init__ takes two arguments and hands one on. In CPython, what does whoever waits for Pool.map get?"),
            [("that exception", "it is pickled, sent and built again"),
             ("a TypeError", "building it again fails, and that is what is raised"),
             ("nothing: it waits for ever", "whatever takes in results fails, and nobody is left to tell")],
            |_, it| {
                let cell = it.cells.iter().find(|cell| (cell.row, cell.column) == ("rebuild", "map"))?;
                Some(match cell.truth {
                    Truth::Waits => 2,
                    _ => usize::from(cell.told.caller.as_deref() == Some("TypeError")),
                })
            },
            (|kind| matches!(kind, K::SpanBegan { .. }), "The pool’s thread that takes in results builds the exception again from its type and its args. That fails in this thread and ends it: no result arrives any more, not even of other tasks."),
            None,
        ),
        Id::Pool if fails < tasks && tasks > 2 => ask(
            match plan.fault {
                "exit" => format!("Task {fails} of {tasks} ends its process with exit(3). How many results does this pool\u{2019}s map have for the program?"),
                "kill" => format!("The process of task {fails} of {tasks} is killed. How many results does this pool\u{2019}s map have for the program?"),
                _ => format!("Task {fails} of {tasks} raises an exception in its process; {}. How many results does the program have?", if plan.call == "imap" { "imap gives them one by one" } else { "they are asked for with map" }),
            },
            [("none", "there is one answer: all results, or the error"),
             ("those before it", "the rest is not even tried"),
             ("all but one", "each task has its own result")],
            move |_, it| match it.results.len() {
                0 => Some(0),
                n => Some(1 + usize::from(n + 1 >= tasks)),
            },
            (|kind| matches!(kind, K::TaskFailed { .. }), match (plan.fault, plan.call) {
                ("kill", _) => "This pool notices that the process is gone, and its map raises that in place of all results. CPython\u{2019}s Pool.map would wait for ever; its executor raises BrokenProcessPool.",
                ("exit", _) => "This pool notices that the process is gone, and its map raises that in place of all results. CPython\u{2019}s Pool.map would wait for ever; its executor gives SystemExit to whoever asks for that task, and goes on.",
                (_, "imap") => "imap gives one result after another, and raises the error where its turn comes; whoever asks on gets the others.",
                _ => "map waits for all other chunks, then raises the first error. The other results were computed, and are thrown away; of a larger chunk the rest is not even run. imap or apply_async would give them.",
            }),
            match (plan.fault, plan.call) {
                ("raise", "map") => Some(("Change one control so that the others\u{2019} results arrive.", "call: imap", 2)),
                _ => None,
            },
        ),
        Id::WhoLearns => ask(
            "Something goes wrong in six tools, in four ways: a table of 24 cells. In how many of them does whoever asked wait for ever?",
            [("none", "who asks is told sooner or later"),
             ("one or two", "a pool does not know which task a lost worker had"),
             ("three or more", "whatever ends a process takes the answer with it")],
            |_, it| Some(match it.cells_that_say(Truth::Waits) {
                0 => 0,
                n => 1 + usize::from(n > 2),
            }),
            (|kind| matches!(kind, K::SpanBegan { .. }), "CPython’s Pool replaces a worker that is gone, but nobody has its task any more. An executor fails all open tasks after a kill, and gives SystemExit to whoever asks after an exit; a process has an exit code."),
            None,
        ),
        Id::Processes if plan.processes > 1 => ask(
            format!("{} processes {}; the first {}. How many of the others come to their end?", plan.processes, if plan.hold { "work one at a time under a lock" } else { "work at once" }, match plan.fault {
                "raise" => "raises an exception",
                "exit" => "ends itself with exit(3)",
                _ => "is killed",
            }),
            [("none", "what one leaves behind, the others wait for"),
             ("some", "those that were done before it"),
             ("all", "a process that dies takes nothing with it")],
            |_, it| {
                let others = it.started.checked_sub(1)?;
                (others > 0).then(|| match it.finished { 0 => 0, n => 1 + usize::from(n >= others) })
            },
            (|kind| matches!(kind, K::Ended(_)), "Memory is isolated, and the others\u{2019} work with it. What is shared, a lock say, is not: who dies with it gives nothing back."),
            match (plan.hold, plan.fault) {
                (false, "exit" | "kill") => Some(("Change one control so that the others wait for ever.", "hold: on", 0)),
                (true, "exit" | "kill") => Some(("Change one control so that the others come to their end.", "hold: off", 2)),
                _ => None,
            },
        ),
        Id::Signals => ask(
            format!("{} is sent to {} processes; each {}. How many of them can clean up before they end?", signal_name(plan.signal), plan.processes, if plan.handled { "has asked for a handler" } else { "has no handler" }),
            [("none", "the signal ends the process at once"),
             ("some", "those that were not busy"),
             ("all", "the handler is called wherever the process is")],
            |_, it| match it.signals.iter().filter(|sent| sent.handled).count() {
                0 => Some(0),
                n => Some(1 + usize::from(n >= it.signals.len())),
            },
            (|kind| matches!(kind, K::SignalSent { .. }), "SIGTERM and SIGINT can be handled; SIGKILL cannot, the system refuses a handler for it."),
            match (plan.signal, plan.handled) {
                (SIGKILL, _) | (_, false) => None,
                _ => Some(("Change one control so that no handler is called.", "signal: SIGKILL", 0)),
            },
        ),
        Id::ErrorQueue | Id::ErrorEvent | Id::CustomError | Id::Pool | Id::Processes => return None,
    })
}

fn times(n: usize) -> String {
    count(n, "time")
}
