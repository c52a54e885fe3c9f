//! The columns' medians: written beside their lines, or in a row below where there is no room, and read by hovering.

use super::{AXES, LABEL, Scales, show_lines};
use crate::replay::words::count;
use crate::topics::pool_size::analysis::Cell;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::stage::figure::Mode;
use crate::topics::pool_size::stage::{looks, words};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::Theme;
use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};

impl Scales<'_, '_> {
    /// Makes each column something to point at.
    pub(super) fn columns(&self, ui: &Ui, transform: &PlotTransform) {
        for cell in self.figure.drawn_cells() {
            let dots = self.figure.dots();
            let mine = dots.filter(|t| (t.backend, t.size) == (cell.backend, cell.size));
            let tops = mine.map(|trial| transform.position_from_point(&self.dot(trial)).y - 4.0);
            let line = self.line(cell, transform);
            let place = Rect::from_x_y_ranges(
                line.x_range(),
                tops.fold(line.top(), f32::min)..=transform.frame().bottom(),
            );
            hover(ui, cell, place.intersect(*transform.frame()));
        }
    }

    /// The line at a cell's median.
    fn line(&self, cell: &Cell, transform: &PlotTransform) -> Rect {
        let (x, half) = (self.x(cell.backend, cell.size), super::LINE / 2.0 * self.column);
        let y = self.figure.value(cell.backend, cell.total.median);
        let at = |x: f64| transform.position_from_point(&PlotPoint::new(x, y));
        Rect::from_two_pos(at(x - half), at(x + half))
    }

    /// Writes the medians: beside their lines, or in the row given. Where a row has no room for all of them, it has
    /// the medians of one backend, which is the answer.
    pub(super) fn medians(
        &self,
        ui: &Ui,
        transform: &PlotTransform,
        row: Option<Rect>,
    ) -> Option<Backend> {
        let (figure, theme) = (self.figure, self.figure.theme());
        let font = theme.mono_small();
        let ink = |cell: &Cell| match cell.backend == figure.backend {
            true => theme.text,
            false => theme.muted,
        };
        let Some(row) = row else {
            for cell in figure.drawn_cells() {
                let line = self.line(cell, transform);
                let said = &self.forms(cell)[0];
                let size = vec2(ui.painter().width(said, &font).min(LABEL as f32), 12.0);
                let at =
                    Align2::LEFT_CENTER.anchor_size(line.right_center() + vec2(4.0, 0.0), size);
                // Covers the lines of the grid.
                ui.painter().rect_filled(at.expand2(vec2(1.5, 0.0)), 2.0, theme.stage);
                text::line(ui.painter(), at, Align2::LEFT_CENTER, said, &font, ink(cell));
            }
            return None;
        };
        let room = |cell: &Cell, all: bool| match all && cell.backend.has_pools() {
            true => (self.pitch * self.room) as f32 - 3.0,
            false => (0.9 * self.room) as f32,
        };
        let fits = |cell: &Cell, all| {
            let forms = self.forms(cell).into_iter();
            forms.into_iter().find(|said| ui.painter().width(said, &font) <= room(cell, all))
        };
        let all = figure.drawn_cells().all(|cell| fits(cell, true).is_some());
        let chosen =
            |cell: &&Cell| all || cell.backend == figure.backend || !cell.backend.has_pools();
        let lead = Rect::from_min_size(row.min, vec2(AXES.x - 4.0, row.height()));
        let (right, middle) = (Align2::RIGHT_CENTER, Align2::CENTER_CENTER);
        text::line(ui.painter(), lead, right, "median", &theme.small(), theme.muted);
        for cell in figure.drawn_cells().filter(chosen) {
            let x = self.line(cell, transform).center().x;
            let said = fits(cell, all).unwrap_or_default();
            ui.painter().text(pos2(x, row.center().y), middle, said, font.clone(), ink(cell));
        }
        (!all).then_some(figure.backend)
    }

    /// A cell's median in words, and shorter ones.
    fn forms(&self, cell: &Cell) -> Vec<String> {
        let value = self.figure.value(cell.backend, cell.total.median);
        looks::shorter(match self.figure.mode {
            Mode::SpeedUp => format!("{value:.2}"),
            _ => self.unit.show(value),
        })
    }
}

/// Makes a column something to point at.
fn hover(ui: &Ui, cell: &Cell, place: Rect) {
    let id = ui.scope_id().with(("column", cell.backend, cell.size));
    let response = ui.interact(place, id, Sense::hover());
    let name = words::group(cell.backend, cell.size);
    response.widget_info(|| {
        let said = format!("median of {name}: {}", cell.total.median);
        WidgetInfo::labeled(Role::Label, true, said)
    });
    if response.hovered() {
        response.on_hover_ui(|ui| details(ui, cell, &name));
    }
}

/// What a column is, line by line.
fn details(ui: &mut Ui, cell: &Cell, name: &str) {
    let theme = Theme::of(ui);
    let Cell { trials, total, .. } = cell;
    let mut lines = vec![(name.to_owned(), theme.label(), theme.text)];
    if cell.backend.has_pools() {
        lines.extend(super::parts_lines(cell.parts, theme));
    }
    let mono = |text: String| (text, theme.mono(), theme.text);
    lines.push(mono(format!("{:<10}{}", "all", total.median)));
    lines.push(mono(format!("{:<10}{} to {}", "quartiles", total.low, total.high)));
    let said = format!("Medians of {}", count(*trials, "trial"));
    lines.push((said, theme.small(), theme.muted));
    show_lines(ui, lines);
}
