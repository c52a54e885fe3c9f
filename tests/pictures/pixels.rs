//! Known shapes hit exactly these pixels with exactly these colours.

use egui::epaint::{Mesh, Vertex};
use egui::{Color32, ColorImage, TextureFilter, TextureId, TextureOptions, TextureWrapMode, pos2};

use super::{box_mesh, count, paint, plain, primitive, rect, triangle, try_paint};

const RED: Color32 = Color32::from_rgb(200, 10, 30);
const WHITE: [u8; 4] = [255; 4];

#[test]
fn an_opaque_rectangle_covers_its_pixels_and_no_other() {
    let image = paint([box_mesh(rect(2.0, 3.0, 7.0, 5.0), RED)]);
    for y in 0..16 {
        for x in 0..16 {
            let inside = (2..7).contains(&x) && (3..5).contains(&y);
            let expected = if inside { RED.to_array() } else { WHITE };
            assert_eq!(image.pixel(x, y), expected, "({x}, {y})");
        }
    }
}

#[test]
fn a_pixel_belongs_to_what_covers_its_middle() {
    // Middles at 2.5 and 6.5: the left and top edge own theirs, the right and bottom do not.
    let image = paint([box_mesh(rect(2.5, 2.6, 6.5, 6.4), RED)]);
    assert_eq!(count(&image, RED.to_array()), 4 * 3);
    assert_eq!(image.pixel(2, 3), RED.to_array());
    assert_eq!(image.pixel(6, 3), WHITE);
}

#[test]
fn the_clip_rectangle_cuts_in_whole_pixels() {
    let mut shape = primitive(box_mesh(rect(0.0, 0.0, 16.0, 16.0), RED));
    shape.clip_rect = rect(3.4, 5.6, 8.5, 9.0);
    let image = try_paint(&[shape], 1.0, [16, 16]).unwrap();
    // 3.4 → 3, 8.5 → 9; 5.6 → 6.
    assert_eq!(count(&image, RED.to_array()), (9 - 3) * (9 - 6));
    assert_eq!(image.pixel(3, 6), RED.to_array());
    assert_eq!(image.pixel(2, 6), WHITE);
    assert_eq!(image.pixel(8, 8), RED.to_array());
}

#[test]
fn semi_transparent_colours_blend_premultiplied_in_gamma_space() {
    for alpha in [1, 37, 128, 200, 254] {
        let over = Color32::from_rgba_unmultiplied(20, 140, 250, alpha);
        let image = paint([
            box_mesh(rect(0.0, 0.0, 16.0, 16.0), RED),
            box_mesh(rect(4.0, 4.0, 8.0, 8.0), over),
        ]);
        let expected: Vec<u8> = (0..4)
            .map(|i| {
                let old = f64::from(RED.to_array()[i]);
                let keep = 1.0 - f64::from(alpha) / 255.0;
                (f64::from(over.to_array()[i]) + old * keep).round() as u8
            })
            .collect();
        assert_eq!(image.pixel(5, 5).as_slice(), expected, "alpha {alpha}");
    }
}

#[test]
fn colours_change_evenly_between_corners() {
    let mut mesh = box_mesh(rect(0.0, 0.0, 16.0, 16.0), Color32::BLACK);
    for vertex in &mut mesh.vertices {
        vertex.color = Color32::from_gray(if vertex.pos.x > 8.0 { 255 } else { 0 });
    }
    let image = paint([mesh]);
    for x in 0..16 {
        let gray = (255.0 * (x as f64 + 0.5) / 16.0).round() as u8;
        for y in [0, 7, 15] {
            assert_eq!(image.pixel(x, y), [gray, gray, gray, 255], "({x}, {y})");
        }
    }
}

#[test]
fn triangles_that_share_edges_leave_no_gap_and_overlap_nowhere() {
    // A fan around an odd middle: half-transparent, so that a pixel painted twice would show.
    let half = Color32::from_black_alpha(100);
    let middle = pos2(7.37, 8.21);
    let rim: Vec<_> = (0..13)
        .map(|i| {
            let angle = i as f32 / 13.0 * std::f32::consts::TAU;
            middle + 40.0 * egui::Vec2::angled(angle)
        })
        .collect();
    let fan = (0..13)
        .map(|i| triangle([(middle, half), (rim[i], half), (rim[(i + 1) % rim.len()], half)]));
    let image = paint(fan);
    let once = image.pixel(0, 0);
    assert_ne!(once, WHITE);
    assert_eq!(count(&image, once), 16 * 16);
}

#[test]
fn turning_a_triangle_over_changes_nothing() {
    let corners = [
        (pos2(1.3, 2.2), RED),
        (pos2(14.1, 5.0), Color32::GREEN),
        (pos2(6.0, 15.5), Color32::BLUE),
    ];
    let [a, b, c] = corners;
    assert_eq!(paint([triangle([a, b, c])]), paint([triangle([b, a, c])]));
}

/// A texture of 2 × 1 texels, black and white, stretched over 16 × 16 pixels, `repeats` times.
fn stretched(options: TextureOptions, repeats: f32) -> Vec<u8> {
    let mut rasteriser = plain();
    let id = TextureId::User(7);
    let texels = ColorImage::new([2, 1], vec![Color32::BLACK, Color32::WHITE]);
    rasteriser.set_texture(id, texels, options);
    let mut mesh = Mesh::with_texture(id);
    mesh.add_rect_with_uv(rect(0.0, 0.0, 16.0, 16.0), rect(0.0, 0.0, repeats, 1.0), Color32::WHITE);
    let image = rasteriser.paint(&[primitive(mesh)], 1.0, [16, 16], Color32::RED).unwrap();
    (0..16).map(|x| image.pixel(x, 9)[0]).collect()
}

#[test]
fn textures_are_filtered_and_wrapped_as_told() {
    let mut halves = vec![0; 8];
    halves.extend([255; 8]);
    assert_eq!(stretched(TextureOptions::NEAREST, 1.0), halves);

    let smooth = stretched(TextureOptions::LINEAR, 1.0);
    assert!(smooth.is_sorted(), "{smooth:?}");
    assert_eq!((smooth[0], smooth[3], smooth[12], smooth[15]), (0, 0, 255, 255));
    // Between the middles of the texels: a sixteenth of the way, and so on.
    assert_eq!(smooth[4..6], [16, 48]);

    let twice = [[0; 4], [255; 4], [0; 4], [255; 4]].concat();
    assert_eq!(stretched(TextureOptions::NEAREST_REPEAT, 2.0), twice);
    let there_and_back = [[0; 4], [255; 4], [255; 4], [0; 4]].concat();
    let mirrored = TextureOptions {
        magnification: TextureFilter::Nearest,
        wrap_mode: TextureWrapMode::MirroredRepeat,
        ..TextureOptions::default()
    };
    assert_eq!(stretched(mirrored, 2.0), there_and_back);
    let to_the_edge = [vec![0; 4], vec![255; 12]].concat();
    assert_eq!(stretched(TextureOptions::NEAREST, 2.0), to_the_edge);
}

#[test]
fn a_texture_tints_with_the_colour_of_the_corners() {
    let mut rasteriser = plain();
    let id = TextureId::User(1);
    let half = Color32::from_white_alpha(128);
    rasteriser.set_texture(id, ColorImage::filled([4, 4], half), TextureOptions::LINEAR);
    let mut mesh = Mesh::with_texture(id);
    mesh.add_rect_with_uv(rect(0.0, 0.0, 4.0, 4.0), rect(0.0, 0.0, 1.0, 1.0), RED);
    let image = rasteriser.paint(&[primitive(mesh)], 1.0, [4, 4], Color32::WHITE).unwrap();
    let [r, g, b, _] = RED.to_array().map(f64::from);
    let part = 128.0 / 255.0;
    let expected = [r, g, b].map(|c| (c * part + 255.0 * (1.0 - part)).round() as u8);
    assert_eq!(image.pixel(2, 2)[..3], expected);
}

#[test]
fn a_transparent_ground_gives_straight_alpha() {
    let half_red = Color32::from_rgba_unmultiplied(255, 0, 0, 128);
    let shape = primitive(box_mesh(rect(0.0, 0.0, 2.0, 2.0), half_red));
    let image = plain().paint(&[shape], 1.0, [4, 4], Color32::TRANSPARENT).unwrap();
    assert_eq!(image.pixel(1, 1), [255, 0, 0, 128]);
    assert_eq!(image.pixel(3, 3), [0; 4]);
}

#[test]
fn a_scale_of_two_doubles_every_pixel() {
    let shapes = [primitive(box_mesh(rect(2.0, 3.0, 7.0, 5.0), RED))];
    let one = try_paint(&shapes, 1.0, [16, 16]).unwrap();
    let two = try_paint(&shapes, 2.0, [32, 32]).unwrap();
    for y in 0..32 {
        for x in 0..32 {
            assert_eq!(two.pixel(x, y), one.pixel(x / 2, y / 2), "({x}, {y})");
        }
    }
}

#[test]
fn a_mirrored_picture_is_a_mirror_image() {
    let mut rasteriser = plain();
    let id = TextureId::User(3);
    let texels = (0..4).map(|i| Color32::from_gray(i * 80)).collect();
    rasteriser.set_texture(id, ColorImage::new([4, 1], texels), TextureOptions::NEAREST);
    let row = |left: f32, right: f32| -> Vec<u8> {
        let mut mesh = Mesh::with_texture(id);
        let uvs = [(left, 0.0), (right, 0.0), (left, 1.0), (right, 1.0)];
        let places = [(0.0, 0.0), (8.0, 0.0), (0.0, 8.0), (8.0, 8.0)];
        for ((x, y), (u, v)) in places.into_iter().zip(uvs) {
            mesh.vertices.push(Vertex { pos: pos2(x, y), uv: pos2(u, v), color: Color32::WHITE });
        }
        mesh.indices = vec![0, 1, 2, 2, 1, 3];
        let image = rasteriser.paint(&[primitive(mesh)], 1.0, [8, 8], Color32::RED).unwrap();
        (0..8).map(|x| image.pixel(x, 4)[0]).collect()
    };
    let forward = row(0.0, 1.0);
    assert_eq!(forward, [0, 0, 80, 80, 160, 160, 240, 240]);
    let mut backward = row(1.0, 0.0);
    backward.reverse();
    assert_eq!(backward, forward);
}

#[test]
fn the_same_triangles_give_these_bytes_on_every_machine() {
    let mut rasteriser = plain();
    let id = TextureId::User(9);
    let texels = (0..=255).map(Color32::from_gray).collect();
    rasteriser.set_texture(id, ColorImage::new([16, 16], texels), TextureOptions::LINEAR);
    let mut image = Mesh::with_texture(id);
    image.add_rect_with_uv(rect(1.3, 2.7, 40.1, 33.9), rect(-0.1, 0.2, 0.7, 1.3), RED);
    let glass = Color32::from_rgba_premultiplied(10, 90, 40, 120);
    let slanted = triangle([
        (pos2(0.21, 47.3), glass),
        (pos2(47.9, 30.02), Color32::GREEN),
        (pos2(11.1, -5.5), Color32::TRANSPARENT),
    ]);
    let picture = rasteriser
        .paint(&[primitive(image), primitive(slanted)], 1.25, [48, 48], Color32::WHITE)
        .unwrap();
    // FNV-1a: short, and the same for ever.
    let checksum = picture.rgba.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(checksum, 0x22e0_0b4c_542f_638a, "{checksum:#x}");
}
