//! What the trials of a run are of: a way to do a work.

use super::ways::Way;
use crate::topics::trials::{self, Subject};
use crate::trace::{Meta, SectionId};

/// One trial.
pub type Trial = trials::Trial<Measured>;
/// The trials of a run.
pub type Trials = trials::Trials<Measured>;
/// What the trials of one way come to.
pub type Cell = trials::Cell<Measured>;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Which work, where there are several: from 0.
    pub work: usize,
    /// The way.
    pub way: Way,
}

impl Measured {
    /// A way to do the only work.
    pub fn only(way: Way) -> Self {
        Self { work: 0, way }
    }

    /// What all trials in a section are of.
    pub fn in_section(meta: &Meta, id: SectionId) -> Option<Self> {
        let section = meta.section(id).filter(|section| section.within.is_none())?;
        let (number, ways) = (section.number as usize, Way::ALL.len());
        Some(Self { work: number / ways, way: Way::ALL[number % ways] })
    }

    /// The number of that section.
    pub fn number(&self) -> u32 {
        (self.work * Way::ALL.len()) as u32 + self.way as u32
    }
}

impl Subject for Measured {
    fn of(meta: &Meta, id: SectionId) -> Option<(Self, usize)> {
        let section = meta.section(id)?;
        Some((Self::in_section(meta, section.within?)?, section.number as usize))
    }

    fn has_processes(self) -> bool {
        self.way.has_processes()
    }

    /// Who waits needs no processor.
    fn at_once(trial: &Trial) -> usize {
        trial.cpu().0.div_ceil(trial.wall().0.max(1)) as usize
    }
}
