//! Milliseconds to make a picture: `cargo bench --bench raster`.
//!
//! The scene is a wall of widgets, text and about 700 lane bars, 1440×900 points.

use std::hint::black_box;
use std::time::{Duration, Instant};

use concurrency_lab::export::offscreen::Offscreen;
use concurrency_lab::export::{icon, png};
use egui::{Color32, Theme, Ui, vec2};

fn main() {
    for scale in [1.0, 2.0] {
        let mut screen = Offscreen::new([1440.0, 900.0], scale, Theme::Light).expect("a size");
        screen.settle(0.0, 8, gallery);
        let px = format!("{}×{}", 1440.0 * scale, 900.0 * scale);
        let mut time = 1.0;
        report(&format!("lay out, {px}"), || {
            time += 1.0 / 60.0;
            screen.frame(time, Vec::new(), gallery);
        });
        report(&format!("tessellate and paint, {px}"), || {
            black_box(screen.image().expect("a picture"));
        });
        let image = screen.image().expect("a picture");
        report(&format!("PNG, {px}"), || {
            black_box(png::encode(&image).expect("a file"));
        });
    }
    report("icon, 256 px", || {
        black_box(icon::icon(256).expect("an icon"));
    });
}

/// Prints the median of 31 runs and the best; under `cargo test` once is enough.
fn report(what: &str, mut run: impl FnMut()) {
    let runs = if std::env::args().any(|arg| arg == "--bench") {
        run();
        31
    } else {
        1
    };
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{what:<40} median {:7.2} ms   best {:7.2} ms",
        ms(times[times.len() / 2]),
        ms(times[0])
    );
}

fn gallery(ui: &mut Ui) {
    ui.columns(4, |columns| {
        for (i, ui) in columns.iter_mut().enumerate() {
            ui.heading(format!("Column {i}"));
            let mut on = i % 2 == 0;
            let mut number = 12.5 * i as f32;
            for row in 0..9 {
                ui.horizontal(|ui| {
                    ui.checkbox(&mut on, "with the lock");
                    let _ = ui.button(format!("Run {row} →"));
                    ui.add(egui::Slider::new(&mut number, 0.0..=100.0));
                });
                ui.label("remover waits for list lock, held by adder for 1.2 ms; nobody ahead. The list has 3 items.");
                lanes(ui, row);
                ui.monospace(format!("{row:3}  with lock: items.append({i})"));
            }
        }
    });
}

fn lanes(ui: &mut Ui, row: usize) {
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), egui::Sense::hover());
    let colors = [
        Color32::from_rgb(0x00, 0x9E, 0x73),
        Color32::from_rgb(0xE6, 0x9F, 0x00),
        Color32::from_rgba_unmultiplied(0x00, 0x72, 0xB2, 128),
    ];
    for i in 0..20_usize {
        let left = place.left() + 16.3 * i as f32 + row as f32;
        let bar = egui::Rect::from_min_size(egui::pos2(left, place.top()), vec2(13.7, 18.0));
        ui.painter().rect_filled(bar, 3.0, colors[(i + row) % 3]);
    }
}
