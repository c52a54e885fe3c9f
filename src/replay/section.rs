//! How long a section took.

use super::state::SectionState;
use crate::trace::Nanos;

impl SectionState {
    /// How long it has taken by an instant, of which this is the state, and whether that is all of it; `None`: it has not begun.
    pub fn took(&self, now: Nanos) -> Option<(Nanos, bool)> {
        let (began, _) = self.began?;
        Some((self.ended.unwrap_or(now).since(began), self.ended.is_some()))
    }

    /// When it began and ended, once it has.
    pub fn span(&self) -> Option<(Nanos, Nanos)> {
        Some((self.began?.0, self.ended?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::ActorId;

    #[test]
    fn a_section_has_taken_nothing_then_some_then_all_of_its_time() {
        let mut section = SectionState::default();
        assert_eq!(section.took(Nanos(9)), None);
        section.began = Some((Nanos(4), ActorId(0)));
        assert_eq!(section.took(Nanos(9)), Some((Nanos(5), false)));
        assert_eq!(section.span(), None);
        section.ended = Some(Nanos(7));
        assert_eq!(section.span(), Some((Nanos(4), Nanos(7))));
        assert_eq!(section.took(Nanos(9)), Some((Nanos(3), true)));
    }
}
