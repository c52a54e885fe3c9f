//! Trials on record, as sections in turn: what is measured, and in it its trials.

use crate::record::thread::Failure;
use crate::topics::{Lab, contention};
use crate::trace::{Section, SectionId};

/// What a round measures, each once: in another order in each, so that what changes with time hits all alike.
fn in_turn<T>(round: usize, mut all: Vec<T>) -> Vec<T> {
    fastrand::Rng::with_seed(round as u64).shuffle(&mut all);
    all
}

/// What so many rounds measure, each with the number of its round, from 1.
pub fn rounds<T: Clone>(rounds: usize, all: Vec<T>) -> impl Iterator<Item = (usize, T)> {
    (0..rounds).flat_map(move |round| {
        in_turn(round, all.clone()).into_iter().map(move |one| (round + 1, one))
    })
}

/// The sections of what is measured.
pub struct Sections<'a, S> {
    lab: &'a Lab<'a>,
    all: Vec<(S, String, SectionId)>,
}

impl<'a, S: PartialEq> Sections<'a, S> {
    /// Sections with these names.
    pub fn new(
        lab: &'a Lab<'a>,
        all: impl Iterator<Item = (S, String)>,
        number: impl Fn(&S) -> u32,
    ) -> Self {
        let section = |(of, name): (S, String)| {
            let section = Section::new(name.clone(), number(&of)).in_turn();
            let section = lab.recorder.section(section);
            (of, name, section)
        };
        Self { lab, all: all.map(section).collect() }
    }

    /// Measures a trial in a section of its own, and what other programs do just before. What must come
    /// out of it is known; nothing comes out where it could not be done.
    ///
    /// # Errors
    /// What failed, that something else came out, or that the run was stopped.
    pub fn measure<T: PartialEq + std::fmt::Debug>(
        &self,
        of: S,
        (name, number): (String, usize),
        wanted: &[T],
        trial: impl FnOnce(SectionId) -> Result<Option<Vec<T>>, Failure>,
    ) -> Result<(), Failure> {
        let lab = self.lab;
        contention::note_others(lab.main);
        let outer = self.all.iter().find(|(one, ..)| *one == of);
        let Some((_, title, outer)) = outer else { return Ok(()) };
        let section = Section::new(name, u32::try_from(number).unwrap_or(u32::MAX));
        let section = lab.recorder.section(section.in_turn().within(*outer));
        match lab.main.in_section(*outer, || trial(section))? {
            Some(wrong) if wrong != wanted => {
                Err(Failure::Error(format!("{title}: the results are wrong: {wrong:?}")))
            }
            _ => Ok(()),
        }
    }
}
