//! Text in rectangles: measured, cut to fit, aligned.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Galley, Painter, Rect};
use std::sync::Arc;

/// Measures texts for layouts. Tests measure without fonts.
pub trait Measure {
    /// Width of one line in points.
    fn width(&self, text: &str, font: &FontId) -> f32;
}

impl Measure for Painter {
    fn width(&self, text: &str, font: &FontId) -> f32 {
        whole(self, text, font).size().x
    }
}

/// One line at its full length, in the colour it is painted with. Measuring and painting share one layout, which egui
/// caches: laying out is the largest cost of a text that changes with every frame.
fn whole(painter: &Painter, text: &str, font: &FontId) -> Arc<Galley> {
    let job = LayoutJob::simple_singleline(text.to_owned(), font.clone(), Color32::PLACEHOLDER);
    painter.layout_job(job)
}

/// A measure that counts characters: for tests, and where there is no font.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoughMeasure;

impl Measure for RoughMeasure {
    fn width(&self, text: &str, font: &FontId) -> f32 {
        text.chars().count() as f32 * font.size * 0.6
    }
}

/// Measures for a picture that is made larger after it is laid out: in the size in which its texts are painted, for a text
/// does not grow quite evenly.
#[derive(Clone, Copy)]
pub struct GrownMeasure<'a> {
    /// Measures what is painted.
    pub painted: &'a dyn Measure,
    /// By how much the picture is made larger.
    pub factor: f32,
}

impl Measure for GrownMeasure<'_> {
    fn width(&self, text: &str, font: &FontId) -> f32 {
        let painted = FontId::new(font.size * self.factor, font.family.clone());
        self.painted.width(text, &painted) / self.factor
    }
}

/// The first of these texts that fits a width, else the last.
pub fn longest<const N: usize>(
    measure: &impl Measure,
    width: f32,
    font: &FontId,
    texts: [String; N],
) -> String {
    let mut last = String::new();
    for text in texts {
        if measure.width(&text, font) <= width {
            return text;
        }
        last = text;
    }
    last
}

/// Writes one line into a rectangle, cut with "…" where it is too long. Returns where it went, or nothing where the
/// rectangle has no room at all.
pub fn line(
    painter: &Painter,
    rect: Rect,
    align: Align2,
    text: &str,
    font: &FontId,
    colour: Color32,
) -> Option<Rect> {
    if text.is_empty() || rect.width() < 0.6 * font.size || rect.height() < 0.5 * font.size {
        return None;
    }
    let mut galley = whole(painter, text, font);
    if galley.size().x > rect.width() + 0.5 {
        let mut job = LayoutJob::clone(&galley.job);
        job.wrap = TextWrapping::truncate_at_width(rect.width() + 0.5);
        galley = painter.layout_job(job);
        if galley.size().x > rect.width() + 1.0 {
            return None;
        }
    }
    let at = align.align_size_within_rect(galley.size(), rect);
    painter.galley(at.min, galley, colour);
    Some(at)
}
