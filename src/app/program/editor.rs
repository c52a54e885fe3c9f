//! A small editor for a program of one's own: to paste into, or to change a sample in.

use super::{Program, ProgramCommand, SAMPLES};
use crate::app::command::Command;
use crate::app::controls::{Weight, button, choice};
use crate::widgets::theme::Theme;
use egui::{Align, Layout, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo, vec2};

/// Draws it into the whole of `ui`.
pub fn show(ui: &mut Ui, program: &Program, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
    ui.horizontal(|ui| {
        ui.label(RichText::new(Program::own_name()).font(theme.mono()));
        let hint = "Write or paste a program, then press Run. It is kept with the settings.";
        ui.label(RichText::new(hint).font(theme.body()).color(theme.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button(ui, "Close editor", "", Weight::Plain, true).clicked() {
                commands.push(Command::Program(ProgramCommand::Close));
            }
        });
    });
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("Begin with").font(theme.body()).color(theme.muted));
        for (place, sample) in SAMPLES.iter().enumerate() {
            let is_there = program.text == sample.text;
            if choice(ui, sample.name, is_there).on_hover_text(sample.does).clicked() {
                commands.push(Command::Program(ProgramCommand::Edit(Some(place))));
            }
        }
    });
    let height = ui.available_height();
    ScrollArea::both().id_salt("editor").auto_shrink(false).show(ui, |ui| {
        let mut text = program.text.clone();
        let edit = TextEdit::multiline(&mut text)
            .code_editor()
            .font(theme.mono())
            .hint_text("import threading")
            .desired_width(f32::INFINITY)
            .min_size(vec2(0.0, height - 8.0));
        let response = ui.add(edit);
        response
            .widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, "Program text"));
        if text != program.text {
            commands.push(Command::Program(ProgramCommand::Text(text)));
        }
    });
}
