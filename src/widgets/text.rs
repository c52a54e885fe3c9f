//! Text in rectangles: measured, cut to fit, aligned.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontFamily, FontId, Galley, Painter, Rect};
use std::sync::Arc;

/// Measures texts for layouts. Tests measure without fonts.
pub trait Measure {
    /// Width of one line in points.
    fn width(&self, text: &str, font: &FontId) -> f32;
}

impl Measure for Painter {
    fn width(&self, text: &str, font: &FontId) -> f32 {
        // In a font of one width counting is measuring, and numbers that change with every frame are not laid out.
        if font.family == FontFamily::Monospace && text.bytes().all(|b| b.is_ascii_graphic()) {
            let zero = self.fonts_mut(|fonts| fonts.glyph_width(font, '0'));
            return text.len() as f32 * zero;
        }
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

/// A name that fits a width, cut in its middle where it is too long: what tells it from others stands at its end.
pub fn cut_inside(measure: &impl Measure, name: &str, width: f32, font: &FontId) -> String {
    let letters: Vec<char> = name.chars().collect();
    let cut = |kept: usize| {
        let (head, tail) = (kept / 2, kept - kept / 2);
        let head: String = letters[..head].iter().collect();
        let tail: String = letters[letters.len() - tail..].iter().collect();
        format!("{}…{}", head.trim_end(), tail.trim_start())
    };
    // Of a name of any length, as files of others may have, no more is laid out than could have room.
    let most = LEAST + (width.max(0.0) / (NARROWEST * font.size)) as usize;
    if letters.len() <= most && measure.width(name, font) <= width {
        return name.to_owned();
    }
    let fits = |kept: usize| measure.width(&cut(kept), font) <= width;
    let (mut fitting, mut beyond) = (LEAST, letters.len().min(most));
    if beyond <= LEAST || !fits(LEAST) {
        return name.chars().take(UNCUT).collect();
    }
    while beyond - fitting > 1 {
        let middle = fitting + (beyond - fitting) / 2;
        if fits(middle) { fitting = middle } else { beyond = middle }
    }
    cut(fitting)
}

/// Letters of a name that is cut, at least.
const LEAST: usize = 4;
/// Letters at most of a name of which no part has room.
const UNCUT: usize = 100;
/// The width of a narrow letter, in heights of the font.
const NARROWEST: f32 = 0.1;

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

/// Writes a text into a rectangle from its top on, in as many lines as it needs and as there is room for, at least one; the last
/// is cut with "…" where it is too long.
pub fn lines(painter: &Painter, rect: Rect, text: &str, font: &FontId, colour: Color32) {
    if text.is_empty() || rect.width() < 0.6 * font.size || rect.height() < 0.5 * font.size {
        return;
    }
    let mut job = LayoutJob::simple(text.to_owned(), font.clone(), colour, rect.width());
    let row = painter.fonts_mut(|fonts| fonts.row_height(font));
    job.wrap.max_rows = ((rect.height() / row) as usize).max(1);
    painter.galley(rect.min, painter.layout_job(job), colour);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widgets::fonts;
    use egui::{Context, RawInput};

    #[test]
    fn names_that_differ_at_their_ends_differ_when_they_are_cut() {
        let font = FontId::monospace(10.0);
        for room in [8, 12, 20] {
            let width = room as f32 * 6.0;
            let cut = |name: &str| cut_inside(&RoughMeasure, name, width, &font);
            let (one, other) =
                (cut("ProcessPoolExecutor worker 1"), cut("ProcessPoolExecutor worker 2"));
            assert_ne!(one, other);
            assert!(RoughMeasure.width(&one, &font) <= width, "{one}");
        }
        assert_eq!(cut_inside(&RoughMeasure, "worker 1", 100.0, &font), "worker 1");
        assert_eq!(cut_inside(&RoughMeasure, "worker 12", 1.0, &font), "worker 12");
    }

    #[test]
    fn of_a_name_of_any_length_only_what_could_have_room_is_laid_out() {
        struct Counts(std::cell::Cell<usize>);
        impl Measure for Counts {
            fn width(&self, text: &str, font: &FontId) -> f32 {
                self.0.set(self.0.get() + text.chars().count());
                RoughMeasure.width(text, font)
            }
        }
        let (font, counts) = (FontId::monospace(10.0), Counts(std::cell::Cell::new(0)));
        let cut = cut_inside(&counts, &"x".repeat(100_000), 120.0, &font);
        assert!((18..=20).contains(&cut.chars().count()), "{cut}");
        assert!(counts.0.get() < 1_000, "{} letters laid out", counts.0.get());
    }

    #[test]
    fn counted_widths_are_those_that_are_painted() {
        for pixels_per_point in [1.0, 1.25, 2.0] {
            let ctx = Context::default();
            fonts::install(&ctx);
            ctx.set_pixels_per_point(pixels_per_point);
            let mut measured = 0;
            for _ in 0..2 {
                let output = ctx.run_ui(RawInput::default(), |ui| {
                    for size in [9.0, 11.5, 13.0, 14.4] {
                        let font = FontId::monospace(size);
                        for text in ["0", "88123", "pop-item_17", "1,204.5", ""] {
                            let counted = ui.painter().width(text, &font);
                            let painted = whole(ui.painter(), text, &font).size().x;
                            assert!(
                                (counted - painted).abs() < 0.5,
                                "{text}: {counted}, {painted}"
                            );
                            measured += 1;
                        }
                    }
                });
                let mut textures = output.textures_delta;
                textures.clear();
            }
            assert!(measured > 0);
        }
    }
}
