//! How unequal the tasks of a run are.

use super::python_random::PythonRandom;

/// How much tasks differ in what they cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Not at all.
    Equal,
    /// By chance.
    Random,
    /// Each costs more than the one before.
    Growing,
}

impl Spread {
    /// All of them, in the order of the words of a parameter.
    pub const ALL: [Self; 3] = [Self::Equal, Self::Random, Self::Growing];

    /// What a task costs relative to the mean, by its place among so many; `seed` is that of the first one.
    pub fn cost(self, place: usize, count: usize, seed: u64) -> f64 {
        match self {
            Self::Equal => 1.0,
            // A seed of its own for every task, as in the Python programs.
            Self::Random => 2.0 * PythonRandom::new(seed + place as u64).random(),
            // The mean of 3x² between 0 and 1 is 1.
            Self::Growing => {
                let x = (place as f64 + 0.5) / count as f64;
                3.0 * x * x
            }
        }
    }
}
