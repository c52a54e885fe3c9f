//! The named points of the programs.

use crate::topics::Lab;
use crate::trace::SourceId;

/// Where main can be, as the listings name it.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    /// The pool is made.
    pub start: SourceId,
    /// The numbers are squared.
    pub map: SourceId,
    /// The pool is closed, and waited for.
    pub shutdown: SourceId,
}

impl Points {
    /// Those of the listings.
    pub fn new(lab: &Lab<'_>) -> Self {
        Self {
            start: lab.point("main.start"),
            map: lab.point("main.map"),
            shutdown: lab.point("main.shutdown"),
        }
    }
}
