//! Where the medians are written: near their lines, over nothing. Pure.

use egui::{Pos2, Rect, pos2};

/// Room that a label keeps from everything, in points.
const GAP: f32 = 2.0;
/// Further above its line it would seem to belong to something else.
const REACH: f32 = 44.0;

/// A label to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The middle of its column.
    pub x: f32,
    /// It stands above this.
    pub above: f32,
    /// The top of what is its own: it does not go further up than just over that.
    pub top: f32,
    /// How wide it is, in each of its forms, the best one first.
    pub widths: Vec<f32>,
}

/// What is in the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// Dots, bars and boxes.
    pub rects: Vec<Rect>,
    /// Lines, piece by piece.
    pub lines: Vec<[Pos2; 2]>,
}

impl Taken {
    /// What of it comes into a rectangle.
    fn near(&self, rect: Rect) -> Self {
        let rects = self.rects.iter().copied();
        let lines = self.lines.iter().copied();
        Self {
            rects: rects.filter(|other| overlaps(rect, *other)).collect(),
            lines: lines.filter(|line| top_within(*line, rect).is_some()).collect(),
        }
    }
}

/// A label that has a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Which of its forms.
    pub form: usize,
    /// Where.
    pub rect: Rect,
}

/// A place for each label of the given height in an area, the first ones first: the lowest one above its line that is free.
/// A form that has none gives way to the next; a label that has none in any form is left out.
pub fn place(wishes: &[Wish], height: f32, mut taken: Taken, area: Rect) -> Vec<Option<Label>> {
    let mut place = |wish: &Wish| {
        let of = |(form, width): (usize, &f32)| {
            let rect = free(wish, *width, height, &taken, area)?;
            Some(Label { form, rect })
        };
        let label = wish.widths.iter().enumerate().find_map(of)?;
        taken.rects.push(label.rect);
        Some(label)
    };
    wishes.iter().map(&mut place).collect()
}

fn free(wish: &Wish, width: f32, height: f32, taken: &Taken, area: Rect) -> Option<Rect> {
    let half = width / 2.0;
    if width > area.width() {
        return None;
    }
    let x = wish.x.clamp(area.left() + half, area.right() - half);
    let own = wish.top - 1.5 * height - 2.0 * GAP;
    let highest = own.max(wish.above - REACH).max(area.top());
    let mut bottom = (wish.above - GAP).min(area.bottom());
    // Everything it may meet on its way up; most things are elsewhere.
    let way = Rect::from_min_max(pos2(x - half, highest), pos2(x + half, bottom));
    let taken = taken.near(way.expand(GAP));
    while bottom - height >= highest {
        let rect = Rect::from_min_max(pos2(x - half, bottom - height), pos2(x + half, bottom));
        match in_the_way(rect, &taken) {
            None => return Some(rect),
            // At least a little, so that rounding cannot keep it where it is.
            Some(top) => bottom = (top - GAP).min(bottom - 0.5),
        }
    }
    None
}

/// The top of the highest of what a rectangle is too near to.
fn in_the_way(rect: Rect, taken: &Taken) -> Option<f32> {
    let near = rect.expand(GAP);
    let rects = (taken.rects.iter()).filter(|other| overlaps(near, **other));
    let lines = (taken.lines.iter()).filter_map(|line| top_within(*line, near));
    rects.map(Rect::top).chain(lines).reduce(f32::min)
}

/// Whether two have more in common than an edge.
fn overlaps(a: Rect, b: Rect) -> bool {
    b.left() < a.right() && b.right() > a.left() && b.top() < a.bottom() && b.bottom() > a.top()
}

/// The highest that a line comes between the sides of a rectangle, where it comes into it at all.
fn top_within(line: [Pos2; 2], rect: Rect) -> Option<f32> {
    let (low, high) = between(line, rect.left(), rect.right())?;
    (low < rect.bottom() && high > rect.top()).then_some(low)
}

/// From where to where, in y, a line goes between two x; nothing where it is beside them.
fn between([a, b]: [Pos2; 2], left: f32, right: f32) -> Option<(f32, f32)> {
    let (a, b) = if a.x <= b.x { (a, b) } else { (b, a) };
    if b.x <= left || a.x >= right {
        return None;
    }
    let at = |x: f32| match b.x - a.x {
        length if length > 0.0 => a.y + (b.y - a.y) * ((x - a.x) / length).clamp(0.0, 1.0),
        _ => a.y,
    };
    let (from, to) = match b.x - a.x {
        length if length > 0.0 => (at(left), at(right)),
        _ => (a.y, b.y),
    };
    Some((from.min(to), from.max(to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AREA: Rect = Rect { min: pos2(40.0, 10.0), max: pos2(640.0, 260.0) };
    const HEIGHT: f32 = 12.0;

    fn point() -> impl Strategy<Value = Pos2> {
        (30.0..650.0_f32, 0.0..270.0_f32).prop_map(|(x, y)| pos2(x, y))
    }

    fn wish() -> impl Strategy<Value = Wish> {
        let widths = proptest::collection::vec(6.0..40.0_f32, 1..4);
        (point(), 0.0..90.0_f32, widths).prop_map(|(at, own, mut widths)| {
            widths.sort_by(|a, b| b.total_cmp(a));
            Wish { x: at.x, above: at.y, top: at.y - own, widths }
        })
    }

    fn taken() -> impl Strategy<Value = Taken> {
        let size = prop_oneof![Just((7.0, 7.0)), (4.0..40.0_f32, 1.0..120.0_f32)];
        let rect = (point(), size)
            .prop_map(|(at, (width, height))| Rect::from_min_size(at, egui::vec2(width, height)));
        let line = prop_oneof![
            (point(), point()).prop_map(|(a, b)| [a, b]),
            (0.0..270.0_f32).prop_map(|y| [pos2(40.0, y), pos2(640.0, y)]),
            (point(), 0.0..60.0_f32).prop_map(|(a, length)| [a, pos2(a.x, a.y + length)]),
        ];
        let rects = proptest::collection::vec(rect, 0..120);
        let lines = proptest::collection::vec(line, 0..12);
        (rects, lines).prop_map(|(rects, lines)| Taken { rects, lines })
    }

    /// Whether a line comes into a rectangle, looked at point by point.
    fn meets([a, b]: [Pos2; 2], rect: Rect) -> bool {
        (0..=2000).any(|step| rect.contains(a.lerp(b, step as f32 / 2000.0)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn no_label_is_over_anything(
            wishes in proptest::collection::vec(wish(), 0..30),
            taken in taken(),
        ) {
            let labels = place(&wishes, HEIGHT, taken.clone(), AREA);
            prop_assert_eq!(labels.len(), wishes.len());
            prop_assert_eq!(&labels, &place(&wishes, HEIGHT, taken.clone(), AREA));
            let placed: Vec<(usize, Label)> = labels.iter().enumerate()
                .filter_map(|(place, label)| Some((place, (*label)?))).collect();
            for (index, (of, label)) in placed.iter().enumerate() {
                let wish = &wishes[*of];
                let rect = label.rect;
                prop_assert!(AREA.expand(0.01).contains_rect(rect));
                prop_assert!((rect.width() - wish.widths[label.form]).abs() < 0.01);
                prop_assert!(rect.bottom() < wish.above);
                prop_assert!(rect.top() >= (wish.top - 2.0 * HEIGHT).max(wish.above - REACH));
                let near = rect.expand(GAP - 0.01);
                for other in &taken.rects {
                    prop_assert!(!near.intersects(*other), "{:?} {:?}", rect, other);
                }
                for line in &taken.lines {
                    prop_assert!(!meets(*line, near), "{:?} {:?}", rect, line);
                }
                for (_, other) in &placed[index + 1..] {
                    prop_assert!(!near.intersects(other.rect));
                }
            }
        }
    }

    #[test]
    fn a_label_stands_just_above_its_line_or_above_what_is_there() {
        let wish =
            |widths: &[f32]| Wish { x: 100.0, above: 100.0, top: 80.0, widths: widths.to_vec() };
        let one = |wish: Wish, taken: Taken| place(&[wish], HEIGHT, taken, AREA)[0];
        let free = one(wish(&[30.0]), Taken::default());
        let bottom = |label: Option<Label>| label.map(|label| label.rect.bottom());
        assert_eq!(bottom(free), Some(98.0));
        let dot = |x: f32, y: f32| Rect::from_center_size(pos2(x, y), egui::vec2(6.0, 6.0));
        let dots = |dots: &[(f32, f32)]| Taken {
            rects: dots.iter().map(|(x, y)| dot(*x, *y)).collect(),
            lines: Vec::new(),
        };
        let over = one(wish(&[30.0]), dots(&[(95.0, 92.0), (104.0, 83.0)]));
        assert_eq!(bottom(over), Some(78.0));
        // Neighbours leave room for the shorter form only.
        let narrow = dots(&[
            (80.0, 92.0),
            (120.0, 92.0),
            (80.0, 78.0),
            (120.0, 78.0),
            (80.0, 64.0),
            (120.0, 64.0),
        ]);
        let short = one(wish(&[40.0, 24.0]), narrow);
        assert_eq!(short.map(|label| label.form), Some(1));
        assert_eq!(bottom(short), Some(98.0));
        let full = Taken { rects: vec![AREA], lines: Vec::new() };
        assert_eq!(one(wish(&[30.0]), full), None);
        let line = Taken { rects: Vec::new(), lines: vec![[pos2(40.0, 95.0), pos2(640.0, 95.0)]] };
        assert_eq!(bottom(one(wish(&[30.0]), line)), Some(93.0));
    }
}
