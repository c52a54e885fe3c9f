//! Whether a program's file was saved: looked at on a thread of its own, for a disk may be slow.

use super::Program;
use crate::app::session::Wake;
use crossbeam::channel::{Receiver, Sender, TrySendError, bounded};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Tells of the saves of a file. Dropping it ends that.
pub(super) struct Saves {
    path: PathBuf,
    told: Receiver<()>,
    _wanted: Arc<()>,
}

impl Saves {
    fn of(path: PathBuf, wake: &Wake) -> Option<Self> {
        // One that has not been taken in yet stands for all.
        let (send, told) = bounded(1);
        let wanted = Arc::new(());
        let (since, wake) = (SystemTime::now(), wake.clone());
        let watch =
            Watch { path: path.clone(), since, send, wake, wanted: Arc::downgrade(&wanted) };
        let thread = std::thread::Builder::new().name("watch file".to_owned());
        thread.spawn(move || watch.run()).ok()?;
        Some(Self { path, told, _wanted: wanted })
    }
}

type Look = (SystemTime, u64);

fn look(path: &Path) -> Option<Look> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// The thread that looks.
struct Watch {
    path: PathBuf,
    /// Since when saves count.
    since: SystemTime,
    send: Sender<()>,
    wake: Wake,
    wanted: Weak<()>,
}

impl Watch {
    fn run(self) {
        // A save before the first look is told by its time; a clock that is wrong makes none.
        let is_save = |(at, _): &Look| *at > self.since && *at <= SystemTime::now();
        let mut known = look(&self.path).filter(|look| !is_save(look));
        loop {
            std::thread::sleep(PAUSE);
            if self.wanted.strong_count() == 0 {
                return;
            }
            let now = look(&self.path);
            if now.is_none() || now == known {
                continue;
            }
            // An editor may write it in several steps.
            std::thread::sleep(PAUSE);
            if look(&self.path) != now {
                continue;
            }
            known = now;
            if let Err(TrySendError::Disconnected(())) = self.send.try_send(()) {
                return;
            }
            (self.wake)();
        }
    }
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
