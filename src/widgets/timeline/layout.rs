//! Where lanes, tracks, pieces and labels go.

use super::merge::{self, Look, Piece, Runs};
use super::rows::{self, RowKind, Rows, SharedLane};
use super::scale::{Scale, TimelineView};
use super::steps;
use super::ticks::{self, Tick};
use crate::replay::{Lanes, OwnerSpan, Phase, Span};
use crate::trace::{ActorId, Meta, Nanos, ResourceId};
use egui::{Pos2, Rect, pos2};

/// What is drawn in a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Phases of an actor.
    Phases(Vec<Piece<Phase>>),
    /// Owners of a resource.
    Owners(Vec<Piece<ActorId>>),
    /// A number over time: the outline from left to right in points, and the highest number in view.
    Number(Vec<Pos2>, u32),
}

/// A row in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// The whole row, over the plot.
    pub rect: Rect,
    /// The place of its bar, over the plot.
    pub bar: Rect,
    /// The place of its name.
    pub label: Rect,
    /// The content of its bar.
    pub content: Content,
}

/// Where everything goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The axis with its ticks.
    pub axis: Rect,
    /// The area of the rows.
    pub plot: Rect,
    /// The column of names.
    pub labels: Rect,
    /// Time to x.
    pub scale: Scale,
    /// Round times.
    pub ticks: Vec<Tick>,
    /// The rows in view, from top to bottom.
    pub rows: Vec<Row>,
    /// The lanes of rows in view that several actors share, by [`RowKind::Shared`].
    pub shared: Vec<SharedLane>,
    /// Height of all rows.
    pub content_height: f32,
    /// How far the rows are scrolled.
    pub scroll: f32,
    /// How far the rows can be scrolled.
    pub scroll_max: f32,
}

/// Height of the axis.
pub const AXIS: f32 = 28.0;
const LABELS: f32 = 152.0;
/// Width of the column of names where it has room for badges only.
pub(crate) const LABELS_NARROW: f32 = 40.0;
const MARGIN: f32 = 12.0;
/// Width of the mark of a failure.
const DEATH: f32 = 18.0;

/// Height of a row's bar and of the space below it, at its lowest and highest.
fn heights(kind: RowKind) -> [(f32, f32); 2] {
    match kind {
        RowKind::Actor(_) | RowKind::Shared(_) => [(14.0, 3.0), (26.0, 12.0)],
        RowKind::Owner(_) => [(12.0, 3.0), (18.0, 8.0)],
        RowKind::Waiters(_) | RowKind::Length(_) => [(18.0, 4.0), (30.0, 10.0)],
    }
}

/// Places everything in an area. `chosen`: which rows, or all. `measure`: width of the text of a tick.
pub fn layout(
    area: Rect,
    meta: &Meta,
    lanes: &Lanes,
    chosen: Option<&Rows>,
    end: Nanos,
    view: &TimelineView,
    measure: &dyn Fn(&str) -> f32,
) -> Layout {
    let labels_width = if area.width() >= 360.0 {
        LABELS.min(0.28 * area.width())
    } else {
        LABELS_NARROW.min(0.3 * area.width())
    };
    let split = area.left() + labels_width;
    let right = (area.right() - MARGIN).max(split + 1.0);
    let top = (area.top() + AXIS).min(area.bottom());
    let axis = Rect::from_min_max(pos2(split, area.top()), pos2(right, top));
    let plot = Rect::from_min_max(pos2(split, top), pos2(right, area.bottom().max(top)));
    let labels = Rect::from_min_max(pos2(area.left(), top), pos2(split, plot.bottom()));
    let (start, span) = view.window(end);
    let scale = Scale { start, span, left: plot.left(), width: plot.width() };
    let kinds = rows::kinds(meta, lanes, chosen);
    let chosen_actors = chosen.map_or(&[][..], |rows| &rows.actors);
    let mut shared = vec![SharedLane::default(); chosen_actors.len()];
    let total = |at: usize| -> f32 {
        let each = kinds.iter().map(|kind| heights(*kind)[at]);
        each.map(|(bar, gap)| bar + gap).sum()
    };
    let (least, most) = (total(0), total(1));
    let ease = ((plot.height() - least) / (most - least).max(1.0)).clamp(0.0, 1.0);
    let content_height = least + ease * (most - least);
    let scroll_max = (content_height - plot.height()).max(0.0);
    let scroll = view.scroll.clamp(0.0, scroll_max);
    let mut y = plot.top() - scroll;
    let mut placed = Vec::new();
    for kind in kinds {
        let [low, high] = heights(kind);
        let bar = low.0 + ease * (high.0 - low.0);
        let gap = low.1 + ease * (high.1 - low.1);
        let rect = Rect::from_x_y_ranges(plot.x_range(), y..=y + bar + gap);
        y = rect.bottom();
        if rect.bottom() <= plot.top() || rect.top() >= plot.bottom() {
            continue;
        }
        // Only for rows in view: there may be many, with many spans.
        if let RowKind::Shared(place) = kind {
            let place = place as usize;
            shared[place] = SharedLane::new(&chosen_actors[place], lanes);
        }
        let bar = Rect::from_x_y_ranges(
            plot.x_range(),
            rect.top() + 0.5 * gap..=rect.bottom() - 0.5 * gap,
        );
        placed.push(Row {
            kind,
            rect,
            bar,
            label: Rect::from_x_y_ranges(labels.x_range(), rect.y_range()),
            content: content(kind, lanes, &shared, end, &scale, bar),
        });
    }
    Layout {
        axis,
        plot,
        labels,
        ticks: ticks::ticks(&scale, measure),
        scale,
        rows: placed,
        shared,
        content_height,
        scroll,
        scroll_max,
    }
}

fn content(
    kind: RowKind,
    lanes: &Lanes,
    shared: &[SharedLane],
    end: Nanos,
    scale: &Scale,
    bar: Rect,
) -> Content {
    let track = |id: ResourceId| lanes.resources.get(id.index());
    match kind {
        RowKind::Actor(_) | RowKind::Shared(_) => {
            let mut pieces = Vec::new();
            if let Some(spans) = spans(kind, lanes, shared) {
                merge::pieces(&Phases(spans), end, scale, &mut pieces);
                mark_deaths(&mut pieces, spans, scale);
            }
            Content::Phases(pieces)
        }
        RowKind::Owner(id) => {
            let mut pieces = Vec::new();
            if let Some(track) = track(id) {
                merge::pieces(&Owners(&track.owners), end, scale, &mut pieces);
            }
            Content::Owners(pieces)
        }
        RowKind::Waiters(id) => {
            let steps = track(id).map_or(&[][..], |t| &t.waiters);
            let (points, peak) = steps::outline(steps, end, scale, bar);
            Content::Number(points, peak)
        }
        RowKind::Length(id) => {
            let steps = track(id).map_or(&[][..], |t| &t.length);
            let (points, peak) = steps::outline(steps, end, scale, bar);
            Content::Number(points, peak)
        }
    }
}

/// A failed actor does nothing any more: its lane has a mark where it failed, not a bar to the end.
fn mark_deaths(pieces: &mut Vec<Piece<Phase>>, spans: &[Span], scale: &Scale) {
    pieces.retain_mut(|piece| {
        let Look::One { index, class } = piece.look else {
            return true;
        };
        if class != Phase::Failed {
            return true;
        }
        piece.right = piece.right.min(piece.left + DEATH);
        spans.get(index).is_some_and(|s| s.start.0 as f64 >= scale.start)
    });
}

/// The spans that a lane is drawn from.
fn spans<'a>(kind: RowKind, lanes: &'a Lanes, shared: &'a [SharedLane]) -> Option<&'a [Span]> {
    match kind {
        RowKind::Actor(id) => lanes.actors.get(id.index()).map(|lane| &lane.spans[..]),
        RowKind::Shared(place) => shared.get(place as usize).map(|lane| &lane.spans[..]),
        _ => None,
    }
}

/// The phases of a lane as runs.
pub struct Phases<'a>(pub &'a [Span]);

impl Runs for Phases<'_> {
    type Class = Phase;
    fn len(&self) -> usize {
        self.0.len()
    }
    fn start(&self, index: usize) -> Nanos {
        self.0[index].start
    }
    fn class(&self, index: usize) -> Option<Phase> {
        let phase = self.0[index].phase;
        (!matches!(phase, Phase::NotStarted | Phase::Done)).then_some(phase)
    }
    fn slot(class: Phase) -> usize {
        class as usize
    }
}

/// The owners of a resource as runs.
pub struct Owners<'a>(pub &'a [OwnerSpan]);

impl Runs for Owners<'_> {
    type Class = ActorId;
    fn len(&self) -> usize {
        self.0.len()
    }
    fn start(&self, index: usize) -> Nanos {
        self.0[index].start
    }
    fn class(&self, index: usize) -> Option<ActorId> {
        self.0[index].owner
    }
    fn slot(class: ActorId) -> usize {
        class.index()
    }
}

impl Layout {
    /// The row at a point of the plot or of the names.
    pub fn row_at(&self, y: f32) -> Option<&Row> {
        let inside = y >= self.plot.top() && y < self.plot.bottom();
        self.rows.iter().find(|row| inside && y >= row.rect.top() && y < row.rect.bottom())
    }

    /// The actor whose lane a row shows at an instant.
    pub fn actor(&self, kind: RowKind, t: Nanos) -> Option<ActorId> {
        match kind {
            RowKind::Actor(id) => Some(id),
            RowKind::Shared(place) => self.shared.get(place as usize)?.at(t),
            _ => None,
        }
    }

    /// The spans that the lane of a row is drawn from.
    pub fn spans<'a>(&'a self, kind: RowKind, lanes: &'a Lanes) -> Option<&'a [Span]> {
        spans(kind, lanes, &self.shared)
    }
}

/// The span of a lane at an instant, and its index; nothing before the first and after `end`.
pub fn span_at(spans: &[Span], t: Nanos) -> Option<(usize, &Span)> {
    let index = spans.partition_point(|s| s.start <= t).checked_sub(1)?;
    Some((index, &spans[index]))
}
