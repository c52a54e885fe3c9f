//! Damaged and odd input: skipped or refused, never a panic.

use std::sync::Arc;

use concurrency_lab::export::raster::Rasteriser;
use concurrency_lab::export::{ExportError, MAX_SIDE};
use egui::epaint::{ClippedPrimitive, ImageDelta, Mesh, PaintCallback, Primitive};
use egui::{Color32, ColorImage, Rect, TextureId, TextureOptions, TexturesDelta, pos2};

use super::{box_mesh, count, paint, plain, primitive, rect, triangle, try_paint};

const BLUE: Color32 = Color32::from_rgb(0, 0, 200);

#[test]
fn nothing_to_paint_is_the_ground() {
    let image = try_paint(&[], 1.0, [3, 2]).unwrap();
    assert_eq!((image.width, image.height), (3, 2));
    assert_eq!(image.rgba, vec![255; 3 * 2 * 4]);
}

#[test]
fn corners_that_are_no_numbers_cost_their_triangle_only() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut broken = box_mesh(rect(0.0, 0.0, 16.0, 16.0), Color32::BLACK);
        broken.vertices[2].pos.y = bad;
        broken.vertices[0].uv.x = bad;
        let image = paint([broken, box_mesh(rect(0.0, 0.0, 4.0, 4.0), BLUE)]);
        assert_eq!(count(&image, BLUE.to_array()), 16);
        assert_eq!(count(&image, [255; 4]), 16 * 16 - 16);
    }
}

#[test]
fn indices_out_of_range_and_left_over_cost_their_triangle_only() {
    let mut mesh = box_mesh(rect(0.0, 0.0, 4.0, 4.0), BLUE);
    mesh.indices.splice(0..0, [0, 1, 99]);
    mesh.indices.extend([u32::MAX, 0, 1, 2, 3]);
    assert_eq!(count(&paint([mesh]), BLUE.to_array()), 16);
}

#[test]
fn a_mesh_much_larger_than_the_picture_is_cut_to_it() {
    for reach in [1e3, 1e5, 1e7, 1e12_f32] {
        // A rectangle, and a triangle whose slanted side passes through the middle of the picture.
        let all = paint([box_mesh(rect(-reach, -reach, reach, reach), BLUE)]);
        assert_eq!(count(&all, BLUE.to_array()), 16 * 16, "{reach}");
        let half = paint([triangle([
            (pos2(-reach, -reach), BLUE),
            (pos2(reach, -reach), BLUE),
            (pos2(-reach, reach), BLUE),
        ])]);
        for (x, y) in [(0, 0), (15, 0), (0, 15), (15, 15)] {
            // The side is the line x + y = 0, outside the picture but for its corner.
            let inside = x + y < 0;
            assert_eq!(half.pixel(x as usize, y as usize) == BLUE.to_array(), inside);
        }
        let through = paint([triangle([
            (pos2(-reach, 8.0 - reach), BLUE),
            (pos2(reach, 8.0 + reach), BLUE),
            (pos2(-reach, 8.0 + reach), BLUE),
        ])]);
        // Below the line y = x + 8.
        assert_eq!(through.pixel(1, 14), BLUE.to_array(), "{reach}");
        assert_eq!(through.pixel(14, 1), [255; 4], "{reach}");
    }
}

#[test]
fn colours_stay_right_on_a_mesh_that_was_cut() {
    // Black at -1e7, white at +1e7: mid-grey all over the picture.
    let far = 1e7;
    let mut mesh = box_mesh(rect(-far, -far, far, far), Color32::BLACK);
    for vertex in &mut mesh.vertices {
        if vertex.pos.x > 0.0 {
            vertex.color = Color32::WHITE;
        }
    }
    let image = paint([mesh]);
    for x in [0, 8, 15] {
        let gray = image.pixel(x, 8)[0];
        assert!((127..=128).contains(&gray), "{gray}");
    }
}

#[test]
fn flat_and_empty_meshes_paint_nothing() {
    let line = triangle([(pos2(0.0, 0.0), BLUE), (pos2(8.0, 8.0), BLUE), (pos2(16.0, 16.0), BLUE)]);
    let image = paint([line, box_mesh(rect(4.0, 4.0, 4.0, 9.0), BLUE), Mesh::default()]);
    assert_eq!(count(&image, [255; 4]), 16 * 16);
}

#[test]
fn odd_clip_rectangles_cut_everything_or_nothing() {
    let mut shape = primitive(box_mesh(rect(0.0, 0.0, 16.0, 16.0), BLUE));
    for (clip, pixels) in [
        (Rect::NOTHING, 0),
        (Rect::NAN, 0),
        (Rect::EVERYTHING, 256),
        (rect(9.0, 9.0, 3.0, 3.0), 0),
        (rect(-50.0, -50.0, -10.0, -10.0), 0),
        (rect(90.0, 90.0, 100.0, 100.0), 0),
    ] {
        shape.clip_rect = clip;
        let image = try_paint(std::slice::from_ref(&shape), 1.0, [16, 16]).unwrap();
        assert_eq!(count(&image, BLUE.to_array()), pixels, "{clip:?}");
    }
}

#[test]
fn unknown_textures_and_callbacks_are_left_out() {
    let mut unknown = box_mesh(rect(0.0, 0.0, 16.0, 16.0), BLUE);
    unknown.texture_id = TextureId::Managed(42);
    let callback = ClippedPrimitive {
        clip_rect: Rect::EVERYTHING,
        primitive: Primitive::Callback(PaintCallback {
            rect: rect(0.0, 0.0, 16.0, 16.0),
            callback: Arc::new(()),
        }),
    };
    let image = try_paint(&[primitive(unknown), callback], 1.0, [16, 16]).unwrap();
    assert_eq!(count(&image, [255; 4]), 16 * 16);
}

#[test]
fn impossible_sizes_and_scales_are_refused_in_a_sentence() {
    for size in [[0, 5], [5, 0], [MAX_SIDE + 1, 5], [MAX_SIDE, MAX_SIDE], [usize::MAX; 2]] {
        let error = try_paint(&[], 1.0, size).unwrap_err();
        assert!(matches!(error, ExportError::Size { .. }), "{size:?}: {error}");
        let text = error.to_string();
        assert!(text.contains("choose") && !text.contains('\n'), "{text}");
    }
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(try_paint(&[], scale, [5, 5]).is_err(), "{scale}");
    }
}

fn white_texture(delta: &mut TexturesDelta, id: TextureId, size: usize) {
    let image = ColorImage::filled([size, size], Color32::WHITE);
    delta.push(id, ImageDelta::full(image, TextureOptions::NEAREST));
}

#[test]
fn parts_of_a_texture_are_replaced_and_what_hangs_over_is_left_out() {
    let id = TextureId::Managed(0);
    let mut rasteriser = Rasteriser::new();
    let mut delta = TexturesDelta::default();
    white_texture(&mut delta, id, 4);
    let part = |at, size: [usize; 2], color| {
        ImageDelta::partial(at, ColorImage::filled(size, color), TextureOptions::NEAREST)
    };
    delta.push(id, part([1, 1], [2, 1], Color32::RED));
    delta.push(id, part([3, 3], [5, 5], BLUE));
    delta.push(id, part([9, 9], [2, 2], Color32::BLACK));
    delta.push(TextureId::Managed(8), part([0, 0], [1, 1], Color32::BLACK));
    rasteriser.update_textures(&mut delta);
    assert!(delta.is_empty(), "taken over");

    let mut mesh = Mesh::with_texture(id);
    mesh.add_rect_with_uv(rect(0.0, 0.0, 4.0, 4.0), rect(0.0, 0.0, 1.0, 1.0), Color32::WHITE);
    let image = rasteriser.paint(&[primitive(mesh)], 1.0, [4, 4], Color32::GREEN).unwrap();
    assert_eq!(count(&image, Color32::RED.to_array()), 2);
    assert_eq!(image.pixel(1, 1), Color32::RED.to_array());
    assert_eq!(count(&image, BLUE.to_array()), 1);
    assert_eq!(image.pixel(3, 3), BLUE.to_array());
    assert_eq!(count(&image, [255; 4]), 13);
}

#[test]
fn a_texture_freed_in_a_frame_is_still_there_for_that_frame() {
    let id = TextureId::Managed(5);
    let mut mesh = box_mesh(rect(0.0, 0.0, 16.0, 16.0), BLUE);
    mesh.texture_id = id;
    let shapes = [primitive(mesh)];
    let mut rasteriser = plain();
    let mut delta = TexturesDelta::default();
    white_texture(&mut delta, id, 1);
    delta.free(id);
    rasteriser.update_textures(&mut delta);
    let painted = |rasteriser: &Rasteriser| {
        let image = rasteriser.paint(&shapes, 1.0, [16, 16], Color32::WHITE);
        count(&image.unwrap(), BLUE.to_array())
    };
    assert_eq!(painted(&rasteriser), 256);
    rasteriser.update_textures(&mut TexturesDelta::default());
    assert_eq!(painted(&rasteriser), 0);
}
