//! Small programs to begin with, each with a fault that people really get stuck on, or without one; and the whole programs of
//! the answers.

use crate::app::inspector;
use crate::topics::ALL;
use std::sync::LazyLock;

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

/// Those to begin with.
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

/// The programs of the answers, by topic.
static ANSWERS: LazyLock<Vec<Option<Sample>>> = LazyLock::new(|| {
    let of = ALL.iter().map(|topic| {
        let program = &topic.answer()?.program;
        // Read once, and kept for good.
        let name = String::leak(inspector::file_name(topic.id()));
        Some(Sample { name, does: topic.about().question, text: String::leak(program.text()) })
    });
    of.collect()
});

/// One of them, by its place: first those to begin with, then the programs of the answers.
pub fn get(place: usize) -> Option<&'static Sample> {
    let answers = || ANSWERS.get(place.checked_sub(SAMPLES.len())?)?.as_ref();
    SAMPLES.get(place).or_else(answers)
}

/// The place of the one to begin with that has this file name.
pub fn sample_of(name: &str) -> Option<usize> {
    SAMPLES.iter().position(|sample| sample.name == name)
}

/// The place of the program of a topic's answer.
pub fn answer_of(topic: &str) -> Option<usize> {
    let place = SAMPLES.len() + ALL.iter().position(|other| other.id() == topic)?;
    get(place).map(|_| place)
}
