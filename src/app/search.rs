//! Search over questions, presets, tools, words and actions: a field over the window, arrows and Enter.

mod find;

use super::command::{Command, ViewCommand};
use super::controls::focus_ring;
use crate::widgets::text;
use crate::widgets::theme::{GRID, RADIUS, Theme};
use egui::{
    Align2, Frame, Key, Margin, Modifiers, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};
use find::{Entry, find};

/// Height of a result.
const ROW: f32 = 32.0;
/// How many results are shown.
const RESULTS: usize = 40;
/// Width of the name of what a result is.
const KIND: f32 = 62.0;

/// A search under way.
#[derive(Default)]
pub struct Search {
    query: String,
    chosen: usize,
    begun: bool,
}

impl Search {
    /// Draws it over everything else.
    pub fn show(&mut self, ui: &Ui, commands: &mut Vec<Command>) {
        let screen = ui.ctx().viewport_rect();
        let width = (screen.width() - 160.0).min(720.0);
        let keys = ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            [Key::ArrowDown, Key::ArrowUp, Key::Enter].map(&mut pressed)
        });
        let [down, up, enter] = keys;
        let found = find(&self.query);
        let shown = &found[..found.len().min(RESULTS)];
        self.chosen = self.chosen.min(shown.len().saturating_sub(1));
        if down && self.chosen + 1 < shown.len() {
            self.chosen += 1;
        }
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        let mut taken = shown.get(self.chosen).copied().filter(|_| enter);
        let area = egui::Window::new("Search")
            .title_bar(false)
            .resizable(false)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 72.0))
            .order(egui::Order::Foreground)
            .show(ui.ctx(), |ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = 0.0;
                self.field(ui);
                ui.add_space(GRID);
                let height = (screen.height() - 220.0).clamp(3.0 * ROW, 12.0 * ROW);
                let list = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
                list.show(ui, |ui| {
                    for (place, entry) in shown.iter().enumerate() {
                        let chosen = place == self.chosen;
                        if row(ui, entry, chosen, chosen && (up || down)) {
                            taken = Some(entry);
                        }
                    }
                    if shown.is_empty() {
                        let theme = Theme::of(ui);
                        let words = egui::RichText::new("Nothing is called so.");
                        ui.label(words.font(theme.body()).color(theme.muted));
                    }
                });
            });
        let outside = ui.input(|input| {
            let pressed = input.pointer.any_pressed().then(|| input.pointer.interact_pos());
            pressed.flatten().is_some_and(|at| {
                area.as_ref().is_some_and(|area| !area.response.rect.contains(at))
            })
        });
        if outside || taken.is_some() {
            commands.push(Command::View(ViewCommand::CloseOver));
        }
        // After that: it may open another window.
        commands.extend(taken.into_iter().flat_map(|entry| entry.commands.iter().cloned()));
    }

    fn field(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let hint = "Search questions, presets, tools, words";
        let edit = egui::TextEdit::singleline(&mut self.query)
            .hint_text(hint)
            .font(theme.strong())
            .frame(Frame::new().inner_margin(Margin::symmetric(6, 6)))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search for"));
        if response.changed() {
            self.chosen = 0;
        }
        if !self.begun {
            self.begun = true;
            response.request_focus();
        }
    }
}

/// One result. Whether it was clicked.
fn row(ui: &mut Ui, entry: &Entry, chosen: bool, scroll: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let name = format!("{}, {}", entry.name, entry.kind.name());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &name));
    if chosen {
        ui.painter().rect_filled(rect, RADIUS, theme.accent_ground);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, RADIUS, theme.field);
    }
    if scroll {
        ui.scroll_to_rect(rect, None);
    }
    focus_ring(ui, rect.shrink(1.0), &response);
    let inner = rect.shrink2(vec2(GRID, 0.0));
    let painter = ui.painter();
    let kind = inner.with_max_x(inner.left() + KIND);
    text::line(painter, kind, Align2::LEFT_CENTER, entry.kind.name(), &theme.small(), theme.muted);
    let tab = if entry.tab > 0 { format!("tab {}", entry.tab) } else { String::new() };
    let right = inner.with_min_x(inner.right() - 40.0);
    text::line(painter, right, Align2::RIGHT_CENTER, &tab, &theme.small(), theme.muted);
    let room = inner.with_min_x(kind.right()).with_max_x(right.left() - GRID);
    let font = theme.label();
    let words = text::line(painter, room, Align2::LEFT_CENTER, &entry.name, &font, theme.text);
    let left = words.map_or(room.left(), |words| words.right() + 1.5 * GRID);
    if left + 40.0 < room.right() {
        let rest = egui::Rect::from_min_max(pos2(left, room.top()), room.max);
        text::line(painter, rest, Align2::LEFT_CENTER, &entry.more, &theme.body(), theme.muted);
    }
    response.on_hover_text(&entry.more).clicked()
}
