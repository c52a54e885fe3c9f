//! The two orders: a column for each task, with how long it waited and was worked on; below it the results in order, and
//! below them as they were completed, joined by lines. With the times of the ways that are compared.

mod orders;

use super::WAYS;
use super::outcome::{self, pool};
use super::plan::Program;
use crate::trace::{EventKind, Nanos, ResourceKind, SectionId, TaskId};
use crate::widgets::bars::{self, Bar};
use crate::widgets::picture::Picture;
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Align2, Rect, Ui};
use std::collections::HashMap;
use std::sync::Arc;

/// The figure of topic 7.
pub struct Orders;

/// Height of the title of the ways.
const TITLE: f32 = 22.0;
/// Least width of the ways beside the orders, and of both.
const WAYS_WIDE: f32 = 250.0;
const BOTH: f32 = 640.0;

impl Figure for Orders {
    fn room(&self, view: &StageView<'_>) -> Room {
        match Program::named(view.param("program")) {
            // Their tasks come one after another in any case.
            Program::Recursion => Room::Below(0.4),
            Program::Numbers | Program::Tree => Room::Below(0.58),
        }
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [ResourceKind] {
        // The results of the pool.
        &[ResourceKind::Future]
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let (mut room, mut ways) = (area, None);
        if !view.trace.meta().sections.is_empty() {
            let width = if area.width() >= BOTH { WAYS_WIDE } else { 0.36 * area.width() };
            ways = Some(area.with_min_x(area.right() - width));
            room = area.with_max_x(area.right() - width - 20.0);
        }
        let mut actions = Vec::new();
        if let Some(tasks) = pool(look.meta).and_then(|pool| look.replay.tasks().of(pool)) {
            let taken = taken(view);
            let end = view.trace.end();
            let picture = orders::layout(look, tasks, &taken, end, room);
            actions.extend(picture.show(ui, "orders", look.actors, view.selection));
        }
        if let Some(area) = ways {
            let bars = bars_of(view);
            let longest = outcome::ways(look.meta, view.replay).into_iter();
            let longest = longest.map(|way| Nanos(way.wall_ns)).max().unwrap_or_default();
            let mut title = Picture::default();
            let (head, rest) = split_top(area, TITLE);
            let font = look.theme.label();
            title.text(head, Align2::LEFT_CENTER, "Three ways", font, look.theme.text);
            title.append(bars::layout(look, rest, &bars, longest));
            actions.extend(title.show(ui, "ways", look.actors, view.selection));
        }
        actions
    }
}

/// When the program had each result.
#[derive(Clone, Debug, Default)]
pub struct Taken(pub HashMap<TaskId, Nanos>);

/// When the program had each result.
pub fn taken(view: &StageView<'_>) -> Arc<Taken> {
    view.kept(|taken: &mut Taken, trace, _| {
        *taken = Taken::default();
        for event in trace.events() {
            if let EventKind::ResultsTaken { task, .. } = event.kind {
                taken.0.entry(task).or_insert(event.at);
            }
        }
    })
}

/// The ways that are compared, as far as they are known.
fn bars_of(view: &StageView<'_>) -> Vec<Bar> {
    let meta = view.trace.meta();
    let bar = |id: SectionId| {
        let named = meta.section(id)?;
        let whole = view.replay.latest().section(id)?;
        let state = view.state.section(id).copied().unwrap_or_default();
        let shows = whole.began.map(|(at, _)| (at, whole.ended.unwrap_or(view.trace.end())));
        let took = state.began.map(|(began, _)| {
            (state.ended.unwrap_or(view.now).since(began), state.ended.is_some())
        });
        let words = took.map(|(took, _)| took.to_string()).into_iter().collect();
        let name = WAYS.get(named.number as usize).map_or("", |name| *name).to_owned();
        Some(Bar { name, took, words, shows, ..Bar::default() })
    };
    (0..meta.sections.len()).map(SectionId::from_index).filter_map(bar).collect()
}
