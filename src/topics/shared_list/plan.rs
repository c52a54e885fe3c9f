//! The parameters, presets and paces of the programs.

use crate::record::{Cancelled, Log};
use crate::topics::{ParamKind, ParamSpec, Params, Preset};
use std::time::Duration;

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    int("adders", "adders", 1, 1, 16, "Threads that add.", true),
    int("removers", "removers", 1, 1, 16, "Threads that remove.", true),
    int("adds", "adds", 5, 1, 100_000, "How many numbers each adder adds.", true),
    int(
        "attempts",
        "attempts",
        5,
        0,
        100_000,
        "How often each remover tries, where it stops after a number of attempts.",
        true,
    ),
    int("first", "first number", 0, 0, 1_000_000, "The first number added.", false),
    seconds("add_pause", "add pause", 0.1, 60.0, "How long an adder sleeps per number.", false),
    seconds(
        "remove_pause",
        "remove pause",
        0.1,
        60.0,
        "How long a remover sleeps per attempt.",
        false,
    ),
    choice(
        "pause",
        "pause",
        &["after", "before"],
        "Whether threads sleep before or after they touch the list.",
    ),
    choice(
        "pace",
        "pace",
        &["fixed", "random"],
        "Whether pauses are as set, or random between the two lengths below.",
    ),
    seconds("random_min", "shortest", 0.1, 60.0, "Shortest random pause.", false),
    seconds("random_max", "longest", 0.5, 60.0, "Longest random pause.", false),
    choice(
        "start",
        "start",
        &["together", "in-turn"],
        "Whether removers start with the adders, or when these have ended.",
    ),
    choice(
        "until",
        "remove until",
        &["attempts", "empty", "flag"],
        "When removers end: after their attempts, when the list is empty, or when it is empty and the adders are done.",
    ),
    seconds(
        "hold",
        "hold",
        0.0,
        1.0,
        "How long a thread stays in the critical section (without the lock: between reading and writing).",
        true,
    ),
    choice(
        "lock",
        "lock",
        &["with", "without", "both"],
        "Whether the list is guarded by a lock; both: side by side.",
    ),
    int("seed", "seed", 1, 0, 1_000_000, "Seed of the random pauses.", false),
    ParamSpec {
        key: "time_scale",
        label: "time scale",
        kind: ParamKind::Float {
            min: 0.0,
            max: 10.0,
            default: 1.0,
        },
        unit: "×",
        help: "All pauses and holds are multiplied by this.",
        prominent: true,
    },
];

const fn int(
    key: &'static str,
    label: &'static str,
    default: i64,
    min: i64,
    max: i64,
    help: &'static str,
    prominent: bool,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Int { min, max, default },
        unit: "",
        help,
        prominent,
    }
}

const fn seconds(
    key: &'static str,
    label: &'static str,
    default: f64,
    max: f64,
    help: &'static str,
    prominent: bool,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Float {
            min: 0.0,
            max,
            default,
        },
        unit: "s",
        help,
        prominent,
    }
}

const fn choice(
    key: &'static str,
    label: &'static str,
    options: &'static [&'static str],
    help: &'static str,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Choice { options },
        unit: "",
        help,
        prominent: false,
    }
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "take-turns",
        summary: "One thread adds 0 to 4, a second apart. When it has ended, another empties the list.",
        values: &[
            ("add_pause", "1"),
            ("remove_pause", "1"),
            ("start", "in-turn"),
            ("until", "empty"),
        ],
    },
    Preset {
        id: "quick-ten",
        summary: "Ten numbers in, ten attempts to take one out; each thread waits before it acts.",
        values: &[
            ("adds", "10"),
            ("attempts", "10"),
            ("add_pause", "0.1"),
            ("remove_pause", "0.15"),
            ("pause", "before"),
        ],
    },
    Preset {
        id: "five",
        summary: "Five numbers in, 0.1 s apart; five attempts to take one out, 0.2 s apart.",
        values: &[("add_pause", "0.1"), ("remove_pause", "0.2")],
    },
    Preset {
        id: "random-pace",
        summary: "Ten in, ten attempts, at random paces: an attempt that comes too early leaves a number behind.",
        values: &[("adds", "10"), ("attempts", "10"), ("pace", "random")],
    },
    Preset {
        id: "done-flag",
        summary: "The remover goes on until the adder has raised a flag and the list is empty.",
        values: &[
            ("first", "1"),
            ("add_pause", "1"),
            ("remove_pause", "1.5"),
            ("until", "flag"),
        ],
    },
    Preset {
        id: "contended",
        summary: "Several threads and no pauses: everybody wants the lock all the time.",
        values: &[
            ("adders", "2"),
            ("removers", "2"),
            ("adds", "12"),
            ("attempts", "12"),
            ("add_pause", "0"),
            ("remove_pause", "0"),
            ("hold", "0.0004"),
        ],
    },
    Preset {
        id: "no-lock",
        summary: "The contended program without its lock: updates get lost.",
        values: &[
            ("adders", "2"),
            ("removers", "2"),
            ("adds", "12"),
            ("attempts", "12"),
            ("add_pause", "0"),
            ("remove_pause", "0"),
            ("hold", "0.0004"),
            ("lock", "without"),
        ],
    },
];

/// When removers end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After a number of attempts.
    Attempts,
    /// When they find the list empty.
    Empty,
    /// When the adders are done and the list is empty.
    Flag,
}

/// Which worlds run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// With the lock.
    With,
    /// Without it.
    Without,
    /// Both at the same time.
    Both,
}

/// The parameters, read.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Number of adders.
    pub adders: i32,
    /// Number of removers.
    pub removers: i32,
    /// Numbers each adder adds.
    pub adds: i32,
    /// Attempts of each remover.
    pub attempts: u64,
    /// First number added.
    pub first: i32,
    /// When removers end.
    pub until: Until,
    /// Whether removers wait for the adders' end.
    pub in_turn: bool,
    /// Length of the critical section, scaled.
    pub hold: Duration,
    /// Which worlds run.
    pub locking: Locking,
    pause_before: bool,
    random: bool,
    add_pause: f64,
    remove_pause: f64,
    random_min: f64,
    random_max: f64,
    seed: u64,
    scale: f64,
}

impl Plan {
    /// Reads the parameters.
    pub fn new(params: &Params) -> Self {
        let scale = params.float("time_scale");
        let small = |key| i32::try_from(params.int(key)).unwrap_or(i32::MAX);
        let until = match params.choice("until") {
            "empty" => Until::Empty,
            "flag" => Until::Flag,
            _ => Until::Attempts,
        };
        Self {
            adders: small("adders"),
            removers: small("removers"),
            adds: small("adds"),
            attempts: match until {
                Until::Attempts => params.count("attempts") as u64,
                Until::Empty | Until::Flag => u64::MAX,
            },
            first: small("first"),
            until,
            in_turn: params.choice("start") == "in-turn",
            hold: Duration::from_secs_f64(params.float("hold") * scale),
            locking: match params.choice("lock") {
                "without" => Locking::Without,
                "both" => Locking::Both,
                _ => Locking::With,
            },
            pause_before: params.choice("pause") == "before",
            random: params.choice("pace") == "random",
            add_pause: params.float("add_pause"),
            remove_pause: params.float("remove_pause"),
            random_min: params.float("random_min"),
            random_max: params.float("random_max"),
            seed: params.count("seed") as u64,
            scale,
        }
    }

    /// All numbers that will ever be added.
    pub fn total(&self) -> usize {
        self.adders.unsigned_abs() as usize * self.adds.unsigned_abs() as usize
    }

    /// The pauses of adder number `k`.
    pub fn adder_pace(&self, k: i32) -> Pace {
        self.pace(self.add_pause, 2 * k.unsigned_abs())
    }

    /// The pauses of remover number `k`.
    pub fn remover_pace(&self, k: i32) -> Pace {
        self.pace(self.remove_pause, 2 * k.unsigned_abs() + 1)
    }

    fn pace(&self, fixed: f64, stream: u32) -> Pace {
        // A seed of its own for every thread, far from its neighbours' (odd constant: 2^64 / golden ratio).
        let seed = self.seed ^ u64::from(stream).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Pace {
            before: self.pause_before,
            shortest: if self.random { self.random_min } else { fixed } * self.scale,
            longest: if self.random {
                self.random_max.max(self.random_min)
            } else {
                fixed
            } * self.scale,
            random: fastrand::Rng::with_seed(seed),
        }
    }
}

/// The pauses of one thread.
pub struct Pace {
    before: bool,
    shortest: f64,
    longest: f64,
    random: fastrand::Rng,
}

impl Pace {
    /// Sleeps, where the program pauses before it acts.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn before(&mut self, log: &Log) -> Result<(), Cancelled> {
        if self.before { self.sleep(log) } else { Ok(()) }
    }

    /// Sleeps, where the program pauses after it has acted.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn after(&mut self, log: &Log) -> Result<(), Cancelled> {
        if self.before { Ok(()) } else { self.sleep(log) }
    }

    fn sleep(&mut self, log: &Log) -> Result<(), Cancelled> {
        let secs = self.shortest + (self.longest - self.shortest) * self.random.f64();
        let pause = Duration::from_secs_f64(secs);
        if pause.is_zero() {
            // Also without a pause a stopped run ends at the next turn.
            return log.check();
        }
        log.sleep(pause)
    }
}
