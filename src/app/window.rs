//! The window of the operating system.

use super::session::Session;
use super::{App, dialog, display, kept, settings_file};
use crate::export::icon;
use crate::export::raster::Image;
use crate::topics::Topic;
use egui::ViewportCommand;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The program's name for the window system.
pub const APP_ID: &str = "concurrency-lab";

/// How long settings may take to be kept once the window is closed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Of the window at first, in points; and the least that everything has room in.
const SIZE: [u16; 2] = [1440, 900];
const LEAST: [f32; 2] = [1024.0, 640.0];

/// Opens the window, on a topic or on a recording with what is wrong with that, and stays until it is closed.
///
/// # Errors
/// The window could not be opened.
pub fn open(
    topic: Option<&'static dyn Topic>,
    recorded: Option<(Session, Option<String>)>,
) -> Result<(), String> {
    let file = settings_file::path(APP_ID);
    let kept = file.as_deref().and_then(settings_file::read);
    let is_first = kept.is_none();
    let settings = kept.unwrap_or_default();
    let size = match settings.window {
        [0, _] | [_, 0] => SIZE,
        size => size,
    };
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title(TITLE)
        .with_inner_size(size.map(f32::from));
    match icon::icon(256) {
        Ok(icon) => viewport = viewport.with_icon(Arc::new(icon_data(icon))),
        Err(error) => log::warn!("no window icon: {error}"),
    }
    display::choose();
    let options = eframe::NativeOptions {
        viewport,
        // Settings are kept in a file of our own. Where the window is, the window manager says.
        persist_window: false,
        persistence_path: Some(NOTHING.into()),
        ..eframe::NativeOptions::default()
    };
    // Started now, the fork server is ready for the first pool.
    #[cfg(unix)]
    let started = std::thread::Builder::new().name("prepare".to_owned()).spawn(|| {
        if let Err(error) = crate::workers::prepare() {
            log::warn!("workers will start slowly: {error}");
        }
    });
    #[cfg(unix)]
    if let Err(error) = started {
        log::warn!("workers will start slowly: {error}");
    }
    let drawn = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&drawn);
    let create = move |context: &eframe::CreationContext<'_>| {
        let maximized = settings.maximized;
        let mut app = App::new(settings);
        if is_first {
            app.welcome();
        }
        if let Some(topic) = topic {
            app.show_topic(topic.id());
        }
        if let Some((session, damage)) = recorded {
            app.show(session);
            if let Some(damage) = damage {
                app.say(&damage);
            }
        }
        let ctx = context.egui_ctx.clone();
        app.set_wake(Arc::new(move || ctx.request_repaint()));
        app.set_desktop(dialog::System::of(context));
        if let Some(folder) = kept::usual_folder() {
            app.keep_runs(&folder);
        }
        let window = Window {
            app,
            file,
            maximized,
            title: TITLE.to_owned(),
            fitted: false,
            drawn: seen,
            keeping: None,
        };
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    let run = || eframe::run_native(APP_ID, options, Box::new(create));
    let ended = display::guarded(&drawn, run)?;
    ended.map_err(|error| {
        log::warn!("no window: {error:?}");
        match error {
            eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
                "the display cannot be reached".to_owned()
            }
            _ => "this display has no OpenGL 2.1 or later".to_owned(),
        }
    })
}

/// A file with nothing in it, for what is not to be kept.
const NOTHING: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

fn icon_data(icon: Image) -> egui::IconData {
    egui::IconData {
        width: u32::try_from(icon.width).unwrap_or(0),
        height: u32::try_from(icon.height).unwrap_or(0),
        rgba: icon.rgba,
    }
}

/// The title of the window.
const TITLE: &str = "Concurrency Lab";

impl App {
    /// What stands in the title of the window: the file that is shown, where one is.
    pub fn title(&self) -> String {
        match &self.session().recording.file {
            Some(file) => format!("{file} - {TITLE}"),
            None => TITLE.to_owned(),
        }
    }
}

struct Window {
    app: App,
    /// Where settings are kept.
    file: Option<PathBuf>,
    /// What stands in its title.
    title: String,
    /// It is to fill the screen, as it did when it was closed.
    maximized: bool,
    /// Its size suits the screen.
    fitted: bool,
    /// Set with the first frame.
    drawn: Arc<AtomicBool>,
    /// The thread that keeps the settings.
    keeping: Option<JoinHandle<()>>,
}

impl Window {
    /// Has the window suit the screen: what does not leave room for a title and a bar of the desktop fills the screen, which
    /// the window manager knows the size of; and the least size is one that the screen has.
    fn fit(&mut self, ctx: &egui::Context) {
        let (zoom, wanted) = (ctx.zoom_factor(), self.app.settings().zoom_factor());
        let (screen, inner) = ctx.input(|input| {
            let viewport = input.viewport();
            (viewport.monitor_size, viewport.inner_rect)
        });
        let (Some(screen), Some(inner)) = (screen, inner) else { return };
        // In the next frame points have the size that they keep.
        if self.fitted || (zoom - wanted).abs() > 0.001 {
            return;
        }
        self.fitted = true;
        let least = fitting(LEAST.into(), screen * zoom) / zoom;
        ctx.send_viewport_cmd(ViewportCommand::MinInnerSize(least));
        if self.maximized || fills(inner.size(), screen) {
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
    }

    /// Takes note of the size of the window.
    fn note(&mut self, ctx: &egui::Context) {
        let zoom = ctx.zoom_factor();
        let (inner, fills, hidden) = ctx.input(|input| {
            let viewport = input.viewport();
            let fills = viewport.maximized == Some(true) || viewport.fullscreen == Some(true);
            (viewport.inner_rect, fills, viewport.minimized == Some(true))
        });
        if let Some(inner) = inner.filter(|_| self.fitted && !hidden) {
            let size = inner.size() * zoom;
            self.app.window_is([size.x.round() as u16, size.y.round() as u16], fills);
        }
    }
}

/// A size that a screen has, with a title and a bar of the desktop beside it.
fn fitting(size: egui::Vec2, screen: egui::Vec2) -> egui::Vec2 {
    size.min(screen * egui::Vec2::from(ROOM))
}

/// Whether a size leaves no room for them.
fn fills(size: egui::Vec2, screen: egui::Vec2) -> bool {
    size.x > ROOM[0] * screen.x || size.y > ROOM[1] * screen.y
}

/// The part of the screen that is the window's.
const ROOM: [f32; 2] = [0.96, 0.92];

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.fit(ui.ctx());
        self.app.ui(ui);
        self.note(ui.ctx());
        let title = self.app.title();
        if title != self.title {
            ui.ctx().send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
        self.drawn.store(true, Ordering::Relaxed);
    }

    fn save(&mut self, _: &mut dyn eframe::Storage) {
        let Some(file) = self.file.clone() else { return };
        if self.keeping.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let settings = self.app.to_keep();
        let thread = std::thread::Builder::new().name("settings".to_owned());
        let started = thread.spawn(move || {
            if let Err(error) = settings_file::write(&file, &settings) {
                log::warn!("settings were not kept in {}: {error}", file.display());
            }
        });
        match started {
            Ok(thread) => self.keeping = Some(thread),
            Err(error) => log::warn!("no thread to keep settings: {error}"),
        }
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        self.app.stop_all();
        if let Some(thread) = self.keeping.take() {
            // The window is closed. A disk that is gone does not keep the program.
            let given_up = Instant::now() + PATIENCE;
            while !thread.is_finished() && Instant::now() < given_up {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn a_window_fits_its_screen() {
        let full_hd = vec2(1920.0, 1080.0);
        assert!(!fills(vec2(1440.0, 900.0), full_hd));
        assert!(fills(vec2(2048.0, 1280.0), full_hd) && fills(vec2(1440.0, 1060.0), full_hd));
        assert!(fills(vec2(1440.0, 900.0), vec2(1366.0, 768.0)));
        assert_eq!(fitting(LEAST.into(), full_hd), vec2(1024.0, 640.0));
        // At twice the pixels for a point the screen has half the points.
        let least = fitting(LEAST.into(), full_hd / 2.0);
        assert!(least.x < 960.0 && least.y < 540.0);
    }
}
