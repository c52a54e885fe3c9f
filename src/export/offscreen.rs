//! The app's own `Ui` code run without a window, and pictures of what it drew.

use std::time::Duration;

use egui::emath::GuiRounding as _;
use egui::epaint::ClippedShape;
use egui::{Color32, Context, Event, Pos2, RawInput, Rect, Theme, Ui, Vec2, ViewportId};

use super::ExportError;
use super::raster::{self, Image, Rasteriser};
use super::vector::Drawing;
use crate::widgets::fonts;

/// The pace of mocked time, in seconds a frame.
const FRAME: f32 = 1.0 / 60.0;

/// egui's output at the end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// When it wants the next frame: zero for at once, [`Duration::MAX`] for not until something happens.
    pub repaint_delay: Duration,
}

/// An egui context without a window. It reads no clock: each frame is told the time.
pub struct Offscreen {
    context: Context,
    rasteriser: Rasteriser,
    size: Vec2,
    pixels_per_point: f32,
    theme: Theme,
    shapes: Option<Vec<ClippedShape>>,
}

impl Offscreen {
    /// A screen of `size_points`, with the app's fonts.
    ///
    /// # Errors
    /// [`ExportError::Size`] if a picture of it would be empty or too large.
    pub fn new(
        size_points: [f32; 2],
        pixels_per_point: f32,
        theme: Theme,
    ) -> Result<Self, ExportError> {
        size_px(size_points.into(), pixels_per_point)?;
        let context = Context::default();
        fonts::install(&context);
        context.set_theme(theme);
        Ok(Self {
            context,
            rasteriser: Rasteriser::new(),
            size: size_points.into(),
            pixels_per_point,
            theme,
            shapes: None,
        })
    }

    /// The context, to set a style before the first frame. Animations and blinking are turned off then: a picture
    /// shows where things come to rest.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Runs one frame at `time` (seconds, never decreasing). `ui` gets the whole screen, without margins or a
    /// background; egui may call it twice when a size turned out wrong.
    pub fn frame(&mut self, time: f64, events: Vec<Event>, ui: impl FnMut(&mut Ui)) -> FrameInfo {
        if self.shapes.is_none() {
            hold_still(&self.context);
        }
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
            max_texture_side: Some(raster::MAX_TEXTURE_SIDE),
            time: Some(time),
            predicted_dt: FRAME,
            events,
            system_theme: Some(self.theme),
            ..RawInput::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(self.pixels_per_point);
        }
        let mut output = self.context.run_ui(input, ui);
        self.rasteriser.update_textures(&mut output.textures_delta);
        self.shapes = Some(output.shapes);
        let root = output.viewport_output.get(&ViewportId::ROOT);
        FrameInfo { repaint_delay: root.map_or(Duration::MAX, |root| root.repaint_delay) }
    }

    /// Runs frames from `time` on, a sixtieth of a second apart, until egui does not ask for another at once, at most
    /// `max_frames` (at least one): after that sizes and fonts have settled.
    pub fn settle(
        &mut self,
        time: f64,
        max_frames: usize,
        mut ui: impl FnMut(&mut Ui),
    ) -> FrameInfo {
        let mut info = self.frame(time, Vec::new(), &mut ui);
        for i in 1..max_frames {
            if info.repaint_delay > Duration::ZERO {
                break;
            }
            let time = time + i as f64 * f64::from(FRAME);
            info = self.frame(time, Vec::new(), &mut ui);
        }
        info
    }

    /// What the last frame drew, over the style's panel colour.
    ///
    /// # Errors
    /// [`ExportError::NoFrame`] before the first frame, [`ExportError::Memory`] without memory for the picture.
    pub fn image(&self) -> Result<Image, ExportError> {
        let shapes = self.shapes.clone().ok_or(ExportError::NoFrame)?;
        let primitives = self.context.tessellate(shapes, self.pixels_per_point);
        self.rasteriser.paint(
            &primitives,
            self.pixels_per_point,
            size_px(self.size, self.pixels_per_point)?,
            self.ground(),
        )
    }

    fn ground(&self) -> Color32 {
        self.context.style_of(self.theme).visuals.panel_fill.to_opaque()
    }

    /// What the last frame drew inside `rect` (points), as vectors, over the style's panel colour.
    ///
    /// # Errors
    /// [`ExportError::NoFrame`] before the first frame, [`ExportError::EmptyPart`] if nothing of it is on the screen.
    pub fn drawing(&self, rect: Rect) -> Result<Drawing, ExportError> {
        let shapes = self.shapes.as_ref().ok_or(ExportError::NoFrame)?;
        let rect = rect.intersect(Rect::from_min_size(Pos2::ZERO, self.size));
        let rect = rect.round_to_pixels(self.pixels_per_point);
        if !rect.is_positive() {
            return Err(ExportError::EmptyPart);
        }
        let (scale, ground) = (self.pixels_per_point, self.ground());
        Ok(Drawing::read(shapes, rect, scale, ground, &self.rasteriser))
    }

    /// The part of [`Self::image`] inside `rect` (points), rounded to whole pixels.
    ///
    /// # Errors
    /// As [`Self::image`], and [`ExportError::EmptyPart`] if nothing of it is on the screen.
    pub fn part(&self, rect: Rect) -> Result<Image, ExportError> {
        // A float-to-int cast saturates: negative and NaN become 0.
        let px = |points: f32| (points * self.pixels_per_point).round() as usize;
        let (left, top) = (px(rect.min.x), px(rect.min.y));
        let width = px(rect.max.x).saturating_sub(left);
        let height = px(rect.max.y).saturating_sub(top);
        self.image()?.crop(left, top, width, height)
    }
}

fn hold_still(context: &Context) {
    context.all_styles_mut(|style| {
        style.animation_time = 0.0;
        style.scroll_animation = egui::style::ScrollAnimation::none();
        style.visuals.text_cursor.blink = false;
    });
}

/// The whole pixels of a size in points.
fn size_px(size: Vec2, pixels_per_point: f32) -> Result<[usize; 2], ExportError> {
    let side = |points: f32| f64::from(points) * f64::from(pixels_per_point);
    let (width, height) = (side(size.x), side(size.y));
    let px = [width.round() as usize, height.round() as usize];
    match raster::check_size(px) {
        Ok(()) if pixels_per_point.is_finite() && pixels_per_point > 0.0 => Ok(px),
        _ => Err(ExportError::Size { width, height }),
    }
}
