//! The question, the preset, the parameters, Run and Stop.

mod control;
mod engine;

use super::chooser;
use super::command::{Command, RunCommand};
use super::controls::{self, Weight};
use super::session::Session;
use super::source::Source;
use crate::python;
use crate::topics::{ParamKind, ParamSpec, Preset, Topic, Value};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{RADIUS, TEXT_SMALL, Theme};
use egui::{
    Align, Button, ComboBox, Layout, Popup, RichText, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2,
};

/// Draws the run bar.
pub fn show(ui: &mut Ui, session: &Session, guided: bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing = vec2(12.0, 8.0);
    let guide = session.runnable().and_then(Topic::guide);
    let guided = guide.filter(|_| guided);
    let question = session.source.question(session.recording.trace.meta());
    let question = guided.map_or(question, |guide| guide.title.to_owned());
    let heading = egui::Label::new(RichText::new(question).font(theme.heading())).wrap();
    match guide {
        None => drop(ui.add(heading)),
        Some(_) if ui.available_width() < BESIDE => {
            ui.add(heading);
            ui.horizontal(|ui| super::guide::switch(ui, guided.is_some(), commands));
        }
        Some(_) => drop(ui.horizontal_top(|ui| {
            let width = ui.available_width() - SWITCH - 12.0;
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.set_width(width);
                ui.add(heading)
            });
            let row = Layout::left_to_right(Align::Min);
            ui.allocate_ui_with_layout(vec2(SWITCH, 28.0), row, |ui| {
                super::guide::switch(ui, guided.is_some(), commands);
            });
        })),
    }
    if guided.is_some() {
        return;
    }
    if let Some(why) = session.refusal() {
        let words = RichText::new(why).font(theme.body()).color(theme.danger);
        ui.add(egui::Label::new(words).wrap());
    }
    if let Some(program) = &session.program {
        super::program::bar(ui, program, session.is_running(), commands);
        return;
    }
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let Some(topic) = session.runnable() else {
        let text = match session.source {
            Source::Topic(_) => "Not built yet",
            Source::Comparison => "Runs beside each other, all from 0: looked at, not run",
            Source::Trace(_) | Source::Program => "A trace is looked at, not run",
        };
        ui.painter().text(
            row.left_center(),
            egui::Align2::LEFT_CENTER,
            text,
            theme.body(),
            theme.muted,
        );
        return;
    };
    // Run keeps its place at the right, whatever the parameters take.
    let (fields, button) = row.split_left_right_at_x(row.right() - RUN);
    let place = |rect, layout| UiBuilder::new().max_rect(rect).layout(layout);
    let narrow = row.width() < 820.0;
    let gap = if narrow { 8.0 } else { 12.0 };
    // Without room for it beside Run it is among the rest.
    let has_engine = python::IS_THERE && row.width() >= ROOM_FOR_ENGINE;
    // Its whole name, where that takes no parameter's place.
    let shown_beside = |engine| split(topic, session, fields.width() - engine - gap, gap).0.len();
    let is_wide = shown_beside(WIDE_ENGINE) == shown_beside(ENGINE);
    let engine_width = if is_wide { WIDE_ENGINE } else { ENGINE };
    let taken = if has_engine { engine_width + gap } else { 0.0 };
    let (fields, engine) = fields.split_left_right_at_x(fields.right() - taken);
    // The gap is between it and the fields.
    let engine = engine.with_min_x(engine.left() + gap);
    let (shown, rest) = split(topic, session, fields.width(), gap);
    ui.scope_builder(place(fields, Layout::left_to_right(Align::Min)), |ui| {
        ui.spacing_mut().item_spacing.x = gap;
        preset(ui, topic, session, commands);
        for (spec, value) in shown {
            captioned(ui, spec.label, width(spec), |ui| {
                control::control(ui, spec, value, commands)
            });
        }
        more(ui, rest, (session, !has_engine), commands);
    });
    if has_engine {
        ui.scope_builder(place(engine, Layout::left_to_right(Align::Min)), |ui| {
            captioned(ui, "Run as", engine_width, |ui| {
                engine::run_as(ui, session, engine_width, commands);
            });
        });
    }
    // Last, as it is read.
    ui.scope_builder(place(button, Layout::right_to_left(Align::Max)), |ui| {
        run_button(ui, session, commands);
    });
}

/// A parameter with its value.
type Param<'a> = (&'static ParamSpec, &'a Value);

/// The parameters that matter beside the present values of the others: those in the bar, and the rest.
fn split<'a>(
    topic: &dyn Topic,
    session: &'a Session,
    width: f32,
    gap: f32,
) -> (Vec<Param<'a>>, Vec<Param<'a>>) {
    let mut room = width - PRESET - gap - MORE;
    let all = session.params.iter();
    all.filter(|(spec, _)| topic.applies(spec.key, &session.params)).partition(|(spec, _)| {
        room -= if spec.prominent { self::width(spec) + gap } else { 0.0 };
        spec.prominent && room >= 0.0
    })
}

/// Height of the row of controls with their names, and width kept for Run, in points.
pub(super) const ROW: f32 = 48.0;
const RUN: f32 = 116.0;
/// Width of the choice between this program and Python, and of a row that has room for it.
const ENGINE: f32 = 118.0;
const WIDE_ENGINE: f32 = 140.0;
const ROOM_FOR_ENGINE: f32 = 600.0;
/// Width of the switch between experiment and guide.
const SWITCH: f32 = 250.0;
/// The least width at which it stands beside the question.
const BESIDE: f32 = 560.0;
/// Height of a control.
pub(super) const CONTROL: f32 = 28.0;
/// Width of the button that shows the rest.
const MORE: f32 = 66.0;
/// Width of the opened list of presets, and the least of the names in it.
const LIST: f32 = 720.0;
const NAME: f32 = 124.0;
/// Width of the field of presets.
const PRESET: f32 = 176.0;
/// What its arrow and its edges take of it.
const ARROW: f32 = 44.0;

fn width(spec: &ParamSpec) -> f32 {
    let kind: f32 = match spec.kind {
        ParamKind::Int { max, .. } if spec.unit.is_empty() && max < 1_000_000 => 54.0,
        ParamKind::Int { .. } => 68.0,
        ParamKind::Float { .. } => 68.0,
        ParamKind::Bool { .. } => 40.0,
        ParamKind::Ints { .. } => 84.0,
        ParamKind::Choice { options } => {
            let longest = options.iter().map(|option| option.len()).max();
            // Too wide is better than a word cut off.
            (46.0 + 7.2 * longest.unwrap_or(0) as f32).max(84.0)
        }
    };
    // Names do not run into each other.
    kind.max(5.8 * spec.label.len() as f32)
}

fn run_button(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    if session.is_running() {
        if controls::button(ui, "Stop", "Esc", Weight::Danger, true).clicked() {
            commands.push(Command::Run(RunCommand::Stop));
        }
    } else {
        let can = session.refusal().is_none();
        if controls::button(ui, "Run", "Ctrl R", Weight::Primary, can).clicked() && can {
            commands.push(Command::Run(RunCommand::Start));
        }
    }
}

/// A control with its name above; without a name it still stands in line with its neighbours.
pub(super) fn captioned(ui: &mut Ui, caption: &str, width: f32, control: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    let layout = Layout::top_down(Align::LEFT);
    ui.allocate_ui_with_layout(vec2(width, ROW), layout, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let (rect, _) = ui.allocate_exact_size(vec2(width, ROW - CONTROL), Sense::hover());
        if !caption.is_empty() {
            let text = RichText::new(caption).font(theme.small()).color(theme.muted);
            let rect = rect.with_max_y(rect.top() + 14.0);
            // A child that takes no room of its own: the control keeps its place below.
            let place = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Min));
            ui.new_child(place).add(egui::Label::new(text).extend());
        }
        control(ui);
    });
}

fn preset(ui: &mut Ui, topic: &dyn Topic, session: &Session, commands: &mut Vec<Command>) {
    let chosen = session.params.preset();
    let changed = topic.preset(chosen).is_ok_and(|preset| preset != session.params);
    let corner = ui.cursor().min;
    captioned(ui, if changed { "Preset (changed)" } else { "Preset" }, PRESET, |ui| {
        // Smaller sooner than cut.
        let mut font = egui::TextStyle::Button.resolve(ui.style());
        if ui.painter().width(chosen, &font) > PRESET - ARROW {
            font.size = TEXT_SMALL;
        }
        let name = RichText::new(chosen).font(font);
        let combo = ComboBox::from_id_salt("preset")
            .width(PRESET - 4.0)
            .truncate()
            .height((ui.ctx().viewport_rect().height() - 160.0).max(200.0))
            .selected_text(name)
            .show_ui(ui, |ui| {
                if chooser::applies(session) {
                    ui.set_min_width(chooser::WIDTH);
                    if chooser::show(ui, session, commands) {
                        ui.close();
                    }
                    return;
                }
                // Many presets are to be seen without scrolling.
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.set_min_width(LIST.min(ui.ctx().viewport_rect().width() - 320.0));
                let names = names_width(ui, topic.about().presets);
                for preset in topic.about().presets {
                    if entry(ui, preset, preset.id == chosen, names) {
                        commands.push(Command::Run(RunCommand::Preset(preset.id)));
                        ui.close();
                    }
                }
            });
        combo
            .response
            .widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("Preset {chosen}")));
        let summary = topic.about().presets.iter().find(|p| p.id == chosen);
        if let Some(preset) = summary {
            combo.response.on_hover_text(preset.summary);
        }
    });
    if changed {
        reset(ui, corner, commands);
    }
}

/// Takes the preset as it is; above the field, at its right end.
fn reset(ui: &mut Ui, corner: egui::Pos2, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let galley =
        ui.painter().layout_no_wrap("Reset".to_owned(), theme.small(), egui::Color32::PLACEHOLDER);
    let min = corner + vec2(PRESET - galley.size().x - 8.0, -2.0);
    let rect = egui::Rect::from_min_size(min, galley.size() + vec2(8.0, 4.0));
    let response = ui.interact(rect, ui.scope_id().with("reset"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Reset parameters"));
    let ink = if response.hovered() { theme.text } else { theme.accent };
    ui.painter().galley_with_override_text_color(min + vec2(4.0, 2.0), galley, ink);
    controls::focus_ring(ui, rect, &response);
    let response = response.on_hover_text("The parameters of the preset as they were.");
    if response.clicked() {
        commands.push(Command::Run(RunCommand::Reset));
    }
}

/// The width of the names in a list of presets: none is cut where the line beside it would still be read.
fn names_width(ui: &Ui, presets: &[Preset]) -> f32 {
    let font = Theme::of(ui).label();
    let widths = presets.iter().map(|preset| ui.painter().width(preset.id, &font).ceil());
    let longest = widths.fold(NAME, f32::max);
    longest.min((0.4 * ui.available_width()).max(NAME))
}

/// A preset in the list, with what it is in a line. Whether it was clicked.
fn entry(ui: &mut Ui, preset: &Preset, chosen: bool, names: f32) -> bool {
    let theme = Theme::of(ui);
    let size = vec2(ui.available_width(), 24.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, preset.id));
    if chosen || response.hovered() {
        let ground = if chosen { theme.accent_ground } else { theme.field };
        ui.painter().rect_filled(rect, RADIUS, ground);
    }
    controls::focus_ring(ui, rect.shrink(2.0), &response);
    let inner = rect.shrink2(vec2(8.0, 0.0));
    let name = inner.with_max_x(inner.left() + names);
    let more = inner.with_min_x(name.right() + 8.0);
    let align = egui::Align2::LEFT_CENTER;
    text::line(ui.painter(), name, align, preset.id, &theme.label(), theme.text);
    text::line(ui.painter(), more, align, preset.summary, &theme.body(), theme.muted);
    response.on_hover_text(preset.summary).clicked()
}

/// Parameters that have no room in the bar, and what runs the program where that has none.
fn more(
    ui: &mut Ui,
    rest: Vec<Param<'_>>,
    (session, with_engine): (&Session, bool),
    commands: &mut Vec<Command>,
) {
    let with_engine = python::IS_THERE && with_engine;
    if rest.is_empty() && !with_engine {
        return;
    }
    captioned(ui, "", MORE, |ui| {
        let button = ui.add(
            Button::new("More…").min_size(vec2(0.0, CONTROL)).wrap_mode(egui::TextWrapMode::Extend),
        );
        Popup::menu(&button).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(
            |ui| {
                ui.set_min_width(280.0);
                if with_engine {
                    ui.label("Run as");
                    ui.set_max_width(engine::ENGINES);
                    engine::engines(ui, session, commands);
                    ui.add_space(8.0);
                }
                egui::Grid::new("more parameters").num_columns(2).spacing([16.0, 8.0]).show(
                    ui,
                    |ui| {
                        for (spec, value) in rest {
                            ui.label(spec.label).on_hover_text(spec.help);
                            control::choice_or_control(ui, spec, value, commands);
                            ui.end_row();
                        }
                    },
                );
            },
        );
    });
}
