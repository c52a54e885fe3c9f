//! How long a section took.

use super::state::SectionState;
use crate::trace::Nanos;

impl SectionState {
    /// How long it has taken by an instant, of which this is the state, and whether that is all of it; `None`: it has not begun.
    pub fn took(&self, now: Nanos) -> Option<(Nanos, bool)> {
        let (began, _) = self.began?;
        Some((self.ended.unwrap_or(now).since(began), self.ended.is_some()))
    }
}
