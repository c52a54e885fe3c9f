//! What another thread works out while the window goes on.

use super::session::Wake;
use crossbeam::channel::{Receiver, TryRecvError, bounded};
use std::io;
use std::task::Poll;

/// Something that a thread of its own works out. Dropping it means that nobody wants to know.
pub struct Later<T>(Receiver<T>);

impl<T: Send + 'static> Later<T> {
    /// Has it worked out by a thread with this name, which wakes the window then.
    ///
    /// # Errors
    /// The system has no thread to spare.
    pub fn begin(
        name: &str,
        wake: Option<&Wake>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Self> {
        let ((send, told), wake) = (bounded(1), wake.cloned());
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Nobody is there any more when the window was closed.
            let _ = send.send(work());
            if let Some(wake) = wake {
                wake();
            }
        })?;
        Ok(Self(told))
    }

    /// The same; where there is no thread it has broken off.
    pub fn begin_or_not(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Self {
        Self::begin(name, None, work).unwrap_or_else(|error| {
            log::warn!("no thread for {name}: {error}");
            Self(bounded(1).1)
        })
    }

    /// It, once it is there; nothing where that broke off.
    pub fn take(&self) -> Poll<Option<T>> {
        match self.0.try_recv() {
            Ok(told) => Poll::Ready(Some(told)),
            Err(TryRecvError::Empty) => Poll::Pending,
            Err(TryRecvError::Disconnected) => Poll::Ready(None),
        }
    }
}
