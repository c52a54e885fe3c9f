//! The choice of who runs the program: this one, or Python.

use super::ARROW;
use crate::app::command::{Command, RunCommand};
use crate::app::engine;
use crate::app::session::Session;
use crate::trace::Engine;
use crate::widgets::text::Measure;
use crate::widgets::theme::{TEXT_SMALL, Theme};
use egui::{ComboBox, RichText, Role, Ui, WidgetInfo};

/// Width of its list.
pub const ENGINES: f32 = 300.0;

/// What runs the program.
pub fn run_as(ui: &mut Ui, session: &Session, width: f32, commands: &mut Vec<Command>) {
    let name = engine::name(session.engine, &session.python);
    // Smaller sooner than cut, or by another name.
    let mut shown = RichText::new(&name);
    let font = egui::TextStyle::Button.resolve(ui.style());
    if ui.painter().width(&name, &font) > width - ARROW {
        shown = shown.size(TEXT_SMALL);
    }
    let combo = ComboBox::from_id_salt("engine")
        .width(width - 4.0)
        .truncate()
        .selected_text(shown)
        .show_ui(ui, |ui| {
            ui.set_min_width(ENGINES);
            engines(ui, session, commands);
        });
    let said = format!("Run as {name}");
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &said));
    // All of what is said in short, too.
    combo.response.on_hover_text(session.why_no_python().unwrap_or(&said));
}

/// What can run the program, each with what that is.
pub fn engines(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    commands.push(Command::FindPython);
    let why_not = session.why_no_python();
    let python = match &session.python {
        engine::Python::Found(interpreter) => format!("{}, recorded", interpreter.name),
        engine::Python::Unknown => "Python 3, recorded".to_owned(),
        engine::Python::Missing(_) => "Python 3".to_owned(),
    };
    for (engine, name, what, can) in [
        (Engine::Rust, "This program".to_owned(), "The Rust listing, as the topic explains it.", true),
        (
            Engine::Python,
            python,
            why_not.unwrap_or(
                "The Python listing, run for real. Its scene, lanes, code and findings are shown; what the topic \
                 concludes of its own run is not.",
            ),
            why_not.is_none(),
        ),
    ] {
        let choice = ui.selectable_label(session.engine == engine, name);
        if choice.clicked() && can {
            commands.push(Command::Run(RunCommand::Engine(engine)));
            ui.close();
        }
        let ink = if can { theme.muted } else { theme.danger };
        ui.add(egui::Label::new(RichText::new(what).font(theme.small()).color(ink)).wrap());
    }
}
