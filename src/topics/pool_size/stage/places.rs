//! Where the parts of the stage go.

use super::figure::Figure;
use super::{table, words};
use egui::{Painter, Rect, Vec2, pos2, vec2};

/// Where the parts go.
pub struct Places {
    /// The heading, where there is room for one.
    pub head: Option<Rect>,
    /// The choice of what is drawn.
    pub modes: Rect,
    /// What the colours mean.
    pub legend: Rect,
    /// The plot, or the table in its place.
    pub plot: Rect,
    /// The sentence.
    pub words: Rect,
    /// The table, where it has a place of its own.
    pub table: Option<Rect>,
}

const GAP: f32 = 8.0;
/// Below this height there is no heading, and one view at a time.
const COMPACT: f32 = 310.0;
/// The plot is this high if the table is to stand below it, and this wide if it is to stand beside it.
const PLOT: Vec2 = vec2(340.0, 190.0);
/// Width of the table beside the plot.
const BESIDE: f32 = 392.0;
/// Height of a line of the words.
const LINE: f32 = 15.0;
/// Around the words in their box.
pub const PAD: Vec2 = vec2(14.0, 8.0);
/// Lines of the words, with the room that is kept for them: nothing moves under the pointer.
const LINES: [f32; 2] = [2.0, 5.0];

impl Places {
    /// In an area.
    pub fn new(painter: &Painter, area: Rect, figure: &Figure<'_>, said: &words::Moment) -> Self {
        let strip = |top: f32, height: f32| {
            Rect::from_min_max(
                pos2(area.left(), top),
                pos2(area.right(), (top + height).min(area.bottom())),
            )
        };
        if area.height() < COMPACT {
            return Self::compact(area, strip);
        }
        let head = strip(area.top(), 38.0);
        let legend = strip(head.bottom() + 4.0, 20.0);
        let boxed = |width: f32, lines: f32| {
            let wanted = said.place(painter, width, figure.theme()).size().y;
            wanted.max(lines * LINE) + 2.0 * PAD.y
        };
        let top = legend.bottom() + GAP;
        let words = boxed(area.width(), LINES[0]);
        let rest = area.bottom() - top - words - GAP;
        let rows = table::height(figure.rows().len());
        let all = Self {
            head: Some(head),
            modes: head,
            legend,
            plot: strip(top, rest),
            words: strip(top + rest + GAP, words),
            table: None,
        };
        if rest - rows - GAP >= PLOT.y {
            let plot = strip(top, rest - rows - GAP);
            return Self {
                words: strip(plot.bottom() + GAP, words),
                table: Some(strip(area.bottom() - rows, rows)),
                plot,
                ..all
            };
        }
        if area.width() < PLOT.x + BESIDE + 3.0 * GAP {
            return all;
        }
        // Beside the plot. A short table leaves room for the words below it: then the plot has all of the height.
        let whole = strip(top, area.bottom() - top);
        let words = boxed(BESIDE, LINES[1]);
        let under = whole.height() >= rows + 2.0 * GAP + words;
        let both = if under { whole } else { all.plot };
        let (plot, beside) = both.split_left_right_at_x(area.right() - BESIDE);
        let (table, rest) = beside.split_top_bottom_at_y(beside.top() + rows);
        let below = rest.with_min_y(rest.top() + 2.0 * GAP);
        Self {
            plot: plot.with_max_x(plot.right() - 3.0 * GAP),
            words: match under {
                true => below.with_max_y(below.top() + words),
                false => all.words,
            },
            table: Some(if under { table } else { beside }),
            ..all
        }
    }

    fn compact(area: Rect, strip: impl Fn(f32, f32) -> Rect) -> Self {
        let modes = strip(area.top(), 24.0);
        let words = if area.height() < 150.0 { 0.0 } else { 30.0 };
        let legend = strip(modes.bottom() + 2.0, 18.0);
        let plot = Rect::from_min_max(
            pos2(area.left(), legend.bottom() + 4.0),
            pos2(area.right(), area.bottom() - words),
        );
        Self {
            head: None,
            modes,
            legend,
            plot,
            words: Rect::from_min_max(pos2(area.left(), plot.bottom() + 2.0), area.max),
            table: None,
        }
    }
}
