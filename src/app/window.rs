//! The window of the operating system.

use super::kept;
use super::session::Session;
use super::{App, Settings};
use crate::export::icon;
use crate::export::raster::Image;
use crate::topics::Topic;
use std::sync::Arc;

/// The program's name for the window system.
pub const APP_ID: &str = "concurrency-lab";

const SETTINGS: &str = "settings";

/// Opens the window, on a topic or on a recording with what is wrong with that, and stays until it is closed.
///
/// # Errors
/// The window could not be opened.
pub fn open(
    topic: Option<&'static dyn Topic>,
    recorded: Option<(Session, Option<String>)>,
) -> Result<(), String> {
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title("Concurrency Lab")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([1024.0, 640.0]);
    match icon::icon(256) {
        Ok(icon) => viewport = viewport.with_icon(Arc::new(icon_data(icon))),
        Err(error) => log::warn!("no window icon: {error}"),
    }
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    // Started now, the fork server is ready for the first pool.
    #[cfg(unix)]
    std::thread::spawn(|| {
        if let Err(error) = crate::workers::prepare() {
            log::warn!("workers will start slowly: {error}");
        }
    });
    let create = move |context: &eframe::CreationContext<'_>| {
        let settings = context.storage.map(Settings::read).unwrap_or_default();
        let is_first = context.storage.is_none_or(|storage| storage.get_string(SETTINGS).is_none());
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
        if let Some(folder) = kept::usual_folder() {
            app.keep_runs(&folder);
        }
        Ok(Box::new(Window { app }) as Box<dyn eframe::App>)
    };
    eframe::run_native(APP_ID, options, Box::new(create)).map_err(|error| {
        log::warn!("no window: {error:?}");
        match error {
            eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
                "the display cannot be reached".to_owned()
            }
            _ => "this display has no OpenGL 2.1 or later".to_owned(),
        }
    })
}

fn icon_data(icon: Image) -> egui::IconData {
    egui::IconData {
        width: u32::try_from(icon.width).unwrap_or(0),
        height: u32::try_from(icon.height).unwrap_or(0),
        rgba: icon.rgba,
    }
}

struct Window {
    app: App,
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.app.ui(ui);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.app.to_keep().write(storage);
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        self.app.stop_all();
    }
}

impl Settings {
    /// Saves the settings for the next start.
    pub fn write(&self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, SETTINGS, self);
    }

    /// Reads the saved settings; one that cannot be read has its default.
    pub fn read(storage: &dyn eframe::Storage) -> Self {
        eframe::get_value(storage, SETTINGS).unwrap_or_default()
    }
}
