//! Figures as vectors: the shapes that egui collected, as rectangles, discs, outlines and texts, in a form that SVG and
//! PDF share.
//!
//! Nothing is turned into triangles on the way: a rectangle stays one, a text stays text. What has no plain form (a
//! blurred shadow, a gradient, an image) becomes a small picture in its place.

mod font;
mod mesh;
pub mod pdf;
mod shapes;
pub mod svg;
mod text;

use super::raster::{Image, Rasteriser};
use egui::epaint::ClippedShape;
use egui::{Color32, Pos2, Rect, Stroke, TextureId, Vec2};
use std::collections::BTreeSet;

pub use svg::Embedded;

/// A figure: marks, from the back to the front, on a ground.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// Its size in points.
    size: Vec2,
    ground: Color32,
    marks: Vec<Mark>,
}

impl Drawing {
    /// Reads what lies inside `frame` of the shapes of a frame, which were laid out for so many pixels a point.
    pub(super) fn read(
        shapes: &[ClippedShape],
        frame: Rect,
        pixels_per_point: f32,
        ground: Color32,
        rasteriser: &Rasteriser,
    ) -> Self {
        let marks = shapes::read(shapes, frame, pixels_per_point, rasteriser);
        Self { size: frame.size(), ground, marks }
    }

    /// Its size in points.
    pub fn size(&self) -> [f32; 2] {
        self.size.into()
    }

    /// Sets another drawing below this one, on the ground of this one.
    pub fn below(&mut self, other: Self) {
        let down = Vec2::new(0.0, self.size.y);
        self.size = Vec2::new(self.size.x.max(other.size.x), self.size.y + other.size.y);
        self.marks.extend(other.marks.into_iter().map(|mark| mark.moved(down)));
    }

    /// The signs that each font is used for.
    fn signs(&self) -> [BTreeSet<char>; font::COUNT] {
        let mut signs: [BTreeSet<char>; font::COUNT] = Default::default();
        for mark in &self.marks {
            if let What::Text(run) = &mark.what {
                signs[run.face].extend(run.glyphs.iter().map(|(sign, _)| *sign));
            }
        }
        signs
    }
}

/// A mark, and what of it shows.
#[derive(Clone, Debug)]
struct Mark {
    /// Only what lies in here shows; nothing where that is all of it.
    clip: Option<Rect>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// A rectangle with round corners; its edge lies on the outline, half inside and half outside.
    Box {
        rect: Rect,
        radius: f32,
        fill: Color32,
        edge: Stroke,
    },
    /// A disc or an ellipse.
    Disc {
        centre: Pos2,
        radius: Vec2,
        fill: Color32,
        edge: Stroke,
    },
    /// Lines, curves and areas. What is inside is by the rule of windings that are not zero.
    Path {
        steps: Vec<Step>,
        fill: Color32,
        edge: Stroke,
    },
    Text(text::Run),
    Picture {
        rect: Rect,
        image: Image,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Move(Pos2),
    Line(Pos2),
    /// Two control points and the end.
    Curve([Pos2; 3]),
    Close,
}

impl Mark {
    fn moved(mut self, by: Vec2) -> Self {
        self.clip = self.clip.map(|clip| clip.translate(by));
        match &mut self.what {
            What::Box { rect, .. } | What::Picture { rect, .. } => *rect = rect.translate(by),
            What::Disc { centre, .. } => *centre += by,
            What::Text(run) => run.at += by,
            What::Path { steps, .. } => {
                for step in steps {
                    match step {
                        Step::Move(to) | Step::Line(to) => *to += by,
                        Step::Curve(points) => *points = points.map(|point| point + by),
                        Step::Close => {}
                    }
                }
            }
        }
        self
    }
}

/// The corners of a rectangle as steps.
fn corners(rect: Rect) -> [Step; 5] {
    [
        Step::Move(rect.left_top()),
        Step::Line(rect.right_top()),
        Step::Line(rect.right_bottom()),
        Step::Line(rect.left_bottom()),
        Step::Close,
    ]
}

/// The rectangle that these steps draw, as [`corners`] does.
fn rectangle(steps: &[Step]) -> Option<Rect> {
    let &[Step::Move(a), Step::Line(b), Step::Line(c), Step::Line(d), Step::Close] = steps else {
        return None;
    };
    let upright = a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x;
    upright.then(|| Rect::from_two_pos(a, c))
}

/// Red, green and blue, and how far it covers, 0 to 1.
fn shade(colour: Color32) -> ([u8; 3], f32) {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    ([r, g, b], f32::from(a) / 255.0)
}

/// The picture of a mesh alone, on no ground; nothing where it cannot be made.
fn picture(rasteriser: &Rasteriser, mesh: egui::Mesh, place: Rect, scale: f32) -> Option<Image> {
    use egui::epaint::{ClippedPrimitive, Primitive};
    let mut mesh = mesh;
    mesh.translate(-place.min.to_vec2());
    let size = [place.width(), place.height()].map(|side| (side * scale).ceil() as usize);
    let clip_rect = Rect::from_min_size(Pos2::ZERO, place.size());
    let primitives = [ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }];
    let image = rasteriser.paint(&primitives, scale, size, Color32::TRANSPARENT);
    image.inspect_err(|error| log::warn!("a part of a figure is left out: {error}")).ok()
}

/// The texture of shapes without an image.
const PLAIN: TextureId = TextureId::Managed(0);
