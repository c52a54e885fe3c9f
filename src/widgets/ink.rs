//! Shapes written straight into one mesh, because thousands of egui shapes cost too much.

use egui::{Color32, Mesh, Pos2, Rect, Vec2, pos2, vec2};

/// Points of a rounded corner, as directions from its centre; each is also the outward normal there.
const CORNER: [Vec2; 3] = [
    vec2(1.0, 0.0),
    vec2(std::f32::consts::FRAC_1_SQRT_2, std::f32::consts::FRAC_1_SQRT_2),
    vec2(0.0, 1.0),
];
/// As [`CORNER`], of a corner so large that three points would show.
const LARGE_CORNER: [Vec2; 5] = [
    CORNER[0],
    vec2(0.923_879_5, 0.382_683_43),
    CORNER[1],
    vec2(0.382_683_43, 0.923_879_5),
    CORNER[2],
];
/// Radius from which a corner is large, in points: three points are off by a third of a point there.
const LARGE: f32 = 4.5;

/// The points of a corner with a radius.
fn corner(radius: f32) -> &'static [Vec2] {
    if radius < LARGE { &CORNER } else { &LARGE_CORNER }
}

/// A mesh and the size of a pixel. Edges fade over one pixel, like egui's own.
pub(crate) struct Ink {
    pub(crate) mesh: Mesh,
    px: f32,
}

impl Ink {
    pub(crate) fn new(pixels_per_point: f32) -> Self {
        Self { mesh: Mesh::default(), px: 1.0 / pixels_per_point.max(0.1) }
    }

    /// Reserves memory for a number of plain rectangles.
    pub(crate) fn reserve(&mut self, rects: usize) {
        self.mesh.reserve_vertices(4 * rects);
        self.mesh.reserve_triangles(2 * rects);
    }

    /// One pixel in points.
    pub(crate) fn px(&self) -> f32 {
        self.px
    }

    /// A coordinate rounded to the nearest border between pixels.
    pub(crate) fn snap(&self, v: f32) -> f32 {
        // Rounding by hand: this is done for every edge of every span, and `round` is a call.
        const OFF: f32 = 65_536.0;
        if v.abs() < OFF {
            ((v / self.px + (OFF + 0.5)) as i32 - OFF as i32) as f32 * self.px
        } else {
            v
        }
    }

    /// The rectangle on whole pixels, at least one wide and high.
    pub(crate) fn snapped(&self, rect: Rect) -> Rect {
        let (left, top) = (self.snap(rect.left()), self.snap(rect.top()));
        let right = self.snap(rect.right()).max(left + self.px);
        let bottom = self.snap(rect.bottom()).max(top + self.px);
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }

    /// A plain rectangle with hard edges.
    pub(crate) fn rect(&mut self, rect: Rect, colour: Color32) {
        if rect.is_positive() && colour != Color32::TRANSPARENT {
            self.mesh.add_colored_rect(rect, colour);
        }
    }

    /// A filled rectangle with round corners.
    pub(crate) fn round(&mut self, rect: Rect, radius: f32, colour: Color32) {
        let radius = radius.min(0.5 * rect.width().min(rect.height()));
        if radius < 2.0 * self.px {
            return self.rect(rect, colour);
        }
        let half = 0.5 * self.px;
        let inner = self.outline(rect, radius, -half, colour);
        let outer = self.outline(rect, radius, half, Color32::TRANSPARENT);
        let points = outer - inner;
        for i in 2..points {
            self.mesh.add_triangle(inner, inner + i - 1, inner + i);
        }
        self.band(inner, outer, points);
    }

    /// A filled shape with a convex outline.
    pub(crate) fn polygon(&mut self, outline: &[Pos2], colour: Color32) {
        let count = outline.len();
        if count < 3 {
            return;
        }
        let half = 0.5 * self.px;
        let area: f32 = (0..count)
            .map(|i| {
                let (p, q) = (outline[i].to_vec2(), outline[(i + 1) % count].to_vec2());
                p.x * q.y - q.x * p.y
            })
            .sum();
        // Outlines may run either way.
        let outward = if area < 0.0 { -1.0 } else { 1.0 };
        let normal = |i: usize| {
            let along = outline[(i + 1) % count] - outline[i % count];
            outward * along.normalized().rot90()
        };
        let inner = self.mesh.vertices.len() as u32;
        for (shift, colour) in [(-half, colour), (half, Color32::TRANSPARENT)] {
            for (i, point) in outline.iter().enumerate() {
                let across = (normal(i + count - 1) + normal(i)).normalized();
                self.mesh.colored_vertex(*point + shift * across, colour);
            }
        }
        let points = count as u32;
        for i in 2..points {
            self.mesh.add_triangle(inner, inner + i - 1, inner + i);
        }
        self.band(inner, inner + points, points);
    }

    /// The edge of a rectangle with round corners, drawn inside it.
    pub(crate) fn ring(&mut self, rect: Rect, radius: f32, width: f32, colour: Color32) {
        let radius = radius.min(0.5 * rect.width().min(rect.height()));
        if radius < 2.0 * self.px {
            let (x, y) = (width.min(rect.width()), width.min(rect.height()));
            self.rect(rect.with_max_y(rect.top() + y), colour);
            self.rect(rect.with_min_y(rect.bottom() - y), colour);
            self.rect(rect.with_max_x(rect.left() + x), colour);
            return self.rect(rect.with_min_x(rect.right() - x), colour);
        }
        let half = 0.5 * self.px;
        let a = self.outline(rect, radius, half, Color32::TRANSPARENT);
        let b = self.outline(rect, radius, -half, colour);
        let c = self.outline(rect, radius, half - width, colour);
        let d = self.outline(rect, radius, -half - width, Color32::TRANSPARENT);
        let points = b - a;
        for (from, to) in [(a, b), (b, c), (c, d)] {
            self.band(from, to, points);
        }
    }

    /// The points of a rounded rectangle grown by `grow`; returns the index of the first.
    fn outline(&mut self, rect: Rect, radius: f32, grow: f32, colour: Color32) -> u32 {
        let first = self.mesh.vertices.len() as u32;
        let room = (0.5 * rect.width().min(rect.height()) - radius).max(0.0);
        let rect = rect.shrink(radius);
        let reach = (radius + grow).max(0.0);
        // Past the centre of the corner the points would cross over: move the centre instead.
        let inset = (-(radius + grow)).clamp(0.0, room);
        let centres = [
            (rect.right_bottom(), vec2(1.0, 1.0)),
            (rect.left_bottom(), vec2(-1.0, 1.0)),
            (rect.left_top(), vec2(-1.0, -1.0)),
            (rect.right_top(), vec2(1.0, -1.0)),
        ];
        let corner = corner(radius);
        for (i, (centre, sign)) in centres.into_iter().enumerate() {
            let centre = centre - sign * inset;
            for k in 0..corner.len() {
                // Every second corner runs backwards, so that the points go around.
                let dir = corner[if i % 2 == 0 { k } else { corner.len() - 1 - k }];
                let p = centre + vec2(dir.x * sign.x, dir.y * sign.y) * reach;
                self.mesh.colored_vertex(p, colour);
            }
        }
        first
    }

    /// The band between two outlines of so many points each.
    fn band(&mut self, a: u32, b: u32, points: u32) {
        for i in 0..points {
            let j = (i + 1) % points;
            self.mesh.add_triangle(a + i, b + i, b + j);
            self.mesh.add_triangle(a + i, b + j, a + j);
        }
    }

    /// Diagonal stripes (`/`), `pitch` apart along x and `width` wide along x, at the same places for every rectangle of
    /// the same top: neighbours line up.
    pub(crate) fn hatch(&mut self, rect: Rect, pitch: f32, width: f32, colour: Color32) {
        if !rect.is_positive() {
            return;
        }
        let (clear, fade) = (Color32::TRANSPARENT, 0.7 * self.px);
        let height = rect.height();
        // A stripe is where x + (y - top) lies between two values.
        let mut at = (rect.left() / pitch).floor() * pitch - pitch;
        while at - height < rect.right() {
            if at + width + fade > rect.left() {
                let first = self.mesh.vertices.len() as u32;
                self.across(rect, at - fade, clear);
                self.across(rect, at + fade, colour);
                self.across(rect, at + width - fade, colour);
                self.across(rect, at + width + fade, clear);
                for v in [first, first + 2, first + 4] {
                    self.mesh.add_triangle(v, v + 1, v + 2);
                    self.mesh.add_triangle(v + 1, v + 3, v + 2);
                }
            }
            at += pitch;
        }
    }

    /// The two ends of the part of a line inside a rectangle on which x + (y - top) has a value; of a line that passes it
    /// by, twice the corner next to it.
    fn across(&mut self, rect: Rect, value: f32, colour: Color32) {
        let height = rect.height();
        for y in [value - rect.right(), value - rect.left()] {
            let y = y.clamp(0.0, height);
            let x = (value - y).clamp(rect.left(), rect.right());
            self.mesh.colored_vertex(pos2(x, rect.top() + y), colour);
        }
    }

    /// Dots on a grid that is the same for every rectangle of the same top.
    pub(crate) fn dots(&mut self, rect: Rect, pitch: f32, size: f32, colour: Color32) {
        let size = self.snap(size).max(self.px);
        let rows = (rect.height() / pitch).floor().max(1.0);
        let top = rect.center().y - 0.5 * (rows - 1.0) * pitch;
        for row in 0..rows as usize {
            let y = self.snap(top + row as f32 * pitch - 0.5 * size);
            let shift = if row % 2 == 0 { 0.0 } else { 0.5 * pitch };
            let mut x = ((rect.left() - shift) / pitch).ceil() * pitch + shift;
            while x + size <= rect.right() {
                let min = pos2(self.snap(x), y);
                self.rect(Rect::from_min_size(min, Vec2::splat(size)), colour);
                x += pitch;
            }
        }
    }

    /// A dashed edge inside a rectangle.
    pub(crate) fn dashes(&mut self, rect: Rect, dash: f32, gap: f32, colour: Color32) {
        let w = self.px.max(1.0);
        let mut x = (rect.left() / (dash + gap)).floor() * (dash + gap);
        while x < rect.right() {
            let (a, b) = (x.max(rect.left()), (x + dash).min(rect.right()));
            for y in [rect.top(), rect.bottom() - w] {
                self.rect(Rect::from_min_max(pos2(a, y), pos2(b, y + w)), colour);
            }
            x += dash + gap;
        }
        let mut y = rect.top();
        while y < rect.bottom() {
            let b = (y + dash).min(rect.bottom());
            for x in [rect.left(), rect.right() - w] {
                self.rect(Rect::from_min_max(pos2(x, y), pos2(x + w, b)), colour);
            }
            y += dash + gap;
        }
    }

    /// A straight line with soft edges.
    pub(crate) fn line(&mut self, a: Pos2, b: Pos2, width: f32, colour: Color32) {
        let across = (b - a).normalized().rot90();
        let half = 0.5 * width;
        let fade = 0.5 * self.px;
        let first = self.mesh.vertices.len() as u32;
        let rails = [
            (-half - fade, Color32::TRANSPARENT),
            (fade - half, colour),
            (half - fade, colour),
            (half + fade, Color32::TRANSPARENT),
        ];
        for (d, c) in rails {
            self.mesh.colored_vertex(a + across * d, c);
            self.mesh.colored_vertex(b + across * d, c);
        }
        for i in 0..3 {
            let v = first + 2 * i;
            self.mesh.add_triangle(v, v + 1, v + 2);
            self.mesh.add_triangle(v + 1, v + 3, v + 2);
        }
    }

    /// A tick of the given width, for what has come to its end.
    pub(crate) fn tick(&mut self, centre: Pos2, width: f32, thick: f32, colour: Color32) {
        let foot = centre + vec2(-0.12 * width, 0.34 * width);
        let heel = centre + vec2(-0.5 * width, -0.02 * width);
        let tip = centre + vec2(0.5 * width, -0.36 * width);
        // Each a little past the corner, which would have a notch else.
        let past = |from: Pos2| foot + 0.5 * thick * (foot - from).normalized();
        self.line(heel, past(heel), thick, colour);
        self.line(tip, past(tip), thick, colour);
    }

    /// A cross of the given width, for what has failed.
    pub(crate) fn cross(&mut self, centre: Pos2, width: f32, thick: f32, colour: Color32) {
        let arm = 0.5 * width;
        self.line(centre - vec2(arm, arm), centre + vec2(arm, arm), thick, colour);
        self.line(centre + vec2(-arm, arm), centre + vec2(arm, -arm), thick, colour);
    }

    /// A square that stands on a corner, from its centre to a corner so far.
    pub(crate) fn diamond(&mut self, centre: Pos2, size: f32, colour: Color32) {
        let first = self.mesh.vertices.len() as u32;
        for corner in [vec2(0.0, -size), vec2(size, 0.0), vec2(0.0, size), vec2(-size, 0.0)] {
            self.mesh.colored_vertex(centre + corner, colour);
        }
        self.mesh.add_triangle(first, first + 1, first + 2);
        self.mesh.add_triangle(first, first + 2, first + 3);
    }

    /// A padlock of the given height, for holding.
    pub(crate) fn lock_mark(&mut self, centre: Pos2, height: f32, colour: Color32) {
        let body = Rect::from_center_size(
            centre + vec2(0.0, 0.22 * height),
            vec2(0.8 * height, 0.56 * height),
        );
        let shackle = Rect::from_center_size(
            centre - vec2(0.0, 0.12 * height),
            vec2(0.52 * height, 0.76 * height),
        );
        self.ring(shackle, 0.26 * height, (0.13 * height).max(self.px), colour);
        let body = self.snapped(body);
        self.rect(body, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(ink: &Ink) -> Rect {
        ink.mesh.calc_bounds()
    }

    #[test]
    fn hatching_stays_inside_and_lines_up() {
        for (x, w) in [(0.0, 3.0), (10.0, 40.0), (7.3, 0.5), (-20.0, 300.0)] {
            let mut ink = Ink::new(1.0);
            let rect = Rect::from_min_size(pos2(x, 5.0), vec2(w, 22.0));
            ink.hatch(rect, 7.0, 3.0, Color32::BLACK);
            assert!(ink.mesh.is_valid());
            if !ink.mesh.is_empty() {
                assert!(rect.expand(0.01).contains_rect(drawn(&ink)), "{rect:?}");
            }
        }
        // Two neighbours draw at their border what one rectangle would.
        let corners = |parts: &[(f32, f32)]| {
            let mut ink = Ink::new(1.0);
            for &(a, b) in parts {
                let rect = Rect::from_min_max(pos2(a, 0.0), pos2(b, 20.0));
                ink.hatch(rect, 7.0, 3.0, Color32::BLACK);
            }
            let mut top: Vec<i64> = ink
                .mesh
                .vertices
                .iter()
                .filter(|v| v.pos.y == 0.0 && v.color == Color32::BLACK)
                .map(|v| (v.pos.x * 100.0).round() as i64)
                .collect();
            top.sort_unstable();
            top.dedup();
            top.retain(|x| *x != 3_300);
            top
        };
        assert_eq!(corners(&[(0.0, 100.0)]), corners(&[(0.0, 33.0), (33.0, 100.0)]));
    }

    #[test]
    fn polygons_fade_outwards_whichever_way_they_run() {
        let mut square = [pos2(10.0, 10.0), pos2(30.0, 10.0), pos2(30.0, 20.0), pos2(10.0, 20.0)];
        for _ in 0..2 {
            let mut ink = Ink::new(1.0);
            ink.polygon(&square, Color32::BLACK);
            assert!(ink.mesh.is_valid());
            let extent = |colour: Color32| {
                let points = ink.mesh.vertices.iter().filter(|v| v.color == colour);
                points.map(|v| v.pos).fold(Rect::NOTHING, |all, p| all.union(Rect::from_pos(p)))
            };
            let whole = Rect::from_points(&square);
            assert!(whole.contains_rect(extent(Color32::BLACK)));
            assert!(extent(Color32::TRANSPARENT).contains_rect(whole));
            square.reverse();
        }
    }

    #[test]
    fn round_shapes_are_valid_meshes_of_their_size() {
        for (w, h, r) in [(40.0, 20.0, 4.0), (3.0, 3.0, 9.0), (0.5, 20.0, 3.0)] {
            let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(w, h));
            let mut ink = Ink::new(2.0);
            ink.round(rect, r, Color32::BLACK);
            ink.ring(rect, r, 1.0, Color32::BLACK);
            assert!(ink.mesh.is_valid());
            assert!(rect.expand(0.6).contains_rect(drawn(&ink)));
        }
    }
}
