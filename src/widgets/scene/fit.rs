//! Fitting things into areas: grids of equal boxes, and shelves of unequal ones.

use super::actor_box::{BoxSize, SIZES};
use egui::{Rect, Vec2, pos2, vec2};

/// Boxes of one size in an area.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// How much each shows.
    pub size: BoxSize,
    /// One rectangle each, for the first ones.
    pub rects: Vec<Rect>,
    /// How many have no room, and where to say so.
    pub more: Option<(Rect, usize)>,
}

/// The largest boxes of which all `count` fit, down the columns; else the smallest, as many as fit.
pub fn grid(area: Rect, count: usize, largest: BoxSize) -> Grid {
    let sizes = SIZES.iter().skip_while(|size| **size != largest);
    for size in sizes {
        if let Some(rects) = columns(area, count, *size) {
            return Grid { size: *size, rects, more: None };
        }
    }
    let size = BoxSize::Mini;
    let line = 18.0_f32.min(area.height());
    let above = area.with_max_y(area.bottom() - line);
    let step = size.least() + Vec2::splat(size.gap());
    let (across, down) =
        (along(above.width(), step.x, size.gap()), along(above.height(), step.y, size.gap()));
    let fits = across * down;
    let rects = (0..fits.min(count)).map(|i| {
        let at = area.min + vec2((i % across) as f32 * step.x, (i / across) as f32 * step.y);
        Rect::from_min_size(at, size.least())
    });
    let rest = area.with_min_y(area.bottom() - line);
    Grid { size, rects: rects.collect(), more: (count > fits).then_some((rest, count - fits)) }
}

fn along(room: f32, step: f32, gap: f32) -> usize {
    // A hair of tolerance for sums of floats.
    ((room + gap + 0.01) / step).floor().max(0.0) as usize
}

/// All boxes in as few columns as hold them, filled downwards; tiles are filled across.
fn columns(area: Rect, count: usize, size: BoxSize) -> Option<Vec<Rect>> {
    let (least, most, gap) = (size.least(), size.most(), size.gap());
    let across = along(area.width(), least.x + gap, gap);
    let down = along(area.height(), least.y + gap, gap);
    if count > across * down {
        return None;
    }
    let tiles = size >= BoxSize::Named;
    let (columns, rows) = match tiles {
        true => (across.min(count).max(1), count.div_ceil(across.max(1)).max(1)),
        false => {
            let columns = count.div_ceil(down.max(1)).max(1);
            (columns, count.div_ceil(columns).max(1))
        }
    };
    let width = ((area.width() + gap) / columns as f32 - gap).clamp(least.x, most.x);
    let height = ((area.height() + gap) / rows as f32 - gap).clamp(least.y, most.y);
    let place = |i: usize| {
        let (column, row) = if tiles { (i % columns, i / columns) } else { (i / rows, i % rows) };
        let at = pos2(
            area.left() + column as f32 * (width + gap),
            area.top() + row as f32 * (height + gap),
        );
        Rect::from_min_size(at, vec2(width, height))
    };
    Some((0..count).map(place).collect())
}

/// Places rectangles of the wanted sizes in rows, one after another; `None` where they do not fit. What is left of a
/// row's width and of the height is given to all, up to `stretch` times what was wanted.
pub fn shelves(area: Rect, wanted: &[Vec2], gap: f32, stretch: Vec2) -> Option<Vec<Rect>> {
    let mut rows: Vec<(Vec<usize>, f32, f32)> = Vec::new();
    for (index, size) in wanted.iter().enumerate() {
        if size.x > area.width() + 0.5 {
            return None;
        }
        match rows.last_mut() {
            Some((members, width, height)) if *width + gap + size.x <= area.width() + 0.5 => {
                members.push(index);
                *width += gap + size.x;
                *height = height.max(size.y);
            }
            _ => rows.push((vec![index], size.x, size.y)),
        }
    }
    let columns = columns_of(&rows, wanted, gap, area.width());
    let gaps = gap * rows.len().saturating_sub(1) as f32;
    let high: f32 = rows.iter().map(|(.., height)| height).sum();
    if high + gaps > area.height() + 0.5 {
        return None;
    }
    let taller = ((area.height() - gaps) / high.max(1.0)).min(stretch.y);
    let mut rects = vec![Rect::NOTHING; wanted.len()];
    let mut y = area.top();
    for (members, width, height) in rows {
        let count = columns.as_ref().map_or(members.len(), Vec::len);
        let gaps = gap * (count - 1) as f32;
        let width = columns.as_ref().map_or(width - gaps, |widths| widths.iter().sum());
        let wider = ((area.width() - gaps) / width.max(1.0)).min(stretch.x);
        let last = members.len() - 1;
        let mut x = area.left();
        for (place, index) in members.into_iter().enumerate() {
            let own = match &columns {
                // The last of a shorter row has the rest of it.
                Some(widths) if place == last => {
                    let rest = &widths[place..];
                    wider * rest.iter().sum::<f32>() + gap * (rest.len() - 1) as f32
                }
                Some(widths) => wider * widths[place],
                None => wider * wanted[index].x,
            };
            let size = vec2(own, height * taller);
            rects[index] = Rect::from_min_size(pos2(x, y), size);
            x += size.x + gap;
        }
        y += height * taller + gap;
    }
    Some(rects)
}

/// The widths of columns, where all of several rows but the last, which may have fewer, have as many members and the widest of
/// each column fit beside each other: then what stands below each other begins at one line.
fn columns_of(
    rows: &[(Vec<usize>, f32, f32)],
    wanted: &[Vec2],
    gap: f32,
    room: f32,
) -> Option<Vec<f32>> {
    let ((last, ..), full) = rows.split_last()?;
    let count = full.first()?.0.len();
    if last.len() > count || full.iter().any(|(members, ..)| members.len() != count) {
        return None;
    }
    let has_rest = last.len() < count;
    // What has the rest of its row asks for no column of its own.
    let within = |row: &[usize], column: usize| {
        let ends = has_rest && row.len() == last.len() && column + 1 == row.len();
        row.get(column).filter(|_| !ends).map_or(0.0, |index| wanted[*index].x)
    };
    let widest = |column: usize| {
        rows.iter().map(|(members, ..)| within(members, column)).fold(0.0, f32::max)
    };
    let widths: Vec<f32> = (0..count).map(widest).collect();
    let sum = |widths: &[f32]| widths.iter().sum::<f32>() + gap * (widths.len() - 1) as f32;
    let rest = last.last().map_or(0.0, |index| wanted[*index].x);
    let fits =
        sum(&widths) <= room + 0.5 && (!has_rest || rest <= sum(&widths[last.len() - 1..]) + 0.5);
    fits.then_some(widths)
}

/// Parts of an area beside each other, in the proportions of `weights`.
pub fn beside(area: Rect, weights: &[f32], gap: f32) -> Vec<Rect> {
    let all: f32 = weights.iter().sum::<f32>().max(f32::EPSILON);
    let room = area.width() - gap * weights.len().saturating_sub(1) as f32;
    let mut x = area.left();
    weights
        .iter()
        .map(|weight| {
            let width = room * weight / all;
            let part = Rect::from_min_size(pos2(x, area.top()), vec2(width, area.height()));
            x += width + gap;
            part
        })
        .collect()
}

/// The top of an area, and the rest.
pub fn split_top(area: Rect, height: f32) -> (Rect, Rect) {
    let y = (area.top() + height).min(area.bottom());
    (area.with_max_y(y), area.with_min_y(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(10.0, 20.0), vec2(width, height))
    }

    #[test]
    fn boxes_get_smaller_until_all_fit_and_stay_inside() {
        let mut last = 0;
        for count in 1..200 {
            let room = area(420.0, 260.0);
            let grid = grid(room, count, BoxSize::Full);
            let size = SIZES.iter().position(|size| *size == grid.size).unwrap_or(0);
            assert!(size >= last, "{count} boxes are larger than {} are", count - 1);
            last = size;
            let hidden = grid.more.map_or(0, |(_, hidden)| hidden);
            assert_eq!(grid.rects.len() + hidden, count);
            for (i, rect) in grid.rects.iter().enumerate() {
                assert!(room.expand(0.1).contains_rect(*rect), "{count}: {rect:?}");
                let others = &grid.rects[..i];
                assert!(others.iter().all(|other| !other.shrink(0.1).intersects(*rect)));
            }
        }
    }

    #[test]
    fn no_area_is_too_small_to_say_how_many_there_are() {
        for (width, height) in [(0.0, 0.0), (10.0, 300.0), (300.0, 5.0), (27.0, 27.0)] {
            let grid = grid(area(width, height), 5, BoxSize::Full);
            assert!(grid.rects.is_empty());
            assert_eq!(grid.more.map(|(_, hidden)| hidden), Some(5));
        }
    }

    #[test]
    fn shelves_keep_sizes_and_stay_inside() {
        let wanted = [vec2(100.0, 40.0), vec2(150.0, 60.0), vec2(80.0, 20.0)];
        assert_eq!(
            shelves(area(90.0, 500.0), &wanted, 8.0, Vec2::splat(1.5)),
            None,
            "too narrow for one"
        );
        assert_eq!(shelves(area(160.0, 100.0), &wanted, 8.0, Vec2::splat(1.5)), None, "too low");
        let room = area(300.0, 200.0);
        let Some(rects) = shelves(room, &wanted, 8.0, Vec2::splat(1.5)) else { panic!("they fit") };
        for (rect, wanted) in rects.iter().zip(&wanted) {
            assert!(room.expand(0.1).contains_rect(*rect));
            assert!(rect.width() >= wanted.x && rect.height() >= wanted.y);
        }
        assert_eq!(rects[0].top(), rects[1].top(), "two in the first row");
        assert!(rects[2].top() >= rects[0].bottom() + 8.0);
    }

    #[test]
    fn a_shorter_last_shelf_keeps_to_the_columns_above_and_takes_the_rest() {
        let wanted = [vec2(90.0, 40.0), vec2(80.0, 40.0), vec2(80.0, 40.0)];
        let room = area(300.0, 300.0);
        for (more, shorter) in [(vec![vec2(120.0, 50.0)], 0), (vec![vec2(60.0, 50.0); 2], 1)] {
            let wanted: Vec<Vec2> = wanted.into_iter().chain(more).collect();
            let Some(rects) = shelves(room, &wanted, 8.0, vec2(1.2, 2.0)) else {
                panic!("they fit")
            };
            let (above, below) = rects.split_at(3);
            for (upper, lower) in above.iter().zip(below) {
                assert_eq!(upper.left(), lower.left());
            }
            assert_eq!(below[shorter].right(), above[2].right());
        }
    }

    #[test]
    fn equal_ones_stand_in_columns_though_the_last_row_is_not_full() {
        let room = area(360.0, 200.0);
        let Some(rects) = shelves(room, &[vec2(100.0, 40.0); 5], 8.0, Vec2::splat(1.6)) else {
            panic!("they fit")
        };
        assert_eq!(rects[0].top(), rects[2].top(), "three in the first row");
        assert_eq!([rects[3].left(), rects[4].left()], [rects[0].left(), rects[1].left()]);
        assert!(rects.iter().all(|rect| room.expand(0.1).contains_rect(*rect)));
    }
}
