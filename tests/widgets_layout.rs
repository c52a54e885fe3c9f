//! Layouts in numbers: nothing overlaps, nothing leaves its area, at any size and with any number of things.
#![allow(clippy::unwrap_used)]

use concurrency_lab::widgets::{card, cells, code, padlock};
use egui::{Rect, pos2, vec2};
use proptest::prelude::*;

fn area() -> impl Strategy<Value = Rect> {
    let places = (-500.0..500.0_f32, -500.0..500.0_f32);
    let sizes = (0.0..1500.0_f32, 0.0..900.0_f32);
    (places, sizes).prop_map(|((x, y), (w, h))| Rect::from_min_size(pos2(x, y), vec2(w, h)))
}

fn inside(outer: Rect, inner: Rect) -> bool {
    outer.expand(0.1).contains_rect(inner)
}

fn apart(rects: &[Rect]) -> bool {
    rects
        .iter()
        .enumerate()
        .all(|(i, a)| rects[i + 1..].iter().all(|b| !a.shrink(0.1).intersects(b.shrink(0.1))))
}

proptest! {
    #[test]
    fn cards_fit_and_all_actors_are_accounted_for(area in area(), count in 0_usize..41) {
        let layout = card::layout(area, count);
        let missing = layout.more.map_or(0, |(_, n)| n);
        prop_assert_eq!(layout.cards.len() + missing, count);
        let mut rects = layout.cards.clone();
        if let Some((rect, _)) = layout.more {
            rects.push(rect);
        }
        for rect in &rects {
            prop_assert!(inside(area, *rect), "{rect:?} in {area:?}");
        }
        prop_assert!(apart(&rects));
    }

    #[test]
    fn the_padlock_fits_and_counts_who_has_no_place(area in area(), count in 0_usize..41) {
        let layout = padlock::layout(area, count);
        let mut rects = vec![layout.body, layout.shackle];
        rects.extend(layout.caption);
        rects.extend(layout.title);
        for (tile, time) in &layout.waiters {
            rects.push(*tile);
            rects.extend(*time);
        }
        rects.extend(layout.more.map(|m| m.0));
        for rect in &rects {
            prop_assert!(inside(area, *rect), "{rect:?} in {area:?}");
        }
        prop_assert!(apart(&rects), "{rects:?}");
        prop_assert!(inside(layout.body, layout.badge));
        prop_assert!(layout.waiters.len() + layout.more.map_or(0, |m| m.1) <= count);
        if let Some((_, more)) = layout.more {
            prop_assert_eq!(layout.waiters.len() + more, count);
        }
        // With room to spare everybody who waits is there, by a place or by number.
        if count > 0 && area.height() > 300.0 && area.width() > 120.0 {
            prop_assert_eq!(layout.waiters.len() + layout.more.map_or(0, |m| m.1), count);
        }
    }

    #[test]
    fn cells_fit_and_show_the_ends_of_the_list(
        area in area(),
        len in prop_oneof![0_usize..60, 1_000_usize..200_000],
        motion in prop_oneof![
            Just(None),
            (0.0..=1.0_f32).prop_map(|p| Some(cells::Motion::In(p))),
            (0.0..=1.0_f32).prop_map(|p| Some(cells::Motion::Out(p))),
        ],
    ) {
        let layout = cells::layout(area, len, motion);
        let rects: Vec<_> = layout.cells.iter().map(|c| c.rect).collect();
        let mut fixed = rects.clone();
        fixed.extend(layout.cells.iter().filter_map(|c| c.label));
        fixed.extend(layout.hidden.map(|h| h.0));
        fixed.extend(layout.caption);
        for rect in fixed.iter().chain(layout.moving.iter().map(|m| &m.0)) {
            prop_assert!(inside(area, *rect), "{rect:?} in {area:?}");
        }
        prop_assert!(apart(&fixed), "{fixed:?}");
        let indices: Vec<_> = layout.cells.iter().map(|c| c.index).collect();
        prop_assert!(indices.windows(2).all(|p| p[0] < p[1]));
        prop_assert!(indices.iter().all(|i| *i < len));
        if let Some((_, hidden)) = layout.hidden {
            prop_assert_eq!(indices.len() + hidden, len);
        }
        if area.width() > 300.0 && area.height() > 60.0 && len > 0 {
            prop_assert_eq!(indices.first(), Some(&0));
            prop_assert_eq!(indices.last(), Some(&(len - 1)));
        }
        if let (Some(cells::Motion::In(_)), Some((moving, _))) = (motion, layout.moving)
            && rects.len() == len
        {
            prop_assert!(apart(&[rects, vec![moving]].concat()));
        }
    }
}

#[test]
fn cards_get_smaller_before_any_is_left_out() {
    let stage = Rect::from_min_size(pos2(0.0, 0.0), vec2(200.0, 320.0));
    let size = |count| card::layout(stage, count).size;
    assert_eq!(size(4), card::Size::Full);
    assert_eq!(size(8), card::Size::Compact);
    assert_eq!(size(30), card::Size::Badge);
    assert_eq!(card::layout(stage, 32).more, None);
    let crowd = card::layout(stage, 100);
    assert_eq!(crowd.more.unwrap().1, 100 - crowd.cards.len());
}

#[test]
fn short_lists_show_everything_and_long_ones_their_ends() {
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(420.0, 120.0));
    let few = cells::layout(area, 5, None);
    assert_eq!(few.cells.len(), 5);
    assert_eq!(few.hidden, None);
    assert!(few.cells.iter().all(|c| c.rect.width() == 46.0));
    let many = cells::layout(area, 95, None);
    let shown = many.cells.len();
    assert!(shown >= 6, "{shown}");
    assert_eq!(many.hidden.unwrap().1, 95 - shown);
    assert_eq!(many.cells.last().unwrap().index, 94);
    assert!(cells::layout(area, 0, None).empty.is_some());
}

#[test]
fn an_item_arrives_where_its_cell_will_be() {
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(420.0, 120.0));
    let arriving = cells::layout(area, 5, Some(cells::Motion::In(1.0)));
    let arrived = cells::layout(area, 6, None);
    assert_eq!(arriving.moving.unwrap().0, arrived.cells[5].rect);
    let leaving = cells::layout(area, 5, Some(cells::Motion::Out(0.0)));
    assert_eq!(leaving.moving.unwrap().0, arrived.cells[0].rect);
    assert_eq!(leaving.cells[0].rect, arrived.cells[1].rect);
    let left = cells::layout(area, 5, Some(cells::Motion::Out(1.0)));
    assert_eq!(left.cells, cells::layout(area, 5, None).cells);
}

#[test]
fn at_most_three_badges_share_a_line() {
    assert_eq!(code::faces(0), (0, 0));
    assert_eq!(code::faces(3), (3, 0));
    assert_eq!(code::faces(5), (3, 2));
}
