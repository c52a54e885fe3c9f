//! The same tasks on two pools: bars of the time that each of them took.

use super::outcome::PoolOutcome;
use super::verdict;
use crate::replay::words::count;
use crate::replay::{Ending, Task};
use crate::topics::results;
use crate::trace::{Nanos, ResourceKind, SectionId};
use crate::widgets::bars::{self, Bar};
use crate::widgets::resource::Look;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Rect, Ui};

/// The bars of two pools.
pub struct Bars;

impl Figure for Bars {
    fn room(&self, view: &StageView<'_>) -> Room {
        match view.trace.meta().sections.len() {
            0 | 1 => Room::None,
            _ => Room::Below(0.22),
        }
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [ResourceKind] {
        // What carries requests to CPython is no part of its pools.
        &[ResourceKind::Pipe]
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let best = view.outcome().filter(|_| view.is_done()).and_then(PoolOutcome::faster);
        let bar = |id: SectionId| Bar { best: best == Some(id.index()), ..bar(view, id) };
        let bars: Vec<Bar> = view.trace.meta().section_ids().map(bar).collect();
        let longest = bars::longest(&bars);
        bars::layout(look, area, &bars, longest).show(ui, "pools", look.actors, view.selection)
    }
}

fn bar(view: &StageView<'_>, id: SectionId) -> Bar {
    let named = Bar::of_section(view, id);
    let Some((took, over)) = named.took else { return named };
    let said = format!("{took}{}", if over { "" } else { " so far" });
    let pools = verdict::pools(view);
    let Some(pool) = pools.0.iter().find(|pool| pool.section == Some(id)) else {
        return Bar { words: vec![said], ..named };
    };
    // A time in which not all was done is not that of one in which it was.
    let lost = view.replay.tasks().of(pool.res).filter(|_| over).map_or(0, |tasks| {
        let attempts = results::last_attempts(tasks);
        let has = |task: &&&Task| matches!(task.ended, Some((_, Ending::Finished(_))));
        attempts.len() - attempts.iter().filter(has).count()
    });
    let said = match lost {
        0 => said,
        lost => format!("{said}, {lost} without a result"),
    };
    let there = |id: &_| view.state.actor(*id).is_some_and(|actor| actor.os_id != 0);
    let actors: Vec<_> = pool.workers.iter().map(|(worker, _)| *worker).filter(there).collect();
    let (most, least) = pool.spread(view.state, view.now);
    let who = count(actors.len(), "process");
    let brief = format!("{said} · {who}");
    let mut words = vec![brief.clone(), said];
    if let Some(range) = range(least, most) {
        words.insert(0, format!("{brief} · time in tasks of each place: {range}"));
    }
    Bar { actors, words, ..named }
}

/// From the least to the most; one where they are told apart by nothing, and none where there is nothing yet.
pub fn range(least: Nanos, most: Nanos) -> Option<String> {
    let (from, to) = (least.to_string(), most.to_string());
    match most {
        Nanos::ZERO => None,
        _ if from == to => Some(to),
        _ => Some(format!("{from} to {to}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_two_ends_or_is_none() {
        let range = |least, most| range(Nanos::from_millis(least), Nanos::from_millis(most));
        assert_eq!(range(0, 0), None, "nothing has begun");
        assert_eq!(range(136, 136).as_deref(), Some("136 ms"));
        assert_eq!(range(20, 136).as_deref(), Some("20.0 ms to 136 ms"));
    }
}
