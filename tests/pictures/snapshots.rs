//! egui_kittest over the CPU renderer: clicks by accessible name, and pictures against the ones in `tests/snapshots`.

use concurrency_lab::export::icon;
use egui_kittest::kittest::Queryable;
use egui_kittest::{SnapshotOptions, image_snapshot_options};

use super::common;

#[test]
fn a_harness_clicks_by_name_and_shows_the_result() {
    let mut harness = common::harness_state(
        [260.0, 90.0],
        |ui, runs: &mut usize| {
            assert_eq!(ui.max_rect(), ui.ctx().viewport_rect());
            ui.painter().rect_filled(ui.max_rect(), 0.0, egui::Color32::WHITE);
            ui.heading("Lock and list");
            if ui.button("Run").clicked() {
                *runs += 1;
            }
            ui.monospace(format!("runs → {runs}"));
        },
        0,
    );
    harness.get_by_label("Run").click();
    harness.run();
    assert_eq!(*harness.state(), 1);
    harness.snapshot("harness");
}

#[test]
fn the_icon_in_assets_is_the_one_the_app_draws() {
    let image = common::rgba_image(icon::icon(256).unwrap());
    let options = SnapshotOptions::new().threshold(0.2).output_path("assets");
    image_snapshot_options(&image, "icon", &options);
}
