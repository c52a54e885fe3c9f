//! What the colours mean, whose numbers are shown, and what is drawn.

use super::figure::{Chosen, Figure, Mode};
use super::{looks, words};
use crate::trace::Nanos;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{EMPHASIS, RADIUS, Theme};
use egui::{
    Align2, Color32, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Title of the figure and how to read it, and at the right the choice of what is drawn. A low figure has only part of it.
pub fn head(
    ui: &Ui,
    area: Rect,
    figure: &Figure<'_>,
    has_table: bool,
    chosen: &mut Chosen,
) -> Option<Nanos> {
    let theme = figure.theme();
    let mut right = area.right();
    let mut add = |name: &str, is_on: bool, gap: f32| {
        let width = ui.painter().width(name, &theme.label()) + 20.0;
        let at = pos2(right - width, area.top());
        right -= width + gap;
        choice(ui, Rect::from_min_size(at, vec2(width, 24.0)), name, is_on)
    };
    let modes = [(Mode::Table, "Table"), (Mode::SpeedUp, "Speed-up"), (Mode::Time, "Time")];
    for (mode, name) in &modes[usize::from(has_table)..] {
        if add(name, figure.mode == *mode, 2.0).clicked() {
            chosen.mode = *mode;
        }
    }
    if figure.backends.len() > 1 && figure.mode != Mode::Table {
        let response = add("Own scale", figure.alone, 2.0);
        if response.clicked() {
            chosen.alone = !figure.alone;
        }
        let said = match figure.alone {
            true => "Show all of them on one scale again".to_owned(),
            false => format!("Show {} alone, as large as it goes", figure.backend.title()),
        };
        response.on_hover_text(said);
    }
    let mut back = None;
    if figure.stays() {
        let response = add("Back", false, 8.0);
        back = response.clicked().then_some(figure.now);
        response.on_hover_text(format!("Put the cursor back to {}", figure.now));
    }
    let words = area.with_max_x(right - 8.0);
    let (titles, below) = words::heading(figure);
    let short = below.split(';').next().unwrap_or_default().to_owned();
    let line = |rect: Rect, said: &str, font, colour| {
        text::line(ui.painter(), rect, Align2::LEFT_CENTER, said, &font, colour);
    };
    if area.height() < TWO_LINES {
        line(words, &short, theme.small(), theme.muted);
        return back;
    }
    let (first, second) = words.split_top_bottom_at_y(area.top() + 20.0);
    // Below the buttons there is room.
    let second = second.with_max_x(area.right()).with_min_y(area.top() + 24.0);
    let fits = |title: &&str| ui.painter().width(title, &theme.strong()) <= first.width();
    let title = titles.into_iter().find(fits).unwrap_or_default();
    line(first, title, theme.strong(), theme.text);
    let fits = ui.painter().width(&below, &theme.small()) <= second.width();
    line(second, if fits { &below } else { &short }, theme.small(), theme.muted);
    back
}

/// Least height of a heading with a title.
const TWO_LINES: f32 = 40.0;

/// What Amdahl's law says, below the plot of speed-ups.
pub fn law(ui: &mut Ui, area: Rect, figure: &Figure<'_>) {
    let said = words::amdahl(figure);
    let theme = figure.theme();
    let response = ui.allocate_rect(area, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    text::line(ui.painter(), area, Align2::LEFT_CENTER, &said, &theme.small(), theme.muted);
    if ui.painter().width(&said, &theme.small()) > area.width() {
        response.on_hover_text(said);
    }
}

/// One of the choices, written out.
fn choice(ui: &Ui, place: Rect, name: &str, chosen: bool) -> Response {
    let theme = Theme::of(ui);
    let response = entry(ui, place, name, name, chosen);
    let ink = match chosen || response.hovered() {
        true => theme.text,
        false => theme.muted,
    };
    let (font, middle) = (theme.label(), Align2::CENTER_CENTER);
    ui.painter().text(place.center(), middle, name, font, ink);
    response
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
        ui.painter().rect_stroke(place.expand(1.0), RADIUS, stroke, StrokeKind::Inside);
    }
    response
}

/// The parts, and the backends, one of which is chosen.
pub fn backends(ui: &mut Ui, area: Rect, figure: &Figure<'_>, chosen: &mut Chosen) {
    let theme = figure.theme();
    let font = theme.small();
    let measure = |ui: &Ui, name: &str| ui.painter().width(name, &font);
    let several = figure.backends.len() > 1;
    let titles: Vec<[String; 3]> = figure.backends.iter().map(|b| figure.titles(*b)).collect();
    let parts = ["start", "map", "shut down"];
    fn sum(names: &[impl AsRef<str>], each: f32, width: impl Fn(&str) -> f32) -> f32 {
        names.iter().map(|name| width(name.as_ref()) + each).sum()
    }
    let with_parts = figure.mode == Mode::Time;
    let parts_width = if with_parts { sum(&parts, 28.0, |name| measure(ui, name)) } else { 0.0 };
    let dashes = dashes(figure);
    let names: Vec<&str> = dashes.iter().map(|(name, ..)| *name).collect();
    let others = parts_width + sum(&names, 36.0, |name| measure(ui, name)) + 6.0;
    let width = |form: usize| {
        let all = titles.iter().map(|forms| measure(ui, &forms[form]) + 32.0);
        others + all.sum::<f32>()
    };
    let form = (0..2).find(|form| width(*form) <= area.width()).unwrap_or(2);
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
    for (backend, forms) in figure.backends.iter().zip(&titles) {
        let title = &forms[form];
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
            response.on_hover_text(match figure.alone {
                true => "What is shown alone",
                false => "Whose parts and numbers are shown",
            });
        }
        let (dot, y) = (looks::dots(theme, *backend), place.center().y);
        let middle = pos2(place.left() + 11.0, y);
        // A ring for what is not drawn.
        match figure.draws(*backend) {
            true => ui.painter().circle_filled(middle, 3.5, dot),
            false => ui.painter().circle_stroke(middle, 3.0, Stroke::new(1.2, dot)),
        };
        let ink = if mine { theme.text } else { theme.muted };
        let at = pos2(place.left() + 20.0, y);
        let font = font.clone();
        ui.painter().text(at, Align2::LEFT_CENTER, title, font, ink);
    }
    // Their lines.
    lines(ui, area.with_min_x(x + 6.0), figure, &font, &dashes);
}

/// A line of the figure: its name, its colour, its dash and gap.
type Dash = (&'static str, Color32, &'static [f32]);

/// The lines that are drawn in the speed-up's figure.
fn dashes(figure: &Figure<'_>) -> Vec<Dash> {
    let theme = figure.theme();
    if figure.mode != Mode::SpeedUp || !figure.drawn().any(|backend| backend.has_pools()) {
        return Vec::new();
    }
    let ideal: Dash = ("ideal", theme.faint, &[3.0, 3.0]);
    let law = figure.amdahl(figure.backend);
    let law = law.map(|_| ("Amdahl's law", theme.accent, &[16.0][..]));
    [ideal].into_iter().chain(law).collect()
}

/// Their part of the legend.
fn lines(ui: &Ui, area: Rect, figure: &Figure<'_>, font: &egui::FontId, dashes: &[Dash]) {
    let theme = figure.theme();
    let mut x = area.left();
    for (name, colour, dash) in dashes {
        let (name, colour) = (*name, *colour);
        let width = ui.painter().width(name, font);
        if x + 22.0 + width > area.right() {
            return;
        }
        let (y, mut at) = (area.center().y, x);
        while at < x + 16.0 {
            let to = (at + dash[0]).min(x + 16.0);
            let stroke = Stroke::new(1.5, colour);
            ui.painter().line_segment([pos2(at, y), pos2(to, y)], stroke);
            at += dash.iter().sum::<f32>();
        }
        let at = pos2(x + 22.0, y);
        let (middle, ink) = (Align2::LEFT_CENTER, theme.muted);
        ui.painter().text(at, middle, name, font.clone(), ink);
        x += width + 36.0;
    }
}
