//! The windows about files: what to open, and what to export.

use super::command::{Command, FileCommand, ViewCommand};
use super::controls::{Weight, button, choice};
use super::dialog::Browse;
use super::files::Files;
use super::save::chosen_folder;
use super::settings::Settings;
use crate::export::data::{Form, What};
use crate::export::recording::{Part, holds};
use crate::widgets::theme::{GRID, Theme};
use egui::{Align2, Key, Modifiers, RichText, Role, ScrollArea, Ui, WidgetInfo, vec2};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// The window that opens files.
#[derive(Default)]
pub struct OpenWindow {
    path: String,
    begun: bool,
}

impl OpenWindow {
    /// Draws it: a path, the files opened last, and the runs that nobody has saved. Whether it stays.
    pub fn show(
        &mut self,
        ui: &Ui,
        settings: &Settings,
        files: &Files,
        commands: &mut Vec<Command>,
    ) -> bool {
        let theme = Theme::of(ui);
        let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let (mut open, mut taken) = (true, None);
        let window = egui::Window::new("Open").open(&mut open).collapsible(false).resizable(false);
        window.anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).show(ui.ctx(), |ui| {
            ui.set_width((ui.ctx().viewport_rect().width() - 160.0).min(680.0));
            ui.spacing_mut().item_spacing = vec2(6.0, 8.0);
            let words = "A recording (.clab), or a trace of another tool: VizTracer, Perfetto and others write Chrome trace event JSON. Opening runs nothing. A file dropped on the window opens, too.";
            ui.label(RichText::new(words).font(theme.body()).color(theme.muted));
            ui.horizontal(|ui| {
                let edit = egui::TextEdit::singleline(&mut self.path)
                    .hint_text("~/run.clab")
                    .font(theme.mono())
                    .desired_width(ui.available_width() - 190.0);
                let response = ui.add(edit);
                response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "File to open"));
                if !std::mem::replace(&mut self.begun, true) {
                    response.request_focus();
                }
                let is_there = !self.path.trim().is_empty();
                let clicked = button(ui, "Open file", "", Weight::Plain, is_there).clicked();
                if is_there && (clicked || enter) {
                    taken = Some(chosen_folder(&self.path, PathBuf::new));
                }
                if button(ui, "Choose…", "", Weight::Plain, true).clicked() {
                    commands.push(Command::Browse(Browse::Recording));
                }
            });
            let height = (ui.ctx().viewport_rect().height() - 320.0).max(120.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                heading(ui, "Opened last", !settings.recent.is_empty());
                for path in &settings.recent {
                    if choice(ui, path, false).clicked() {
                        taken = Some(PathBuf::from(path));
                    }
                }
                heading(ui, "Runs that were not saved", !files.unsaved.is_empty());
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                let now = now.map_or(0, |since| since.as_secs());
                for run in &files.unsaved {
                    ui.horizontal(|ui| {
                        let name = format!("{}, {}", run.name, ago(now.saturating_sub(run.began)));
                        if choice(ui, &name, false).clicked() {
                            taken = Some(run.path.clone());
                        }
                        if choice(ui, "Dismiss", false).clicked() {
                            commands.push(Command::File(FileCommand::Dismiss(Some(run.path.clone()))));
                        }
                    });
                }
                if files.unsaved.len() > 1 && choice(ui, "Dismiss all", false).clicked() {
                    commands.push(Command::File(FileCommand::Dismiss(None)));
                }
            });
        });
        let is_taken = taken.is_some();
        commands.extend(taken.map(|path| Command::File(FileCommand::Open(path))));
        open && !is_taken
    }
}

fn heading(ui: &mut Ui, text: &str, shown: bool) {
    if shown {
        let theme = Theme::of(ui);
        ui.add_space(GRID);
        ui.label(RichText::new(text).font(theme.small()).color(theme.muted));
    }
}

fn ago(seconds: u64) -> String {
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// What is exported, and how, and what recordings are saved without: a window of choices. `into` is the folder, where nobody is
/// asked for a place.
pub fn export(
    ui: &Ui,
    into: Option<PathBuf>,
    (chosen, without): (&mut (What, Form), &BTreeSet<Part>),
    open: &mut bool,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let window = egui::Window::new("Export").open(open).collapsible(false).resizable(false);
    window.anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).show(ui.ctx(), |ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 10.0);
        for row in [&What::ALL[..1], &What::ALL[1..]] {
            ui.horizontal(|ui| {
                for what in row {
                    let name = match what {
                        What::Trace => "Trace for Perfetto and Firefox Profiler".to_owned(),
                        other => crate::replay::words::capital(other.name()),
                    };
                    if choice(ui, &name, chosen.0 == *what).clicked() {
                        chosen.0 = *what;
                    }
                }
            });
        }
        if chosen.0 != What::Trace {
            ui.horizontal(|ui| {
                for (form, name) in [(Form::Csv, "CSV table"), (Form::Json, "JSON")] {
                    if choice(ui, name, chosen.1 == form).clicked() {
                        chosen.1 = form;
                    }
                }
            });
        }
        let words = match into {
            Some(into) => format!("Into {}; Figure F12 chooses another folder.", into.display()),
            None => "Where, you are asked then.".to_owned(),
        };
        ui.label(RichText::new(words).font(theme.small()).color(theme.muted));
        if button(ui, "Export data", "", Weight::Plain, true).clicked() {
            commands.push(Command::File(FileCommand::Export(chosen.0, chosen.1)));
            commands.push(Command::View(ViewCommand::ToggleExport));
        }
        ui.separator();
        let words = "A recording (Save Ctrl S) that is passed on can do without:";
        ui.label(RichText::new(words).font(theme.body()));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0 * GRID;
            for part in Part::ALL {
                let (name, mut left_out) = (part.long_name(), without.contains(&part));
                if ui.checkbox(&mut left_out, RichText::new(name).font(theme.body())).clicked() {
                    let mut parts = without.clone();
                    let _ = if left_out { parts.insert(part) } else { parts.remove(&part) };
                    commands.push(Command::Without(parts));
                }
            }
        });
        let words = format!("As chosen, {}.", holds(without));
        ui.label(RichText::new(words).font(theme.small()).color(theme.muted));
    });
}
