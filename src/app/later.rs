//! What another thread works out, or the user does elsewhere, while the window goes on.

use super::session::Wake;
use crossbeam::channel::{Receiver, TryRecvError, unbounded};
use std::io;
use std::task::Poll;

/// Something that is told later. Dropping it means that nobody wants to know.
pub struct Later<T>(Receiver<T>);

impl<T: Send + 'static> Later<T> {
    /// It, with what tells it, and wakes the window then. Where that is dropped without a word it has broken off.
    pub fn told(wake: Option<&Wake>) -> (impl Fn(T) + Send + 'static, Self) {
        let ((send, told), wake) = (unbounded(), wake.cloned());
        let tell = move |news| {
            // Nobody is there any more when the window was closed.
            let _ = send.send(news);
            if let Some(wake) = &wake {
                wake();
            }
        };
        (tell, Self(told))
    }

    /// Has it worked out by a thread with this name, which wakes the window then.
    ///
    /// # Errors
    /// The system has no thread to spare.
    pub fn begin(
        name: &str,
        wake: Option<&Wake>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Self> {
        Self::begin_each(name, wake, move |tell| tell(work()))
    }

    /// The same of a thread that tells one thing after the other.
    ///
    /// # Errors
    /// The system has no thread to spare.
    pub fn begin_each(
        name: &str,
        wake: Option<&Wake>,
        work: impl FnOnce(&dyn Fn(T)) + Send + 'static,
    ) -> io::Result<Self> {
        let (tell, later) = Self::told(wake);
        std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&tell))?;
        Ok(later)
    }

    /// As [`begin`](Self::begin); where there is no thread it has broken off.
    pub fn begin_or_not(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Self {
        Self::begin(name, None, work).unwrap_or_else(|error| {
            log::warn!("no thread for {name}: {error}");
            Self::told(None).1
        })
    }

    /// It, or the next of it, once it is there; nothing where that broke off, or was all.
    pub fn take(&self) -> Poll<Option<T>> {
        match self.0.try_recv() {
            Ok(told) => Poll::Ready(Some(told)),
            Err(TryRecvError::Empty) => Poll::Pending,
            Err(TryRecvError::Disconnected) => Poll::Ready(None),
        }
    }
}
