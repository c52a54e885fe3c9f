//! The colours of covered pixels, a row at a time.

use egui::epaint::Vertex;

use super::cover::{Corner, Point};
use super::texture::{FRACTION, Texture};

/// A linear function of the position, for `N` values at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane<const N: usize> {
    /// A corner in pixels, and the values there.
    origin: [f64; 2],
    value: [f64; N],
    /// Change for each pixel to the right and down.
    right: [f64; N],
    down: [f64; N],
}

impl<const N: usize> Plane<N> {
    /// The function through the values at three corners; nothing where these lie in one line.
    fn new(points: [Point; 3], [v0, v1, v2]: [[f64; N]; 3]) -> Option<Self> {
        let [p0, p1, p2] = points.map(Point::position);
        let (x1, y1) = (p1[0] - p0[0], p1[1] - p0[1]);
        let (x2, y2) = (p2[0] - p0[0], p2[1] - p0[1]);
        let area = x1 * y2 - x2 * y1;
        if area == 0.0 {
            return None;
        }
        let per_area = 1.0 / area;
        let mut plane = Self { origin: p0, value: v0, right: [0.0; N], down: [0.0; N] };
        for i in 0..N {
            let (d1, d2) = (v1[i] - v0[i], v2[i] - v0[i]);
            plane.right[i] = (d1 * y2 - d2 * y1) * per_area;
            plane.down[i] = (d2 * x1 - d1 * x2) * per_area;
        }
        Some(plane)
    }

    /// The values in the middle of a pixel.
    fn at(&self, x: usize, y: usize) -> [f64; N] {
        let x = x as f64 + 0.5 - self.origin[0];
        let y = y as f64 + 0.5 - self.origin[1];
        let mut values = self.value;
        for (i, value) in values.iter_mut().enumerate() {
            *value += self.right[i] * x + self.down[i] * y;
        }
        values
    }
}

/// Whether the values at four corners of a rectangle lie in one plane, so that its two triangles look the same as
/// one. Only the plain cases are found: constant along rows or along columns.
pub(super) fn is_flat_over([a, b, c, d]: [&Vertex; 4]) -> bool {
    let colors = [a, b, c, d].map(|vertex| vertex.color);
    let [us, vs] = [0, 1].map(|i| [a, b, c, d].map(|vertex| vertex.uv[i]));
    plain(colors) && plain(us) && plain(vs)
}

fn plain<T: PartialEq>([a, b, c, d]: [T; 4]) -> bool {
    (a == b && c == d) || (a == c && b == d)
}

/// How a triangle is filled. Colours are premultiplied, 0 to 255.
#[derive(Debug)]
pub(super) enum Paint {
    /// One colour, exactly.
    Solid([u8; 4]),
    /// Colours between those of the corners.
    Gradient(Plane<4>),
    /// One colour through a texture: text.
    Tinted { color: [f32; 4], texels: Texels },
    /// Colours between those of the corners, through a texture.
    Mixed { color: Plane<4>, texels: Texels },
}

impl Paint {
    /// The fill of a triangle with these corners; nothing where it has no area or cannot be seen.
    pub fn new(points: [Point; 3], corners: [Corner; 3], texture: &Texture) -> Option<Self> {
        let colors = corners.map(|corner| corner.color);
        let one_color = colors[0] == colors[1] && colors[0] == colors[2];
        if one_color && colors[0] == [0.0; 4] {
            return None;
        }
        let [w, h] = texture.size();
        let uvs = corners.map(|corner| [corner.uv[0] * w, corner.uv[1] * h]);
        if uvs[0] != uvs[1] || uvs[0] != uvs[2] {
            let texels = Texels::new(Plane::new(points, uvs)?, texture);
            return Some(if one_color {
                let color = colors[0].map(|channel| channel as f32);
                Self::Tinted { color, texels }
            } else {
                let color = Plane::new(points, colors)?;
                Self::Mixed { color, texels }
            });
        }
        // Shapes without an image sit on one texel, nearly always the white one.
        let [u, v] = uvs[0];
        let white = u == 0.0 && v == 0.0 && texture.starts_white();
        if white && one_color {
            return Some(Self::Solid(colors[0].map(|channel| channel as u8)));
        }
        if white {
            return Some(Self::Gradient(Plane::new(points, colors)?));
        }
        let texel = if texture.is_linear(0.0) {
            texture.linear(fixed(u), fixed(v))?
        } else {
            texture.nearest(fixed(u), fixed(v)).map(f32::from)
        };
        let mut shown = colors;
        for color in &mut shown {
            for (channel, texel) in color.iter_mut().zip(texel) {
                *channel *= f64::from(texel) / 255.0;
            }
        }
        Some(Self::Gradient(Plane::new(points, shown)?))
    }

    /// Fills `pixels`, which start in column `x` of row `y`.
    pub fn span(&self, x: usize, y: usize, pixels: &mut [[u8; 4]], texture: &Texture) {
        match self {
            Self::Solid(color) => solid(pixels, *color),
            Self::Gradient(plane) => {
                let color = Ramp::new(plane, x, y);
                for (i, pixel) in pixels.iter_mut().enumerate() {
                    blend(pixel, color.at(i));
                }
            }
            Self::Tinted { color, texels } => {
                texels.walk(x, y, pixels, texture, |_, pixel, texel| {
                    blend(pixel, tinted(*color, texel));
                });
            }
            Self::Mixed { color, texels } => {
                let color = Ramp::new(color, x, y);
                texels.walk(x, y, pixels, texture, |i, pixel, texel| {
                    blend(pixel, tinted(color.at(i), texel));
                });
            }
        }
    }
}

/// Colours along a row of pixels. Multiplied out, not added up: no error gathers over a long row.
struct Ramp {
    start: [f32; 4],
    step: [f32; 4],
}

impl Ramp {
    fn new(plane: &Plane<4>, x: usize, y: usize) -> Self {
        Self {
            start: plane.at(x, y).map(|value| value as f32),
            step: plane.right.map(|value| value as f32),
        }
    }

    fn at(&self, index: usize) -> [f32; 4] {
        let far = index as f32;
        let Self { start, step } = self;
        [
            start[0] + step[0] * far,
            start[1] + step[1] * far,
            start[2] + step[2] * far,
            start[3] + step[3] * far,
        ]
    }
}

/// The place in the texture of each pixel of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texels {
    plane: Plane<2>,
    linear: bool,
}

impl Texels {
    fn new(plane: Plane<2>, texture: &Texture) -> Self {
        let length = |[u, v]: [f64; 2]| (u * u + v * v).sqrt();
        let per_pixel = length(plane.right).max(length(plane.down));
        // A hair over 1 is rounding, not a smaller picture.
        let linear = texture.is_linear(per_pixel - 1e-3);
        Self { plane, linear }
    }

    /// Calls `paint` for every pixel whose texel is not empty.
    fn walk(
        &self,
        x: usize,
        y: usize,
        pixels: &mut [[u8; 4]],
        texture: &Texture,
        mut paint: impl FnMut(usize, &mut [u8; 4], [f32; 4]),
    ) {
        let [mut u, mut v] = self.plane.at(x, y).map(fixed);
        let [du, dv] = self.plane.right.map(fixed);
        for (i, pixel) in pixels.iter_mut().enumerate() {
            if self.linear {
                if let Some(texel) = texture.linear(u, v) {
                    paint(i, pixel, texel);
                }
            } else {
                let texel = texture.nearest(u, v);
                if texel != [0; 4] {
                    paint(i, pixel, texel.map(f32::from));
                }
            }
            u = u.saturating_add(du);
            v = v.saturating_add(dv);
        }
    }
}

/// A texel coordinate in fixed point.
fn fixed(texels: f64) -> i64 {
    // Far from the limits of the type, so that a neighbour can be asked for.
    const FAR: f64 = (1_i64 << 29) as f64;
    (texels.clamp(-FAR, FAR) * (1_i64 << FRACTION) as f64 + 0.5).floor() as i64
}

fn tinted(color: [f32; 4], texel: [f32; 4]) -> [f32; 4] {
    const SCALE: f32 = 1.0 / 255.0;
    [
        color[0] * texel[0] * SCALE,
        color[1] * texel[1] * SCALE,
        color[2] * texel[2] * SCALE,
        color[3] * texel[3] * SCALE,
    ]
}

/// Premultiplied "over", rounded to nearest.
fn blend(pixel: &mut [u8; 4], color: [f32; 4]) {
    const SCALE: f32 = 1.0 / 255.0;
    let keep = 1.0 - color[3] * SCALE;
    let over = |old: u8, new: f32| (new + f32::from(old) * keep + 0.5) as u8;
    *pixel = [
        over(pixel[0], color[0]),
        over(pixel[1], color[1]),
        over(pixel[2], color[2]),
        over(pixel[3], color[3]),
    ];
}

fn solid(pixels: &mut [[u8; 4]], color: [u8; 4]) {
    if color[3] == 255 {
        pixels.fill(color);
        return;
    }
    let keep = u32::from(255 - color[3]);
    let over = |old: u8, new: u8| {
        let kept = (u32::from(old) * keep + 127) / 255;
        (u32::from(new) + kept).min(255) as u8
    };
    for pixel in pixels {
        *pixel = [
            over(pixel[0], color[0]),
            over(pixel[1], color[1]),
            over(pixel[2], color[2]),
            over(pixel[3], color[3]),
        ];
    }
}
