//! The display: which one there is, and what happens where there is none.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
#[cfg(all(unix, not(target_os = "macos")))]
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Leaves Wayland out where its variable is stale, as after `su` or in a session that is gone, and X11 is there.
pub fn choose() {
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        if set("WAYLAND_SOCKET").is_some_and(|fd| !is_open(fd.to_str().unwrap_or_default())) {
            log::warn!("no Wayland at the descriptor of WAYLAND_SOCKET");
            // SAFETY: this program has one thread so far.
            unsafe { std::env::remove_var("WAYLAND_SOCKET") };
        }
        let Some(name) = set("WAYLAND_DISPLAY") else { return };
        if set("DISPLAY").is_none() || set("WAYLAND_SOCKET").is_some() {
            return;
        }
        let folder = set("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default();
        if is_stale(&folder, Path::new(&name)) {
            log::warn!("no Wayland at {}: on to X11", name.display());
            // SAFETY: this program has one thread so far.
            unsafe { std::env::remove_var("WAYLAND_DISPLAY") };
        }
    }
}

/// Whether this is the number of an open descriptor.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_open(fd: &str) -> bool {
    // SAFETY: plain call; a number that is no descriptor's is refused.
    fd.parse().is_ok_and(|fd: i32| unsafe { libc::fcntl(fd, libc::F_GETFD) } != -1)
}

/// Whether nobody answers at the socket of a display: a name is that of one in the folder of the session, a path is itself.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_stale(folder: &Path, name: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(folder.join(name)).is_err()
}

/// Runs the window. A panic before the first frame is one of the libraries that talk to the display, which do not put up
/// with everything there is in the world: it is told in a sentence. A later one is a fault of ours.
///
/// # Errors
/// The display is not one to open a window on.
pub fn guarded<T>(drawn: &Arc<AtomicBool>, run: impl FnOnce() -> T) -> Result<T, String> {
    let (usual, over) = (take_hook(), Arc::new(AtomicBool::new(false)));
    let early = [Arc::clone(drawn), Arc::clone(&over)];
    let window = std::thread::current().id();
    set_hook(Box::new(move |panic| {
        let is_early = early.iter().all(|later| !later.load(Ordering::Relaxed));
        match is_early && std::thread::current().id() == window {
            true => log::error!("no window: {panic}"),
            false => usual(panic),
        }
    }));
    let ended = catch_unwind(AssertUnwindSafe(run));
    over.store(true, Ordering::Relaxed);
    match ended {
        Ok(ended) => Ok(ended),
        Err(panic) if drawn.load(Ordering::Relaxed) => resume_unwind(panic),
        Err(_) => Err("this display cannot be used (RUST_LOG=error says more)".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_display_that_nobody_answers_for_is_stale() {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let path = folder.path().join("wayland-7");
        let listener = std::os::unix::net::UnixListener::bind(&path);
        let [name, elsewhere] = [Path::new("wayland-7"), Path::new("/elsewhere")];
        assert!(!is_stale(folder.path(), name) && !is_stale(elsewhere, &path));
        assert!(is_stale(elsewhere, name));
        // Its compositor has ended, and left the socket.
        drop(listener);
        assert!(is_stale(folder.path(), name));
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_descriptor_that_nobody_has_opened_is_no_display() {
        assert!(is_open("0") || is_open("1") || is_open("2"));
        assert!(!is_open("100000") && !is_open("-1") && !is_open("display"));
    }

    #[test]
    fn a_panic_before_the_first_frame_is_told() {
        let drawn = Arc::new(AtomicBool::new(false));
        assert_eq!(guarded(&drawn, || 3), Ok(3));
        let told = guarded(&drawn, || -> u8 { panic!("no keyboard") });
        assert!(told.is_err_and(|why| why.starts_with("this display cannot be used")));
        let later = catch_unwind(|| {
            guarded(&Arc::new(AtomicBool::new(true)), || -> u8 { panic!("a fault of ours") })
        });
        assert!(later.is_err());
    }
}
