//! Where the rows of the workers go. Pure.

use egui::{Rect, Vec2, pos2, vec2};

/// How much a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Two lines: who it is and what it has done; its task.
    Full,
    /// One line: who, and its task.
    Line,
    /// A badge in the frame of its phase.
    Tile,
}

/// Where the rows go.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// How much each shows.
    pub size: Size,
    /// One for each place, for the first ones.
    pub rects: Vec<Rect>,
    /// How many have no row, and where to say so.
    pub more: Option<(Rect, usize)>,
}

const FULL: f32 = 52.0;
const FULL_MAX: f32 = 66.0;
const LINE: f32 = 24.0;
const LINE_MAX: f32 = 34.0;
/// The lowest line, and the width from which it says more than one of two columns of higher ones.
const LOW: f32 = 18.0;
const LOW_WIDE: f32 = 150.0;
/// Width that two lines need.
const WIDE: f32 = 150.0;
/// Width that a line needs at least.
const HALF: f32 = 78.0;
/// Sides of badges, and the gaps between them.
const TILES: [(f32, f32); 2] = [(30.0, 6.0), (24.0, 4.0)];
const MORE: f32 = 16.0;

/// The largest rows of which all fit; else badges for as many as fit. Pure.
pub fn layout(area: Rect, count: usize) -> Rows {
    let rows = |height: f32, gap: f32| {
        ((area.height() + gap + 0.01) / (height + gap)).floor().max(0.0) as usize
    };
    let stacked = |size, height: f32, gap: f32| Rows {
        size,
        rects: (0..count)
            .map(|row| {
                let top = area.top() + row as f32 * (height + gap);
                Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height))
            })
            .collect(),
        more: None,
    };
    let count_f = count as f32;
    if count <= rows(FULL, 8.0) && area.width() >= WIDE {
        let gap = if count > 4 { 8.0 } else { 12.0 };
        let height = ((area.height() + gap) / count_f - gap).clamp(FULL, FULL_MAX);
        let gap = if rows(height, gap) >= count { gap } else { 8.0 };
        return stacked(Size::Full, height, gap);
    }
    if count <= rows(LINE, 4.0) && area.width() >= HALF {
        let height = ((area.height() + 5.0) / count_f - 5.0).clamp(LINE, LINE_MAX);
        let gap = if rows(height, 5.0) >= count { 5.0 } else { 4.0 };
        return stacked(Size::Line, height, gap);
    }
    if count <= rows(LOW, 3.0) && area.width() >= LOW_WIDE {
        let height = ((area.height() + 3.0) / count_f - 3.0).clamp(LOW, LINE);
        return stacked(Size::Line, height, 3.0);
    }
    // Two columns of such lines, where these are wide enough for a word.
    let gap = 4.0;
    let half = 0.5 * (area.width() - gap);
    let each = rows(LINE, gap);
    if half >= HALF && count <= 2 * each {
        let each = count.div_ceil(2);
        let tall = ((area.height() + gap) / each as f32 - gap).clamp(LINE, LINE_MAX);
        let place = |i: usize| {
            let at = vec2((i / each) as f32 * (half + gap), (i % each) as f32 * (tall + gap));
            Rect::from_min_size(area.min + at, vec2(half, tall))
        };
        return Rows { size: Size::Line, rects: (0..count).map(place).collect(), more: None };
    }
    for (side, gap) in TILES {
        let columns = (((area.width() + gap) / (side + gap)).floor() as usize).max(1);
        if area.width() >= side && count <= columns * rows(side, gap) {
            return Rows {
                size: Size::Tile,
                rects: tiles(area, columns, count, side, gap),
                more: None,
            };
        }
    }
    let (side, gap) = TILES[1];
    if area.width() < side || area.height() < side {
        let more = (count > 0 && area.height() >= MORE).then_some((area, count));
        return Rows { size: Size::Tile, rects: Vec::new(), more };
    }
    let columns = (((area.width() + gap) / (side + gap)).floor() as usize).max(1);
    let shorter = ((area.height() - MORE + gap) / (side + gap)).floor().max(0.0) as usize;
    let fits = columns * shorter;
    let line = area.with_min_y((area.bottom() - MORE).max(area.top()));
    Rows {
        size: Size::Tile,
        rects: tiles(area, columns, fits.min(count), side, gap),
        more: (count > fits).then_some((line, count - fits)),
    }
}

fn tiles(area: Rect, columns: usize, count: usize, side: f32, gap: f32) -> Vec<Rect> {
    let place = |i: usize| {
        let at = vec2((i % columns) as f32, (i / columns) as f32) * (side + gap);
        Rect::from_min_size(area.min + at, Vec2::splat(side))
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_never_overlap_and_all_are_shown_or_counted() {
        for (width, height) in [(250.0, 280.0), (166.0, 170.0), (166.0, 60.0), (260.0, 20.0)] {
            let area = Rect::from_min_size(pos2(5.0, 7.0), vec2(width, height));
            for count in 1..=64 {
                let rows = layout(area, count);
                let hidden = rows.more.map_or(0, |(_, hidden)| hidden);
                assert_eq!(rows.rects.len() + hidden, count, "{area:?}");
                for (index, rect) in rows.rects.iter().enumerate() {
                    assert!(area.expand(0.1).contains_rect(*rect), "{rect:?} in {area:?}");
                    for other in &rows.rects[index + 1..] {
                        assert!(!rect.intersect(*other).shrink(0.01).is_positive());
                    }
                }
            }
        }
    }
}
