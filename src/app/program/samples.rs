//! Small programs to begin with, each with a fault that people really get stuck on, or without one.

/// A small program.
pub struct Sample {
    /// Its file's name.
    pub name: &'static str,
    /// What it does, without what comes out.
    pub does: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! sample {
    ($name:literal, $does:literal) => {
        Sample {
            name: $name,
            does: $does,
            text: include_str!(concat!("../../../assets/python/samples/", $name)),
        }
    };
}

/// All of them.
pub const SAMPLES: &[Sample] = &[
    sample!("two_forks.py", "Two threads take two locks, one in this order, one in the other."),
    sample!(
        "put_then_join.py",
        "A child puts 1 MB into a queue. main joins the child, then reads."
    ),
    sample!("count_together.py", "Three processes add 1 to one Value, each so 20,000 times."),
    sample!(
        "three_consumers.py",
        "One thread puts nine items and one None; three threads take them."
    ),
    sample!("squares_on_a_pool.py", "A pool of three processes squares twelve numbers."),
    sample!("no_guard.py", "A script starts a process by spawn, with no main guard."),
];
