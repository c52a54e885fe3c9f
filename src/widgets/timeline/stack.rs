//! How high rows are, and which of them are in view: whole ones, and those of the section that the cursor is in.

use super::rows::{RowKind, RowSpec};
use crate::trace::{Meta, Role, SectionId};
use std::ops::Range;

/// So many times higher than they need to be, at most; and the space between them.
const TALLER: f32 = 2.0;
const APART: f32 = 3.0;
/// The space between the lowest rows may be so much of what it should be, where all of them fit then.
const CLOSE: f32 = 0.6;

/// Bar and space of a row, at its lowest and highest.
pub(super) type Heights = [(f32, f32); 2];

/// Those of an actor that works.
pub(super) const WORKING: Heights = [(14.0, 3.0), (26.0, 12.0)];

/// Height of a row's bar and of the space below it, at its lowest and highest.
fn heights(spec: &RowSpec) -> Heights {
    match spec.kind {
        RowKind::Section(_) => [(12.0, 4.0), (14.0, 10.0)],
        RowKind::Actor(_) | RowKind::Place(_) if spec.is_thin => match spec.role {
            Role::Helper => [(5.0, 9.0), (6.0, 14.0)],
            _ => [(5.0, 12.0), (6.0, 32.0)],
        },
        RowKind::Actor(_) | RowKind::Place(_) => match spec.role {
            Role::User => [(10.0, 5.0), (14.0, 8.0)],
            _ => WORKING,
        },
        RowKind::Owner(_) => [(12.0, 3.0), (18.0, 8.0)],
        RowKind::Waiters(_) | RowKind::Length(_) => [(18.0, 4.0), (30.0, 10.0)],
    }
}

/// The heights of rows below each other: between the lowest and the highest, so that they fill the room there is, and no more
/// of it than looks well.
pub(super) struct Stacked {
    /// Where each row begins, and where the last one ends.
    pub edges: Vec<f32>,
    /// From the lowest, 0, to the highest, 1.
    ease: f32,
    /// How many times higher than that bars and the spaces between them are.
    taller: (f32, f32),
}

impl Stacked {
    pub fn new(specs: &[RowSpec], room: f32) -> Self {
        let sum = |at: usize| {
            let each = specs.iter().map(|spec| heights(spec)[at]);
            each.fold((0.0, 0.0), |all, (bar, gap)| (all.0 + bar, all.1 + gap))
        };
        let ((least_bars, least_gaps), (bars, gaps)) = (sum(0), sum(1));
        let (least, most) = (least_bars + least_gaps, bars + gaps);
        let ease = ((room - least) / (most - least).max(1.0)).clamp(0.0, 1.0);
        // Where there is room for more, rows are higher than they need to be.
        let bar = (room / most.max(1.0)).clamp(1.0, TALLER);
        let gap = ((room - bar * bars) / gaps.max(1.0)).clamp(1.0, APART);
        // Where little is missing for all of them, they stand a little closer.
        let closer = (room - least_bars) / least_gaps.max(1.0);
        let gap = if (CLOSE..1.0).contains(&closer) { closer } else { gap };
        let mut stacked =
            Self { edges: Vec::with_capacity(specs.len() + 1), ease, taller: (bar, gap) };
        let mut y = 0.0;
        stacked.edges.push(y);
        for spec in specs {
            y += stacked.height(heights(spec));
            stacked.edges.push(y);
        }
        stacked
    }

    fn parts(&self, [low, high]: Heights) -> (f32, f32) {
        let bar = self.taller.0 * (low.0 + self.ease * (high.0 - low.0));
        (bar, self.taller.1 * (low.1 + self.ease * (high.1 - low.1)))
    }

    pub fn height(&self, heights: Heights) -> f32 {
        let (bar, gap) = self.parts(heights);
        bar + gap
    }

    /// The space below a row's bar.
    pub fn gap(&self, spec: &RowSpec) -> f32 {
        self.parts(heights(spec)).1
    }

    /// The rows of which all is in view, and no heading without a row below it. In a room lower than a row that one.
    pub fn in_view(&self, specs: &[RowSpec], scroll: f32, room: f32) -> Range<usize> {
        let tops = &self.edges[..specs.len()];
        let start = tops.partition_point(|top| *top < scroll - 0.5);
        let whole = self.edges[start + 1..].iter();
        let whole = whole.take_while(|bottom| **bottom <= scroll + room + 0.5).count();
        let mut rows = start..start + whole;
        let is_heading = |row: usize| matches!(specs[row].kind, RowKind::Section(_));
        while rows.len() > 1 && rows.end < specs.len() && is_heading(rows.end - 1) {
            rows.end -= 1;
        }
        if rows.is_empty() && room > 0.5 {
            rows.end = (start + 1).min(specs.len());
        }
        rows
    }
}

/// How far rows are scrolled, and how far they can be. Both are where a row begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scrolled {
    pub by: f32,
    pub most: f32,
}

/// What is to be in view.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    /// What is so far down: the user has scrolled there.
    At(f32),
    /// These rows, or at least the first of them.
    Rows(Range<usize>),
}

/// `edges`: where each row begins, and where the last one ends. `room`: the height of what is in view.
pub(super) fn scrolled(edges: &[f32], room: f32, wanted: &Wanted) -> Scrolled {
    let [tops @ .., end] = edges else { return Scrolled::default() };
    let Some(last) = tops.last() else { return Scrolled::default() };
    let most = tops.iter().find(|top| *end - **top <= room + 0.5).unwrap_or(last);
    let to = match wanted {
        Wanted::At(at) => *at,
        Wanted::Rows(rows) => match edges.get(rows.end) {
            Some(bottom) if *bottom > room + 0.5 => tops.get(rows.start).copied().unwrap_or(0.0),
            _ => 0.0,
        },
    };
    let apart = |top: &&f32| (**top - to).abs();
    let nearest = tops.iter().min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(last);
    Scrolled { by: nearest.min(*most), most: *most }
}

/// The rows of a section with their heading: that of the section itself, or of the innermost one around it that has one.
/// Nothing of the first: it stands below the rows of no section, which are seen with it.
pub(super) fn of_section(
    meta: &Meta,
    specs: &[RowSpec],
    section: Option<SectionId>,
) -> Option<Range<usize>> {
    let heading = |spec: &RowSpec| match spec.kind {
        RowKind::Section(id) => Some(id),
        _ => None,
    };
    section?;
    let is_around =
        |spec: &RowSpec| heading(spec).is_some_and(|outer| meta.is_within(section, outer));
    let start = specs.iter().rposition(is_around)?;
    specs[..start].iter().find_map(heading)?;
    let rest = &specs[start + 1..];
    let length = rest.iter().position(|spec| heading(spec).is_some()).unwrap_or(rest.len());
    Some(start..start + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten rows of 20.
    fn edges() -> Vec<f32> {
        (0..=10).map(|row| 20.0 * row as f32).collect()
    }

    #[test]
    fn rows_are_in_view_as_a_whole_wherever_the_user_scrolled_to() {
        for (room, at, expected) in
            [(75.0, 0.0, 0.0), (75.0, 33.0, 40.0), (75.0, 900.0, 140.0), (400.0, 50.0, 0.0)]
        {
            let found = scrolled(&edges(), room, &Wanted::At(at));
            assert_eq!(found.by, expected, "{room} {at}");
        }
        assert_eq!(scrolled(&edges(), 5.0, &Wanted::At(900.0)).by, 180.0, "the last is reached");
        assert_eq!(scrolled(&[], 5.0, &Wanted::At(9.0)), Scrolled::default());
    }

    #[test]
    fn rows_that_are_in_view_already_move_nothing() {
        for (rows, expected) in [(0..3, 0.0), (2..5, 0.0), (3..6, 60.0), (7..10, 100.0)] {
            assert_eq!(scrolled(&edges(), 100.0, &Wanted::Rows(rows)).by, expected);
        }
    }
}
