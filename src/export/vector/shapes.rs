//! egui's shapes as marks, snapped to the pixels that they were laid out for, as when they are painted.

use super::mesh::{self, Part};
use super::{Mark, PLAIN, Step, What, corners, picture, text};
use crate::export::raster::Rasteriser;
use egui::emath::{GuiRounding as _, TSTransform};
use egui::epaint::{
    CircleShape, ClippedShape, ColorMode, CubicBezierShape, PathShape, QuadraticBezierShape,
    RectShape, TessellationOptions, Tessellator,
};
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2};

/// The marks of what lies inside a frame, from the frame's corner on.
pub(super) fn read(
    shapes: &[ClippedShape],
    frame: Rect,
    pixels_per_point: f32,
    rasteriser: &Rasteriser,
) -> Vec<Mark> {
    // The corner lies on a whole pixel, so that what was snapped stays snapped.
    let shift = -frame.min.round_to_pixels(pixels_per_point).to_vec2();
    let frame = frame.translate(shift);
    let mut reader = Reader { pixels_per_point, rasteriser, clip: frame, marks: Vec::new() };
    for ClippedShape { clip_rect, shape, transform_after_tessellation: transform } in shapes {
        let clip = clip_rect.translate(shift).round_to_pixels(pixels_per_point);
        reader.clip = clip.intersect(frame);
        if !reader.clip.is_positive() {
            continue;
        }
        let mut shape = shape.clone();
        shape.translate(shift);
        if *transform != TSTransform::IDENTITY {
            let about = TSTransform::from_translation(shift);
            shape.transform(about * *transform * about.inverse());
        }
        reader.shape(shape);
    }
    reader.marks
}

struct Reader<'a> {
    pixels_per_point: f32,
    rasteriser: &'a Rasteriser,
    /// What shows of the shapes that are being read.
    clip: Rect,
    marks: Vec<Mark>,
}

impl Reader<'_> {
    fn pixel(&self) -> f32 {
        1.0 / self.pixels_per_point
    }

    /// Adds a mark of this extent, if any of it shows.
    fn add(&mut self, extent: Rect, what: What) {
        if !extent.intersects(self.clip) {
            return;
        }
        let clip = (!self.clip.contains_rect(extent)).then_some(self.clip);
        // Lines of one stroke, and areas of one colour, are one path: dashes, the spans of lanes.
        if let What::Path { steps, fill, edge } = &what
            && let Some(Mark {
                clip: last_clip,
                what: What::Path { steps: last, fill: f, edge: e },
            }) = self.marks.last_mut()
            && (*last_clip, *f, *e) == (clip, *fill, *edge)
            && is_opaque_or_clear(*fill)
            && (edge.is_empty() || *fill == Color32::TRANSPARENT && edge.color.is_opaque())
        {
            return last.extend_from_slice(steps);
        }
        self.marks.push(Mark { clip, what });
    }

    fn shape(&mut self, shape: Shape) {
        match shape {
            Shape::Noop | Shape::Callback(_) => {}
            Shape::Vec(shapes) => shapes.into_iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(CircleShape { center, radius, fill, stroke }) => {
                // The edge lies outside.
                let (edge, width) = (visible(stroke), visible(stroke).width);
                let extent = Rect::from_center_size(center, Vec2::splat(2.0 * (radius + width)));
                let radius = Vec2::splat(radius + 0.5 * width);
                self.add(extent, What::Disc { centre: center, radius, fill, edge });
            }
            Shape::Ellipse(shape) if shape.angle == 0.0 => {
                let edge = visible(shape.stroke);
                let radius = shape.radius + Vec2::splat(0.5 * edge.width);
                let extent = Rect::from_center_size(shape.center, 2.0 * radius).expand(edge.width);
                let (centre, fill) = (shape.center, shape.fill);
                self.add(extent, What::Disc { centre, radius, fill, edge });
            }
            Shape::LineSegment { points, stroke } => self.line(points, stroke),
            Shape::Path(shape) => self.path(shape),
            Shape::Rect(shape) => self.rect(shape),
            Shape::Text(shape) => {
                let (meshes, runs) = text::read(&shape, self.pixels_per_point);
                meshes.into_iter().for_each(|mesh| self.mesh(mesh));
                for run in runs {
                    let reach = Vec2::new(run.length, 1.2 * run.size);
                    let extent = match run.angle {
                        0.0 => Rect::from_min_max(
                            run.at - Vec2::new(0.0, 0.8 * run.size),
                            run.at + Vec2::new(run.length, 0.25 * run.size),
                        ),
                        _ => Rect::from_center_size(run.at, Vec2::splat(2.0 * reach.length())),
                    };
                    self.add(extent, What::Text(run));
                }
            }
            Shape::Mesh(mesh) => self.mesh(Mesh::clone(&mesh)),
            Shape::CubicBezier(shape) => {
                let CubicBezierShape { points: [from, rest @ ..], closed, fill, ref stroke } =
                    shape;
                self.curve(from, rest, closed, fill, stroke);
            }
            Shape::QuadraticBezier(shape) => {
                let QuadraticBezierShape { points: [a, b, c], closed, fill, ref stroke } = shape;
                let rest = [a.lerp(b, 2.0 / 3.0), c.lerp(b, 2.0 / 3.0), c];
                self.curve(a, rest, closed, fill, stroke);
            }
            other @ (Shape::Band(_) | Shape::Ellipse(_)) => self.triangles(other),
        }
    }

    fn curve(
        &mut self,
        from: Pos2,
        rest: [Pos2; 3],
        closed: bool,
        fill: Color32,
        stroke: &egui::epaint::PathStroke,
    ) {
        let ColorMode::Solid(colour) = stroke.color else { return };
        let edge = visible(Stroke::new(stroke.width, colour));
        let mut steps = vec![Step::Move(from), Step::Curve(rest)];
        if closed {
            steps.push(Step::Close);
        }
        let extent = Rect::from_points(&[&[from][..], &rest].concat()).expand(edge.width);
        self.add(extent, What::Path { steps, fill, edge });
    }

    fn line(&mut self, [mut a, mut b]: [Pos2; 2], stroke: Stroke) {
        let edge = visible(stroke);
        if edge.is_empty() {
            return;
        }
        if a.x == b.x {
            edge.round_center_to_pixel(self.pixels_per_point, &mut a.x);
            b.x = a.x;
        } else if a.y == b.y {
            edge.round_center_to_pixel(self.pixels_per_point, &mut a.y);
            b.y = a.y;
        }
        let extent = Rect::from_two_pos(a, b).expand(0.5 * edge.width);
        let steps = vec![Step::Move(a), Step::Line(b)];
        self.add(extent, What::Path { steps, fill: Color32::TRANSPARENT, edge });
    }

    fn path(&mut self, shape: PathShape) {
        let ColorMode::Solid(colour) = shape.stroke.color else {
            return self.triangles(Shape::Path(shape));
        };
        let edge = visible(Stroke::new(shape.stroke.width, colour));
        let fill = if shape.closed { shape.fill } else { Color32::TRANSPARENT };
        let mut steps = outline(&shape.points);
        if shape.closed {
            steps.push(Step::Close);
        }
        if steps.len() > 1 && (!edge.is_empty() || fill != Color32::TRANSPARENT) {
            let extent = Rect::from_points(&shape.points).expand(edge.width);
            self.add(extent, What::Path { steps, fill, edge });
        }
    }

    fn rect(&mut self, shape: RectShape) {
        if shape.brush.is_some() || shape.angle != 0.0 || shape.blur_width > 0.0 {
            return self.triangles(Shape::Rect(shape));
        }
        let RectShape { mut rect, mut fill, stroke_kind, corner_radius, .. } = shape;
        let mut edge = visible(shape.stroke);
        let outside = match stroke_kind {
            StrokeKind::Inside => 0.0,
            StrokeKind::Middle => 0.5,
            StrokeKind::Outside => 1.0,
        };
        let outer = rect.expand(outside * edge.width);
        if !edge.is_empty() && outer.size().min_elem() <= 2.0 * edge.width + 0.5 * self.pixel() {
            // An edge that covers all of it.
            (rect, fill, edge) = (outer, edge.color, Stroke::NONE);
        }
        if fill == Color32::TRANSPARENT && edge.is_empty() || rect.is_negative() {
            return;
        }
        if shape.round_to_pixels.unwrap_or(true) {
            rect = self.snapped(rect, edge, stroke_kind);
        }
        // From the edge's outer or inner side to its middle.
        let grow = (outside - 0.5) * edge.width;
        let middle = rect.expand(grow);
        let [nw, ne, sw, se] =
            [corner_radius.nw, corner_radius.ne, corner_radius.sw, corner_radius.se].map(f32::from);
        let most = 0.5 * middle.size().min_elem();
        let bent = |radius: f32| {
            if radius == 0.0 { 0.0 } else { (radius + grow).clamp(0.0, most.max(0.0)) }
        };
        let extent = rect.expand(edge.width);
        if [ne, sw, se].iter().all(|other| *other == nw) {
            let radius = bent(nw);
            return self.add(extent, What::Box { rect: middle, radius, fill, edge });
        }
        let mut steps = Vec::new();
        let turns = [
            (middle.right_top(), Vec2::new(-1.0, 0.0), Vec2::new(0.0, 1.0), bent(ne)),
            (middle.right_bottom(), Vec2::new(0.0, -1.0), Vec2::new(-1.0, 0.0), bent(se)),
            (middle.left_bottom(), Vec2::new(1.0, 0.0), Vec2::new(0.0, -1.0), bent(sw)),
            (middle.left_top(), Vec2::new(0.0, 1.0), Vec2::new(1.0, 0.0), bent(nw)),
        ];
        // How far the control points of a quarter of a circle lie from its ends.
        const BEND: f32 = 0.447_715;
        for (corner, before, after, radius) in turns {
            let (from, to) = (corner + before * radius, corner + after * radius);
            steps.push(if steps.is_empty() { Step::Move(from) } else { Step::Line(from) });
            if radius > 0.0 {
                let bend = BEND * radius;
                steps.push(Step::Curve([corner + before * bend, corner + after * bend, to]));
            }
        }
        steps.push(Step::Close);
        self.add(extent, What::Path { steps, fill, edge });
    }

    /// A rectangle on the pixels that egui paints it on.
    fn snapped(&self, rect: Rect, edge: Stroke, kind: StrokeKind) -> Rect {
        let scale = self.pixels_per_point;
        let thin = 2.0 * self.pixel();
        if edge.is_empty() && (rect.width() <= thin || rect.height() <= thin) {
            // A line, in truth: its middle is snapped, and it keeps its width.
            let mut centre = rect.center();
            if rect.width() <= thin {
                let line = Stroke::new(rect.width(), Color32::BLACK);
                line.round_center_to_pixel(scale, &mut centre.x);
            } else {
                let line = Stroke::new(rect.height(), Color32::BLACK);
                line.round_center_to_pixel(scale, &mut centre.y);
            }
            return Rect::from_center_size(centre, rect.size());
        }
        if kind != StrokeKind::Middle || edge.is_empty() {
            return rect.round_to_pixels(scale);
        }
        let mut snapped = rect;
        for side in [&mut snapped.min.x, &mut snapped.min.y, &mut snapped.max.x, &mut snapped.max.y]
        {
            edge.round_center_to_pixel(scale, side);
        }
        snapped
    }

    /// A shape that has no plain form, by way of egui's triangles.
    fn triangles(&mut self, shape: Shape) {
        let is_blurred = matches!(&shape, Shape::Rect(rect) if rect.blur_width > 0.0);
        let texture = match &shape {
            Shape::Rect(rect) => rect.brush.as_ref().map(|brush| brush.fill_texture_id),
            _ => None,
        };
        let options =
            TessellationOptions { prerasterized_discs: false, ..TessellationOptions::default() };
        let mut tessellator = Tessellator::new(self.pixels_per_point, options, [1, 1], Vec::new());
        let mut mesh = Mesh::with_texture(texture.unwrap_or(PLAIN));
        tessellator.tessellate_shape(shape, &mut mesh);
        if is_blurred {
            return self.picture(mesh);
        }
        self.mesh(mesh);
    }

    fn mesh(&mut self, mesh: Mesh) {
        for part in mesh::parts(&mesh) {
            match part {
                Part::Rect(rect, fill) => {
                    let (steps, edge) = (corners(rect).to_vec(), Stroke::NONE);
                    self.add(rect, What::Path { steps, fill, edge });
                }
                Part::Area(outlines, fill) => {
                    let extent = Rect::from_points(&outlines.concat());
                    let mut steps = Vec::new();
                    for points in &outlines {
                        steps.append(&mut outline(points));
                        steps.push(Step::Close);
                    }
                    self.add(extent, What::Path { steps, fill, edge: Stroke::NONE });
                }
                Part::Shaded(mesh) => self.picture(mesh),
            }
        }
    }

    fn picture(&mut self, mesh: Mesh) {
        let scale = self.pixels_per_point;
        let place = mesh.calc_bounds().intersect(self.clip);
        // A pixel more: an edge may fade.
        let place = place.expand(self.pixel()).round_to_pixels(scale);
        if place.is_positive()
            && let Some(image) = picture(self.rasteriser, mesh, place, scale)
        {
            self.add(place, What::Picture { rect: place, image });
        }
    }
}

/// The steps along points.
fn outline(points: &[Pos2]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(points.len() + 1);
    for point in points {
        steps.push(if steps.is_empty() { Step::Move(*point) } else { Step::Line(*point) });
    }
    steps
}

fn visible(stroke: Stroke) -> Stroke {
    if stroke.is_empty() { Stroke::NONE } else { stroke }
}

/// Whether it makes no difference that two areas of this colour that lie over each other are painted at once.
fn is_opaque_or_clear(colour: Color32) -> bool {
    colour.is_opaque() || colour == Color32::TRANSPARENT
}
