//! What the tab of a program shows before anything has run: where to drop a file, and the samples.

use super::{Program, ProgramCommand, SAMPLES, Sample};
use crate::app::command::Command;
use crate::app::controls::{Weight, button, choice, focus_ring};
use crate::app::dialog::Browse;
use crate::widgets::text;
use crate::widgets::theme::{HAIRLINE, RADIUS, Theme};
use egui::{
    Align2, Label, Rect, RichText, Role, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, vec2,
};

/// Height of the place for a file, and of a sample.
const DROP: f32 = 92.0;
const CARD: f32 = 86.0;
/// A sample is no narrower than this.
const NARROWEST: f32 = 200.0;

/// Draws it into the whole of `ui`.
pub fn show(ui: &mut Ui, program: &Program, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ScrollArea::vertical().id_salt("program start").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(12.0, 10.0);
        drop_place(ui, program);
        ui.horizontal(|ui| {
            if button(ui, "Open a file…", "", Weight::Plain, true).clicked() {
                commands.push(Command::Browse(Browse::Program));
            }
            if button(ui, "Write or paste one", "", Weight::Plain, true).clicked() {
                commands.push(Command::Program(ProgramCommand::Edit(None)));
            }
            for path in program.recent.iter().take(3) {
                let name = path.rsplit('/').next().unwrap_or(path);
                if choice(ui, name, false).on_hover_text(path).clicked() {
                    commands.push(Command::Program(ProgramCommand::Path(path.clone())));
                }
            }
        });
        ui.add_space(6.0);
        let title = "Small programs that people really get stuck on";
        ui.label(RichText::new(title).font(theme.strong()));
        let hint = "Guess first: does it end, and what does it print?";
        ui.label(RichText::new(hint).font(theme.body()).color(theme.muted));
        let width = ui.available_width();
        let columns = ((width + 12.0) / (NARROWEST + 12.0)).floor().clamp(1.0, 3.0);
        let card = (width + 12.0) / columns - 12.0;
        let all: Vec<_> = SAMPLES.iter().enumerate().collect();
        for row in all.chunks(columns as usize) {
            ui.horizontal(|ui| {
                for (place, sample) in row {
                    if self::card(ui, card, sample, program.sample == Some(*place)) {
                        commands.push(Command::Program(ProgramCommand::Sample(*place)));
                    }
                }
            });
        }
        if let Some((sample, place)) = program.sample().zip(program.sample) {
            ui.add_space(4.0);
            ui.horizontal(|ui| {
                ui.label(RichText::new(sample.name).font(theme.mono()));
                if button(ui, "Edit a copy", "", Weight::Plain, true).clicked() {
                    commands.push(Command::Program(ProgramCommand::Edit(Some(place))));
                }
            });
            ui.add(Label::new(RichText::new(sample.text).font(theme.mono_small())).extend());
        }
    });
}

/// Where a file can be dropped: anywhere, but this says so.
fn drop_place(ui: &mut Ui, program: &Program) {
    let theme = Theme::of(ui);
    let size = vec2(ui.available_width(), DROP);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let hovers = ui.input(|input| !input.raw.hovered_files.is_empty());
    let ground = if hovers { theme.accent_ground } else { theme.field };
    ui.painter().rect_filled(rect, RADIUS, ground);
    let inner = rect.shrink(1.0);
    let corners = [
        inner.left_top(),
        inner.right_top(),
        inner.right_bottom(),
        inner.left_bottom(),
        inner.left_top(),
    ];
    let stroke = Stroke::new(1.5, theme.outline);
    ui.painter().extend(Shape::dashed_line(&corners, stroke, 6.0, 4.0));
    let said = match program.name_and_folder() {
        Some((name, _)) => format!("{} is ready: press Run", name.display()),
        None => "Drop a Python file here, or write its path above".to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let (upper, lower) = inner.split_top_bottom_at_fraction(0.5);
    let line = |rect: Rect, align, words: &str, font, ink| {
        text::line(ui.painter(), rect.shrink(6.0), align, words, &font, ink);
    };
    line(upper, Align2::CENTER_BOTTOM, &said, theme.strong(), theme.text);
    let more = "It is run as in a terminal, and not changed. Stop ends all its processes.";
    line(lower, Align2::CENTER_TOP, more, theme.body(), theme.muted);
}

/// A sample. Whether it was clicked.
fn card(ui: &mut Ui, width: f32, sample: &Sample, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, CARD), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, sample.name));
    let ground = match (chosen, response.hovered()) {
        (true, _) => theme.accent_ground,
        (false, true) => theme.field,
        (false, false) => theme.panel,
    };
    let edge = Stroke::new(HAIRLINE, if chosen { theme.accent } else { theme.outline });
    ui.painter().rect(rect, RADIUS, ground, edge, StrokeKind::Inside);
    focus_ring(ui, rect, &response);
    let inner = rect.shrink2(vec2(14.0, 10.0));
    let (name, does) = inner.split_top_bottom_at_y(inner.top() + 22.0);
    text::line(ui.painter(), name, Align2::LEFT_TOP, sample.name, &theme.mono(), theme.text);
    let galley =
        ui.painter().layout(sample.does.to_owned(), theme.body(), theme.muted, does.width());
    ui.painter().galley(does.min, galley, theme.muted);
    response.clicked()
}
