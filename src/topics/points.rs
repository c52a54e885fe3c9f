//! The points of the shown programs that experiments stop at.

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
