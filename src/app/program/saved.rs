//! Whether a program's file was saved: looked at on a thread of its own, for a disk may be slow.

use super::Program;
use crate::app::session::Wake;
use crossbeam::channel::{Receiver, Sender, bounded};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Tells of the saves of a file. Dropping it ends that.
pub(super) struct Saves {
    path: PathBuf,
    told: Receiver<()>,
}

impl Saves {
    fn of(path: PathBuf, wake: &Wake) -> Option<Self> {
        let (send, told) = bounded(0);
        let (file, wake) = (path.clone(), wake.clone());
        let thread = std::thread::Builder::new().name("watch file".to_owned());
        thread.spawn(move || watch(&file, &send, &wake)).ok()?;
        Some(Self { path, told })
    }
}

type Look = (SystemTime, u64);

fn look(path: &Path) -> Option<Look> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn watch(path: &Path, send: &Sender<()>, wake: &Wake) {
    let mut known = look(path);
    loop {
        std::thread::sleep(PAUSE);
        let now = look(path);
        if now.is_some() && now != known {
            // An editor may write it in several steps.
            std::thread::sleep(PAUSE);
            if look(path) != now {
                continue;
            }
            known = now;
            wake();
            if send.send(()).is_err() {
                return;
            }
        }
        if is_over(send) {
            return;
        }
    }
}

/// Whether nobody wants to know any more.
fn is_over(send: &Sender<()>) -> bool {
    matches!(send.try_send(()), Err(crossbeam::channel::TrySendError::Disconnected(())))
}

impl Program {
    /// Takes in whether the file was saved, and begins to look where that is wanted.
    pub(super) fn watch(&mut self, wake: &Wake) {
        let wanted = self.own().filter(|_| self.again);
        if self.saves.as_ref().map(|saves| &saves.path) != wanted.as_ref() {
            self.saves = wanted.and_then(|path| Saves::of(path, wake));
            self.saved = false;
        }
        if let Some(saves) = &self.saves {
            self.saved |= saves.told.try_recv().is_ok();
        }
    }

    /// Whether it was saved since it was run last, and is to be run again.
    pub fn wants_again(&self) -> bool {
        self.saved && self.refusal().is_none()
    }
}
