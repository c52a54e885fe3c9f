//! What the colours mean, whose numbers are shown, and what is drawn.

use super::Places;
use super::figure::{Chosen, Figure, Mode};
use super::looks;
use crate::topics::pool_size::plan::Backend;
use crate::widgets::text::Measure;
use crate::widgets::theme::{EMPHASIS, RADIUS, Theme};
use egui::{
    Align2, Color32, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Width kept for the choice of what is drawn, in points.
pub const MODES: f32 = 210.0;

/// The choice of what is drawn, at the right of an area.
pub fn modes(ui: &Ui, places: &Places, figure: &Figure<'_>, chosen: &mut Chosen) {
    let area = places.modes;
    let modes = [
        (Mode::Table, "Table"),
        (Mode::SpeedUp, "Speed-up"),
        (Mode::Time, "Time"),
    ];
    let mut right = area.right();
    for (mode, name) in &modes[usize::from(places.table.is_some())..] {
        let width = ui.painter().width(name, &figure.theme().label()) + 20.0;
        let place = Rect::from_min_max(
            pos2(right - width, area.top()),
            pos2(right, area.top() + 24.0),
        );
        right -= width + 2.0;
        let response = entry(ui, place, name, name, figure.mode == *mode);
        let theme = figure.theme();
        let ink = match figure.mode == *mode || response.hovered() {
            true => theme.text,
            false => theme.muted,
        };
        let (font, middle) = (theme.label(), Align2::CENTER_CENTER);
        ui.painter().text(place.center(), middle, *name, font, ink);
        if response.clicked() {
            chosen.mode = *mode;
        }
    }
    if places.head.is_none() {
        // What the heading says where there is one.
        let rest = area.with_max_x(right - 8.0);
        let (_, said) = super::words::heading(figure);
        let said = said.split(';').next().unwrap_or_default();
        let theme = figure.theme();
        let (font, ink) = (theme.small(), theme.muted);
        crate::widgets::text::line(ui.painter(), rest, Align2::LEFT_CENTER, said, &font, ink);
    }
}

/// Something to click; its ground shows whether it is chosen.
fn entry(ui: &Ui, place: Rect, id: &str, name: &str, chosen: bool) -> Response {
    let theme = Theme::of(ui);
    let response = ui.interact(place, ui.scope_id().with(("legend", id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, name));
    if chosen {
        ui.painter().rect_filled(place, RADIUS, theme.accent_ground);
    }
    if response.has_focus() {
        let stroke = Stroke::new(EMPHASIS, theme.accent);
        ui.painter()
            .rect_stroke(place.expand(1.0), RADIUS, stroke, StrokeKind::Inside);
    }
    response
}

/// The parts, and the backends, one of which is chosen.
pub fn backends(ui: &mut Ui, area: Rect, figure: &Figure<'_>, chosen: &mut Chosen) {
    let theme = figure.theme();
    let font = theme.small();
    let measure = |ui: &Ui, name: &str| ui.painter().width(name, &font);
    let several = figure.backends.len() > 1;
    let titles = |long: bool| -> Vec<&'static str> {
        let title = |backend: &Backend| {
            if long {
                backend.title()
            } else {
                backend.short()
            }
        };
        figure.backends.iter().map(title).collect()
    };
    let parts = ["start", "map", "shut down"];
    let width = |ui: &Ui, names: &[&str], each: f32| -> f32 {
        names.iter().map(|name| measure(ui, name) + each).sum()
    };
    let with_parts = figure.mode == Mode::Time;
    let parts_width = if with_parts {
        width(ui, &parts, 28.0)
    } else {
        0.0
    };
    let long = parts_width + width(ui, &titles(true), 32.0) < area.width();
    let mut x = area.left();
    if with_parts {
        for (name, colour) in parts.iter().zip(looks::parts(theme)) {
            let swatch = Rect::from_center_size(pos2(x + 5.0, area.center().y), vec2(10.0, 10.0));
            ui.painter().rect_filled(swatch, 2.0, colour);
            let at = pos2(x + 15.0, area.center().y);
            let (middle, ink) = (Align2::LEFT_CENTER, theme.muted);
            ui.painter().text(at, middle, *name, font.clone(), ink);
            x += measure(ui, name) + 28.0;
        }
    }
    for (backend, title) in figure.backends.iter().zip(titles(long)) {
        let width = measure(ui, title) + 28.0;
        let place = Rect::from_min_size(pos2(x, area.top()), vec2(width, area.height()));
        x += width + 4.0;
        if place.right() > area.right() + 1.0 {
            break;
        }
        let mine = *backend == figure.backend;
        if several {
            let name = format!("Show {}", backend.title());
            let response = entry(ui, place, backend.id(), &name, mine);
            if response.clicked() {
                chosen.backend = Some(*backend);
            }
            response.on_hover_text("Whose parts and numbers are shown");
        }
        let (dot, y) = (looks::dots(theme, *backend), place.center().y);
        ui.painter()
            .circle_filled(pos2(place.left() + 11.0, y), 3.5, dot);
        let ink = if mine { theme.text } else { theme.muted };
        let at = pos2(place.left() + 20.0, y);
        let font = font.clone();
        ui.painter().text(at, Align2::LEFT_CENTER, title, font, ink);
    }
    // Their lines.
    if figure.mode == Mode::SpeedUp {
        lines(ui, area.with_min_x(x + 6.0), figure, &font);
    }
}

/// The lines of the speed-up's figure.
fn lines(ui: &Ui, area: Rect, figure: &Figure<'_>, font: &egui::FontId) {
    let theme = figure.theme();
    let mut x = area.left();
    let dashes: [(&str, Color32, &[f32]); 2] = [
        ("ideal", theme.faint, &[3.0, 3.0]),
        ("Amdahl's law", theme.accent, &[16.0]),
    ];
    for (name, colour, dash) in dashes {
        let width = ui.painter().width(name, font);
        if x + 22.0 + width > area.right() {
            return;
        }
        let (y, mut at) = (area.center().y, x);
        while at < x + 16.0 {
            let to = (at + dash[0]).min(x + 16.0);
            let stroke = Stroke::new(1.5, colour);
            ui.painter()
                .line_segment([pos2(at, y), pos2(to, y)], stroke);
            at += dash.iter().sum::<f32>();
        }
        let at = pos2(x + 22.0, y);
        let (middle, ink) = (Align2::LEFT_CENTER, theme.muted);
        ui.painter().text(at, middle, name, font.clone(), ink);
        x += width + 36.0;
    }
}
