//! What stages are made of: marks to paint and spots to click, as plain values.
//!
//! Layouts make pictures, and [`Picture::show`] paints them. What has no room is not in the picture.

mod paint;
mod scale;

pub use scale::Growth;

use super::selection::Selection;
use super::stage::StageAction;
use super::text::{self, Measure};
use crate::replay::Phase;
use crate::trace::ActorId;
use egui::{Align2, Color32, FontId, Pos2, Rect, Stroke, Vec2, vec2};

/// One thing to paint.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A line of text, cut with "…" where it is too long.
    Text {
        /// Room for it.
        rect: Rect,
        /// Where in the room it stands.
        align: Align2,
        /// What it says.
        text: String,
        /// In which font.
        font: FontId,
        /// In which colour.
        colour: Color32,
    },
    /// A rectangle with round corners.
    Box {
        /// Where.
        rect: Rect,
        /// Of its corners.
        radius: f32,
        /// Its ground; transparent: none.
        fill: Color32,
        /// Its edge, drawn inside; a width of 0: none.
        edge: Stroke,
        /// The edge is dashed: what is not there yet.
        dashed: bool,
    },
    /// The shape of a phase: a swatch, a bar, the ground of a tile.
    Phase {
        /// Where.
        rect: Rect,
        /// Which.
        phase: Phase,
        /// Whether its symbol (a lock, a cross) is drawn.
        symbol: bool,
    },
    /// An actor's badge in a frame that shows its phase.
    Tile {
        /// Where.
        rect: Rect,
        /// Who.
        actor: ActorId,
        /// The phase around the badge.
        phase: Phase,
    },
    /// An actor's badge.
    Badge {
        /// Where.
        rect: Rect,
        /// Who.
        actor: ActorId,
        /// With a cross at its corner: it is no more.
        crossed: bool,
    },
    /// A line through points.
    Line {
        /// The points.
        points: Vec<Pos2>,
        /// Width and colour.
        stroke: Stroke,
        /// Dashed.
        dashed: bool,
        /// With an arrow head at its end.
        arrow: bool,
    },
    /// A curve with two ends and two control points.
    Curve {
        /// End, control, control, end.
        points: [Pos2; 4],
        /// Width and colour.
        stroke: Stroke,
        /// Dashed.
        dashed: bool,
        /// With an arrow head at its end.
        arrow: bool,
    },
    /// A filled shape whose outline is convex.
    Area {
        /// Its corners.
        points: Vec<Pos2>,
        /// Its ground.
        fill: Color32,
        /// Its edge.
        edge: Stroke,
    },
    /// Cells of one size in rows, thousands of them: one for each colour.
    Grid {
        /// The upper left corner of the first.
        corner: Pos2,
        /// Of a cell.
        size: Vec2,
        /// From one cell to the next, and from one row to the next.
        step: Vec2,
        /// Cells in a row.
        columns: usize,
        /// Their colours.
        colours: Vec<Color32>,
    },
    /// A circle.
    Dot {
        /// Its middle.
        centre: Pos2,
        /// Its radius.
        radius: f32,
        /// Its ground.
        fill: Color32,
        /// Its edge.
        edge: Stroke,
    },
}

/// What a click on a spot does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Does {
    /// Selects something, or nothing where it is selected already.
    Select(Selection),
    /// Something else that the session does.
    Act(StageAction),
    /// Nothing: there is only something to read under the pointer.
    Nothing,
}

/// A place that can be clicked, focused and read out.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Where.
    pub rect: Rect,
    /// Radius of the ring around it.
    pub radius: f32,
    /// What a click does.
    pub does: Does,
    /// Its accessible name in the first line; all lines are shown under the pointer.
    pub name: String,
    /// It shows that it is selected.
    pub selected: bool,
}

/// Marks in the order they are painted, and spots in the order they are reached by the keyboard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// What is painted.
    pub marks: Vec<Mark>,
    /// What can be clicked.
    pub spots: Vec<Spot>,
}

impl Picture {
    /// A line of text; none where there is no room for it.
    pub fn text(
        &mut self,
        rect: Rect,
        align: Align2,
        text: impl Into<String>,
        font: FontId,
        colour: Color32,
    ) {
        if rect.width() >= 0.6 * font.size && rect.height() >= 0.85 * font.size {
            self.marks.push(Mark::Text { rect, align, text: text.into(), font, colour });
        }
    }

    /// A box with a ground and an edge.
    pub fn rounded(&mut self, rect: Rect, radius: f32, fill: Color32, edge: Stroke) {
        self.marks.push(Mark::Box { rect, radius, fill, edge, dashed: false });
    }

    /// The dashed outline of what is not there yet.
    pub fn dashed(&mut self, rect: Rect, radius: f32, edge: Stroke) {
        let fill = Color32::TRANSPARENT;
        self.marks.push(Mark::Box { rect, radius, fill, edge, dashed: true });
    }

    /// The shape of a phase with its symbol.
    pub fn phase(&mut self, rect: Rect, phase: Phase) {
        self.marks.push(Mark::Phase { rect, phase, symbol: true });
    }

    /// An actor's badge in the frame of its phase.
    pub fn tile(&mut self, rect: Rect, actor: ActorId, phase: Phase) {
        self.marks.push(Mark::Tile { rect, actor, phase });
    }

    /// An actor's badge.
    pub fn badge(&mut self, rect: Rect, actor: ActorId) {
        self.marks.push(Mark::Badge { rect, actor, crossed: false });
    }

    /// The badge of whoever has something; crossed out once it has ended.
    pub fn owner(&mut self, rect: Rect, actor: ActorId, ended: bool) {
        self.marks.push(Mark::Badge { rect, actor, crossed: ended });
    }

    /// A filled shape without an edge, whose outline is convex.
    pub fn area(&mut self, points: impl Into<Vec<Pos2>>, fill: Color32) {
        self.marks.push(Mark::Area { points: points.into(), fill, edge: Stroke::NONE });
    }

    /// A line through points.
    pub fn line(&mut self, points: impl Into<Vec<Pos2>>, stroke: Stroke) {
        self.marks.push(Mark::Line { points: points.into(), stroke, dashed: false, arrow: false });
    }

    /// A line that ends in an arrow head.
    pub fn arrow(&mut self, points: impl Into<Vec<Pos2>>, stroke: Stroke) {
        self.marks.push(Mark::Line { points: points.into(), stroke, dashed: false, arrow: true });
    }

    /// A circle without an edge.
    pub fn dot(&mut self, centre: Pos2, radius: f32, fill: Color32) {
        self.marks.push(Mark::Dot { centre, radius, fill, edge: Stroke::NONE });
    }

    /// A place that selects something when it is clicked.
    pub fn spot(&mut self, rect: Rect, radius: f32, selects: Selection, name: impl Into<String>) {
        let does = Does::Select(selects);
        self.spots.push(Spot { rect, radius, does, name: name.into(), selected: false });
    }

    /// A place with something to read under the pointer.
    pub fn hint(&mut self, rect: Rect, name: impl Into<String>) {
        let does = Does::Nothing;
        self.spots.push(Spot { rect, radius: 4.0, does, name: name.into(), selected: false });
    }

    /// Adds all of another picture, above this one.
    pub fn append(&mut self, mut other: Self) {
        self.marks.append(&mut other.marks);
        self.spots.append(&mut other.spots);
    }

    /// The area that the marks cover, without the room that texts do not use.
    pub fn bounds(&self) -> Rect {
        self.marks.iter().fold(Rect::NOTHING, |all, mark| all.union(mark.bounds()))
    }

    /// Moves everything.
    pub fn shift(&mut self, by: Vec2) {
        for mark in &mut self.marks {
            mark.shift(by);
        }
        for spot in &mut self.spots {
            spot.rect = spot.rect.translate(by);
        }
    }

    /// All that is written in it, in the order it is painted.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }
}

impl Mark {
    fn bounds(&self) -> Rect {
        match self {
            Self::Text { rect, align, text, font, .. } => {
                let width = text::RoughMeasure.width(text, font).min(rect.width());
                align.align_size_within_rect(vec2(width, font.size), *rect)
            }
            Self::Box { rect, .. }
            | Self::Phase { rect, .. }
            | Self::Tile { rect, .. }
            | Self::Badge { rect, .. } => *rect,
            Self::Line { points, .. } | Self::Area { points, .. } => Rect::from_points(points),
            Self::Curve { points, .. } => Rect::from_points(points),
            Self::Grid { corner, size, step, columns, colours } => {
                let (across, down) = match colours.len() {
                    0 => return Rect::NOTHING,
                    cells => {
                        (cells.min(*columns).max(1) - 1, cells.div_ceil((*columns).max(1)) - 1)
                    }
                };
                let last = vec2(across as f32 * step.x, down as f32 * step.y);
                Rect::from_min_size(*corner, last + *size)
            }
            Self::Dot { centre, radius, .. } => {
                Rect::from_center_size(*centre, Vec2::splat(2.0 * radius))
            }
        }
    }

    fn shift(&mut self, by: Vec2) {
        match self {
            Self::Text { rect, .. }
            | Self::Box { rect, .. }
            | Self::Phase { rect, .. }
            | Self::Tile { rect, .. }
            | Self::Badge { rect, .. } => *rect = rect.translate(by),
            Self::Line { points, .. } | Self::Area { points, .. } => {
                points.iter_mut().for_each(|point| *point += by);
            }
            Self::Curve { points, .. } => points.iter_mut().for_each(|point| *point += by),
            Self::Dot { centre, .. } => *centre += by,
            Self::Grid { corner, .. } => *corner += by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn moves_and_measures_all_it_has() {
        let mut picture = Picture::default();
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(20.0, 10.0));
        picture.rounded(rect, 3.0, Color32::WHITE, Stroke::NONE);
        picture.dot(pos2(50.0, 20.0), 5.0, Color32::BLACK);
        picture.spot(rect, 3.0, Selection::Actor(ActorId(1)), "A1");
        assert_eq!(picture.bounds(), Rect::from_min_max(pos2(10.0, 10.0), pos2(55.0, 25.0)));
        picture.shift(vec2(5.0, -5.0));
        assert_eq!(picture.bounds(), Rect::from_min_max(pos2(15.0, 5.0), pos2(60.0, 20.0)));
        assert_eq!(picture.spots[0].rect.min, pos2(15.0, 5.0));
    }
}
