//! Looks of whatever a trace says: nothing panics, nothing leaves its area, nothing covers anything else.

#[path = "../replay_properties/any.rs"]
mod any;

use super::sheet::{self, SIZES};
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{Batch, Nanos, ResourceId, Trace};
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::resource::{Look, layout, sentence, wanted};
use concurrency_lab::widgets::text::RoughMeasure;
use concurrency_lab::widgets::theme::Theme;
use egui::{Rect, pos2, vec2};
use proptest::prelude::*;

/// A case that fails is to become a test of its own, not a file of seeds.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_trace_has_a_look(
        meta in any::any_meta(),
        events in prop::collection::vec(
            prop_oneof![any::any_event(), any::any_task_event()],
            0..150,
        ),
        now in 0..600u64,
        motion in 0..200u64,
        rooms in prop::collection::vec((40.0..900.0_f32, 30.0..420.0_f32), 4),
    ) {
        let mut trace = Trace::new(meta);
        trace.apply(Batch { events, ..Batch::default() });
        let replay = Replay::new(&trace);
        let theme = Theme::light();
        let meta = trace.meta();
        let made = Look {
            meta,
            state: &replay.at(&trace, Nanos(now)),
            replay: &replay,
            now: Nanos(now),
            motion: Nanos(motion),
            actors: &Actors::new(&theme, meta),
            theme: &theme,
            measure: &RoughMeasure,
            headed: false,
        };
        for id in (0..meta.resources.len()).map(ResourceId::from_index) {
            let at = made.resource(id).unwrap();
            prop_assert!(!sentence(&at).is_empty());
            for size in SIZES {
                let asked = wanted(&at, size);
                prop_assert!(asked.is_finite() && asked.x < 2000.0 && asked.y < 1000.0);
                for room in rooms.iter().map(|(x, y)| vec2(*x, *y)).chain([asked]) {
                    let area = Rect::from_min_size(pos2(3.0, 5.0), room);
                    let picture = layout(&at, size, area);
                    let faults = sheet::faults(&picture, area, &at);
                    prop_assert!(
                        faults.is_empty(),
                        "{:?} in {size:?}, {room:?}: {faults:#?}",
                        at.named.kind
                    );
                }
            }
        }
    }
}
