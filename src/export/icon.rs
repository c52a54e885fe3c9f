//! The app's icon as pixels, for the window and for the README.

use egui::epaint::{ClippedShape, TessellationOptions, Tessellator};
use egui::{Color32, ColorImage, Pos2, Rect, TextureId, TextureOptions, vec2};

use super::ExportError;
use super::raster::{Image, Rasteriser};
use crate::widgets::icon;

/// The icon at `size` × `size` pixels on a transparent ground.
///
/// # Errors
/// [`ExportError::Size`] if `size` is zero or too large.
pub fn icon(size: u32) -> Result<Image, ExportError> {
    let side = size as f32;
    let rect = Rect::from_min_size(Pos2::ZERO, vec2(side, side));
    let shapes = icon::shapes(rect).into_iter().map(|shape| ClippedShape::new(rect, shape));
    // No text, so no font atlas: a white pixel is all the shapes need.
    let options =
        TessellationOptions { prerasterized_discs: false, ..TessellationOptions::default() };
    let primitives =
        Tessellator::new(1.0, options, [1, 1], Vec::new()).tessellate_shapes(shapes.collect());
    let mut rasteriser = Rasteriser::new();
    let white = ColorImage::filled([1, 1], Color32::WHITE);
    rasteriser.set_texture(TextureId::default(), white, TextureOptions::NEAREST);
    let size = size as usize;
    rasteriser.paint(&primitives, 1.0, [size, size], Color32::TRANSPARENT)
}
