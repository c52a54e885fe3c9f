//! The tabs down the left.

use super::command::{Command, ViewCommand};
use super::controls::focus_ring;
use super::session::Session;
use super::{Settings, guess_list};
use crate::replay::words::count;
use crate::widgets::stage::RunStatus;
use crate::widgets::text;
use crate::widgets::theme::{GRID, RADIUS, Theme};
use egui::{Align2, Painter, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use std::sync::LazyLock;

/// Height of what stands at the foot.
const FOOT: f32 = 120.0;

/// Draws the tabs.
pub fn show(
    ui: &mut Ui,
    sessions: &[Session],
    active: usize,
    settings: &Settings,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let low = ui.available_height() < 720.0;
    ui.add_space(if low { 14.0 } else { 20.0 });
    ui.horizontal(|ui| {
        ui.add_space(20.0);
        ui.label(egui::RichText::new("Concurrency Lab").font(theme.heading()));
    });
    ui.add_space(if low { 10.0 } else { 20.0 });
    let height = if low { 36.0 } else { 42.0 };
    for (index, session) in sessions.iter().enumerate() {
        if tab(ui, height, index + 1, session, index == active) {
            commands.push(Command::Tab(index));
        }
    }
    ui.add_space(GRID);
    if let Some(session) = sessions.get(active).filter(|_| settings.questions) {
        guess_list::marks(ui, session, ui.available_height() - FOOT, commands);
    }
    ui.with_layout(egui::Layout::bottom_up(egui::Align::LEFT), |ui| {
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            ui.add_space(12.0);
            if quiet_button(ui, if theme.dark { "Light theme" } else { "Dark theme" }) {
                commands.push(Command::View(ViewCommand::ToggleTheme));
            }
            if quiet_button(ui, "Keys F1") {
                commands.push(Command::View(ViewCommand::ToggleKeys));
            }
            if quiet_button(ui, "Begin") {
                commands.push(Command::View(ViewCommand::ToggleStart));
            }
        });
        ui.horizontal(|ui| {
            ui.add_space(12.0);
            let name = if settings.questions { "Questions: on" } else { "Questions: off" };
            if quiet_button(ui, name) {
                commands.push(Command::View(ViewCommand::ToggleQuestions));
            }
            if quiet_button(ui, "Search Ctrl K") {
                commands.push(Command::View(ViewCommand::ToggleSearch));
            }
        });
        ui.horizontal(|ui| {
            ui.add_space(12.0);
            if quiet_button(ui, "Figure F12") {
                commands.push(Command::View(ViewCommand::ToggleFigures));
            }
            if quiet_button(ui, "Save Ctrl S") {
                commands.push(Command::SaveRecording);
            }
            if quiet_button(ui, "Report") {
                commands.push(Command::View(ViewCommand::ToggleReport));
            }
        });
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.add_space(20.0);
            ui.label(egui::RichText::new(machine()).font(theme.small()).color(theme.muted));
        });
    });
}

/// Cores and system: what the figures on screen were measured on. Asked once: the answer takes the reading of several
/// files on Linux.
fn machine() -> &'static str {
    static MACHINE: LazyLock<String> = LazyLock::new(describe_machine);
    &MACHINE
}

fn describe_machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
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

fn tab(ui: &mut Ui, height: f32, number: usize, session: &Session, active: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let title = session.source.title();
    let name = format!("{number} {title}");
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, active, &name));
    let ground = rect.shrink2(vec2(8.0, 3.0));
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
    painter.text(
        pos2(rect.left() + 24.0, mid),
        Align2::LEFT_CENTER,
        number,
        theme.label(),
        number_ink,
    );
    let room = Rect::from_min_max(
        pos2(rect.left() + 44.0, rect.top()),
        pos2(rect.right() - 26.0, rect.bottom()),
    );
    text::line(painter, room, Align2::LEFT_CENTER, title, &theme.label(), ink);
    status_dot(painter, pos2(rect.right() - 20.0, mid), &session.status, theme);
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
