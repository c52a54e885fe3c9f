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
    fields(ui, "", outcome);
    for (field, value) in outcome {
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                title(ui, &capital(&words(field)));
                fields(ui, field, inner);
            }
            Value::Array(items) if is_table(value) => {
                title(ui, &capital(&words(field)));
                match items.as_slice() {
                    [Value::Object(only)] => fields(ui, field, only),
                    _ => table(ui, field, items),
                }
            }
            _ => {}
        }
    }
}

/// Those of a field `of`, or of all.
fn fields(ui: &mut Ui, of: &str, fields: &Outcome) {
    let plain = fields.iter().filter(|(_, v)| !v.is_object() && !is_table(v));
    let row = |(field, value): (&String, &Value)| {
        let whole = if of.is_empty() { field.clone() } else { format!("{of}.{field}") };
        (words(field), word(&whole, value))
    };
    let rows: Vec<_> = plain.map(row).collect();
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
    // Room is for what tells something: a column of which no row has anything is left out.
    let tells = |name: &&String| {
        items
            .iter()
            .any(|item| item.get(*name).is_some_and(|v| v.as_u64() != Some(0) && !v.is_null()))
    };
    let columns: Vec<&String> = columns.keys().filter(tells).collect();
    ScrollArea::horizontal().id_salt(field).show(ui, |ui| {
        Grid::new(field).num_columns(columns.len()).min_row_height(0.0).spacing([14.0, 5.0]).show(
            ui,
            |ui| {
                for name in &columns {
                    let head = RichText::new(words(name)).font(theme.small());
                    ui.label(head.color(theme.muted));
                }
                ui.end_row();
                for item in items.iter().take(ROWS) {
                    for name in &columns {
                        let value = item.get(name).unwrap_or(&Value::Null);
                        let value = word(&format!("{field}.{name}"), value);
                        ui.label(RichText::new(value).font(theme.mono_small()));
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
