//! The window without a window: one instant of a tab as a figure, in pixels or as vectors, with a caption under it.

use super::caption::Caption;
use super::command::Page;
use super::playback::{At, PlaybackCommand};
use super::session::Session;
use super::{App, Settings};
use crate::export::offscreen::Offscreen;
use crate::export::raster::Image;
use crate::export::vector::{Drawing, pdf, svg};
use crate::export::{ExportError, png};
use crate::trace::Nanos;
use crate::widgets::theme;
use egui::{Rect, pos2};
use serde::{Deserialize, Serialize};

/// The part of the window that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum Part {
    /// The whole window.
    Window,
    /// The stage.
    Stage,
    /// The lanes.
    Timeline,
}

/// The format of a figure's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Pixels.
    Png,
    /// Vectors, for pages and for drawing programs.
    Svg,
    /// Vectors, for print.
    Pdf,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Pdf];

    /// How the names of its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
        }
    }

    /// The format of a file of this name.
    pub fn of(path: &std::path::Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        Self::ALL.into_iter().find(|format| extension.eq_ignore_ascii_case(format.extension()))
    }
}

/// What a figure is to fit on. It is laid out so that its smallest text can still be read there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum Paper {
    /// The width of a page of text: 160 mm.
    Full,
    /// Half of that, for two beside each other: 78 mm.
    Half,
    /// A slide: 300 mm.
    Slide,
}

impl Paper {
    /// Its width in print, in millimetres.
    fn millimetres(self) -> f32 {
        match self {
            Self::Full => 160.0,
            Self::Half => 78.0,
            Self::Slide => 300.0,
        }
    }

    /// The width it is laid out in, in points.
    fn points(self) -> f32 {
        match self {
            Self::Full => 760.0,
            Self::Half => 480.0,
            Self::Slide => 960.0,
        }
    }

    /// Pixels per point that make 300 pixels an inch.
    fn scale(self) -> f32 {
        300.0 / 25.4 * self.millimetres() / self.points()
    }
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

/// Properties of a figure.
#[derive(Clone, Copy, Debug)]
pub struct FigureSpec {
    /// What is drawn. Vectors have no scale.
    pub picture: PictureSpec,
    /// Whether there is a caption under a part of the window. The whole window says itself what it is of.
    pub caption: bool,
    /// What it is to fit on; by default it has its own size.
    pub paper: Option<Paper>,
}

/// Draws a tab at an instant.
///
/// # Errors
/// A size that cannot be drawn.
pub fn draw(session: Session, spec: &PictureSpec) -> Result<Image, ExportError> {
    image(at(session, spec), &FigureSpec { picture: *spec, caption: false, paper: None })
}

/// A tab with its cursor at the instant asked for.
pub fn at(mut session: Session, spec: &PictureSpec) -> Session {
    let at = spec.at.of(session.end());
    session.playback(PlaybackCommand::Scrub(at));
    session
}

/// Draws a tab as it is, at the instant that it shows.
///
/// # Errors
/// A size that cannot be drawn.
pub fn image(session: Session, spec: &FigureSpec) -> Result<Image, ExportError> {
    let scale = spec.paper.map_or(spec.picture.scale, Paper::scale);
    let Drawn { main, part, caption } = Drawn::of(session, spec, scale)?;
    let image = match spec.picture.part {
        Part::Window => main.image()?,
        Part::Stage | Part::Timeline => main.part(part)?,
    };
    match caption {
        Some((screen, part)) => image.above(&screen.part(part)?),
        None => Ok(image),
    }
}

/// Pixels per point that vectors are laid out for: hairlines and spans of lanes are of whole ones.
const GRID: f32 = 2.0;

/// As [`image`], as vectors.
///
/// # Errors
/// A size that cannot be drawn.
pub fn drawing(session: Session, spec: &FigureSpec) -> Result<Drawing, ExportError> {
    let Drawn { main, part, caption } = Drawn::of(session, spec, GRID)?;
    let mut drawing = main.drawing(part)?;
    if let Some((screen, part)) = caption {
        drawing.below(screen.drawing(part)?);
    }
    Ok(drawing)
}

/// The file of a figure, and its size in words.
///
/// # Errors
/// A size that cannot be drawn.
pub fn file(
    session: Session,
    spec: &FigureSpec,
    format: Format,
) -> Result<(Vec<u8>, String), ExportError> {
    if format == Format::Png {
        let image = image(session, spec)?;
        let size = format!("{} × {} pixels", image.width, image.height);
        return Ok((png::encode(&image)?, size));
    }
    let title = Caption::of(&session, spec.picture.part).title;
    let drawing = drawing(session, spec)?;
    let width = spec.paper.map(Paper::millimetres);
    let [across, down] = drawing.size();
    let size = match width {
        Some(width) => format!("{width} × {:.0} mm", width * down / across),
        None => format!("{across} × {down} points"),
    };
    let bytes = match format {
        Format::Pdf => pdf::file(&drawing, &title, width),
        Format::Svg | Format::Png => svg::file(&drawing, &title, width).into_bytes(),
    };
    Ok((bytes, size))
}

/// Figures of one run at several instants.
pub struct Series {
    app: App,
    spec: FigureSpec,
    size: [f32; 2],
    screen: Offscreen,
    /// The time of the screen, in seconds.
    time: f64,
}

impl Series {
    /// Begins with a tab.
    ///
    /// # Errors
    /// A size that cannot be drawn.
    pub fn new(session: Session, spec: &FigureSpec) -> Result<Self, ExportError> {
        let (app, size, screen) = laid_out(session, spec, GRID)?;
        Ok(Self { app, spec: *spec, size, screen, time: 0.0 })
    }

    /// The figure at an instant, and what is said under it.
    ///
    /// # Errors
    /// A size that cannot be drawn.
    pub fn at(&mut self, at: Nanos) -> Result<(Drawing, Caption), ExportError> {
        let part = self.spec.picture.part;
        self.app.session_mut().playback(PlaybackCommand::Scrub(at));
        self.time += 1.0;
        for frame in 0..FRAMES {
            let time = self.time + f64::from(frame) / 60.0;
            self.screen.frame(time, Vec::new(), |ui| self.app.ui(ui));
        }
        let caption = Caption::of(self.app.session(), part);
        let place = place(&self.app, part, self.size);
        let mut drawing = self.screen.drawing(place)?;
        if self.spec.caption && part != Part::Window {
            let theme = self.app.settings().theme();
            let (screen, part) = under(&caption, place.width(), GRID, theme)?;
            drawing.below(screen.drawing(part)?);
        }
        Ok((drawing, caption))
    }

    /// The tab again.
    pub fn end(self) -> Session {
        self.app.session().shown().session()
    }
}

/// A frame of the window, and the place of a figure in it; and its caption.
struct Drawn {
    main: Offscreen,
    part: Rect,
    caption: Option<(Offscreen, Rect)>,
}

/// Frames that the layout of texts and panels needs to settle.
const FRAMES: u32 = 4;

impl Drawn {
    fn of(session: Session, spec: &FigureSpec, scale: f32) -> Result<Self, ExportError> {
        let part = spec.picture.part;
        let caption = spec.caption && part != Part::Window;
        let caption = caption.then(|| Caption::of(&session, part));
        let (app, size, main) = laid_out(session, spec, scale)?;
        let (part, theme) = (place(&app, part, size), app.settings().theme());
        let caption = match caption {
            None => None,
            Some(caption) => Some(under(&caption, part.width(), scale, theme)?),
        };
        Ok(Self { main, part, caption })
    }
}

/// The window on a tab, its size, and a frame of it.
fn laid_out(
    session: Session,
    spec: &FigureSpec,
    scale: f32,
) -> Result<(App, [f32; 2], Offscreen), ExportError> {
    let picture = &spec.picture;
    let settings = Settings { dark: picture.dark, page: picture.page, ..Settings::default() };
    let theme = settings.theme();
    let mut app = App::new(settings);
    app.show(session);
    let mut size = picture.size;
    let mut screen = frame(&mut app, size, scale, theme)?;
    if let Some(paper) = spec.paper {
        // What stands beside the part takes a width that depends on the window's.
        for _ in 0..3 {
            let off = paper.points() - place(&app, picture.part, size).width();
            if off.abs() <= 0.5 {
                break;
            }
            size[0] = (size[0] + off).max(paper.points());
            screen = frame(&mut app, size, scale, theme)?;
        }
    }
    Ok((app, size, screen))
}

fn frame(
    app: &mut App,
    size: [f32; 2],
    scale: f32,
    theme: egui::Theme,
) -> Result<Offscreen, ExportError> {
    let mut screen = Offscreen::new(size, scale, theme)?;
    for frame in 0..FRAMES {
        screen.frame(f64::from(frame) / 60.0, Vec::new(), |ui| app.ui(ui));
    }
    Ok(screen)
}

/// Where a part of the window was drawn.
fn place(app: &App, part: Part, size: [f32; 2]) -> Rect {
    match part {
        Part::Window => Rect::from_min_size(egui::Pos2::ZERO, size.into()),
        Part::Stage => app.regions().stage,
        Part::Timeline => app.regions().timeline,
    }
}

/// The most height that a caption may have, in points.
const MOST: f32 = 400.0;

/// A caption of a width, and its place on a screen of its own.
fn under(
    caption: &Caption,
    width: f32,
    scale: f32,
    dark: egui::Theme,
) -> Result<(Offscreen, Rect), ExportError> {
    let mut screen = Offscreen::new([width, MOST], scale, dark)?;
    theme::apply(screen.context());
    let mut bottom = 0.0;
    screen.settle(0.0, FRAMES as usize, |ui| bottom = caption.show(ui));
    let part = Rect::from_min_max(egui::Pos2::ZERO, pos2(width, bottom.clamp(1.0, MOST)));
    Ok((screen, part))
}
