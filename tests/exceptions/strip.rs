//! The strip of an exception's journey under the stage.

use concurrency_lab::topics::runner::Finished;
use concurrency_lab::trace::Nanos;
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::picture::Mark;
use concurrency_lab::widgets::resource::Look;
use concurrency_lab::widgets::scene::journey;
use concurrency_lab::widgets::text::{Measure, RoughMeasure};
use concurrency_lab::widgets::theme::Theme;
use egui::{Rect, pos2, vec2};

/// The title of the journey at the end of a run, the room it has and takes, and what stands beside it.
fn title(finished: &Finished, width: f32) -> (String, [f32; 2], Vec<String>) {
    let (trace, replay) = (&finished.trace, &finished.replay);
    let (meta, now, motion) = (trace.meta(), trace.end(), Nanos(1000));
    let theme = &Theme::light();
    let actors = &Actors::new(theme, meta);
    let (state, measure, headed) = (replay.latest(), &RoughMeasure, false);
    let look = Look { meta, state, replay, now, motion, actors, theme, measure, headed };
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, 110.0));
    let marks = journey::layout(&look, area, None, now).marks;
    let texts = marks.into_iter().filter_map(|mark| match mark {
        Mark::Text { rect, text, font, .. } => Some((rect, text, font)),
        _ => None,
    });
    let texts: Vec<_> = texts.collect();
    let (rect, text, font) = &texts[0];
    let beside = texts[1..].iter().filter(|(of, ..)| of.center().y == rect.center().y);
    let room = [rect.width(), RoughMeasure.width(text, font)];
    (text.clone(), room, beside.map(|(_, text, _)| text.clone()).collect())
}

/// What stands at the track as well gives way to a title that has no room beside it.
pub fn a_title_has_the_room_of_what_is_said_twice(finished: &Finished) {
    let (wide, [room, takes], beside) = title(finished, 800.0);
    assert!(takes <= room && beside[0].ends_with(" from raise to handler"), "{beside:?}");
    let (narrow, [room, takes], beside) = title(finished, takes + 40.0);
    assert_eq!((narrow, beside), (wide, vec![]));
    assert!(takes <= room, "{takes} in {room}");
}
