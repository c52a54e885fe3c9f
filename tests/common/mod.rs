//! egui_kittest without a GPU: the app's own CPU rasteriser paints the pictures.
//!
//! ```ignore
//! mod common;
//! let mut harness = common::harness([800.0, 600.0], |ui| app.ui(ui));
//! harness.get_by_label("Run").click();
//! harness.run();
//! harness.snapshot("running"); // against tests/snapshots/running.png
//! ```
//! `UPDATE_SNAPSHOTS=1 cargo test` accepts the pictures as they are now.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code)]

pub mod lines;
pub mod live;
pub mod proc;
pub mod python;
pub mod rename;
pub mod runs;
#[cfg(target_os = "linux")]
pub mod steady;
pub mod window;

use concurrency_lab::export::raster::{Image, Rasteriser};
use concurrency_lab::widgets::fonts;
use egui::{Color32, Context, FullOutput, Theme, Ui, UiBuilder};
use egui_kittest::{Harness, HarnessBuilder, SnapshotOptions, TestRenderer};
use image::RgbaImage;

/// Paints what a harness draws, with nothing but the CPU.
#[derive(Default)]
pub struct CpuRenderer {
    rasteriser: Rasteriser,
}

impl TestRenderer for CpuRenderer {
    fn handle_delta(&mut self, delta: &mut egui::TexturesDelta) {
        self.rasteriser.update_textures(delta);
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let size = [size.x.round() as usize, size.y.round() as usize];
        let primitives = ctx.tessellate(output.shapes.clone(), scale);
        let background = ctx.style_of(ctx.theme()).visuals.panel_fill.to_opaque();
        self.rasteriser
            .paint(&primitives, scale, size, background)
            .map(rgba_image)
            .map_err(|error| error.to_string())
    }
}

/// A harness of `size` points with the app's fonts, the light theme and the CPU renderer. A picture matches its
/// snapshot if each pixel is as good as equal to the eye: curves may round differently on another machine.
pub fn builder<State>(size: [f32; 2]) -> HarnessBuilder<State> {
    Harness::builder()
        .with_size(size)
        .with_theme(Theme::Light)
        .with_render_cursor(false)
        .with_max_steps(60)
        .with_step_dt(1.0 / 60.0)
        .with_options(SnapshotOptions::new().threshold(0.2))
        .with_context_setup(fonts::install)
        .renderer(CpuRenderer::default())
}

/// [`builder`] built around a `Ui` that covers the window to its edges, as in the app.
pub fn harness<'a>(size: [f32; 2], app: impl FnMut(&mut Ui) + 'a) -> Harness<'a> {
    builder(size).build_ui(whole_window(app))
}

/// As [`harness`], with a state the test can look at.
pub fn harness_state<'a, State>(
    size: [f32; 2],
    mut app: impl FnMut(&mut Ui, &mut State) + 'a,
    state: State,
) -> Harness<'a, State> {
    builder(size).build_ui_state(move |ui, state| whole_window(|ui| app(ui, state))(ui), state)
}

/// Without the 8 points of margin that egui_kittest gives a closure.
fn whole_window(mut app: impl FnMut(&mut Ui)) -> impl FnMut(&mut Ui) {
    move |ui| {
        let window = ui.ctx().viewport_rect();
        ui.scope_builder(UiBuilder::new().max_rect(window), |ui| {
            ui.set_clip_rect(window);
            app(ui);
        });
    }
}

/// A picture of ours as egui_kittest wants it.
pub fn rgba_image(image: Image) -> RgbaImage {
    let Image { width, height, rgba } = image;
    RgbaImage::from_raw(width as u32, height as u32, rgba).expect("pixels fill the picture")
}

/// The share of pixels that are not exactly `ground`, 0 to 1.
pub fn share_not(image: &Image, ground: Color32) -> f64 {
    let pixels = image.rgba.as_chunks::<4>().0;
    let other = pixels.iter().filter(|&&p| p != ground.to_array()).count();
    other as f64 / pixels.len() as f64
}

/// The whole app in a window of 1440 × 900 points.
pub fn app(app: concurrency_lab::app::App) -> Harness<'static, concurrency_lab::app::App> {
    harness_state([1440.0, 900.0], |ui, app: &mut concurrency_lab::app::App| app.ui(ui), app)
}
