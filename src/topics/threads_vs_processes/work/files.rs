//! A file that is written to the disk and read again. It has no name, so nothing of it is left, however the run ends.

use super::{Task, sum};
use crate::record::hands::Stopped;
use crate::record::thread::Failure;
use std::io::{self, Read, Seek, Write};

/// In pieces of so many bytes; between two of them a run can be stopped.
pub const PIECE: usize = 1 << 20;

/// The bytes of a buffer with this number.
pub fn pattern(number: i64, bytes: i64) -> Vec<u8> {
    let bytes = usize::try_from(bytes).unwrap_or(0);
    (0..bytes).map(|place| (place as u8).wrapping_add(number as u8)).collect()
}

// listing: begin
/// Writes the file of a task, waits until it is on the disk, reads it again and adds up its bytes.
pub fn write_and_read(task: &Task, is_stopped: Stopped<'_>) -> Result<i64, Failure> {
    let failed = |error: io::Error| task.failed(&error);
    let mut file = tempfile::tempfile().map_err(failed)?;
    for piece in pattern(task.part, task.amount).chunks(PIECE) {
        is_stopped()?;
        file.write_all(piece).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    is_stopped()?;
    file.rewind().map_err(failed)?;
    let mut read = Vec::new();
    file.read_to_end(&mut read).map_err(failed)?;
    Ok(sum(&read))
}
// listing: end
