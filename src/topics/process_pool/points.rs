//! The named points of the programs.

use super::plan::Call;
use crate::topics::Lab;
use crate::trace::SourceId;

/// Where main and the killer can be, as the listings name it.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    /// The pool is started.
    pub start: SourceId,
    /// Tasks are handed in, the way the call does it.
    pub submit: SourceId,
    /// Results are waited for, the same.
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
    /// Those of the shown program, whose tasks are handed in so: each call is a branch of it.
    pub fn new(lab: &Lab<'_>, call: Call) -> Self {
        let branch = |name: &str| lab.point(&format!("{name}.{}", call.key()));
        Self {
            start: lab.point("main.start"),
            submit: branch("main.submit"),
            result: branch("main.result"),
            join: lab.point("main.join"),
            again: lab.point("main.again"),
            kill: lab.point("killer.kill"),
            end: lab.point("main.end"),
        }
    }
}
