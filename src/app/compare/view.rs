//! The table of what differs, in place of the stage.

use crate::app::command::{Command, CompareCommand};
use crate::app::controls::choice;
use crate::export::compare::{Comparison, Part, Row};
use crate::widgets::theme::{GRID, HAIRLINE, Theme};
use egui::{FontId, Label, Layout, Rect, RichText, ScrollArea, Stroke, Ui, UiBuilder, vec2};

/// Draws the choice between the table and the scene at the top of an area. Answers with the rest of it.
pub fn switch(ui: &mut Ui, area: Rect, is_table: bool, commands: &mut Vec<Command>) -> Rect {
    let (row, rest) = area.split_top_bottom_at_y(area.top() + 30.0);
    ui.scope_builder(
        UiBuilder::new().max_rect(row).layout(Layout::left_to_right(egui::Align::Min)),
        |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (name, table) in [("Differences", true), ("Scene", false)] {
                if choice(ui, name, table == is_table).clicked() {
                    commands.push(Command::Compare(CompareCommand::Table(table)));
                }
            }
        },
    );
    rest.with_min_y((rest.top() + GRID).min(rest.bottom()))
}

/// The least width of a value's column, in points.
const LEAST: f32 = 104.0;
const GAP: f32 = 12.0;

/// Draws the table.
pub fn table(ui: &mut Ui, area: Rect, table: &Comparison) {
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        let theme = Theme::of(ui);
        let runs = table.runs.len().max(1) as f32;
        let room = ui.available_width() - 14.0;
        let names = (0.28 * room).clamp(120.0, 230.0);
        let value = ((room - names) / runs - GAP).max(LEAST);
        let columns = Columns { names, value };
        ui.spacing_mut().item_spacing = vec2(0.0, 4.0);
        ScrollArea::horizontal().auto_shrink(false).id_salt("runs").show(ui, |ui| {
            ui.set_min_width(names + runs * (value + GAP));
            let head: Vec<&str> = table.runs.iter().map(String::as_str).collect();
            columns.row(ui, "", theme.body(), &head, theme.strong());
            line(ui, theme);
            ScrollArea::vertical().auto_shrink(false).id_salt("differences").show(ui, |ui| {
                for part in Part::ALL {
                    let rows: Vec<&Row> = table.part(part).collect();
                    if !rows.is_empty() {
                        columns.part(ui, part, &rows, theme);
                    }
                }
                for sentence in &table.left_out {
                    let words = RichText::new(sentence).font(theme.small()).color(theme.muted);
                    ui.add(Label::new(words).wrap());
                }
            });
        });
    });
}

fn line(ui: &mut Ui, theme: &Theme) {
    let at = ui.cursor().top();
    let across = ui.max_rect().x_range();
    ui.painter().hline(across, at, Stroke::new(HAIRLINE, theme.hairline));
    ui.add_space(3.0);
}

/// Widths of the columns, in points.
#[derive(Clone, Copy)]
struct Columns {
    names: f32,
    value: f32,
}

impl Columns {
    fn part(self, ui: &mut Ui, part: Part, rows: &[&Row], theme: &Theme) {
        ui.add_space(6.0);
        ui.label(RichText::new(part.title()).font(theme.strong()).color(theme.text));
        let mut of = "";
        for row in rows {
            if row.of != of {
                of = &row.of;
                ui.add_space(2.0);
                ui.label(RichText::new(of).font(theme.label()).color(theme.text));
            }
            let none = |row: &Row| if row.part == Part::Findings { "not found" } else { "–" };
            let values: Vec<&str> = row
                .values
                .iter()
                .map(|value| value.as_ref().map_or(none(row), |value| &value.text))
                .collect();
            // What no two runs of a program have in common does not stand out.
            let font = match row.differs() && !row.is_measured {
                true => theme.strong(),
                false => theme.body(),
            };
            self.row(ui, &row.what, theme.body(), &values, font);
            if !row.said.is_empty() {
                let words = RichText::new(&row.said).font(theme.body()).color(theme.muted);
                ui.add(Label::new(words).wrap());
            }
        }
    }

    fn row(self, ui: &mut Ui, name: &str, name_font: FontId, values: &[&str], font: FontId) {
        let theme = Theme::of(ui);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            cell(ui, self.names - GAP, RichText::new(name).font(name_font).color(theme.muted));
            for value in values {
                cell(ui, self.value, RichText::new(*value).font(font.clone()).color(theme.text));
            }
        });
    }
}

fn cell(ui: &mut Ui, width: f32, text: RichText) {
    let down = Layout::top_down(egui::Align::LEFT);
    ui.allocate_ui_with_layout(vec2(width, 0.0), down, |ui| {
        ui.set_width(width);
        if !text.is_empty() {
            ui.add(Label::new(text).wrap());
        }
    });
}
