//! The rows of lanes: below each section that has trials its workers by place, the first of all trials, the second, and so on.

use super::{Subject, Trials};
use crate::trace::{ActorId, Meta};
use crate::widgets::timeline::{Line, Rows, Under};

impl<S: Subject> Trials<S> {
    /// The rows of a run; whoever is in no section comes last.
    pub fn rows(&self, meta: &Meta) -> Rows {
        let mut lines = Vec::new();
        for section in meta.section_ids() {
            let is_in = |id| meta.section(id).is_some_and(|trial| trial.within == Some(section));
            let of: Vec<_> = self.all.iter().filter(|trial| is_in(trial.section)).collect();
            let most = of.iter().map(|trial| trial.workers.len()).max().unwrap_or(0);
            lines.extend((most > 0).then_some(Line::Section(section)));
            let at = |place: usize| -> Vec<ActorId> {
                of.iter().filter_map(|trial| Some(trial.workers.get(place)?.actor)).collect()
            };
            let places = (1..).zip((0..most).map(at));
            lines.extend(places.filter_map(|(n, actors)| Line::of_place(n, actors, Under::Nobody)));
        }
        let others = meta.actors_where(|actor| actor.section.is_none());
        lines.extend(others.map(|actor| Line::Actor(actor, Under::Nobody)));
        Rows { lines }
    }
}
