//! The dialogs of Windows and macOS.
//!
//! macOS has its dialogs on the main thread: so one is made where it is asked for, which is the thread of the window, and only
//! its answer is awaited on another.

use super::wait::wait;
use super::{Answer, Desktop, Kind, Request, Tell};
use rfd::{AsyncFileDialog, FileHandle};

/// The dialogs of this system.
pub struct System {
    /// One as it begins: of our window.
    plain: AsyncFileDialog,
}

impl System {
    /// Dialogs that belong to a window.
    pub fn of(window: &eframe::CreationContext<'_>) -> Self {
        Self { plain: AsyncFileDialog::new().set_parent(window) }
    }
}

impl Desktop for System {
    fn ask(&mut self, request: Request, tell: Tell) {
        let chosen = opened(self.plain.clone(), request);
        let thread = std::thread::Builder::new().name("dialog".to_owned());
        let started = thread.spawn(move || {
            tell(match wait(chosen, None).flatten() {
                Some(file) => Answer::Chosen(file.path().to_owned()),
                None => Answer::Cancelled,
            });
        });
        if let Err(error) = started {
            log::warn!("no thread for a file dialog: {error}");
        }
    }
}

/// Opens a dialog.
fn opened(
    dialog: AsyncFileDialog,
    request: Request,
) -> impl Future<Output = Option<FileHandle>> + Send {
    let Request { kind, title, files, folder, name } = request;
    let mut dialog = dialog.set_title(title).set_directory(folder);
    if let Some((name, endings)) = files {
        dialog = dialog.add_filter(name, endings);
        if kind == Kind::Open {
            dialog = dialog.add_filter("All files", &["*"]);
        }
    }
    let chosen: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = match kind {
        Kind::Open => Box::pin(dialog.pick_file()),
        Kind::Save => Box::pin(dialog.set_file_name(name).save_file()),
        Kind::Folder => Box::pin(dialog.pick_folder()),
    };
    chosen
}
