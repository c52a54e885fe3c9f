//! What came out of a run, field by field.

use super::title;
use crate::app::session::Session;
use crate::replay::words::capital;
use crate::replay::words::value::{self, Kind, name as words};
use crate::topics::Outcome;
use crate::widgets::stat;
use crate::widgets::theme::Theme;
use egui::{Grid, RichText, ScrollArea, Ui};
use serde_json::Value;

/// Length up to which a list is written out.
const LIST: usize = 48;
/// Number of rows of a table that are shown.
const ROWS: usize = 12;

/// Fields one below the other; lists of objects as tables, objects as parts of their own.
pub(super) fn show(ui: &mut Ui, session: &Session) {
    let Some(outcome) = &session.outcome else {
        return;
    };
    title(ui, "Outcome");
    fields(ui, outcome);
    for (field, value) in outcome {
        match value {
            Value::Object(inner) => {
                title(ui, &capital(&words(field)));
                fields(ui, inner);
            }
            Value::Array(items) if is_table(value) => {
                title(ui, &capital(&words(field)));
                table(ui, field, items);
            }
            _ => {}
        }
    }
}

fn fields(ui: &mut Ui, fields: &Outcome) {
    let plain = fields.iter().filter(|(_, v)| !v.is_object() && !is_table(v));
    let rows: Vec<_> = plain.map(|(field, value)| (words(field), word(field, value))).collect();
    stat::rows(ui, rows.iter().map(|(name, value)| (name.as_str(), value.clone())));
}

/// A value in words. No time at all: nothing was waited for, held or measured.
fn word(field: &str, value: &Value) -> String {
    match (value::kind(field), value.as_u64()) {
        (Kind::Time, Some(0)) => "none".to_owned(),
        _ => value::value(field, value, LIST),
    }
}

fn is_table(value: &Value) -> bool {
    let items = value.as_array();
    items.is_some_and(|items| items.first().is_some_and(Value::is_object))
}

fn table(ui: &mut Ui, field: &str, items: &[Value]) {
    let theme = Theme::of(ui);
    let Some(columns) = items.first().and_then(Value::as_object) else {
        return;
    };
    ScrollArea::horizontal().id_salt(field).show(ui, |ui| {
        Grid::new(field).num_columns(columns.len()).min_row_height(0.0).spacing([14.0, 5.0]).show(
            ui,
            |ui| {
                for name in columns.keys() {
                    let head = RichText::new(words(name)).font(theme.small());
                    ui.label(head.color(theme.muted));
                }
                ui.end_row();
                for item in items.iter().take(ROWS) {
                    for name in columns.keys() {
                        let value = item.get(name).unwrap_or(&Value::Null);
                        ui.label(RichText::new(word(name, value)).font(theme.mono_small()));
                    }
                    ui.end_row();
                }
            },
        );
    });
    if items.len() > ROWS {
        let more = format!("and {} more rows", items.len() - ROWS);
        ui.label(RichText::new(more).font(theme.small()).color(theme.muted));
    }
}
