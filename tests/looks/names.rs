//! Names that have in them what stands between the parts of a sentence.

#[path = "../common/odd_names.rs"]
mod odd_names;

use super::moments;
use concurrency_lab::widgets::resource::{Size, layout};
use egui::{Rect, pos2, vec2};
use odd_names::{ODD, is_cut};

/// In however little room: a name is said, or not said.
#[test]
fn no_name_is_cut_within() {
    let mut said = 0;
    for moment in moments() {
        let moment = moment.named(|meta| {
            let actors = meta.actors.iter_mut().map(|actor| &mut actor.name);
            let all = actors.chain(meta.resources.iter_mut().map(|resource| &mut resource.name));
            for (place, name) in all.enumerate() {
                *name = format!("{ODD} {place}");
            }
        });
        moment.with_fonts(|at| {
            for size in [Size::Badge, Size::Line, Size::Small, Size::Full] {
                for (width, height) in
                    (40..900_u16).step_by(20).zip([90.0, 140.0, 260.0].into_iter().cycle())
                {
                    let area = Rect::from_min_size(pos2(3.0, 5.0), vec2(width.into(), height));
                    for text in layout(at, size, area).texts() {
                        assert!(!is_cut(text), "{}, {size:?}, {width} wide: {text}", moment.title);
                        said += usize::from(text.contains(ODD));
                    }
                }
            }
        });
    }
    assert!(said > 1000, "names are said: {said} times");
}
