//! The controls of parameters: what is typed is taken where it can be, and else it is said why not.

use super::{CONTROL, width};
use crate::app::command::{Command, RunCommand};
use crate::app::controls;
use crate::replay::words::capital;
use crate::topics::{ParamKind, ParamSpec, Value};
use crate::trace::Nanos;
use crate::widgets::text::Measure;
use crate::widgets::theme::{RADIUS, Theme};
use egui::{ComboBox, DragValue, RichText, Role, Ui, WidgetInfo, vec2};
use std::cell::{Cell, RefCell};
use std::ops::RangeInclusive;

/// In a popup a choice shows all its words: a list of its own would close the popup.
pub fn choice_or_control(
    ui: &mut Ui,
    spec: &'static ParamSpec,
    value: &Value,
    commands: &mut Vec<Command>,
) {
    let ParamKind::Choice { options } = spec.kind else {
        control(ui, spec, value, commands);
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for option in options {
            if controls::choice(ui, option, *value == Value::Choice(option)).clicked() {
                commands.push(Command::Run(RunCommand::Set {
                    key: spec.key,
                    value: (*option).to_owned(),
                }));
            }
        }
    });
}

/// The control of a parameter.
pub fn control(ui: &mut Ui, spec: &'static ParamSpec, value: &Value, commands: &mut Vec<Command>) {
    let before = value.clone();
    let mut value = value.clone();
    let refused = Cell::new(None);
    // A text that is left as it was changes nothing, though it has fewer digits than the number.
    let shown = RefCell::new(String::new());
    let unchanged = match value {
        Value::Int(number) => number as f64,
        Value::Float(number) => number,
        _ => 0.0,
    };
    let typed = |text: &str| match text == *shown.borrow() {
        true => Some(unchanged),
        false => number(spec, text).map_err(|why| refused.set(Some(why))).ok(),
    };
    let written = |value: f64, decimals: RangeInclusive<usize>| {
        let text = match spec.unit {
            _ if value == 0.0 && !spec.zero.is_empty() => spec.zero.to_owned(),
            "µs" if value < 1.0 => NONE.to_owned(),
            "µs" => Nanos::from_micros(value as u64).to_string(),
            "s" => Nanos::from_secs_f64(value).to_string(),
            _ => egui::emath::format_with_decimals_in_range(value, decimals),
        };
        text.clone_into(&mut shown.borrow_mut());
        text
    };
    let response = match (&mut value, spec.kind) {
        (Value::Int(number), ParamKind::Int { min, max, .. }) => {
            closer(ui, &written(unchanged, 0..=0), width(spec));
            let speed = if max > 1000 { 1.0 } else { 0.1 };
            let drag = DragValue::new(number).range(min..=max).speed(speed);
            let drag = drag.update_while_editing(false).custom_parser(typed);
            ui.add_sized([width(spec), CONTROL], drag.custom_formatter(written))
        }
        (Value::Float(number), ParamKind::Float { min, max, .. }) => {
            let speed = (*number * 0.02).max(max * 1e-4);
            let drag = DragValue::new(number).range(min..=max).speed(speed);
            let drag = drag.update_while_editing(false).custom_parser(typed);
            ui.add_sized([width(spec), CONTROL], drag.custom_formatter(written))
        }
        (Value::Bool(on), _) => ui.checkbox(on, ""),
        (Value::Ints(_), ParamKind::Ints { .. }) => list(ui, spec, &mut value, &refused),
        (Value::Choice(word), ParamKind::Choice { options }) => {
            ComboBox::from_id_salt(spec.key)
                .selected_text(*word)
                .width(width(spec) - 4.0)
                .wrap_mode(egui::TextWrapMode::Extend)
                .show_ui(ui, |ui| {
                    for option in options {
                        ui.selectable_value(word, *option, *option);
                    }
                })
                .response
        }
        // A value is of its parameter's kind.
        _ => return,
    };
    let said = format!("{} {before}", spec.label);
    response.widget_info(|| match spec.kind {
        ParamKind::Bool { .. } => {
            WidgetInfo::selected(Role::CheckBox, true, before == Value::Bool(true), spec.label)
        }
        ParamKind::Choice { .. } => WidgetInfo::labeled(Role::ComboBox, true, &said),
        ParamKind::Ints { .. } => WidgetInfo::labeled(Role::TextInput, true, spec.label),
        ParamKind::Int { .. } | ParamKind::Float { .. } => {
            WidgetInfo::labeled(Role::SpinButton, true, spec.label)
        }
    });
    if response.has_focus() || value != before {
        ui.data_mut(|data| data.remove_temp::<Refused>(response.id));
    }
    if let Some(why) = refused.take() {
        let since = ui.input(|input| input.time);
        ui.data_mut(|data| data.insert_temp(response.id, Refused { why, since }));
    }
    refusal(ui, &response);
    response.on_hover_text(spec.help);
    if value != before {
        commands.push(Command::Run(RunCommand::Set { key: spec.key, value: value.to_string() }));
    }
}

/// Less room beside a number that would make its field wider than its place.
fn closer(ui: &mut Ui, text: &str, room: f32) {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let beside = 0.5 * (room - ui.painter().width(text, &font)) - 1.0;
    let padding = &mut ui.spacing_mut().button_padding.x;
    *padding = padding.min(beside.max(LEAST));
}

/// The least room beside a number.
const LEAST: f32 = 3.0;

/// How a length of time is written that is 0.
const NONE: &str = "none";

/// What was typed, as a number that the parameter takes; or why it is none.
fn number(spec: &ParamSpec, text: &str) -> Result<f64, String> {
    let is_zero = text == NONE || !spec.zero.is_empty() && text == spec.zero;
    match spec.parse(if is_zero { "0" } else { text }) {
        Ok(Value::Int(number)) => Ok(number as f64),
        Ok(Value::Float(number)) => Ok(number),
        Ok(_) => Err(format!("`{text}` is no number")),
        Err(error) => Err(error.to_string()),
    }
}

/// Why what was typed into a control was not taken.
#[derive(Clone, Default)]
struct Refused {
    why: String,
    since: f64,
}

/// How long that is shown, in seconds.
const SHOWN: f64 = 8.0;

/// Says below a control why what was typed was not taken.
fn refusal(ui: &Ui, response: &egui::Response) {
    let Some(Refused { why, since }) = ui.data(|data| data.get_temp(response.id)) else { return };
    let left = since + SHOWN - ui.input(|input| input.time);
    if left <= 0.0 {
        ui.data_mut(|data| data.remove_temp::<Refused>(response.id));
        return;
    }
    ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left));
    let theme = Theme::of(ui);
    egui::Area::new(response.id.with("refused"))
        .fixed_pos(response.rect.left_bottom() + vec2(0.0, 6.0))
        .order(egui::Order::Foreground)
        .show(ui.ctx(), |ui| {
            let frame = egui::Frame::new().fill(theme.panel).corner_radius(RADIUS);
            let frame = frame.stroke(egui::Stroke::new(1.0, theme.danger)).inner_margin(8);
            frame.show(ui, |ui| {
                ui.set_max_width(320.0);
                ui.label(RichText::new(capital(&why)).font(theme.body()).color(theme.danger));
            });
        });
}

/// A field for a list of numbers. The typed text is taken when the focus leaves the field, if it is a list.
fn list(
    ui: &mut Ui,
    spec: &'static ParamSpec,
    value: &mut Value,
    refused: &Cell<Option<String>>,
) -> egui::Response {
    let theme = Theme::of(ui);
    let id = ui.scope_id().with(("list", spec.key));
    // A text is being typed as long as the field has the focus, and in the frame in which it loses it.
    let typing = ui.memory(|memory| memory.has_focus(id) || memory.had_focus_last_frame(id));
    let typed: Option<String> = ui.data(|data| data.get_temp(id)).filter(|_| typing);
    let mut text = typed.unwrap_or_else(|| value.to_string());
    let read = spec.parse(&text);
    let edit = egui::TextEdit::singleline(&mut text)
        .id(id)
        .font(theme.body())
        .align(egui::Align2::LEFT_CENTER)
        .text_color(if read.is_ok() { theme.text } else { theme.danger });
    let response = ui.add_sized([width(spec), CONTROL], edit);
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
    } else {
        if response.lost_focus() {
            match spec.parse(&text) {
                Ok(list) => *value = list,
                Err(error) => refused.set(Some(error.to_string())),
            }
        }
        ui.data_mut(|data| data.remove_temp::<String>(id));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_for_0_is_read_as_0_where_there_is_one() {
        let plain = ParamSpec::int("tasks", "tasks", [1, 0, 9]);
        assert_eq!(number(&plain.zero_is("auto"), "auto"), Ok(0.0));
        assert!(number(&plain, "auto").is_err());
        assert!(number(&plain, "").is_err());
    }
}
