//! The worker processes: who has which task since when, how much each has done, who died.

use super::Scene;
use super::card::Card;
use super::cards::{Cards, Size};
use crate::replay::Phase;
use crate::trace::ActorId;
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, StageAction};
use crate::widgets::text;
use crate::widgets::theme::{RADIUS, RADIUS_LARGE};
use crate::widgets::{badge, kill, phase};
use egui::{Align2, Painter, Rect, Role, Sense, Ui, WidgetInfo, vec2};

/// Draws the cards; a click selects.
pub fn show(scene: &Scene<'_>, ui: &mut Ui, cards: &Cards, actions: &mut Vec<StageAction>) {
    let theme = scene.theme();
    for (slot, rect) in cards.rects.iter().enumerate() {
        let occupant = scene.side.occupant(slot, scene.view.replay, scene.view.now);
        let Some((worker, before)) = occupant else {
            nobody(scene, ui.painter(), *rect, slot, cards.size);
            continue;
        };
        let card = Card::new(scene, slot, worker, before);
        let id = ui.scope_id().with(("worker card", slot));
        let response = ui.interact(*rect, id, Sense::click());
        let said = card.aloud();
        let selected = scene.view.selection == Selection::Actor(worker);
        response
            .widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), selected, &said));
        card.paint(scene, ui.painter(), *rect, cards.size, selected);
        let radius = if cards.size == Size::Full { RADIUS_LARGE } else { RADIUS };
        badge::focus_ring(ui, &response, *rect, radius);
        let response = response.on_hover_text(said);
        if response.clicked() {
            let selection = if selected { Selection::None } else { Selection::Actor(worker) };
            actions.push(StageAction::Select(selection));
        }
    }
    if let Some((rect, count)) = cards.more {
        let said = format!("+{count} more");
        text::line(ui.painter(), rect, Align2::LEFT_BOTTOM, &said, &theme.small(), theme.muted);
    }
}

/// The place of a worker that has not said a word yet.
fn nobody(scene: &Scene<'_>, painter: &Painter, rect: Rect, slot: usize, size: Size) {
    let theme = scene.theme();
    phase::paint(painter, rect, Phase::NotStarted, theme);
    if size == Size::Tile {
        return;
    }
    let said = match *scene.view.status == RunStatus::Idle {
        true => format!("worker {}", slot + 1),
        false => format!("worker {} starts", slot + 1),
    };
    text::line(painter, rect, Align2::CENTER_CENTER, &said, &theme.small(), theme.muted);
}

/// The button that kills a worker, and what that means.
pub fn kill_button(
    scene: &Scene<'_>,
    ui: &mut Ui,
    area: Rect,
    worker: ActorId,
    actions: &mut Vec<StageAction>,
) {
    let theme = scene.theme();
    let size = vec2(76.0, 24.0);
    let place = Align2::LEFT_CENTER.align_size_within_rect(size, area);
    actions.extend(kill::button(ui, place, worker, &scene.looks));
    let words = area.with_min_x(place.right() + 12.0);
    let pid = scene.view.replay.latest().actor(worker).map_or(0, |a| a.os_id);
    let all = format!(
        "sends SIGKILL to PID {pid}: it cannot be caught. This pool reports its task as failed, or begins it again as retries say."
    );
    let said = text::longest(
        ui.painter(),
        words.width(),
        &theme.body(),
        [
            all,
            format!("sends SIGKILL to PID {pid}: it cannot be caught"),
            format!("sends SIGKILL to PID {pid}"),
        ],
    );
    text::line(ui.painter(), words, Align2::LEFT_CENTER, &said, &theme.body(), theme.muted);
}
