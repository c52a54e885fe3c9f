//! What stages are made of.

pub mod fonts;
pub mod icon;
