//! The columns' medians: written where there is room, and read by hovering anyway.

use super::labels::{self, Taken, Wish};
use super::{Scales, show_lines};
use crate::replay::words::count;
use crate::topics::pool_size::analysis::Cell;
use crate::topics::pool_size::stage::figure::Mode;
use crate::topics::pool_size::stage::{looks, words};
use crate::trace::Nanos;
use crate::widgets::text::Measure;
use crate::widgets::theme::Theme;
use egui::{Align2, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};

/// Height of a median's label, in points.
const HEIGHT: f32 = 12.0;
/// Radius that dots have for the labels.
const DOT: f32 = 3.6;

/// A column on the screen.
struct Column<'c> {
    cell: &'c Cell,
    /// Its stacked bar; nothing high where there is none.
    bar: Rect,
    /// From quartile to quartile.
    spread: Rect,
    /// The line at the median: its height, from where to where.
    line: [egui::Pos2; 2],
    dots: Vec<Rect>,
}

impl Column<'_> {
    /// The highest of everything it has.
    fn top(&self) -> f32 {
        let dots = self.dots.iter().map(Rect::top);
        dots.fold(self.above(), f32::min)
    }

    /// The highest of its box and its line.
    fn above(&self) -> f32 {
        self.line[0].y.min(self.spread.top()) - 1.0
    }
}

impl Scales<'_, '_> {
    fn column_on<'c>(&self, cell: &'c Cell, transform: &PlotTransform) -> Column<'c> {
        let figure = self.figure;
        let at = |x: f64, y: f64| transform.position_from_point(&PlotPoint::new(x, y));
        let x = self.x(cell.backend, cell.size);
        let rect = |part: f64, from: f64, to: f64| {
            let half = part * self.column / 2.0;
            Rect::from_two_pos(at(x - half, from), at(x + half, to))
        };
        let value = |total: Nanos| figure.value(cell.backend, total);
        let high = match figure.mode {
            Mode::SpeedUp => 0.0,
            _ => cell.parts.iter().map(|part| part.0 as f64).sum(),
        };
        let median = value(cell.total.median);
        let half = super::LINE / 2.0 * self.column;
        let mine = figure.dots();
        let mine = mine.filter(|t| (t.backend, t.size) == (cell.backend, cell.size));
        let dots = mine.map(|trial| {
            let middle = transform.position_from_point(&self.dot(trial));
            Rect::from_center_size(middle, Vec2::splat(2.0 * DOT))
        });
        Column {
            cell,
            bar: rect(super::BAR, 0.0, high),
            spread: rect(super::BOX, value(cell.total.low), value(cell.total.high)),
            line: [at(x - half, median), at(x + half, median)],
            dots: dots.collect(),
        }
    }

    /// Writes the medians where they cover nothing, and makes each column something to point at.
    pub(super) fn columns(&self, ui: &Ui, transform: &PlotTransform) {
        let figure = self.figure;
        let mut columns: Vec<Column<'_>> =
            (figure.drawn_cells()).map(|cell| self.column_on(cell, transform)).collect();
        // The chosen one's come first, also where there is little room.
        columns.sort_by_key(|column| column.cell.backend != figure.backend);
        for column in &columns {
            hover(ui, column, *transform.frame());
        }
        self.write(ui, &columns, transform);
    }

    fn write(&self, ui: &Ui, columns: &[Column<'_>], transform: &PlotTransform) {
        let theme = self.figure.theme();
        let font = theme.mono_small();
        let forms = |cell: &Cell| {
            let value = self.figure.value(cell.backend, cell.total.median);
            looks::shorter(match self.figure.mode {
                Mode::SpeedUp => format!("{value:.2}"),
                _ => self.unit.show(value),
            })
        };
        let forms: Vec<Vec<String>> = columns.iter().map(|column| forms(column.cell)).collect();
        let width = |text: &String| ui.painter().width(text, &font);
        let wishes: Vec<Wish> = (columns.iter().zip(&forms))
            .map(|(column, forms)| Wish {
                x: column.line[0].lerp(column.line[1], 0.5).x,
                above: column.above(),
                top: column.top(),
                widths: forms.iter().map(width).collect(),
            })
            .collect();
        let mut taken = Taken::default();
        for column in columns {
            taken.rects.extend([column.bar, column.spread]);
            taken.rects.extend(&column.dots);
            taken.lines.push(column.line);
        }
        for stretch in self.stretches() {
            let points = stretch.points.windows(2);
            let on = |[x, y]: [f64; 2]| transform.position_from_point(&PlotPoint::new(x, y));
            taken.lines.extend(points.map(|pair| [on(pair[0]), on(pair[1])]));
        }
        let placed = labels::place(&wishes, HEIGHT, taken, *transform.frame());
        for ((column, forms), label) in columns.iter().zip(&forms).zip(placed) {
            let Some(label) = label else { continue };
            let mine = column.cell.backend == self.figure.backend;
            let ink = if mine { theme.text } else { theme.muted };
            let ground = label.rect.expand2(vec2(1.5, 0.0));
            ui.painter().rect_filled(ground, 2.0, theme.stage);
            let (at, middle) = (label.rect.center(), Align2::CENTER_CENTER);
            let font = font.clone();
            ui.painter().text(at, middle, &forms[label.form], font, ink);
        }
    }
}

/// Makes a column something to point at.
fn hover(ui: &Ui, column: &Column<'_>, frame: Rect) {
    let cell = column.cell;
    let [left, right] = column.line.map(|end| end.x);
    let bottom = column.bar.bottom().max(column.spread.bottom());
    let place = Rect::from_min_max(pos2(left, column.top()), pos2(right, bottom)).intersect(frame);
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
