//! The same tasks on two pools: bars of the time that each of them took.

use super::outcome::PoolOutcome;
use super::verdict;
use crate::replay::words::count;
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
        let sections = (0..view.trace.meta().sections.len()).map(SectionId::from_index);
        // One scale for the whole run, wherever the cursor is.
        let whole = sections.clone().filter_map(|id| {
            let (began, ended) = span(view, id)?;
            Some(ended.since(began))
        });
        let longest = whole.max().unwrap_or_default();
        let best = view.outcome().filter(|_| view.is_done()).and_then(PoolOutcome::faster);
        let bars: Vec<Bar> =
            sections.map(|id| Bar { best: best == Some(id.index()), ..bar(view, id) }).collect();
        bars::layout(look, area, &bars, longest).show(ui, "pools", look.actors, view.selection)
    }
}

/// The begin of a section, and its end or the end of what is known.
fn span(view: &StageView<'_>, id: SectionId) -> Option<(Nanos, Nanos)> {
    let section = view.replay.latest().section(id)?;
    Some((section.began?.0, section.ended.unwrap_or(view.trace.end())))
}

fn bar(view: &StageView<'_>, id: SectionId) -> Bar {
    let name = view.trace.meta().section(id).map_or_else(String::new, |s| s.name.clone());
    let named = Bar { name, shows: span(view, id), ..Bar::default() };
    let section = view.state.section(id).copied().unwrap_or_default();
    let Some((began, _)) = section.began else { return named };
    let took = section.ended.unwrap_or(view.now).since(began);
    let over = section.ended.is_some();
    let said = format!("{took}{}", if over { "" } else { " so far" });
    let pools = verdict::pools(view);
    let Some(pool) = pools.0.iter().find(|pool| pool.section == Some(id)) else {
        return Bar { took: Some((took, over)), words: vec![said], ..named };
    };
    let there = |id: &_| view.state.actor(*id).is_some_and(|actor| actor.os_id != 0);
    let actors: Vec<_> = pool.workers.iter().map(|(worker, _)| *worker).filter(there).collect();
    let (most, least) = pool.spread(view.state, view.now);
    let who = count(actors.len(), "process");
    let words = vec![
        format!("{said} · {who} · time in tasks of each place: {least} to {most}"),
        format!("{said} · {who}"),
        said,
    ];
    Bar { actors, took: Some((took, over)), words, ..named }
}
