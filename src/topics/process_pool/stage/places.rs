//! Where the parts of the stage go. Pure.

use crate::widgets::theme::GRID;
use egui::{Rect, pos2};

/// Height of a column's title.
pub const TITLE: f32 = 22.0;

/// Where the parts go. What has no room is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// The two pools' times.
    pub strip: Option<Rect>,
    /// Tasks that wait.
    pub queue: Rect,
    /// Worker processes.
    pub workers: Rect,
    /// Results and the box of words.
    pub results: Rect,
    /// One line of words.
    pub foot: Option<Rect>,
    /// The legend.
    pub legend: Option<Rect>,
}

impl Places {
    /// Places everything in an area.
    pub fn new(area: Rect, compared: bool) -> Self {
        let mut rest = area;
        let mut cut_bottom = |height: f32, from: f32| {
            (rest.height() > from).then(|| {
                let y = rest.bottom() - height;
                let cut = rest.with_min_y(y);
                rest = rest.with_max_y(y);
                cut
            })
        };
        let legend = cut_bottom(26.0, 210.0);
        let foot = cut_bottom(28.0, 150.0);
        let strip = compared.then(|| {
            let height = if area.height() > 300.0 { 46.0 } else { 38.0 };
            let strip = rest.with_max_y(rest.top() + height);
            rest = rest.with_min_y(strip.bottom() + GRID);
            strip
        });
        let width = rest.width();
        let wide = width >= 640.0;
        let (queue, workers, gap) = if wide {
            let workers = (0.3 * width).clamp(200.0, 264.0);
            ((0.19 * width).clamp(140.0, 190.0), workers, (0.055 * width).clamp(30.0, 56.0))
        } else {
            (0.22 * width, 0.335 * width, (0.036 * width).max(10.0))
        };
        let column = |left: f32, right: f32| {
            let (left, right) = (rest.left() + left, rest.left() + right.max(left));
            Rect::from_min_max(pos2(left, rest.top()), pos2(right, rest.bottom()))
        };
        Self {
            strip,
            queue: column(0.0, queue),
            workers: column(queue + gap, queue + gap + workers),
            results: column(queue + workers + 2.0 * gap, width),
            foot,
            legend,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps_or_leaves_the_area_at_any_size() {
        for (width, height) in [(824.0, 366.0), (496.0, 254.0), (460.0, 120.0), (1600.0, 700.0)] {
            for compared in [false, true] {
                let area = Rect::from_min_size(pos2(10.0, 20.0), egui::vec2(width, height));
                let places = Places::new(area, compared);
                let parts = [Some(places.queue), Some(places.workers), Some(places.results)];
                let parts: Vec<Rect> = (parts.into_iter())
                    .chain([places.strip, places.foot, places.legend])
                    .flatten()
                    .collect();
                for (index, part) in parts.iter().enumerate() {
                    assert!(area.expand(0.01).contains_rect(*part), "{part:?} in {area:?}");
                    assert!(part.is_positive(), "{part:?}");
                    for other in &parts[index + 1..] {
                        let both = part.intersect(*other);
                        assert!(!both.shrink(0.01).is_positive(), "{part:?} and {other:?}");
                    }
                }
            }
        }
    }
}
