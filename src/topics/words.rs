//! Words that the sentences of several topics are made of: those of [`crate::replay::words`].

pub use crate::replay::words::{count as several, grouped};
