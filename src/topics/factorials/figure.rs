//! The two orders of the tasks, with the times of the ways that are compared.

use crate::topics::results;
use crate::trace::ResourceKind;
use crate::widgets::bars::{self, Bar};
use crate::widgets::picture::Picture;
use crate::widgets::resource::{Look, orders};
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Align2, Rect, Ui};

/// The figure of topic 7.
pub struct Orders;

/// Height of the title of the ways.
const TITLE: f32 = 22.0;
/// Least width of the ways beside the orders, and of both.
const WAYS_WIDE: f32 = 250.0;
const BOTH: f32 = 640.0;

impl Figure for Orders {
    fn room(&self, view: &StageView<'_>) -> Room {
        // The tasks of the recursion come one after another in any case.
        Room::Below(if view.param("program") == "recursion" { 0.4 } else { 0.58 })
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
        let bars: Vec<Bar> = look.meta.section_ids().map(|id| Bar::of_section(view, id)).collect();
        let wide = if area.width() >= BOTH { WAYS_WIDE } else { 0.36 * area.width() };
        let ways = area.with_min_x(area.right() - wide);
        let room = if bars.is_empty() { area } else { area.with_max_x(ways.left() - 20.0) };
        let mut actions = Vec::new();
        if let Some(tasks) = results::tasks(look.meta, look.replay) {
            let picture = orders::layout(look, tasks, view.trace.end(), room);
            actions.extend(picture.show(ui, "orders", look.actors, view.selection));
        }
        if !bars.is_empty() {
            let (head, rest) = split_top(ways, TITLE);
            let (mut title, font) = (Picture::default(), look.theme.label());
            title.text(head, Align2::LEFT_CENTER, "Three ways", font, look.theme.text);
            title.append(bars::layout(look, rest, &bars, bars::longest(&bars)));
            actions.extend(title.show(ui, "ways", look.actors, view.selection));
        }
        actions
    }
}
