//! The look of the kind this file is named after.

use super::{ResourceAt, Size, captioned, glyph};
use crate::widgets::picture::Picture;
use egui::{Rect, Vec2, vec2};

/// The room that its full size asks for.
pub fn wanted(_: &ResourceAt<'_>) -> Vec2 {
    vec2(220.0, 120.0)
}

/// Its state in a sentence.
pub fn sentence(at: &ResourceAt<'_>) -> String {
    at.name()
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size != Size::Full {
        return glyph(at, size, area, "", |_, _| {});
    }
    let mut picture = Picture::default();
    let _ = captioned(at, area, &mut picture);
    picture
}
