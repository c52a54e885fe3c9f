//! Pictures made without a display: pixels, files, fonts and the icon.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod files;
mod fonts;
mod odd;
mod offscreen;
mod outside;
mod pixels;
mod reference;
mod snapshots;
mod vectors;

use concurrency_lab::export::ExportError;
use concurrency_lab::export::raster::{Image, Rasteriser};
use egui::epaint::{ClippedPrimitive, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, Pos2, Rect, TextureId, TextureOptions, pos2};

/// A rasteriser that knows the one texture plain shapes need: a white pixel.
fn plain() -> Rasteriser {
    let mut rasteriser = Rasteriser::new();
    let white = ColorImage::filled([1, 1], Color32::WHITE);
    rasteriser.set_texture(TextureId::default(), white, TextureOptions::LINEAR);
    rasteriser
}

fn primitive(mesh: Mesh) -> ClippedPrimitive {
    ClippedPrimitive { clip_rect: Rect::EVERYTHING, primitive: Primitive::Mesh(mesh) }
}

fn rect(x0: f32, y0: f32, x1: f32, y1: f32) -> Rect {
    Rect::from_min_max(pos2(x0, y0), pos2(x1, y1))
}

/// An upright rectangle as egui's meshes have them.
fn box_mesh(area: Rect, color: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(area, color);
    mesh
}

fn triangle(corners: [(Pos2, Color32); 3]) -> Mesh {
    let mut mesh = Mesh::default();
    for (pos, color) in corners {
        mesh.vertices.push(Vertex::untextured(pos, color));
    }
    mesh.indices = vec![0, 1, 2];
    mesh
}

/// `meshes` on white, 16 × 16 pixels, one point a pixel.
fn paint(meshes: impl IntoIterator<Item = Mesh>) -> Image {
    let primitives: Vec<_> = meshes.into_iter().map(primitive).collect();
    try_paint(&primitives, 1.0, [16, 16]).unwrap()
}

fn try_paint(
    primitives: &[ClippedPrimitive],
    scale: f32,
    size: [usize; 2],
) -> Result<Image, ExportError> {
    plain().paint(primitives, scale, size, Color32::WHITE)
}

/// The pixels of `image` that are `color`.
fn count(image: &Image, color: [u8; 4]) -> usize {
    let pixels = image.rgba.as_chunks::<4>().0;
    pixels.iter().filter(|&&pixel| pixel == color).count()
}
