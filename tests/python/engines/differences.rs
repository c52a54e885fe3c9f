//! What CPython does otherwise than this program, preset by preset, and why.

/// How a run by Python differs.
pub enum Difference {
    /// Nobody can go on, which is found and ends it, where this program is done; no outcome is to be had.
    StandsStill,
    /// It prints another outcome.
    Outcome,
    /// It is another program, of whose outcome nothing is to be the same.
    Program,
    /// Nothing of its trace tells this of the outcome.
    Unknown(&'static str),
    /// The outcome has something else there, which is known.
    Other(&'static str),
    /// The outcome has the same there or not: it depends on who is first.
    MayDiffer(&'static str),
    /// Neither has anything there that is known.
    InNeither(&'static str),
    /// This is not found.
    NotFound(&'static str),
    /// This is found as well.
    AlsoFound(&'static str),
    /// This may be found in either, or not: it depends on who is first.
    MayFind(&'static str),
}

impl Difference {
    /// The field of the outcome that it is about.
    pub fn field(&self) -> Option<&'static str> {
        match *self {
            Self::Unknown(field)
            | Self::Other(field)
            | Self::MayDiffer(field)
            | Self::InNeither(field) => Some(field),
            _ => None,
        }
    }
}

use Difference::{
    AlsoFound, MayDiffer, MayFind, NotFound, Other, Outcome, Program, StandsStill, Unknown,
};

const PLAIN: &str = "the count is a plain variable: Python tells nobody of its reads and writes";
const OUTSIDE: &str =
    "whoever takes the lock finds what others have put in without it, if any came in between";
const NO_LOOK: &str = "nobody tells of a look at a list that is empty";
const PLAIN_NUMBERS: &str =
    "two plain variables say what is in the list, and no event which is which";
const BY_SIGTERM: &str =
    "leaving the block ends the workers by SIGTERM: who is done by then is a race";
const CAUGHT_THERE: &str = "an exception that is caught by who raised it is no event";
const MANAGER: &str = "of a manager's list and dictionary the calls are seen, not the values";
const COMPARES: &str =
    "the listing compares four of CPython's ways; this program, its own beside them";
const LOCAL: &str = "what a function returns or keeps in a list of its own is no event";
const LOGGED: &str =
    "a function of the program's takes what leaves a thread, and is on record as its handler";
const OTHER_TOOL: &str = "the listing asks with a time-out, since map would wait for ever";

/// Topic and preset, the difference, and why.
pub const DIFFERENCES: &[(&str, Difference, &str)] = &[
    (
        "threads-vs-processes/isolation",
        NotFound("lost-task"),
        "its processes are no pool: they have no task to lose",
    ),
    (
        "threads-vs-processes/responsive",
        Unknown("ways"),
        "how late each beat came is no event of any program",
    ),
    (
        "multiprocessing/crash",
        NotFound("lost-task"),
        "its processes are no pool: they have no task to lose",
    ),
    ("shared-list/count", NotFound("lost-update"), PLAIN),
    ("shared-list/repeat-50", NotFound("lost-update"), PLAIN),
    ("shared-list/one-side-locks", NotFound("lost-update"), PLAIN),
    ("shared-list/one-side-locks", NotFound("unguarded-update"), PLAIN),
    ("shared-list/own-lock-each", NotFound("lost-update"), PLAIN),
    ("shared-list/one-side-locks", MayFind("changed-outside"), OUTSIDE),
    ("shared-list/own-lock-each", MayFind("changed-outside"), OUTSIDE),
    ("shared-list/no-lock", NotFound("lost-update"), PLAIN),
    ("sharing-data/lock-each-own", NotFound("lost-update"), PLAIN),
    (
        "shared-list/check-then-act",
        MayFind("unheard-exception"),
        "who takes the last number is a race",
    ),
    (
        "sharing-data/if-not-while",
        MayFind("unheard-exception"),
        "who is first after a notify is a race",
    ),
    (
        "sharing-data/two-readers",
        NotFound("corrupt-message"),
        "whether two readers tear a message apart is a race",
    ),
    ("sharing-data/two-readers", Outcome, "whether two readers tear a message apart is a race"),
    (
        "sharing-data/manager-read-modify-write",
        NotFound("lost-update"),
        "of the manager's dictionary the calls are seen, not its values",
    ),
    (
        "sharing-data/array-one-forgets",
        NotFound("unguarded-update"),
        "of an array's cells CPython tells nobody",
    ),
    (
        "sharing-data/holder-killed",
        StandsStill,
        "no tool of CPython is taken back from a process that was killed",
    ),
    (
        "exceptions/half-changed",
        NotFound("half-changed"),
        "the accounts are plain variables: nobody tells of them",
    ),
    ("exceptions/cannot-be-rebuilt", Outcome, OTHER_TOOL),
    (
        "exceptions/cannot-be-rebuilt",
        AlsoFound("unheard-exception"),
        "the pool's own thread dies of the exception that it cannot build",
    ),
    ("exceptions/logging", NotFound("unheard-exception"), LOGGED),
    ("exceptions/logging", Other("errors"), LOGGED),
    ("exceptions/logging", Other("unheard"), LOGGED),
    ("exceptions/exit-in-task", Outcome, OTHER_TOOL),
    ("exceptions/broken-pool", Outcome, OTHER_TOOL),
    ("exceptions/who-learns", Program, "the listing tries its five tools; this program, its own"),
    (
        "exceptions/who-learns",
        MayFind("lost-task"),
        "a pool's worker that exits loses its task in both; a kill is left out of the listing",
    ),
    ("exceptions/who-learns", MayFind("unheard-exception"), "the listing's join() says nothing"),
    ("shared-list/five", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/quick-ten", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/random-pace", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/take-turns", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/contended", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/done-flag", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/check-then-act", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/no-lock", Unknown("empty_attempts"), NO_LOOK),
    ("shared-list/no-lock", Unknown("at most as many as expected"), PLAIN_NUMBERS),
    ("shared-list/no-lock", Unknown("lost_updates"), PLAIN),
    ("shared-list/count", Unknown("lost_updates"), PLAIN),
    ("shared-list/count-locked", Unknown("lost_updates"), PLAIN),
    ("shared-list/one-side-locks", Unknown("lost_updates"), PLAIN),
    ("shared-list/own-lock-each", Unknown("lost_updates"), PLAIN),
    ("shared-list/repeat-50", Unknown("lost_updates"), PLAIN),
    (
        "shared-list/repeat-50",
        Unknown("at most as many as expected"),
        "each run begins with new variables, and only those of the last one are there in the end",
    ),
    (
        "shared-list/repeat-50",
        Unknown("runs with the lock"),
        "each run begins with new variables, and only those of the last one are there in the end",
    ),
    ("process-pool/kill-one", Other("failed"), "Pool tells nobody of a task that is lost"),
    (
        "process-pool/kill-one-in-cpython",
        Other("failed"),
        "Pool tells nobody of a task that is lost",
    ),
    ("sharing-data/manager", Unknown("put"), MANAGER),
    ("sharing-data/manager", Unknown("got"), MANAGER),
    ("sharing-data/manager", Unknown("left"), MANAGER),
    ("sharing-data/manager", Unknown("count"), MANAGER),
    ("sharing-data/manager-read-modify-write", Unknown("put"), MANAGER),
    ("sharing-data/manager-read-modify-write", Unknown("got"), MANAGER),
    ("sharing-data/manager-read-modify-write", Unknown("left"), MANAGER),
    ("exceptions/exit-in-task", Unknown("errors"), CAUGHT_THERE),
    ("exceptions/exit-in-task", MayDiffer("ends"), BY_SIGTERM),
    ("exceptions/exit-in-task", MayDiffer("signals"), BY_SIGTERM),
    ("exceptions/cannot-be-rebuilt", Other("errors"), OTHER_TOOL),
    ("exceptions/cannot-be-rebuilt", Other("unheard"), OTHER_TOOL),
    ("exceptions/cannot-be-rebuilt", MayDiffer("ends"), BY_SIGTERM),
    ("exceptions/cannot-be-rebuilt", MayDiffer("signals"), BY_SIGTERM),
    ("exceptions/pool-task", MayDiffer("ends"), BY_SIGTERM),
    ("exceptions/pool-task", MayDiffer("signals"), BY_SIGTERM),
    ("exceptions/error-event", Unknown("errors"), CAUGHT_THERE),
    ("exceptions/retry-fallback", Unknown("errors"), CAUGHT_THERE),
    (
        "factorials/huge",
        Unknown("digits"),
        "of a text of thousands of characters only the beginning is recorded",
    ),
    ("exceptions/caught", Unknown("errors"), CAUGHT_THERE),
    ("exceptions/crash-isolation", Unknown("errors"), CAUGHT_THERE),
    ("exceptions/signal", Unknown("errors"), CAUGHT_THERE),
    ("exceptions/broken-pool", Unknown("errors"), CAUGHT_THERE),
    ("exceptions/broken-pool", MayDiffer("ends"), BY_SIGTERM),
    ("exceptions/broken-pool", MayDiffer("signals"), BY_SIGTERM),
    ("exceptions/crash-isolation", Other("signals"), "the child sends it to itself, by os.kill"),
    (
        "sharing-data/lock-twice",
        Unknown("count"),
        "what a plain variable holds is told at the end of a program, which this one does not reach",
    ),
    ("sharing-data/compare", Other("started"), COMPARES),
    ("sharing-data/compare", Other("finished"), COMPARES),
    ("sharing-data/compare", Other("put"), COMPARES),
    ("sharing-data/compare", Other("got"), COMPARES),
    ("sharing-data/compare", Other("left"), COMPARES),
    (
        "multiprocessing/own-memory",
        Unknown("threads"),
        "the threads' variable is handed to them, so it is none of the program's globals",
    ),
    ("multiprocessing/cpu-bound", Unknown("primes of threads"), LOCAL),
    ("multiprocessing/cpu-bound", Unknown("primes one after another"), LOCAL),
];
