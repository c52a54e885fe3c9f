//! The programs of threads, one file for each.

pub mod accounts;
pub mod futures;
pub mod kinds;
pub mod lock;
pub mod report;
pub mod retry;
pub mod stop;
pub mod thread;
pub mod time_out;

use crate::record::Log;
use crate::trace::Item;

/// Says a line.
fn say(log: &Log, text: &str) {
    log.say(log.recorder().text(text), [Item::NOTHING; 2]);
}
