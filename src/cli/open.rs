//! The window; where there is no display, the tour.

use super::{CliError, find, say, tour};
use crate::app;
use std::path::Path;

pub fn run(topic: Option<&str>) -> Result<(), CliError> {
    let topic = topic.map(find).transpose()?;
    let no_window = match has_display() {
        true => app::window::open(topic).err(),
        false => Some("there is no display".to_owned()),
    };
    let Some(reason) = no_window else {
        return Ok(());
    };
    say(&format!(
        "No window: {reason}; touring all topics into pictures in ./concurrency-lab-tour instead."
    ))?;
    tour::run(Path::new("concurrency-lab-tour"))
}

/// Whether there is a display. Only systems with X11 or Wayland can be without one.
fn has_display() -> bool {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
