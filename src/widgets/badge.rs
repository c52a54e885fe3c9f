//! The badge that stands for an actor: a rounded square in its colour with a letter and a number.

use super::actors::ActorColours;
use super::ink::Ink;
use super::text;
use super::theme::{EMPHASIS, HAIRLINE, Theme};
use egui::{
    Align2, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};

/// Smallest letters that can be read.
const LEAST: f32 = 6.5;

/// The width of a letter or a digit, of its height.
const WIDE: f32 = 0.62;

/// The size of the letters in a badge of a side, of as many as fit; `None` where they could not be read. A number is never
/// without its letter: it would look like that of a task.
fn size(text: &str, side: f32) -> Option<f32> {
    let part = match text.chars().count() {
        0 | 1 => 0.54,
        2 => 0.48,
        3 => 0.44,
        4 => 0.34,
        _ => 0.27,
    };
    let letters = text.chars().count();
    match part * side {
        // The least letters are closer to the edge than others.
        size if size < LEAST && letters > 4 => {
            Some(LEAST).filter(|least| WIDE * least * letters as f32 + 1.0 <= side)
        }
        size => Some(size).filter(|size| *size >= LEAST),
    }
}

/// Whether a badge of a side has room for letters that can be read.
pub fn can_be_read(text: &str, side: f32) -> bool {
    size(text, side).is_some()
}

/// Paints a badge. `text` is a letter and a number; nothing is written where that could not be read.
pub fn paint(painter: &Painter, rect: Rect, text: &str, colours: ActorColours, theme: &Theme) {
    let side = rect.width().min(rect.height());
    let radius = (0.22 * side).clamp(2.0, 8.0);
    let mut ink = Ink::new(painter.pixels_per_point());
    ink.round(rect, radius, colours.ground);
    if colours.edge != colours.ground {
        ink.ring(rect, radius, HAIRLINE, colours.edge);
    }
    painter.add(ink.mesh);
    // Many letters are read in one that is wider than high.
    let wide = if text.chars().count() > 4 { rect.width() } else { side };
    if let Some(size) = size(text, wide) {
        let font = theme.symbol(size);
        text::line(painter, rect, Align2::CENTER_CENTER, text, &font, colours.text);
    }
}

/// Paints the badge of somebody who is not there yet: its outline and its letters.
pub fn paint_faint(
    painter: &Painter,
    rect: Rect,
    text: &str,
    colours: ActorColours,
    theme: &Theme,
) {
    let side = rect.width().min(rect.height());
    let edge = Stroke::new(HAIRLINE, colours.edge);
    painter.rect(rect, (0.22 * side).clamp(2.0, 8.0), theme.stage, edge, StrokeKind::Inside);
    if let Some(size) = size(text, side) {
        let font = theme.symbol(size);
        text::line(painter, rect, Align2::CENTER_CENTER, text, &font, theme.muted);
    }
}

/// Paints the badge of a helper: its outline only.
pub fn paint_quiet(painter: &Painter, rect: Rect, text: &str, theme: &Theme) {
    let side = rect.width().min(rect.height());
    let radius = (0.22 * side).clamp(2.0, 8.0);
    let edge = Stroke::new(HAIRLINE, theme.outline);
    let size = size(text, side);
    // An empty box is none.
    let ground = if size.is_some() { theme.panel } else { theme.hairline };
    painter.rect(rect, radius, ground, edge, StrokeKind::Inside);
    if let Some(size) = size {
        let font = theme.symbol(0.9 * size);
        text::line(painter, rect, Align2::CENTER_CENTER, text, &font, theme.muted);
    }
}

/// A badge that can be clicked; its accessible name is the actor's.
pub fn button(ui: &mut Ui, size: f32, text: &str, name: &str, colours: ActorColours) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if ui.is_rect_visible(rect) {
        let theme = Theme::of(ui);
        paint(ui.painter(), rect, text, colours, theme);
        focus_ring(ui, &response, rect, 0.25 * size);
    }
    response.on_hover_text(name)
}

/// A ring around the control that has the keyboard focus or the pointer.
pub(crate) fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: f32) {
    if response.has_focus() || response.hovered() {
        let width = if response.has_focus() { EMPHASIS } else { HAIRLINE };
        let stroke = Stroke::new(width, Theme::of(ui).accent);
        ui.painter().rect_stroke(rect, radius, stroke, StrokeKind::Outside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_or_left_out_and_fit_their_badge() {
        assert_eq!(size("P505", 18.0), None);
        assert!(size("P505", 20.0).is_some() && size("W1", 14.0).is_some());
        // The thousandth worker is no blank among those with three digits.
        assert!(size("P1000", 22.0).is_some() && size("P1000", 21.0).is_none());
        for text in ["M", "W1", "W10", "P505", "P1000"] {
            for side in [8.0, 15.0, 22.0, 23.0, 30.0, 48.0] {
                let wide = size(text, side).map(|size| 0.62 * size * text.len() as f32);
                assert!(wide.is_none_or(|wide| wide <= side), "{text} in {side}");
            }
        }
    }
}
