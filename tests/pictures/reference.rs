//! A naive second rasteriser, by the book and in double precision, that the real one must agree with.

use std::collections::HashMap;

use concurrency_lab::export::raster::{Image, Rasteriser};
use concurrency_lab::widgets::fonts;
use egui::epaint::{ClippedPrimitive, ImageData, Primitive, Vertex};
use egui::{Color32, ColorImage, Context, Pos2, RawInput, Rect, TextureId, Ui, vec2};

type Textures = HashMap<TextureId, ColorImage>;

#[test]
fn widgets_look_as_a_naive_rasteriser_paints_them() {
    for scale in [1.0, 1.5] {
        let (ours, reference) = both(vec2(300.0, 150.0), scale, widgets);
        let mut worst = (0, 0);
        for (i, (a, b)) in ours.rgba.iter().zip(&reference.rgba).enumerate() {
            worst = worst.max((a.abs_diff(*b), i / 4));
        }
        let (difference, pixel) = worst;
        let place = (pixel % ours.width, pixel / ours.width);
        assert!(difference <= 1, "differs by {difference} at {place:?}");
        let inked = super::common::share_not(&ours, Color32::WHITE);
        assert!(inked > 0.2, "the picture shows something: {inked}");
    }
}

fn widgets(ui: &mut Ui) {
    let mut on = true;
    let mut number = 0.4;
    ui.heading("Lock and list");
    ui.horizontal(|ui| {
        let _ = ui.button("Run →");
        ui.checkbox(&mut on, "with the lock");
        ui.add(egui::Slider::new(&mut number, 0.0..=1.0));
    });
    ui.monospace("with lock:  # 1.2 ms");
    let (place, _) = ui.allocate_exact_size(vec2(280.0, 50.0), egui::Sense::hover());
    let painter = ui.painter();
    let center = place.center();
    painter.rect_filled(place.shrink(3.3), 6.0, Color32::from_rgb(0, 158, 115));
    let glass = Color32::from_rgba_unmultiplied(230, 159, 0, 120);
    painter.circle_filled(center, 18.4, glass);
    painter.line_segment([place.left_top(), place.right_bottom()], (1.7, Color32::DARK_BLUE));
    painter.circle_stroke(center + vec2(40.0, 3.0), 11.1, (2.5, Color32::RED));
}

/// The same shapes painted by the rasteriser and by the reference.
fn both(size: egui::Vec2, scale: f32, mut ui: impl FnMut(&mut Ui)) -> (Image, Image) {
    let ctx = Context::default();
    fonts::install(&ctx);
    ctx.set_theme(egui::Theme::Light);
    let mut rasteriser = Rasteriser::new();
    let mut textures = Textures::new();
    let mut shapes = Vec::new();
    for frame in 0..3 {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(f64::from(frame)),
            ..RawInput::default()
        };
        for viewport in input.viewports.values_mut() {
            viewport.native_pixels_per_point = Some(scale);
        }
        let mut output = ctx.run_ui(input, &mut ui);
        for (id, changes) in &output.textures_delta.set {
            for change in changes {
                let ImageData::Color(image) = &change.image;
                match change.pos {
                    None => drop(textures.insert(*id, image.as_ref().clone())),
                    Some([x0, y0]) => {
                        let texture = textures.get_mut(id).unwrap();
                        for y in 0..image.height() {
                            for x in 0..image.width() {
                                texture[(x0 + x, y0 + y)] = image[(x, y)];
                            }
                        }
                    }
                }
            }
        }
        rasteriser.update_textures(&mut output.textures_delta);
        shapes = output.shapes;
    }
    let primitives = ctx.tessellate(shapes, scale);
    let px = [size.x * scale, size.y * scale].map(|side| side.round() as usize);
    let ours = rasteriser.paint(&primitives, scale, px, Color32::WHITE).unwrap();
    (ours, paint(&primitives, &textures, f64::from(scale), px))
}

fn paint(shapes: &[ClippedPrimitive], textures: &Textures, scale: f64, px: [usize; 2]) -> Image {
    let [width, height] = px;
    let mut rgba = vec![255; width * height * 4];
    for ClippedPrimitive { clip_rect, primitive } in shapes {
        let Primitive::Mesh(mesh) = primitive else {
            continue;
        };
        let side = |points: f32, max: usize| {
            (f64::from(points) * scale).round().clamp(0.0, max as f64) as usize
        };
        let columns = side(clip_rect.min.x, width)..side(clip_rect.max.x, width);
        let rows = side(clip_rect.min.y, height)..side(clip_rect.max.y, height);
        let texture = &textures[&mesh.texture_id];
        for indices in mesh.indices.chunks_exact(3) {
            let corners = [0, 1, 2].map(|i| &mesh.vertices[indices[i] as usize]);
            let Some(triangle) = Triangle::new(corners, scale) else {
                continue;
            };
            for y in rows.clone().filter(|y| triangle.reaches(1, *y)) {
                for x in columns.clone().filter(|x| triangle.reaches(0, *x)) {
                    let Some(weights) = triangle.weights(x as f64 + 0.5, y as f64 + 0.5) else {
                        continue;
                    };
                    let color = shade(corners, weights, texture);
                    let at = (y * width + x) * 4;
                    for i in 0..4 {
                        let old = f64::from(rgba[at + i]) / 255.0;
                        let new = color[i] + old * (1.0 - color[3]);
                        rgba[at + i] = (new * 255.0).round().clamp(0.0, 255.0) as u8;
                    }
                }
            }
        }
    }
    Image { width, height, rgba }
}

struct Triangle {
    corners: [[f64; 2]; 3],
    area: f64,
}

/// Twice the area of the triangle, positive if it turns clockwise on screen.
fn area(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

impl Triangle {
    fn new(corners: [&Vertex; 3], scale: f64) -> Option<Self> {
        let snap = |points: f32| (f64::from(points) * scale * 256.0).round() / 256.0;
        let corners = corners.map(|vertex| [snap(vertex.pos.x), snap(vertex.pos.y)]);
        let area = area(corners[0], corners[1], corners[2]);
        (area != 0.0).then_some(Self { corners, area })
    }

    /// Whether the column or row lies between its outermost corners: only to save time.
    fn reaches(&self, axis: usize, pixel: usize) -> bool {
        let sides = self.corners.map(|corner| corner[axis]);
        let low = sides.iter().copied().fold(f64::INFINITY, f64::min);
        let high = sides.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (low - 1.0..=high + 1.0).contains(&(pixel as f64))
    }

    /// The share of each corner at this point, if it is inside.
    fn weights(&self, x: f64, y: f64) -> Option<[f64; 3]> {
        let [a, b, c] = self.corners;
        let point = [x, y];
        let shares = [(b, c), (c, a), (a, b)].map(|(from, to)| {
            let share = area(from, to, point) / self.area;
            // On the line itself only left and top edges count. Which those are depends on the way round.
            let turn = self.area.signum();
            let (dx, dy) = ((to[0] - from[0]) * turn, (to[1] - from[1]) * turn);
            let left_or_top = dy < 0.0 || (dy == 0.0 && dx > 0.0);
            (share > 0.0 || (share == 0.0 && left_or_top)).then_some(share)
        });
        let [Some(a), Some(b), Some(c)] = shares else {
            return None;
        };
        Some([a, b, c])
    }
}

/// The colour at a point of a triangle, 0 to 1.
fn shade(corners: [&Vertex; 3], weights: [f64; 3], texture: &ColorImage) -> [f64; 4] {
    let mix = |value: &dyn Fn(&Vertex) -> f32| -> f64 {
        let values = corners.iter().map(|corner| f64::from(value(corner)));
        values.zip(weights).map(|(value, weight)| value * weight).sum()
    };
    let u = mix(&|corner| corner.uv.x) * texture.width() as f64 - 0.5;
    let v = mix(&|corner| corner.uv.y) * texture.height() as f64 - 0.5;
    let (left, top) = (u.floor(), v.floor());
    let (right, below) = (u - left, v - top);
    let texel = |dx: f64, dy: f64| {
        let x = (left + dx).clamp(0.0, texture.width() as f64 - 1.0) as usize;
        let y = (top + dy).clamp(0.0, texture.height() as f64 - 1.0) as usize;
        texture[(x, y)].to_array()
    };
    let [tl, tr, bl, br] = [texel(0.0, 0.0), texel(1.0, 0.0), texel(0.0, 1.0), texel(1.0, 1.0)];
    [0, 1, 2, 3].map(|i| {
        let row =
            |l: [u8; 4], r: [u8; 4]| f64::from(l[i]) * (1.0 - right) + f64::from(r[i]) * right;
        let sampled = row(tl, tr) * (1.0 - below) + row(bl, br) * below;
        mix(&|corner| f32::from(corner.color.to_array()[i])) / 255.0 * sampled / 255.0
    })
}
