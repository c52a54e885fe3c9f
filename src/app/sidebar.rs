//! The tabs down the left.

use super::command::{Command, CompareCommand, ViewCommand};
use super::controls::focus_ring;
use super::session::Session;
use super::{Settings, guess_list};
use crate::record::os;
use crate::replay::words::count;
use crate::widgets::stage::RunStatus;
use crate::widgets::text;
use crate::widgets::theme::{GRID, RADIUS, Theme};
use egui::{Align2, Painter, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use std::sync::LazyLock;

/// Width of the tabs, and of their numbers alone.
pub const WIDTH: f32 = 208.0;
pub const RAIL: f32 = 52.0;

/// Height of what stands at the foot, and of a row of it.
const FOOT: f32 = 5.0 * FOOT_ROW + 18.0;
const FOOT_ROW: f32 = 28.0;

/// Draws the tabs; as a `rail` their numbers alone.
pub fn show(
    ui: &mut Ui,
    sessions: &[Session],
    active: usize,
    settings: &Settings,
    rail: bool,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    if rail {
        let high =
            ((ui.available_height() - 56.0) / sessions.len().max(1) as f32).clamp(24.0, 36.0);
        ui.add_space(8.0);
        tabs(ui, sessions, active, (high, true), commands);
        ui.add_space(4.0);
        menu(ui, theme, settings, commands);
        return;
    }
    let low = ui.available_height() < 720.0;
    ui.add_space(if low { 14.0 } else { 20.0 });
    ui.horizontal(|ui| {
        ui.add_space(20.0);
        ui.label(egui::RichText::new("Concurrency Lab").font(theme.heading()));
    });
    ui.add_space(if low { 10.0 } else { 20.0 });
    let high = if low { 36.0 } else { 42.0 };
    tabs(ui, sessions, active, (high, false), commands);
    ui.add_space(GRID);
    if let Some(session) = sessions.get(active).filter(|_| settings.questions) {
        guess_list::marks(ui, session, ui.available_height() - FOOT, commands);
    }
    ui.add_space((ui.available_height() - FOOT).max(0.0));
    let row = |ui: &mut Ui, space: f32, add: &mut dyn FnMut(&mut Ui)| {
        let size = vec2(ui.available_width(), FOOT_ROW);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.add_space(space);
            add(ui);
        });
    };
    row(ui, 20.0, &mut |ui| {
        ui.label(egui::RichText::new(machine()).font(theme.small()).color(theme.muted));
    });
    ui.add_space(4.0);
    let actions = actions(theme, settings);
    for line in [&actions[..3], &actions[3..6], &actions[6..8], &actions[8..]] {
        row(ui, 12.0, &mut |ui| {
            for (name, command) in line {
                if quiet_button(ui, name) {
                    commands.push(command.clone());
                }
            }
        });
    }
}

fn tabs(
    ui: &mut Ui,
    sessions: &[Session],
    active: usize,
    (high, rail): (f32, bool),
    commands: &mut Vec<Command>,
) {
    for (index, session) in sessions.iter().enumerate() {
        if tab(ui, (high, rail), index + 1, session, index == active) {
            commands.push(Command::Tab(index));
        }
    }
}

/// What can be done that is about no tab, in the order of reading.
fn actions(theme: &Theme, settings: &Settings) -> [(&'static str, Command); 11] {
    let view = Command::View;
    [
        ("Figure F12", view(ViewCommand::ToggleFigures)),
        ("Save Ctrl S", Command::SaveRecording),
        ("Report", view(ViewCommand::ToggleReport)),
        ("Open Ctrl O", view(ViewCommand::ToggleOpen)),
        ("Export", view(ViewCommand::ToggleExport)),
        ("Compare", Command::Compare(CompareCommand::Toggle)),
        (
            if settings.questions { "Questions: on" } else { "Questions: off" },
            view(ViewCommand::ToggleQuestions),
        ),
        ("Search Ctrl K", view(ViewCommand::ToggleSearch)),
        (if theme.dark { "Light theme" } else { "Dark theme" }, view(ViewCommand::ToggleTheme)),
        ("Keys F1", view(ViewCommand::ToggleKeys)),
        ("Begin", view(ViewCommand::ToggleStart)),
    ]
}

/// All of it in a list, where there is no room for more than its button.
fn menu(ui: &mut Ui, theme: &Theme, settings: &Settings, commands: &mut Vec<Command>) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), FOOT_ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Menu"));
    let ink = if response.hovered() { theme.accent } else { theme.muted };
    for line in [-5.0, 0.0, 5.0] {
        let middle = rect.center() + vec2(0.0, line);
        let ends = [middle - vec2(8.0, 0.0), middle + vec2(8.0, 0.0)];
        ui.painter().line_segment(ends, Stroke::new(1.6, ink));
    }
    let response = response.on_hover_text("Menu");
    egui::Popup::menu(&response).show(|ui| {
        for (name, command) in actions(theme, settings) {
            if ui.button(name).clicked() {
                commands.push(command);
                ui.close();
            }
        }
    });
}

/// Cores and system: what the figures on screen were measured on. Asked once: the answer takes the reading of several
/// files on Linux.
fn machine() -> &'static str {
    static MACHINE: LazyLock<String> = LazyLock::new(describe_machine);
    &MACHINE
}

fn describe_machine() -> String {
    let cores = os::cores();
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    format!("{} · {system}", count(cores, "core"))
}

fn quiet_button(ui: &mut Ui, name: &str) -> bool {
    let theme = Theme::of(ui);
    let text =
        ui.painter().layout_no_wrap(name.to_owned(), theme.small(), egui::Color32::PLACEHOLDER);
    let (rect, response) = ui.allocate_exact_size(text.size() + vec2(16.0, 12.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    focus_ring(ui, rect, &response);
    let ink = if response.hovered() { theme.accent } else { theme.muted };
    let at = Align2::CENTER_CENTER.align_size_within_rect(text.size(), rect);
    ui.painter().galley_with_override_text_color(at.min, text, ink);
    response.clicked()
}

fn tab(
    ui: &mut Ui,
    (height, rail): (f32, bool),
    number: usize,
    session: &Session,
    active: bool,
) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let title = session.source.title();
    let name = format!("{number} {title}");
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, active, &name));
    let ground = rect.shrink2(if rail { vec2(4.0, 2.0) } else { vec2(8.0, 3.0) });
    let painter = ui.painter();
    if active {
        painter.rect_filled(ground, RADIUS, theme.accent_ground);
        let bar =
            Rect::from_min_size(ground.min + vec2(0.0, 7.0), vec2(3.0, ground.height() - 14.0));
        painter.rect_filled(bar, 1.5, theme.accent);
    } else if response.hovered() {
        painter.rect_filled(ground, RADIUS, theme.hairline);
    }
    focus_ring(ui, ground, &response);
    let ink = if active { theme.text } else { theme.muted };
    let number_ink = if active { theme.accent } else { theme.faint };
    let mid = rect.center().y;
    let painter = ui.painter();
    let at = pos2(rect.left() + if rail { 16.0 } else { 24.0 }, mid);
    painter.text(at, Align2::LEFT_CENTER, number, theme.label(), number_ink);
    if !rail {
        let room = Rect::from_min_max(
            pos2(rect.left() + 44.0, rect.top()),
            pos2(rect.right() - 26.0, rect.bottom()),
        );
        text::line(painter, room, Align2::LEFT_CENTER, title, &theme.label(), ink);
    }
    let dot = rect.right() - if rail { 13.0 } else { 17.0 };
    status_dot(painter, pos2(dot, mid), &session.status, theme);
    if rail {
        return response.on_hover_text(title).clicked();
    }
    response.on_hover_text(session.source.question(session.recording.trace.meta())).clicked()
}

/// One shape for each status, so that it does not take colours to tell them apart.
fn status_dot(painter: &Painter, at: Pos2, status: &RunStatus, theme: &Theme) {
    match status {
        RunStatus::Idle => {}
        RunStatus::Running => {
            painter.circle_filled(at, 4.0, theme.accent);
        }
        RunStatus::Done => {
            let stroke = Stroke::new(1.8, theme.phase(crate::replay::Phase::Running).mark);
            painter.line_segment([at + vec2(-4.0, 0.0), at + vec2(-1.2, 3.0)], stroke);
            painter.line_segment([at + vec2(-1.2, 3.0), at + vec2(4.2, -3.4)], stroke);
        }
        RunStatus::Stopped => {
            painter.rect_filled(Rect::from_center_size(at, vec2(7.0, 7.0)), 1.0, theme.muted);
        }
        RunStatus::Failed(_) => {
            let stroke = Stroke::new(1.8, theme.danger);
            painter.line_segment([at - vec2(3.5, 3.5), at + vec2(3.5, 3.5)], stroke);
            painter.line_segment([at + vec2(-3.5, 3.5), at + vec2(3.5, -3.5)], stroke);
        }
    }
}
