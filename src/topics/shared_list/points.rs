//! The named points of the programs.

use crate::topics::Lab;
use crate::trace::SourceId;

macro_rules! points {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// Where a thread can be, as the listings name it. A program without a point has [`SourceId::NONE`] for it.
        #[derive(Clone, Copy, Debug)]
        pub struct Points {
            $(#[doc = $name] pub $field: SourceId,)*
        }

        impl Points {
            /// Those of the program with the lock, and of main.
            pub fn new(lab: &Lab<'_>) -> Self {
                Self { $($field: lab.recorder.source($name),)* }
            }

            /// Those of the program without the lock.
            pub fn racing(lab: &Lab<'_>) -> Self {
                Self { $($field: lab.recorder.source(concat!("racing_", $name)),)* }
            }
        }
    };
}

points! {
    adder_acquire = "adder.acquire",
    adder_hold = "adder.hold",
    adder_append = "adder.append",
    adder_pause = "adder.pause",
    adder_pause_before = "adder.pause_before",
    adder_read = "adder.read",
    adder_write = "adder.write",
    adder_rest = "adder.rest",
    adder_done = "adder.done",
    remover_acquire = "remover.acquire",
    remover_hold = "remover.hold",
    remover_check = "remover.check",
    remover_pop = "remover.pop",
    remover_empty = "remover.empty",
    remover_pause = "remover.pause",
    remover_pause_before = "remover.pause_before",
    remover_read = "remover.read",
    remover_write = "remover.write",
    remover_rest = "remover.rest",
    remover_done = "remover.done",
    start_adders = "main.start_adders",
    join_adders = "main.join_adders",
    start_removers = "main.start_removers",
    join_removers = "main.join_removers",
}
