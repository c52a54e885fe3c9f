//! To wait on a thread for what comes some time.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::Thread;
use std::time::Instant;

/// Waits for what is to come, no longer than until an instant where there is one.
pub fn wait<T>(what: impl Future<Output = T>, until: Option<Instant>) -> Option<T> {
    let waker = Arc::new(Waiting(std::thread::current())).into();
    let (mut context, mut what) = (Context::from_waker(&waker), pin!(what));
    loop {
        if let Poll::Ready(done) = what.as_mut().poll(&mut context) {
            return Some(done);
        }
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(left) if left.is_zero() => return None,
            Some(left) => std::thread::park_timeout(left),
            None => std::thread::park(),
        }
    }
}

struct Waiting(Thread);

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
