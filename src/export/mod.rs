//! Pictures and files made from what the app shows.
//!
//! A picture is made from the very shapes egui collects for the window: [`offscreen`] runs the same `Ui` code
//! without a window, [`raster`] turns the triangles into pixels on the CPU, [`vector`] the shapes into SVG and PDF, [`png`]
//! and [`save`] put them in a file.
//! Needs no display, no GPU and no network, and the same triangles give the same bytes on every machine.

pub mod compare;
pub mod data;
pub mod icon;
pub mod offscreen;
pub mod open;
pub mod png;
pub mod raster;
pub mod recording;
pub mod save;
mod sys;
pub mod table;
pub mod trace_events;
pub mod vector;

use std::io;
use std::path::PathBuf;

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: usize = 16_384;

/// The most pixels a picture may have (256 MiB of memory): a 14-inch wide figure at 550 dots an inch, and more.
pub const MAX_PIXELS: usize = 1 << 26;

/// Why the system did not take or give a file, in words.
pub fn why(error: &io::Error) -> String {
    use io::ErrorKind as K;
    let known = match error.kind() {
        K::NotFound => "there is no such folder or file",
        K::PermissionDenied | K::ReadOnlyFilesystem => "that is not allowed there",
        K::IsADirectory => "it is a folder",
        K::NotADirectory => "what should be a folder is a file",
        K::StorageFull | K::QuotaExceeded => "the disk is full: there is no space left",
        K::FileTooLarge => "it would be larger than files may be here (ulimit -f)",
        K::OutOfMemory => "there is not enough memory",
        K::InvalidFilename => "that is no name for a file",
        _ if sys::is_out_of_files(error) => {
            "there are more open files than are allowed here (ulimit -n)"
        }
        _ => {
            // What the system says, without its number.
            let said = error.to_string();
            return said
                .split_once(" (os error")
                .map_or(said.clone(), |(words, _)| words.to_lowercase());
        }
    };
    known.to_owned()
}

/// Why a picture or file was not made. Its text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The size in pixels is nothing, not a number, or more than [`MAX_SIDE`] or [`MAX_PIXELS`] allow.
    #[error(
        "a picture of {width} × {height} pixels cannot be made: choose a size and scale that give 1 to {MAX_SIDE} pixels a side and at most {} megapixels",
        MAX_PIXELS / 1_000_000
    )]
    Size {
        /// Pixels across, as asked for.
        width: f64,
        /// Pixels down, as asked for.
        height: f64,
    },
    /// The part asked for lies outside the picture.
    #[error("there is no room for that part in so small a window: choose a larger size")]
    EmptyPart,
    /// No frame has been run, so there is nothing to show.
    #[error("there is no picture yet: run a frame first")]
    NoFrame,
    /// The pixels do not fill the picture: a mistake of the caller.
    #[error("the picture is {width} × {height} pixels but has {bytes} bytes of them")]
    Pixels {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// The length of the pixel data; four times width times height would be right.
        bytes: usize,
    },
    /// There is no memory for the picture.
    #[error(
        "there is not enough memory for a picture of {width} × {height} pixels: choose a smaller size or scale"
    )]
    Memory {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// There is such a file already.
    #[error("{} is there already: choose another place, or replace it with --force", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be written. Nothing half done is left behind.
    #[error("cannot write {}: {}; choose another place, or make this one writable", path.display(), why(source))]
    Write {
        /// The file asked for.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}
