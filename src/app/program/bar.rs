//! The run bar of a student's program: which one, by which Python, how, and the command that this makes.

use super::{Program, ProgramCommand, SAMPLES};
use crate::app::command::{Command, RunCommand};
use crate::app::controls::{self, Weight};
use crate::app::dialog::Browse;
use crate::app::run_bar::{CONTROL, ROW, captioned};
use crate::python::StartMethod;
use crate::replay::words::if_any;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::Theme;
use egui::{
    Align, Align2, ComboBox, Layout, RichText, Role, Sense, TextEdit, Ui, UiBuilder, WidgetInfo,
    vec2,
};

/// Width of the place of Run with what is said beside it.
const RUN: f32 = 116.0;
/// Widths of the fields.
const PROGRAM: f32 = 220.0;
const PYTHON: f32 = 150.0;
const ARGUMENTS: f32 = 110.0;
const METHOD: f32 = 104.0;
const LIMIT: f32 = 78.0;
/// Between two fields, and what the button of the samples takes more than the path leaves it.
const GAP: f32 = 10.0;
const SAMPLES_BUTTON: f32 = 10.0;
/// The most that the list of Pythons is high.
const LIST: f32 = 420.0;
/// The time limits to choose from, in seconds; 0: none.
const LIMITS: [u32; 6] = [10, 60, 300, 1_800, 7_200, 0];

/// Draws the row of controls, and the command below it.
pub fn show(ui: &mut Ui, program: &Program, running: bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let (fields, button) = row.split_left_right_at_x(row.right() - RUN);
    let place = |rect, layout| UiBuilder::new().max_rect(rect).layout(layout);
    // The three that can be cut share what the others and the gaps leave.
    let shared = fields.width() - METHOD - LIMIT - SAMPLES_BUTTON - 4.0 * GAP;
    let shrink = (shared / (PROGRAM + PYTHON + ARGUMENTS)).clamp(0.5, 1.0);
    ui.scope_builder(place(fields, Layout::left_to_right(Align::Min)), |ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let asked: &mut Vec<ProgramCommand> = &mut Vec::new();
        captioned(ui, "Program", PROGRAM * shrink, |ui| {
            path(ui, program, PROGRAM * shrink, asked, commands);
        });
        captioned(ui, "Interpreter", PYTHON * shrink, |ui| {
            interpreter(ui, program, PYTHON * shrink, asked, commands);
        });
        captioned(ui, "Arguments", ARGUMENTS * shrink, |ui| {
            let mut args = program.args.clone();
            field(ui, &mut args, "none", "Arguments", ARGUMENTS * shrink);
            if args != program.args {
                asked.push(ProgramCommand::Args(args));
            }
        });
        captioned(ui, "Start method", METHOD, |ui| method(ui, program, asked));
        captioned(ui, "Time limit", LIMIT, |ui| limit(ui, program, asked));
        commands.extend(asked.drain(..).map(Command::Program));
    });
    let refusal = program.refusal();
    ui.scope_builder(place(button, Layout::right_to_left(Align::Max)), |ui| {
        if running {
            if controls::button(ui, "Stop", "Esc", Weight::Danger, true).clicked() {
                commands.push(Command::Run(RunCommand::Stop));
            }
        } else {
            let can = refusal.is_none();
            if controls::button(ui, "Run", "Ctrl R", Weight::Primary, can).clicked() && can {
                commands.push(Command::Run(RunCommand::Start));
            }
        }
    });
    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    let (said, ink) = match (&refusal, &program.trouble) {
        (None, Some(trouble)) => (trouble.clone(), theme.danger),
        (Some(why), _) => (format!("{why}."), theme.muted),
        (None, None) => (said(program), theme.muted),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    text::line(ui.painter(), line, Align2::LEFT_CENTER, &said, &theme.mono_small(), ink);
}

/// The command, and where it is run.
fn said(program: &Program) -> String {
    let folder = match program.name_and_folder() {
        Some((_, Some(folder))) => format!("in {}", folder.display()),
        _ => "in a folder of its own, for this run".to_owned(),
    };
    let ended = if_any(program.limit, |seconds| format!(", for at most {}", in_words(seconds)));
    let again = match program.again && program.own().is_some() {
        true => ", and again when it is saved",
        false => "",
    };
    format!("{}   {folder}{ended}{again}", program.command())
}

/// A time limit, as "60 s" or "5 min".
fn in_words(seconds: u32) -> String {
    match seconds {
        0 => "none".to_owned(),
        seconds if seconds >= 300 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

fn limit(ui: &mut Ui, program: &Program, asked: &mut Vec<ProgramCommand>) {
    let name = in_words(program.limit);
    let combo = ComboBox::from_id_salt("time limit").width(LIMIT - 4.0).selected_text(&name);
    let combo = combo.show_ui(ui, |ui| {
        for seconds in LIMITS {
            if ui.selectable_label(seconds == program.limit, in_words(seconds)).clicked() {
                asked.push(ProgramCommand::Limit(seconds));
            }
        }
    });
    let said = format!("Time limit {name}");
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &said));
}

fn field(ui: &mut Ui, text: &mut String, hint: &str, name: &str, width: f32) -> egui::Response {
    let response = ui.add_sized([width, CONTROL], line(Theme::of(ui), text, hint));
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    response
}

fn line<'a>(theme: &Theme, text: &'a mut String, hint: &'a str) -> TextEdit<'a> {
    TextEdit::singleline(text).font(theme.body()).hint_text(hint).align(Align2::LEFT_CENTER)
}

/// As much of a path as has room: its end tells what it is of.
fn end_of(ui: &Ui, path: &str, room: f32) -> String {
    let font = Theme::of(ui).body();
    let fits = |text: &str| Measure::width(ui.painter(), text, &font) <= room;
    if fits(path) {
        return path.to_owned();
    }
    let ends = path.match_indices('/').map(|(place, _)| format!("…{}", &path[place..]));
    let mut ends = ends.filter(|end| end.len() > "…/".len());
    let fitting = ends.clone().find(|end| fits(end));
    fitting.or_else(|| ends.next_back()).unwrap_or_else(|| path.to_owned())
}

/// Its path, with the samples behind a button.
fn path(
    ui: &mut Ui,
    program: &Program,
    width: f32,
    asked: &mut Vec<ProgramCommand>,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let shown = match program.edited {
            true => Program::own_name(),
            false => program.sample().map_or(program.path.as_str(), |sample| sample.name),
        };
        let id = ui.scope_id().with("program path");
        let is_edited = ui.memory(|memory| memory.has_focus(id));
        let room = width - 30.0;
        let shown = match is_edited {
            true => shown.to_owned(),
            false => end_of(ui, shown, room - 16.0),
        };
        let mut typed = shown.clone();
        let edit = line(Theme::of(ui), &mut typed, "path of a .py file").id(id);
        let response = ui.add_sized([room, CONTROL], edit);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Program path"));
        if typed != shown && is_edited {
            asked.push(ProgramCommand::Path(typed));
        }
        response.on_hover_text("Its path. A file can be dropped on the window, too.");
        let menu = ui.menu_button("…", |ui| {
            if ui.button("Open a file…").clicked() {
                commands.push(Command::Browse(Browse::Program));
                ui.close();
            }
            if ui.button("Edit a program here").clicked() {
                asked.push(ProgramCommand::Edit(None));
                ui.close();
            }
            if let Some(place) = program.sample.filter(|_| !program.edited)
                && ui.button("Edit a copy of this sample").clicked()
            {
                asked.push(ProgramCommand::Edit(Some(place)));
                ui.close();
            }
            let mut again = program.again;
            if ui.checkbox(&mut again, "Run again when the file is saved").clicked() {
                asked.push(ProgramCommand::Again(again));
            }
            if !program.recent.is_empty() {
                ui.separator();
            }
            for path in &program.recent {
                if ui.button(path).clicked() {
                    asked.push(ProgramCommand::Path(path.clone()));
                    ui.close();
                }
            }
            ui.separator();
            for (place, sample) in SAMPLES.iter().enumerate() {
                if ui.button(sample.name).on_hover_text(sample.does).clicked() {
                    asked.push(ProgramCommand::Sample(place));
                    ui.close();
                }
            }
        });
        menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Samples"));
    });
}

fn interpreter(
    ui: &mut Ui,
    program: &Program,
    width: f32,
    asked: &mut Vec<ProgramCommand>,
    commands: &mut Vec<Command>,
) {
    let chosen = program.interpreters.get(program.chosen);
    let name = chosen.map_or(if program.is_looking() { "looking…" } else { "none" }, |i| &i.name);
    let theme = Theme::of(ui);
    let combo = ComboBox::from_id_salt("interpreter")
        .width(width - 4.0)
        .truncate()
        .height(LIST)
        .selected_text(name)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            ui.set_min_width(380.0);
            for (place, interpreter) in program.interpreters.iter().enumerate() {
                let what = if interpreter.is_virtual { "  (virtual environment)" } else { "" };
                let gil = if interpreter.has_gil { "" } else { "  without GIL" };
                let said =
                    format!("{}{what}{gil}   {}", interpreter.name, interpreter.path.display());
                if ui.selectable_label(place == program.chosen, said).clicked() {
                    asked.push(ProgramCommand::Interpreter(place));
                    ui.close();
                }
            }
            ui.separator();
            let id = ui.scope_id().with("another");
            let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
            let response = field(
                ui,
                &mut typed,
                "path of another Python, then Enter",
                "Another Python",
                370.0,
            );
            if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
                asked.push(ProgramCommand::Another(typed.clone()));
            }
            ui.data_mut(|data| data.insert_temp(id, typed));
            if ui.button("Choose another Python…").clicked() {
                commands.push(Command::Browse(Browse::Interpreter));
                ui.close();
            }
            if let Some(trouble) = &program.trouble {
                ui.label(RichText::new(trouble).font(theme.body()).color(theme.danger));
            }
        });
    let said = format!("Interpreter {name}");
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &said));
}

fn method(ui: &mut Ui, program: &Program, asked: &mut Vec<ProgramCommand>) {
    let combo = ComboBox::from_id_salt("start method")
        .width(METHOD - 4.0)
        .selected_text(program.start_method.name())
        .show_ui(ui, |ui| {
            for method in StartMethod::ALL {
                let name = match method {
                    StartMethod::Default => "default: as the program or its Python has it",
                    other => other.name(),
                };
                if ui.selectable_label(method == program.start_method, name).clicked() {
                    asked.push(ProgramCommand::StartMethod(method));
                }
            }
        });
    let said = format!("Start method {}", program.start_method.name());
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &said));
}
