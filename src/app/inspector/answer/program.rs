//! The whole program of an answer: to read, to copy, to save.

use super::{Shown, small_button, title};
use crate::app::Settings;
use crate::app::command::AnswerCommand;
use crate::app::command::Command;
use crate::app::save::{self, Saving};
use crate::python;
use crate::widgets::code::{self, CodeLine};
use crate::widgets::theme::{GRID, Theme};
use egui::{Align2, Label, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// What the part keeps from frame to frame.
#[derive(Default)]
pub struct ProgramPart {
    saving: Option<(&'static str, Saving)>,
    /// What is to be said of the program of a topic.
    said: Option<(&'static str, String)>,
}

const LINE: f32 = 17.0;
/// Room for the marks of points, and for numbers.
const MARKS: f32 = 20.0;
const NUMBERS: f32 = 22.0;

impl ProgramPart {
    /// Draws it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        settings: &Settings,
        commands: &mut Vec<Command>,
    ) {
        let theme = Theme::of(ui);
        let topic = shown.topic.id();
        if let Some((of, saving)) = &self.saving
            && let Some(said) = saving.end()
        {
            self.said = Some((of, said));
            self.saving = None;
        }
        let program = &shown.answer.program;
        title(ui, "The whole program", &format!("{} lines", program.lines.len()));
        ui.add_space(0.75 * GRID);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            if python::IS_THERE
                && small_button(ui, "Run", "Run the program")
                    .on_hover_text(
                        "Runs it by Python in the tab My program, which shows what it does",
                    )
                    .clicked()
            {
                commands.push(Command::Answer(AnswerCommand::Run(topic)));
            }
            if small_button(ui, "Copy", "Copy the program").clicked() {
                ui.ctx().copy_text(program.text());
                self.said = Some((topic, "Copied.".to_owned()));
            }
            if small_button(ui, "Save as .py", "Save the program").clicked()
                && self.saving.is_none()
            {
                let name = file_name(topic);
                let saving = save::start(&settings.folder, &name, program.text());
                self.saving = Some((topic, saving));
            }
            folder(ui, settings, commands);
        });
        if let Some((_, said)) = self.said.as_ref().filter(|(of, _)| *of == topic) {
            ui.add_space(0.5 * GRID);
            ui.add(Label::new(RichText::new(said).font(theme.body()).color(theme.text)).wrap());
        }
        if self.saving.is_some() {
            ui.ctx().request_repaint();
        }
        ui.add_space(GRID);
        listing(ui, shown, theme);
    }
}

/// What the program of a topic's answer is called. Named as the topic alone it might stand in the place of a module of Python's own
/// for every program beside it: `multiprocessing.py` did.
pub fn file_name(topic: &str) -> String {
    format!("{}_answer.py", topic.replace('-', "_"))
}

/// Where programs are saved.
fn folder(ui: &mut Ui, settings: &Settings, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let mut folder = settings.folder.clone();
    let hint = save::usual_folder_hint();
    let edit = egui::TextEdit::singleline(&mut folder)
        .font(theme.small())
        .hint_text(RichText::new(hint).font(theme.small()))
        .desired_width(ui.available_width() - GRID);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Folder for programs"));
    let response = response.on_hover_text(format!("Folder to save in; empty: {hint}"));
    if response.changed() {
        commands.push(Command::Folder(folder));
    }
}

/// The lines, with the points that they stand for.
fn listing(ui: &mut Ui, shown: &Shown<'_>, theme: &Theme) {
    let program = &shown.answer.program;
    let lines = CodeLine::all(&program.text());
    let mono = theme.mono_small();
    let area = ScrollArea::horizontal().id_salt(("program", shown.topic.id()));
    area.auto_shrink([false, true]).show(ui, |ui| {
        let galleys = code::lines(ui, &lines, program.language, &mono, theme);
        let widest = galleys.iter().map(|galley| galley.size().x).fold(0.0, f32::max);
        let size = vec2(MARKS + NUMBERS + widest + 2.0 * GRID, LINE * lines.len() as f32);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, program.text()));
        let painter = ui.painter();
        for (place, (line, galley)) in lines.iter().zip(galleys).enumerate() {
            let middle = rect.top() + LINE * (place as f32 + 0.5);
            let at = pos2(rect.left() + MARKS + NUMBERS - 8.0, middle);
            painter.text(at, Align2::RIGHT_CENTER, line.number, theme.mono_small(), theme.faint);
            let at = pos2(rect.left() + MARKS + NUMBERS, middle - 0.5 * galley.size().y);
            painter.galley(at, galley, theme.text);
            let point = program.points.iter().find(|(_, of)| *of == line.number);
            if let Some((point, _)) = point {
                let centre = pos2(rect.left() + 8.0, middle);
                painter.circle_stroke(centre, 7.0, Stroke::new(1.0, theme.muted));
                painter.text(centre, Align2::CENTER_CENTER, point, theme.small(), theme.text);
            }
        }
    });
}
