//! Where lanes, tracks, pieces and labels go.

use super::acts::{self, Act, MarkAt};
use super::lives::{self, union};
use super::merge::{self, Look, PIXEL, Piece};
use super::rows::{self, RowKind, RowSpec, Rows, SharedLane, Under};
use super::runs::{Gaps, Owners, Summed, Tasks};
use super::scale::{Scale, TimelineView};
use super::stack::{self, Scrolled, Stacked, WORKING, Wanted};
use super::steps;
use super::ticks::{self, Tick};
use crate::replay::{Lane, Lanes, Marks, Phase, Span};
use crate::trace::{ActorId, Meta, Nanos, ResourceId, Role, SectionId};
use egui::{Pos2, Rangef, Rect, pos2};

/// What is drawn in a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing: its name says it all.
    Heading,
    /// What an actor did.
    Actor(ActorBars),
    /// What the user did.
    Acts(Vec<Act>),
    /// Owners of a resource.
    Owners(Vec<Piece<ActorId>>),
    /// A number over time: the outline from left to right in points, and the highest number in view.
    Number(Vec<Pos2>, u32),
}

/// What an actor did: its tasks as blocks, its phases, inside the blocks and outside, what is missing, what matters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActorBars {
    /// Its phases.
    pub phases: Vec<Piece<Phase>>,
    /// Its tasks.
    pub tasks: Vec<Piece<()>>,
    /// Where events of it are missing.
    pub gaps: Vec<Piece<()>>,
    /// Where it was killed, if its last events may be missing.
    pub open_end: Option<Rangef>,
    /// Its events that matter.
    pub marks: Vec<MarkAt>,
}

/// A row in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// What it is to the row above.
    pub under: Under,
    /// What its actor is there for.
    pub role: Role,
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
    /// The lanes of rows in view that several actors share, by [`RowKind::Place`].
    pub shared: Vec<SharedLane>,
    /// The events that matter, on the ruler.
    pub marks: Vec<MarkAt>,
    /// Where events of anybody are missing, on the ruler.
    pub gaps: Vec<Rangef>,
    /// Where events of somebody are missing, and in which section.
    gaps_of: Vec<(Option<SectionId>, Rangef)>,
    /// Height of all rows.
    pub content_height: f32,
    /// How far the rows are scrolled: to where one begins.
    pub scroll: f32,
    /// How far the rows can be scrolled.
    pub scroll_max: f32,
    /// Height of the row of a thread or process that works: what names are written in depends on it, in all rows alike.
    pub row: f32,
}

/// Height of the axis: of the times, the marks, and the handle of the cursor, one below the other.
pub const AXIS: f32 = 34.0;
/// Where the middle of the marks is, above the foot of the axis.
pub(super) const MARKS: f32 = 14.0;
/// Least width of the column of names, and the part of a wide timeline that it has where names are long.
const LABELS: f32 = 152.0;
const LABELS_PART: f32 = 0.12;
/// Room beside a name, and about what a letter of it takes.
const BESIDE: f32 = 50.0;
const LETTER: f32 = 7.0;
/// Width of the column of names where it has room for badges only.
pub(crate) const LABELS_NARROW: f32 = 40.0;
const MARGIN: f32 = 12.0;
/// Width of the scroll bar, which stands beyond what is seen there.
pub(super) const SCROLL_BAR: f32 = 4.0;
/// Between the lowest row and the foot of the timeline.
const FOOT: f32 = 4.0;
/// Width of the mark of a failure.
const DEATH: f32 = 18.0;
/// So much of what is at the very end is seen beyond it: a mark of a failure there is no sliver.
pub(super) const BEYOND: f32 = MARGIN - 1.0;
/// Width of the mark of an end before which events may be missing.
const OPEN_END: f32 = 12.0;

/// What a timeline is laid out from.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// Names.
    pub meta: &'a Meta,
    /// What happened.
    pub lanes: &'a Lanes,
    /// What of it matters.
    pub marks: &'a Marks,
    /// Which rows to show, or those of any trace.
    pub rows: Option<&'a Rows>,
    /// Where the last spans end.
    pub end: Nanos,
    /// The section whose rows are to be in view, where the user has not scrolled.
    pub section: Option<SectionId>,
}

/// Places everything in an area. `measure`: width of the text of a tick.
pub fn layout(
    area: Rect,
    basis: Basis<'_>,
    view: &TimelineView,
    measure: &dyn Fn(&str) -> f32,
) -> Layout {
    let Basis { meta, lanes, end, .. } = basis;
    let own = basis.rows.is_none().then(|| Rows::of(meta));
    let lines = basis.rows.or(own.as_ref());
    let specs = lines.map_or_else(Vec::new, |l| rows::specs(meta, lanes, l, own.is_some()));
    let places: Vec<&rows::Place> = lines.map_or_else(Vec::new, |l| l.all_places().collect());
    let labels_width = if area.width() >= 360.0 {
        let most = LABELS_PART * area.width();
        let wide = if most > LABELS { names(meta, &specs, &places) } else { LABELS };
        wide.clamp(LABELS, most.max(LABELS)).min(0.28 * area.width())
    } else {
        LABELS_NARROW.min(0.3 * area.width())
    };
    let split = area.left() + labels_width;
    let top = (area.top() + AXIS).min(area.bottom());
    let bottom = (area.bottom() - FOOT).max(top);
    let stacked = Stacked::new(&specs, bottom - top);
    let wanted = match (view.scroll, stack::of_section(meta, &specs, basis.section)) {
        (Some(at), _) => Wanted::At(at),
        (None, Some(rows)) => Wanted::Rows(rows),
        (None, None) => Wanted::At(0.0),
    };
    let Scrolled { by: scroll, most: scroll_max } =
        stack::scrolled(&stacked.edges, bottom - top, &wanted);
    let margin = if scroll_max > 0.0 { MARGIN + SCROLL_BAR + 2.0 } else { MARGIN };
    let right = (area.right() - margin).max(split + 1.0);
    let axis = Rect::from_min_max(pos2(split, area.top()), pos2(right, top));
    let plot = Rect::from_min_max(pos2(split, top), pos2(right, bottom));
    let labels = Rect::from_min_max(pos2(area.left(), top), pos2(split, plot.bottom()));
    let (start, span) = view.window(end);
    let scale = Scale { start, span, left: plot.left(), width: plot.width() };
    let mut shared = vec![SharedLane::default(); places.len()];
    let in_view = stacked.in_view(&specs, scroll, plot.height());
    let mut placed = Vec::new();
    for (index, spec) in specs.iter().enumerate().skip(in_view.start).take(in_view.len()) {
        let y = |edge: f32| plot.top() - scroll + edge;
        let y = y(stacked.edges[index])..=y(stacked.edges[index + 1]);
        let rect = Rect::from_x_y_ranges(plot.x_range(), y);
        let gap = stacked.gap(spec);
        let RowSpec { kind, under, role, .. } = *spec;
        // Only for rows in view: there may be many, with many spans.
        if let RowKind::Place(number) = kind {
            let number = number as usize;
            shared[number] = SharedLane::new(places[number], lanes);
        }
        let bar = Rect::from_x_y_ranges(
            plot.x_range(),
            rect.top() + 0.5 * gap..=rect.bottom() - 0.5 * gap,
        );
        placed.push(Row {
            kind,
            under,
            role,
            rect,
            bar,
            label: Rect::from_x_y_ranges(labels.x_range(), rect.y_range()),
            content: content(spec, basis, &shared, &scale, bar),
        });
    }
    let gaps_of = gaps_of(meta, lanes, end, &scale);
    Layout {
        axis,
        plot,
        labels,
        ticks: ticks::ticks(&scale, measure),
        scale,
        rows: placed,
        shared,
        marks: acts::on_ruler(basis.marks, &scale),
        gaps: union(gaps_of.iter().map(|(_, range)| *range), 0.0),
        gaps_of,
        content_height: stacked.edges.last().copied().unwrap_or(0.0),
        scroll,
        scroll_max,
        row: stacked.height(WORKING),
    }
}

/// The width that the names of the first rows ask for.
fn names(meta: &Meta, specs: &[RowSpec], places: &[&rows::Place]) -> f32 {
    let letters = |spec: &RowSpec| match spec.kind {
        RowKind::Actor(id) => meta.actor_name(id).chars().count(),
        RowKind::Place(number) => places.get(number as usize).map_or(0, |place| {
            let name = place.name(meta);
            name.place.chars().count().max(name.count().chars().count())
        }),
        _ => 0,
    };
    let longest = specs.iter().take(NAMED).map(letters).max().unwrap_or(0);
    BESIDE + LETTER * longest as f32
}

/// So many rows are asked for their names.
const NAMED: usize = 64;

fn content(
    spec: &RowSpec,
    basis: Basis<'_>,
    shared: &[SharedLane],
    scale: &Scale,
    bar: Rect,
) -> Content {
    let Basis { lanes, end, .. } = basis;
    let track = |id: ResourceId| lanes.resources.get(id.index());
    match spec.kind {
        RowKind::Section(_) => Content::Heading,
        RowKind::Actor(_) | RowKind::Place(_) => {
            let Some(lane) = lane(spec.kind, lanes, shared) else {
                return Content::Actor(ActorBars::default());
            };
            if spec.role == Role::User {
                return Content::Acts(acts::acts(&lane.spans, scale));
            }
            let mut bars = bars(spec.kind, lane, basis, shared, scale);
            if let (RowKind::Actor(id), true) =
                (spec.kind, spec.is_thin && spec.role != Role::Helper)
            {
                lives::of_threads(id, (basis.meta, lanes), end, scale, &mut bars.phases);
            }
            Content::Actor(bars)
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

fn bars(
    kind: RowKind,
    lane: &Lane,
    basis: Basis<'_>,
    shared: &[SharedLane],
    scale: &Scale,
) -> ActorBars {
    let mut bars = ActorBars::default();
    merge::pieces(&Summed(lane), basis.end, scale, &mut bars.phases);
    mark_deaths(&mut bars.phases, &lane.spans, scale);
    merge::pieces(&Tasks(&lane.tasks), basis.end, scale, &mut bars.tasks);
    merge::pieces(&Gaps(&lane.gaps), basis.end, scale, &mut bars.gaps);
    let open = lane.gaps.last().filter(|gap| gap.count == 0 && matches!(kind, RowKind::Actor(_)));
    bars.open_end = open.and_then(|gap| {
        let to = scale.x(gap.to);
        let inside = to >= scale.left && to <= scale.left + scale.width;
        let from = scale.x(gap.from).max(to - OPEN_END).max(scale.left);
        inside.then(|| Rangef::new(from, to.max(from + 3.0)))
    });
    // The end of one that failed has a look of its own.
    let ends = bars.phases.iter().filter(|piece| is_end(piece)).map(|piece| piece.left);
    let ends: Vec<f32> = ends.collect();
    let near_end = |mark: &MarkAt| ends.iter().any(|x| (mark.x - x).abs() <= DEATH);
    bars.marks = match kind {
        RowKind::Actor(id) => acts::in_lane(basis.marks, id, scale),
        RowKind::Place(number) => {
            let actors = shared.get(number as usize).map_or(&[][..], |s| &s.place.actors);
            actors.iter().flat_map(|id| acts::in_lane(basis.marks, *id, scale)).collect()
        }
        _ => Vec::new(),
    };
    bars.marks.retain(|mark| !near_end(mark));
    bars
}

/// Whether a piece is the mark of the end of one that failed.
pub(super) fn is_end(piece: &Piece<Phase>) -> bool {
    matches!(piece.look, Look::One { class: Phase::Failed, .. })
}

/// Where events of somebody are missing, and in which section.
fn gaps_of(
    meta: &Meta,
    lanes: &Lanes,
    end: Nanos,
    scale: &Scale,
) -> Vec<(Option<SectionId>, Rangef)> {
    let (mut gaps, mut pieces) = (Vec::new(), Vec::new());
    for (i, lane) in lanes.actors.iter().enumerate().filter(|(_, lane)| !lane.gaps.is_empty()) {
        merge::pieces(&Gaps(&lane.gaps), end, scale, &mut pieces);
        let section = meta.actors.get(i).and_then(|actor| actor.section);
        gaps.extend(pieces.drain(..).map(|piece| (section, Rangef::new(piece.left, piece.right))));
    }
    gaps
}

/// Who has failed does nothing any more: a mark where it happened, not a bar to the end.
fn mark_deaths(pieces: &mut Vec<Piece<Phase>>, spans: &[Span], scale: &Scale) {
    pieces.retain_mut(|piece| {
        let Look::One { index, class } = piece.look else {
            return true;
        };
        if class != Phase::Failed {
            return true;
        }
        let edge = scale.left + scale.width;
        let room = if piece.right >= edge - 0.5 { edge + BEYOND } else { piece.right };
        piece.right = room.min(piece.left + DEATH);
        spans.get(index).is_some_and(|s| s.start.0 as f64 >= scale.start)
    });
    // One at the very end of the run is thinner than anything that is drawn.
    let (Some(last), edge) = (spans.last(), scale.left + scale.width) else { return };
    let (x, index) = (scale.x(last.start), spans.len() - 1);
    let in_view = last.phase == Phase::Failed && x > edge - PIXEL && x <= edge + 0.5;
    if in_view && !pieces.iter().any(is_end) {
        let (left, look) = (x.min(edge), Look::One { index, class: Phase::Failed });
        pieces.push(Piece { left, right: edge + BEYOND, look });
    }
}

/// What a row of actors is drawn from.
fn lane<'a>(kind: RowKind, lanes: &'a Lanes, shared: &'a [SharedLane]) -> Option<&'a Lane> {
    match kind {
        RowKind::Actor(id) => lanes.actors.get(id.index()),
        RowKind::Place(number) => shared.get(number as usize).map(|shared| &shared.lane),
        _ => None,
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
            RowKind::Place(number) => self.shared.get(number as usize)?.at(t),
            _ => None,
        }
    }

    /// Whether a row shows what an actor does.
    pub fn shows(&self, kind: RowKind, actor: ActorId) -> bool {
        match kind {
            RowKind::Actor(id) => id == actor,
            RowKind::Place(number) => {
                let shared = self.shared.get(number as usize);
                shared.is_some_and(|shared| shared.place.actors.contains(&actor))
            }
            _ => false,
        }
    }

    /// Where events are missing that may be about a resource of this section.
    pub fn gaps_within(&self, meta: &Meta, section: Option<SectionId>) -> Vec<Rangef> {
        let concerns = |of: Option<SectionId>| match section {
            Some(section) => of.is_none() || meta.is_within(of, section),
            None => true,
        };
        union(self.gaps_of.iter().filter(|(of, _)| concerns(*of)).map(|(_, range)| *range), 0.0)
    }

    /// What a row of actors is drawn from.
    pub fn lane<'a>(&'a self, kind: RowKind, lanes: &'a Lanes) -> Option<&'a Lane> {
        lane(kind, lanes, &self.shared)
    }

    /// The event that matters, and that the ruler marks, at an x.
    pub fn mark_at(&self, x: f32) -> Option<&MarkAt> {
        let near = self.marks.iter().filter(|mark| (mark.x - x).abs() <= 4.0);
        near.min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()))
    }
}

/// The span of a lane at an instant, and its index; nothing before the first and after `end`.
pub fn span_at(spans: &[Span], t: Nanos) -> Option<(usize, &Span)> {
    let index = spans.partition_point(|s| s.start <= t).checked_sub(1)?;
    Some((index, &spans[index]))
}
