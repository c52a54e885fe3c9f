//! Pictures made larger as a whole: what was laid out in a smaller area fills a larger one.

use super::{Mark, Picture};
use crate::widgets::theme::HAIRLINE;
use egui::{Pos2, Rect, Stroke};

/// Where a point goes when everything around `about` grows by a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// What stays where it is.
    pub about: Pos2,
    /// By how much.
    pub factor: f32,
}

impl Growth {
    /// A point.
    pub fn point(self, point: Pos2) -> Pos2 {
        self.about + self.factor * (point - self.about)
    }

    /// A rectangle.
    pub fn rect(self, rect: Rect) -> Rect {
        Rect::from_min_max(self.point(rect.min), self.point(rect.max))
    }

    /// A line: a hairline stays one.
    fn stroke(self, stroke: Stroke) -> Stroke {
        let factor = if stroke.width > HAIRLINE { self.factor } else { 1.0 };
        Stroke::new(factor * stroke.width, stroke.color)
    }
}

impl Picture {
    /// The picture grown: marks and spots, type and lines.
    pub fn grown(mut self, by: Growth) -> Self {
        if by.factor == 1.0 {
            return self;
        }
        for mark in &mut self.marks {
            mark.grow(by);
        }
        for spot in &mut self.spots {
            spot.rect = by.rect(spot.rect);
            spot.radius *= by.factor;
        }
        self
    }
}

impl Mark {
    fn grow(&mut self, by: Growth) {
        match self {
            Self::Text { rect, font, .. } => {
                *rect = by.rect(*rect);
                font.size *= by.factor;
            }
            Self::Box { rect, radius, edge, .. } => {
                *rect = by.rect(*rect);
                *radius *= by.factor;
                *edge = by.stroke(*edge);
            }
            Self::Phase { rect, .. } | Self::Tile { rect, .. } | Self::Badge { rect, .. } => {
                *rect = by.rect(*rect);
            }
            Self::Line { points, stroke, .. } => {
                points.iter_mut().for_each(|point| *point = by.point(*point));
                *stroke = by.stroke(*stroke);
            }
            Self::Curve { points, stroke, .. } => {
                *points = points.map(|point| by.point(point));
                *stroke = by.stroke(*stroke);
            }
            Self::Area { points, edge, .. } => {
                points.iter_mut().for_each(|point| *point = by.point(*point));
                *edge = by.stroke(*edge);
            }
            Self::Grid { corner, size, step, .. } => {
                *corner = by.point(*corner);
                *size *= by.factor;
                *step *= by.factor;
            }
            Self::Dot { centre, radius, edge, .. } => {
                *centre = by.point(*centre);
                *radius *= by.factor;
                *edge = by.stroke(*edge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::ActorId;
    use crate::widgets::selection::Selection;
    use egui::{Align2, Color32, FontId, pos2, vec2};

    #[test]
    fn all_of_a_picture_grows_and_hairlines_stay() {
        let mut picture = Picture::default();
        let rect = Rect::from_min_size(pos2(20.0, 30.0), vec2(40.0, 20.0));
        picture.rounded(rect, 4.0, Color32::WHITE, Stroke::new(HAIRLINE, Color32::BLACK));
        let font = FontId::monospace(10.0);
        picture.text(rect, Align2::LEFT_TOP, "17", font, Color32::BLACK);
        picture.dot(pos2(15.0, 15.0), 3.0, Color32::BLACK);
        picture.spot(rect, 4.0, Selection::Actor(ActorId(1)), "A1");
        let by = Growth { about: pos2(10.0, 10.0), factor: 2.0 };
        let bounds = picture.bounds();
        let grown = picture.grown(by);
        assert_eq!(grown.bounds(), by.rect(bounds));
        assert_eq!(grown.spots[0].rect, Rect::from_min_size(pos2(30.0, 50.0), vec2(80.0, 40.0)));
        let Mark::Box { edge, radius, .. } = &grown.marks[0] else { panic!("a box") };
        assert_eq!((edge.width, *radius), (HAIRLINE, 8.0));
        let Mark::Text { font, .. } = &grown.marks[1] else { panic!("a text") };
        assert_eq!(font.size, 20.0);
    }
}
