//! Triangles to pixels on the CPU.
//!
//! Takes what `egui::Context::tessellate` gives and paints it by the rules of egui's own GL painter: colours multiply
//! and blend in gamma space, premultiplied, no dithering; the anti-aliasing is in the mesh (feathered edges), so a
//! pixel is either in a triangle or not.
//!
//! Invariants:
//! - Coverage is decided in whole numbers (corners snap to 1/256 pixel, top-left rule), so two triangles that share
//!   an edge never leave a gap and never paint a pixel twice.
//! - Colours use only the float operations that IEEE 754 fixes to the last bit, never a platform's maths library: the
//!   same primitives give the same bytes everywhere.
//! - Odd input (NaN, indices out of range, unknown textures, paint callbacks) is skipped, never a panic.

mod cover;
mod shade;
mod texture;

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, Mesh, Primitive};
use egui::{Color32, ColorImage, Rect, TextureId, TextureOptions, TexturesDelta};

use super::{ExportError, MAX_PIXELS, MAX_SIDE};
use cover::{Corner, PixelRect, Place, Point};
use shade::Paint;
use texture::Texture;

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Red, green, blue, alpha, 8 bits each in sRGB, row by row from the top. Alpha is *not* multiplied in, which is
    /// what PNG files and window icons want.
    pub rgba: Vec<u8>,
}

impl Image {
    /// The pixel in column `x` of row `y`, from the top left.
    ///
    /// # Panics
    /// Outside the picture.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        assert!(x < self.width && y < self.height, "no pixel ({x}, {y})");
        let at = (y * self.width + x) * 4;
        [self.rgba[at], self.rgba[at + 1], self.rgba[at + 2], self.rgba[at + 3]]
    }

    /// The part of the picture from column `x` and row `y`, as much of `width` × `height` as lies inside.
    ///
    /// # Errors
    /// [`ExportError::EmptyPart`] if none of it does.
    pub fn crop(
        &self,
        x: usize,
        y: usize,
        width: usize,
        height: usize,
    ) -> Result<Self, ExportError> {
        let width = width.min(self.width.saturating_sub(x));
        let height = height.min(self.height.saturating_sub(y));
        if width == 0 || height == 0 {
            return Err(ExportError::EmptyPart);
        }
        let mut rgba = Vec::with_capacity(width * height * 4);
        for row in y..y + height {
            let start = (row * self.width + x) * 4;
            rgba.extend_from_slice(&self.rgba[start..start + width * 4]);
        }
        Ok(Self { width, height, rgba })
    }

    /// This picture with another below it; where one is narrower, its rows go on in their last colour.
    ///
    /// # Errors
    /// [`ExportError::Size`] if both together are too large.
    pub fn above(self, other: &Self) -> Result<Self, ExportError> {
        let (width, height) = (self.width.max(other.width), self.height + other.height);
        check_size([width, height])?;
        let mut rgba = Vec::with_capacity(width * height * 4);
        for image in [&self, other] {
            for row in image.rgba.chunks_exact(4 * image.width.max(1)) {
                rgba.extend_from_slice(row);
                let last = row.last_chunk::<4>().copied().unwrap_or_default();
                for _ in image.width..width {
                    rgba.extend_from_slice(&last);
                }
            }
        }
        Ok(Self { width, height, rgba })
    }
}

/// Paints primitives, and keeps the textures (font atlas, images) they refer to from frame to frame.
#[derive(Debug, Default)]
pub struct Rasteriser {
    textures: HashMap<TextureId, Texture>,
    /// Textures that egui has freed, kept until the frame that may still show them is painted.
    to_free: Vec<TextureId>,
}

impl Rasteriser {
    /// A rasteriser that has no textures yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over the texture changes of a frame and empties `delta`. Call it for *every* frame in order, painted or
    /// not, before [`Self::paint`].
    pub fn update_textures(&mut self, delta: &mut TexturesDelta) {
        for id in self.to_free.drain(..) {
            self.textures.remove(&id);
        }
        for (id, changes) in delta.set.drain() {
            for change in changes {
                match change.pos {
                    None => {
                        if let Some(texture) = Texture::new(&change.image, change.options) {
                            self.textures.insert(id, texture);
                        }
                    }
                    Some(at) => {
                        if let Some(texture) = self.textures.get_mut(&id) {
                            texture.update(at, &change.image, change.options);
                        }
                    }
                }
            }
        }
        self.to_free.extend(delta.free.drain());
    }

    /// Adds or replaces a texture that egui does not manage (`TextureId::User`).
    pub fn set_texture(&mut self, id: TextureId, image: ColorImage, options: TextureOptions) {
        if let Some(texture) = Texture::new(&image.into(), options) {
            self.textures.insert(id, texture);
        }
    }

    /// Paints `primitives`, given in points, over `background` into a picture of `size_px` pixels.
    ///
    /// # Errors
    /// The size or scale makes no picture, or there is no memory for it.
    pub fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        pixels_per_point: f32,
        size_px: [usize; 2],
        background: Color32,
    ) -> Result<Image, ExportError> {
        let mut canvas = Canvas::new(size_px, background)?;
        if !(pixels_per_point.is_finite() && pixels_per_point > 0.0) {
            let side = |points: usize| points as f64 * f64::from(pixels_per_point);
            return Err(ExportError::Size { width: side(size_px[0]), height: side(size_px[1]) });
        }
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else {
                continue;
            };
            let clip = canvas.clip(*clip_rect, pixels_per_point);
            if clip.is_empty() {
                continue;
            }
            match self.textures.get(&mesh.texture_id) {
                Some(texture) => canvas.mesh(mesh, texture, pixels_per_point, clip),
                None => log::warn!("texture {:?} is not known: not painted", mesh.texture_id),
            }
        }
        Ok(canvas.finish())
    }
}

/// The largest texture egui may ask for, in texels a side.
pub(super) const MAX_TEXTURE_SIDE: usize = 8192;

/// Whether a picture of this size is allowed.
pub(super) fn check_size([width, height]: [usize; 2]) -> Result<(), ExportError> {
    let fits = |side: usize| (1..=MAX_SIDE).contains(&side);
    if fits(width) && fits(height) && width * height <= MAX_PIXELS {
        Ok(())
    } else {
        Err(ExportError::Size { width: width as f64, height: height as f64 })
    }
}

/// The picture while it is painted, premultiplied.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
    opaque: bool,
}

impl Canvas {
    fn new(size: [usize; 2], background: Color32) -> Result<Self, ExportError> {
        check_size(size)?;
        let [width, height] = size;
        let mut pixels = Vec::new();
        pixels
            .try_reserve_exact(width * height)
            .map_err(|_| ExportError::Memory { width, height })?;
        pixels.resize(width * height, background.to_array());
        Ok(Self { width, height, pixels, opaque: background.a() == 255 })
    }

    /// A clip rectangle in whole pixels, rounded as egui's GL painter does.
    fn clip(&self, rect: Rect, pixels_per_point: f32) -> PixelRect {
        // A float-to-int cast saturates, and makes 0 of NaN.
        let side = |points: f32, max: usize| {
            ((points * pixels_per_point).round() as i64).clamp(0, max as i64)
        };
        PixelRect {
            x0: side(rect.min.x, self.width),
            y0: side(rect.min.y, self.height),
            x1: side(rect.max.x, self.width),
            y1: side(rect.max.y, self.height),
        }
    }

    fn mesh(&mut self, mesh: &Mesh, texture: &Texture, scale: f32, clip: PixelRect) {
        let places: Vec<Place> =
            mesh.vertices.iter().map(|vertex| Place::of(vertex, scale)).collect();
        let place = |index: u32| *places.get(index as usize).unwrap_or(&Place::Nowhere);
        let vertex = |index: u32| &mesh.vertices[index as usize];
        let corner = |index: u32| Corner::new(vertex(index), scale);

        let mut indices = mesh.indices.as_slice();
        while let [a, b, c, ref rest @ ..] = *indices {
            let corners = || [a, b, c].map(corner);
            indices = rest;
            match [a, b, c].map(place) {
                [Place::Near(p), Place::Near(q), Place::Near(r)] => {
                    // Rectangles and glyphs come as two triangles over one diagonal: paint both at once.
                    if let [d, e, f, ref after @ ..] = *rest
                        && (d, e) == (c, b)
                        && let Place::Near(s) = place(f)
                        && let Some(area) = cover::rectangle([p, q, r, s])
                        && shade::is_flat_over([a, b, c, f].map(vertex))
                    {
                        let area = area.intersect(clip);
                        if !area.is_empty()
                            && let Some(paint) = Paint::new([p, q, r], corners(), texture)
                        {
                            self.spans(area.rows(), &paint, texture);
                        }
                        indices = after;
                        continue;
                    }
                    self.triangle([p, q, r], corners, texture, clip);
                }
                places if places.iter().any(|p| matches!(p, Place::Nowhere)) => {}
                _ => {
                    for near in cover::cut_to_near(corners()) {
                        let points = near.map(|corner| corner.point());
                        self.triangle(points, || near, texture, clip);
                    }
                }
            }
        }
    }

    fn triangle(
        &mut self,
        points: [Point; 3],
        corners: impl FnOnce() -> [Corner; 3],
        texture: &Texture,
        clip: PixelRect,
    ) {
        if let Some(triangle) = cover::Triangle::new(points, clip)
            && let Some(paint) = Paint::new(points, corners(), texture)
        {
            self.spans(triangle.rows(), &paint, texture);
        }
    }

    fn spans(
        &mut self,
        spans: impl Iterator<Item = cover::Span>,
        paint: &Paint,
        texture: &Texture,
    ) {
        for span in spans {
            let row = span.y * self.width;
            let pixels = &mut self.pixels[row + span.x0..row + span.x1];
            paint.span(span.x0, span.y, pixels, texture);
        }
    }

    fn finish(self) -> Image {
        let mut pixels = self.pixels;
        if !self.opaque {
            for pixel in &mut pixels {
                *pixel = unmultiplied(*pixel);
            }
        }
        Image { width: self.width, height: self.height, rgba: pixels.into_flattened() }
    }
}

/// Straight alpha from premultiplied, rounded to nearest. Light without alpha (egui's additive colours) has no
/// straight form; it keeps its colour where there is alpha under it and is lost where there is none.
fn unmultiplied([r, g, b, a]: [u8; 4]) -> [u8; 4] {
    if a == 0 {
        return [0; 4];
    }
    let half = u32::from(a) / 2;
    let straight = |c: u8| ((u32::from(c) * 255 + half) / u32::from(a)).min(255) as u8;
    [straight(r), straight(g), straight(b), a]
}
