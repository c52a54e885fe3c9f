//! Who waits for a notification is tied to the box of those that do, and not to the lock in front of it.

use super::{at, lines, traces};
use concurrency_lab::widgets::picture::Does;
use concurrency_lab::widgets::selection::Selection;
use egui::{Rect, pos2, vec2};

#[test]
fn a_wait_for_a_notification_ends_at_the_wait_set() {
    let (trace, changed) = traces::wait_set();
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(830.0, 330.0));
    let now = trace.end();
    let (scene, arranged) = at(&trace, now, area);
    let its = Does::Select(Selection::Resource(changed));
    let set = arranged.picture.spots.iter().find(|spot| spot.does == its).unwrap().rect;
    let whole = arranged.resources.iter().find(|(id, _)| *id == changed).unwrap().1;
    assert!(set.left() > whole.left() + 20.0, "the lock stands before it");
    let lines = lines(&trace, now, &scene, &arranged);
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert!((line[3].x - set.left()).abs() < 5.0 && set.y_range().contains(line[3].y));
        // Within the look it is level: it runs through nothing that is written above or below.
        assert!(line[2].x < whole.left() && (line[2].y - line[3].y).abs() < 0.5, "{line:?}");
    }
}
