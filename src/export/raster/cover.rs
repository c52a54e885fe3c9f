//! Which pixels a triangle or rectangle covers, in whole numbers.

use egui::epaint::Vertex;

/// Units of a snapped position to a pixel.
const UNITS: i64 = 256;
/// The middle of a pixel, where coverage is decided.
const MIDDLE: i64 = UNITS / 2;
/// The distance from the top left, in pixels, within which whole-number arithmetic does not overflow. Triangles that
/// reach farther are cut first.
const NEAR: f64 = (1 << 20) as f64;

/// A position in 1/256 pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub x: i64,
    pub y: i64,
}

impl Point {
    /// In pixels.
    pub fn position(self) -> [f64; 2] {
        [self.x as f64 / UNITS as f64, self.y as f64 / UNITS as f64]
    }

    fn snap(pixels: [f64; 2]) -> Self {
        let [x, y] = pixels.map(|v| (v * UNITS as f64 + 0.5).floor() as i64);
        Self { x, y }
    }
}

/// The position of one vertex of a mesh, as coverage is computed from it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Near(Point),
    /// Too far away for whole numbers.
    Far,
    /// A coordinate is not a finite number.
    Nowhere,
}

impl Place {
    pub fn of(vertex: &Vertex, scale: f32) -> Self {
        let Vertex { pos, uv, .. } = vertex;
        let [x, y] = in_pixels(vertex, scale);
        // In one sum: a NaN or an infinity anywhere makes it one.
        if !(pos.x + pos.y + uv.x + uv.y).is_finite() {
            Self::Nowhere
        } else if x.abs() <= NEAR && y.abs() <= NEAR {
            Self::Near(Point::snap([x, y]))
        } else {
            Self::Far
        }
    }
}

fn in_pixels(vertex: &Vertex, scale: f32) -> [f64; 2] {
    [vertex.pos.x, vertex.pos.y].map(|v| f64::from(v) * f64::from(scale))
}

/// The colour of a vertex, and its exact position, which is needed only for triangles that must be cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corner {
    /// Position in pixels.
    exact: [f64; 2],
    /// Texture coordinates, 0 to 1.
    pub uv: [f64; 2],
    /// Premultiplied colour, 0 to 255.
    pub color: [f64; 4],
}

impl Corner {
    pub fn new(vertex: &Vertex, scale: f32) -> Self {
        Self {
            exact: in_pixels(vertex, scale),
            uv: [vertex.uv.x.into(), vertex.uv.y.into()],
            color: vertex.color.to_array().map(f64::from),
        }
    }

    pub fn point(&self) -> Point {
        Point::snap(self.exact)
    }
}

/// Pixels of one row, from `x0` up to but not including `x1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub y: usize,
    pub x0: usize,
    pub x1: usize,
}

/// Whole pixels from `x0`, `y0` up to but not including `x1`, `y1`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PixelRect {
    pub x0: i64,
    pub y0: i64,
    pub x1: i64,
    pub y1: i64,
}

impl PixelRect {
    pub fn is_empty(self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    pub fn intersect(self, other: Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    /// Its rows from top to bottom. Nothing of it may lie left of or above the picture.
    pub fn rows(self) -> impl Iterator<Item = Span> {
        let rows = if self.is_empty() { 0..0 } else { self.y0..self.y1 };
        rows.map(move |y| Span { y: y as usize, x0: self.x0 as usize, x1: self.x1 as usize })
    }
}

/// The first pixel whose middle is at or past `units`.
fn first_at(units: i64) -> i64 {
    // A division rounded up.
    (units + UNITS - 1 - MIDDLE).div_euclid(UNITS)
}

/// The pixels of an upright rectangle given as its four corners (top left, top right, bottom left, bottom right, or a
/// mirror image of that), just as its two triangles would cover them. Nothing if it is not one.
pub(super) fn rectangle([a, b, c, d]: [Point; 4]) -> Option<PixelRect> {
    let upright = a.y == b.y && a.x == c.x && d.x == b.x && d.y == c.y;
    upright.then(|| PixelRect {
        x0: first_at(a.x.min(d.x)),
        y0: first_at(a.y.min(d.y)),
        x1: first_at(a.x.max(d.x)),
        y1: first_at(a.y.max(d.y)),
    })
}

/// An edge as the condition `per_pixel * x + per_row * y + start >= 0` on whole pixels.
#[derive(Clone, Copy, Debug)]
struct Edge {
    per_pixel: i64,
    per_row: i64,
    start: i64,
}

impl Edge {
    /// The side of the line from `p` to `q` that lies clockwise of it on screen.
    fn new(p: Point, q: Point) -> Self {
        let (dx, dy) = (q.x - p.x, q.y - p.y);
        // A middle exactly on the line belongs to it only if the line is a left or a top one.
        let owns_line = dy < 0 || (dy == 0 && dx > 0);
        Self {
            per_pixel: -dy * UNITS,
            per_row: dx * UNITS,
            start: dx * (MIDDLE - p.y) - dy * (MIDDLE - p.x) - i64::from(!owns_line),
        }
    }
}

/// A triangle of some area, cut to a clip rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triangle {
    edges: [Edge; 3],
    bounds: PixelRect,
}

impl Triangle {
    /// The triangle cut to `clip`, or nothing where it covers no pixel of it: most slivers of rounded corners end here.
    pub fn new([a, b, c]: [Point; 3], clip: PixelRect) -> Option<Self> {
        let bounds = clip.intersect(PixelRect {
            x0: first_at(a.x.min(b.x).min(c.x)),
            y0: first_at(a.y.min(b.y).min(c.y)),
            x1: first_at(a.x.max(b.x).max(c.x)),
            y1: first_at(a.y.max(b.y).max(c.y)),
        });
        if bounds.is_empty() {
            return None;
        }
        let doubled_area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        let (b, c) = match doubled_area {
            0 => return None,
            1.. => (b, c),
            _ => (c, b),
        };
        Some(Self { edges: [Edge::new(a, b), Edge::new(b, c), Edge::new(c, a)], bounds })
    }

    /// The pixels of each row that lie in the triangle.
    pub fn rows(self) -> impl Iterator<Item = Span> {
        (self.bounds.y0..self.bounds.y1).filter_map(move |y| self.row(y))
    }

    fn row(&self, y: i64) -> Option<Span> {
        let (mut x0, mut x1) = (self.bounds.x0, self.bounds.x1);
        for edge in &self.edges {
            let here = edge.per_row * y + edge.start;
            if edge.per_pixel > 0 {
                x0 = x0.max(-here.div_euclid(edge.per_pixel));
            } else if edge.per_pixel < 0 {
                x1 = x1.min(here.div_euclid(-edge.per_pixel) + 1);
            } else if here < 0 {
                return None;
            }
        }
        (x0 < x1).then_some(Span { y: y as usize, x0: x0 as usize, x1: x1 as usize })
    }
}

/// The part of a triangle within the range of whole-number arithmetic, as triangles.
pub(super) fn cut_to_near(corners: [Corner; 3]) -> Vec<[Corner; 3]> {
    let mut outline = corners.to_vec();
    for axis in [0, 1] {
        for limit in [-NEAR, NEAR] {
            outline = cut(&outline, axis, limit);
        }
    }
    let Some((first, others)) = outline.split_first() else {
        return Vec::new();
    };
    others.windows(2).map(|pair| [*first, pair[0], pair[1]]).collect()
}

/// The part of a convex outline that lies on the inner side of a horizontal or vertical line.
fn cut(outline: &[Corner], axis: usize, limit: f64) -> Vec<Corner> {
    let inside = |corner: &Corner| corner.exact[axis] * limit.signum() <= NEAR;
    let mut kept = Vec::with_capacity(outline.len() + 1);
    for (i, to) in outline.iter().enumerate() {
        let from = &outline[(i + outline.len() - 1) % outline.len()];
        if inside(from) != inside(to) {
            kept.push(crossing(from, to, axis, limit));
        }
        if inside(to) {
            kept.push(*to);
        }
    }
    kept
}

fn crossing(from: &Corner, to: &Corner, axis: usize, limit: f64) -> Corner {
    let share = (limit - from.exact[axis]) / (to.exact[axis] - from.exact[axis]);
    let mix = |a: f64, b: f64| a + (b - a) * share;
    let mut exact = [0, 1].map(|i| mix(from.exact[i], to.exact[i]));
    exact[axis] = limit;
    Corner {
        exact,
        uv: [0, 1].map(|i| mix(from.uv[i], to.uv[i])),
        color: [0, 1, 2, 3].map(|i| mix(from.color[i], to.color[i])),
    }
}
