//! The named points of the programs.

use crate::topics::Lab;
use crate::trace::SourceId;

/// Where main and the killer can be, as the listings name it.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    /// The pool is started.
    pub start: SourceId,
    /// Tasks are handed in.
    pub submit: SourceId,
    /// Results are waited for.
    pub result: SourceId,
    /// The pool is closed, and its end waited for.
    pub join: SourceId,
    /// The same tasks again, the other way.
    pub again: SourceId,
    /// A worker is killed.
    pub kill: SourceId,
    /// The program is over.
    pub end: SourceId,
}

impl Points {
    /// Those of the shown program. One without a point has [`SourceId::NONE`] for it.
    pub fn new(lab: &Lab<'_>) -> Self {
        let source = |name| lab.recorder.source(name);
        Self {
            start: source("main.start"),
            submit: source("main.submit"),
            result: source("main.result"),
            join: source("main.join"),
            again: source("main.again"),
            kill: source("killer.kill"),
            end: source("main.end"),
        }
    }
}
