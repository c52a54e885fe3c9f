//! The window without a window: one instant of a tab as a picture.

use super::command::Page;
use super::playback::{At, PlaybackCommand};
use super::session::Session;
use super::{App, Settings};
use crate::export::ExportError;
use crate::export::offscreen::Offscreen;
use crate::export::raster::Image;

/// The part of the window that is drawn.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
pub enum Part {
    /// The whole window.
    Window,
    /// The stage.
    Stage,
    /// The lanes.
    Timeline,
}

/// Properties of a picture.
#[derive(Clone, Copy, Debug)]
pub struct PictureSpec {
    /// Size of the window, in points.
    pub size: [f32; 2],
    /// Pixels per point.
    pub scale: f32,
    /// Whether it is in the dark theme.
    pub dark: bool,
    /// The part of the window.
    pub part: Part,
    /// The page of the inspector.
    pub page: Page,
    /// The instant.
    pub at: At,
}

/// Finds out whether there can be a picture of this size.
///
/// # Errors
/// A size that cannot be drawn.
pub fn check(spec: &PictureSpec) -> Result<(), ExportError> {
    Offscreen::new(spec.size, spec.scale, egui::Theme::Light).map(drop)
}

/// Draws a tab at an instant.
///
/// # Errors
/// A size that cannot be drawn.
pub fn draw(mut session: Session, spec: &PictureSpec) -> Result<Image, ExportError> {
    let at = spec.at.of(session.end());
    session.playback(PlaybackCommand::Scrub(at));
    shown(session, spec)
}

/// Draws a tab as it is, at the instant that it shows.
///
/// # Errors
/// A size that cannot be drawn.
pub fn shown(session: Session, spec: &PictureSpec) -> Result<Image, ExportError> {
    let settings = Settings { dark: spec.dark, page: spec.page, ..Settings::default() };
    let theme = settings.theme();
    let mut app = App::new(settings);
    app.show(session);
    let mut screen = Offscreen::new(spec.size, spec.scale, theme)?;
    // Layout of text and panels needs a few frames to settle.
    for frame in 0..FRAMES {
        screen.frame(f64::from(frame) / 60.0, Vec::new(), |ui| app.ui(ui));
    }
    let rect = match spec.part {
        Part::Window => return screen.image(),
        Part::Stage => app.regions().stage,
        Part::Timeline => app.regions().timeline,
    };
    screen.part(rect)
}

const FRAMES: u32 = 4;
