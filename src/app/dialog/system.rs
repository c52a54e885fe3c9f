//! The dialogs of this system: on Windows and macOS its own, elsewhere those of the desktop's portal.
//!
//! macOS has its dialogs on the main thread: so there one is made where it is asked for, which is the thread of the window,
//! and only its answer is awaited on another. A portal is another program, which may not be there or not answer: it is asked
//! for on that other thread, and for a limited time. A dialog may then be open for as long as its user likes.

use super::{Answer, Desktop, Kind, Request, Tell};
use rfd::{AsyncFileDialog, FileHandle};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::Thread;

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
        let dialog = self.plain.clone();
        #[cfg(any(not(unix), target_os = "macos"))]
        let chosen = opened(dialog, request);
        let thread = std::thread::Builder::new().name("dialog".to_owned());
        let started = thread.spawn(move || {
            #[cfg(all(unix, not(target_os = "macos")))]
            let chosen = match super::portal::is_there() {
                Ok(()) => opened(dialog, request),
                Err(why) => return tell(Answer::Failed(why)),
            };
            tell(match wait(chosen) {
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

/// Waits for what is to come.
fn wait<T>(what: impl Future<Output = T>) -> T {
    struct Waiting(Thread);
    impl Wake for Waiting {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Waiting(std::thread::current())).into();
    let (mut context, mut what) = (Context::from_waker(&waker), pin!(what));
    loop {
        match what.as_mut().poll(&mut context) {
            Poll::Ready(done) => return done,
            Poll::Pending => std::thread::park(),
        }
    }
}
