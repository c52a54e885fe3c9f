//! Texts of a frame: whether one lies over another, or is cut.

use concurrency_lab::app::App;
use egui::epaint::TextShape;
use egui::{Rect, Shape};
use egui_kittest::Harness;

/// A line of text, as drawn.
struct Line {
    words: String,
    /// Around its glyphs, and what of that is in view.
    rect: Rect,
    seen: Rect,
}

/// The lines of text that are seen. What is drawn over a line later on covers it.
fn lines(harness: &Harness<'static, App>) -> Vec<Line> {
    let mut lines = Vec::new();
    for clipped in &harness.output().shapes {
        add(&clipped.shape, clipped.clip_rect, &mut lines);
    }
    lines
}

fn add(shape: &Shape, clip: Rect, lines: &mut Vec<Line>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, clip, lines)),
        Shape::Text(text) if text.angle == 0.0 && text.opacity_factor > 0.0 => {
            add_text(text, clip, lines);
        }
        Shape::Rect(rect) if rect.fill.a() == 255 => {
            let over = rect.rect.intersect(clip);
            lines.retain(|line| !over.expand(0.5).contains_rect(line.seen));
        }
        _ => {}
    }
}

fn add_text(text: &TextShape, clip: Rect, lines: &mut Vec<Line>) {
    for row in &text.galley.rows {
        // Without the ground under a piece of code.
        let glyphs = &row.visuals.mesh.vertices[row.visuals.glyph_vertex_range.clone()];
        let bounds = Rect::from_points(&glyphs.iter().map(|corner| corner.pos).collect::<Vec<_>>());
        if !bounds.is_positive() {
            continue;
        }
        let rect = bounds.translate(row.pos.to_vec2() + text.pos.to_vec2());
        let seen = rect.intersect(clip);
        if seen.is_positive() {
            lines.push(Line { words: row.text(), rect, seen });
        }
    }
}

/// Pairs of lines that lie over each other. What is drawn twice to be bold is one, and slanted letters lean over the next.
pub fn faults(harness: &Harness<'static, App>) -> Vec<String> {
    let window = harness.ctx.viewport_rect();
    let mut all = lines(harness);
    all.sort_by(|a, b| a.seen.top().total_cmp(&b.seen.top()));
    let mut faults = Vec::new();
    for (place, one) in all.iter().enumerate() {
        for other in &all[place + 1..] {
            if other.seen.top() > one.seen.bottom() {
                break;
            }
            let both = one.seen.intersect(other.seen);
            let bold = one.words == other.words && one.rect.min.distance(other.rect.min) < 1.5;
            if both.width() > 3.0 && both.height() > 2.0 && !bold {
                faults.push(format!(
                    "{:?} {:?} over {:?} {:?}",
                    one.words, one.seen, other.words, other.seen
                ));
            }
        }
        if !window.expand(0.5).contains_rect(one.seen) {
            faults.push(format!("{:?} {:?} leaves the window", one.words, one.seen));
        }
    }
    faults
}
