//! The window; where there is no display, the tour.

use super::{CliError, find, inspect, say, tour};
use crate::app;
use crate::app::session::Session;
use crate::export::open;
use crate::export::trace_events::Watch;
use std::path::Path;
use std::sync::Arc;

/// Opens a recording, or a trace of another tool, in the window. Where there is no display, says what is in it.
pub fn file(file: &Path) -> Result<(), CliError> {
    let (trace, made, damage) = open::open(file, &Arc::new(Watch::default()))?.trace();
    let reason = match has_display() {
        true => {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let mut session = Session::recorded(&name, trace);
            session.recording.made = made;
            session.recording.file = file.file_name().map(|name| name.to_string_lossy().into());
            app::window::open(None, Some((session, damage))).err()
        }
        false => Some("there is no display".to_owned()),
    };
    let Some(reason) = reason else { return Ok(()) };
    say(&format!("No window: {reason}; this is what the file holds."))?;
    inspect::run(file, false)
}

pub fn run(topic: Option<&str>) -> Result<(), CliError> {
    let topic = topic.map(find).transpose()?;
    let no_window = match has_display() {
        true => app::window::open(topic, None).err(),
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
