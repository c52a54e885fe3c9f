//! Panics of traced threads: caught, and kept off standard error. Panics of others stay as loud as they were.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static CAUGHT_HERE: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
pub(super) struct Panic {
    pub(super) message: String,
    /// File, line and column, where known.
    pub(super) place: Option<String>,
}

/// Runs `body`; a panic in it ends here.
pub(super) fn catch<T>(body: impl FnOnce() -> T) -> Result<T, Panic> {
    install_hook();
    let outer = CAUGHT_HERE.replace(true);
    // What a panic may leave half-done is either dropped with the body or behind a lock that tells of it.
    let result = catch_unwind(AssertUnwindSafe(body));
    CAUGHT_HERE.set(outer);
    result.map_err(|payload| Panic { message: message(payload.as_ref()), place: PLACE.take() })
}

/// What a panic said.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic that said nothing".to_owned()
    }
}

fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if CAUGHT_HERE.get() {
                log::info!("traced thread: {info}");
                PLACE.set(info.location().map(ToString::to_string));
            } else {
                others(info);
            }
        }));
    });
}
