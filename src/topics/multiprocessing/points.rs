//! The named points of the programs.

use crate::topics::Lab;
use crate::trace::SourceId;

macro_rules! points {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// Where the parent and its threads can be, as the listings name it. A program without a point has
        /// [`SourceId::NONE`] for it.
        #[derive(Clone, Copy, Debug)]
        pub struct Points {
            $(#[doc = $name] pub $field: SourceId,)*
        }

        impl Points {
            /// Those of the program that runs.
            pub fn new(lab: &Lab<'_>) -> Self {
                Self { $($field: lab.recorder.source($name),)* }
            }
        }
    };
}

points! {
    start = "main.start",
    submit = "main.submit",
    results = "main.results",
    join = "main.join",
    look = "main.look",
    threads = "main.threads",
    join_threads = "main.join_threads",
    thread_pause = "thread.pause",
    thread_change = "thread.change",
    alone = "main.alone",
    gil = "main.gil",
    free = "main.free",
    processes = "main.processes",
}
