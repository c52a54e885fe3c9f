//! The button that kills a process of the run under way.

use super::actors::Actors;
use super::stage::StageAction;
use super::theme::{HAIRLINE, Theme};
use crate::trace::{ActorId, SIGKILL};
use egui::{Button, Rect, RichText, Role, Stroke, Ui, UiBuilder, WidgetInfo};

/// The button, as wide as the rectangle. Returns the user's action once it is clicked. Its accessible name has the full
/// name of the process.
pub fn button(ui: &mut Ui, rect: Rect, victim: ActorId, looks: &Actors<'_>) -> Option<StageAction> {
    let theme = Theme::of(ui);
    let place = UiBuilder::new().max_rect(rect);
    let clicked = ui.scope_builder(place, |ui| {
        let label = format!("Kill {}", looks.badge(victim));
        let label = RichText::new(label).font(theme.label()).color(theme.danger);
        let button = Button::new(label)
            .min_size(rect.size())
            .fill(theme.panel)
            .stroke(Stroke::new(HAIRLINE, theme.danger));
        let response = ui.put(rect, button);
        let name = format!("Kill {}", looks.name(victim));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
        response.clicked()
    });
    clicked.inner.then_some(StageAction::Signal(victim, SIGKILL))
}
