//! Buttons of the window that egui does not have.

use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, Theme};
use egui::style::ScrollAnimation;
use egui::{
    Align2, Color32, Id, LayerId, Order, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// How a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The main action.
    Primary,
    /// An action that stops a run.
    Danger,
    /// An action beside others.
    Plain,
}

/// A button with a word and a hint of its key; `name` is its accessible name.
pub fn button(ui: &mut Ui, name: &str, hint: &str, weight: Weight, enabled: bool) -> Response {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let text = painter.layout_no_wrap(name.to_owned(), theme.label(), Color32::PLACEHOLDER);
    let key = painter.layout_no_wrap(hint.to_owned(), theme.small(), Color32::PLACEHOLDER);
    let icon = if weight == Weight::Plain { 0.0 } else { 20.0 };
    let gap = if hint.is_empty() { 0.0 } else { 10.0 };
    let size = vec2(28.0 + icon + text.size().x + gap + key.size().x, 32.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = enabled && ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let (mut ground, mut edge, mut ink) = match weight {
        Weight::Primary => (theme.accent, theme.accent, theme.on_accent),
        Weight::Danger => (theme.panel, theme.danger, theme.danger),
        Weight::Plain => (theme.panel, theme.outline, theme.text),
    };
    if !enabled {
        (ground, edge, ink) = (theme.field, theme.outline, theme.muted);
    } else if response.hovered() || response.is_pointer_button_down_on() {
        ground = ground.lerp_to_gamma(theme.text, 0.08);
    }
    let painter = ui.painter();
    painter.rect(rect, RADIUS, ground, Stroke::new(HAIRLINE, edge), StrokeKind::Inside);
    focus_ring(ui, rect, &response);
    let mut x = rect.left() + 14.0;
    let mid = rect.center().y;
    match weight {
        Weight::Primary => triangle(painter, pos2(x + 5.0, mid), 5.0, 1.0, ink),
        Weight::Danger => {
            painter.rect_filled(
                Rect::from_center_size(pos2(x + 5.0, mid), Vec2::splat(9.0)),
                1.5,
                ink,
            );
        }
        Weight::Plain => {}
    }
    x += icon;
    let text_width = text.size().x;
    painter.galley_with_override_text_color(pos2(x, mid - text.size().y / 2.0), text, ink);
    x += text_width + gap;
    painter.galley_with_override_text_color(pos2(x, mid - key.size().y / 2.0), key, ink);
    response
}

/// Room beside the name of a choice, as it is by default.
pub const CHOICE_PAD: f32 = 11.0;

/// A choice among several, drawn as text on a ground where it is the chosen one.
pub fn choice(ui: &mut Ui, name: &str, chosen: bool) -> Response {
    choice_padded(ui, name, chosen, CHOICE_PAD)
}

/// The same with so much room beside its name, left and right.
pub fn choice_padded(ui: &mut Ui, name: &str, chosen: bool, pad: f32) -> Response {
    let theme = Theme::of(ui);
    let text = ui.painter().layout_no_wrap(name.to_owned(), theme.label(), Color32::PLACEHOLDER);
    let size = vec2(text.size().x + 2.0 * pad, 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, name));
    let ink = if chosen || response.hovered() { theme.text } else { theme.muted };
    if chosen {
        ui.painter().rect_filled(rect, RADIUS, theme.accent_ground);
    }
    focus_ring(ui, rect, &response);
    let at = Align2::CENTER_CENTER.align_size_within_rect(text.size(), rect);
    ui.painter().galley_with_override_text_color(at.min, text, ink);
    response
}

/// The signs on small buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// ▶
    Play,
    /// Two bars.
    Pause,
    /// To the previous event.
    Back,
    /// To the next event.
    Forward,
    /// To the start.
    Start,
    /// To the end.
    End,
    /// Round again.
    Loop,
    /// To the previous event that matters.
    PreviousMark,
    /// To the next event that matters.
    NextMark,
    /// −
    Minus,
    /// +
    Plus,
    /// Everything into view.
    Fit,
}

/// A small button with a sign; `name` says what it does, in the tooltip and to screen readers.
pub fn sign(ui: &mut Ui, sign: Sign, name: &str, on: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(28.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| match sign {
        Sign::Loop => WidgetInfo::selected(Role::Button, enabled, on, name),
        _ => WidgetInfo::labeled(Role::Button, enabled, name),
    });
    if on || response.hovered() {
        ui.painter().rect_filled(rect, RADIUS, theme.accent_ground);
    }
    focus_ring(ui, rect, &response);
    let ink = match (enabled, on) {
        (false, _) => theme.outline,
        (true, true) => theme.accent,
        (true, false) => theme.text,
    };
    paint_sign(ui.painter(), rect.center(), sign, ink);
    response.on_hover_text(name)
}

fn paint_sign(painter: &Painter, c: Pos2, sign: Sign, ink: Color32) {
    let bar = |x: f32| {
        painter.rect_filled(Rect::from_center_size(c + vec2(x, 0.0), vec2(2.5, 12.0)), 0.5, ink)
    };
    let stroke = Stroke::new(1.6, ink);
    match sign {
        Sign::Play => triangle(painter, c, 7.0, 1.0, ink),
        Sign::Pause => {
            for x in [-3.5, 3.5] {
                painter.rect_filled(
                    Rect::from_center_size(c + vec2(x, 0.0), vec2(4.0, 13.0)),
                    0.5,
                    ink,
                );
            }
        }
        Sign::Back => triangle(painter, c, 5.0, -1.0, ink),
        Sign::Forward => triangle(painter, c, 5.0, 1.0, ink),
        Sign::Start => {
            bar(-6.0);
            triangle(painter, c + vec2(1.5, 0.0), 5.0, -1.0, ink);
        }
        Sign::End => {
            bar(6.0);
            triangle(painter, c + vec2(-1.5, 0.0), 5.0, 1.0, ink);
        }
        Sign::PreviousMark | Sign::NextMark => {
            let way = if sign == Sign::NextMark { 1.0 } else { -1.0 };
            triangle(painter, c - vec2(4.5 * way, 0.0), 4.0, way, ink);
            let mark = c + vec2(4.5 * way, 0.0);
            let corners = [vec2(0.0, -4.5), vec2(4.5, 0.0), vec2(0.0, 4.5), vec2(-4.5, 0.0)];
            let corners = corners.map(|corner| mark + corner).to_vec();
            painter.add(Shape::convex_polygon(corners, ink, Stroke::NONE));
        }
        Sign::Minus | Sign::Plus => {
            painter.line_segment([c - vec2(5.0, 0.0), c + vec2(5.0, 0.0)], stroke);
            if sign == Sign::Plus {
                painter.line_segment([c - vec2(0.0, 5.0), c + vec2(0.0, 5.0)], stroke);
            }
        }
        Sign::Fit => {
            for side in [-1.0, 1.0] {
                let x = c.x + side * 7.0;
                painter.line_segment([pos2(x, c.y - 5.0), pos2(x, c.y + 5.0)], stroke);
                painter.line_segment(
                    [pos2(c.x + side * 5.0, c.y), pos2(c.x + side * 1.5, c.y)],
                    stroke,
                );
                triangle(painter, pos2(c.x + side * 4.0, c.y), 2.5, side, ink);
            }
        }
        Sign::Loop => {
            let points = (0..=20).map(|i| {
                let angle = 0.6 + i as f32 / 20.0 * 5.0;
                c + 5.5 * vec2(angle.cos(), angle.sin())
            });
            let points: Vec<Pos2> = points.collect();
            let tip = points[points.len() - 1];
            painter.add(Shape::line(points, stroke));
            triangle(painter, tip + vec2(0.5, 0.5), 3.0, 1.0, ink);
        }
    }
}

/// An isosceles triangle that points right (`way` 1) or left (−1).
fn triangle(painter: &Painter, centre: Pos2, size: f32, way: f32, ink: Color32) {
    let points = vec![
        centre + vec2(-0.8 * size * way, -size),
        centre + vec2(0.9 * size * way, 0.0),
        centre + vec2(-0.8 * size * way, size),
    ];
    painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
}

/// A ring around the control that has the keyboard focus.
pub fn focus_ring(ui: &Ui, rect: Rect, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(EMPHASIS, Theme::of(ui).accent);
        ui.painter().rect_stroke(rect.expand(2.0), RADIUS + 2.0, stroke, StrokeKind::Inside);
    }
}

/// Brings what has just got the keyboard focus into view, where it is on the page that `ui` scrolls. Called when all of the page
/// is there.
pub fn into_view(ui: &Ui) {
    let focused = ui.memory(|memory| memory.focused());
    let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) else { return };
    if response.gained_focus() && ui.min_rect().contains_rect(response.rect) {
        ui.scroll_to_rect_animation(response.rect.expand(8.0), None, ScrollAnimation::none());
    }
}

/// A ring around whatever has the keyboard focus, on every ground and above everything: it is drawn last.
pub fn focus(ui: &Ui) {
    let (ctx, theme) = (ui.ctx(), Theme::of(ui));
    let focused = ctx.memory(|memory| memory.focused());
    let Some(response) = focused.and_then(|id| ctx.read_response(id)) else { return };
    let seen = response.interact_rect.expand(3.0).intersect(ctx.viewport_rect().shrink(1.5));
    if !seen.is_positive() {
        return;
    }
    let painter = ctx.layer_painter(LayerId::new(Order::Tooltip, Id::unique("focus")));
    for (width, ink) in [(5.0, theme.panel), (2.5, theme.accent)] {
        painter.rect_stroke(seen, RADIUS, Stroke::new(width, ink), StrokeKind::Middle);
    }
}
