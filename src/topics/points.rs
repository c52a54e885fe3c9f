//! The points of shown programs, found once: for loops in which the time of a look-up shows. All others say where they are by
//! the name, with [`Log::at`](crate::record::Log::at).

/// Declares a struct of named points. Each must be in a listing of the run.
macro_rules! points {
    ($(#[$doc:meta])* $name:ident { $($field:ident = $point:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $(#[doc = $point] pub $field: $crate::trace::SourceId,)*
        }

        impl $name {
            /// The points of the shown program.
            pub fn new(lab: &$crate::topics::Lab<'_>) -> Self {
                Self { $($field: lab.point($point),)* }
            }
        }
    };
}
pub(super) use points;
