//! Draws a laid-out timeline. All bars go into one mesh.

use super::bars::{self, Pen, Words};
use super::forms::alike;
use super::key;
use super::layout::{BEYOND, Content, Layout, MARKS, Row, SCROLL_BAR, is_end};
use super::merge::{Look, Piece};
use super::names;
use super::rows::RowKind;
use super::view::TimelineInput;
use crate::replay::Phase;
use crate::trace::{ActorId, Nanos, ResourceKind};
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::ink::Ink;
use crate::widgets::selection::Selection;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Align2, Color32, Mesh, Painter, Pos2, Rangef, Rect, Shape, Stroke, Vec2, pos2, vec2};
use std::sync::Arc;

/// What is drawn in the rows and on the ruler: the part that costs, and stays the same while only the cursor moves.
#[derive(Clone, Debug)]
pub struct Bars {
    mesh: Arc<Mesh>,
    ruler: Arc<Mesh>,
    words: Vec<Words>,
    initials: Vec<(Rect, String, Color32)>,
    /// Badges beside acts of the user.
    badges: Vec<(Rect, ActorId)>,
}

/// Makes the bars of a layout; `last`: those of the last frame.
pub fn bars(
    painter: &Painter,
    layout: &Layout,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
    theme: &Theme,
    last: Option<&Bars>,
) -> Bars {
    let painter = &painter.with_clip_rect(layout.plot);
    let mut ink = Ink::new(painter.pixels_per_point());
    if let Some(last) = last {
        // Mostly this frame needs what the last one did, and a little more.
        let room = |len: usize| len + len / 16;
        ink.mesh.vertices.reserve(room(last.mesh.vertices.len()));
        ink.mesh.indices.reserve(room(last.mesh.indices.len()));
    }
    let (mut words, mut initials, mut badges) = (Vec::new(), Vec::new(), Vec::new());
    for row in &layout.rows {
        let mut pen = Pen { ink: &mut ink, painter, input, theme, words: &mut words };
        match &row.content {
            Content::Heading => {}
            Content::Actor(bars) => {
                if let Some(lane) = layout.lane(row.kind, input.lanes) {
                    pen.actor(row, lane, bars);
                }
            }
            Content::Acts(acts) => {
                pen.acts(row, acts);
                badges.extend(act_badges(layout, row, acts.iter().map(|act| act.x)));
            }
            Content::Owners(pieces) => {
                let before = initials.len();
                owners(&mut ink, painter, row.bar, pieces, actors, theme, &mut initials);
                let gaps = lost_in(row, layout, input);
                let mut added = initials.split_off(before);
                added.retain(|(room, ..)| !gaps.iter().any(|gap| gap.intersects(*room)));
                initials.append(&mut added);
                lost(&mut ink, row, layout, input, theme);
            }
            Content::Number(points, _) => {
                number(&mut ink, row, points, counted(row, input), theme);
                lost(&mut ink, row, layout, input, theme);
            }
        }
    }
    // Lanes that stand below each other call what they put in and take out alike.
    alike(&mut words, false);
    let mut ruler = Ink::new(painter.pixels_per_point());
    for range in &layout.gaps {
        let y = layout.axis.bottom() - MARKS;
        let y = y - 4.0..=y + 4.0;
        let rect = Rect::from_x_y_ranges(range.min..=range.max.max(range.min + 2.0), y);
        Pen { ink: &mut ruler, painter, input, theme, words: &mut Vec::new() }.broken(rect);
    }
    for mark in &layout.marks {
        let at = pos2(mark.x, layout.axis.bottom() - MARKS);
        bars::glyph(&mut ruler, at, 4.0, mark.kind, theme);
    }
    Bars { mesh: Arc::new(ink.mesh), ruler: Arc::new(ruler.mesh), words, initials, badges }
}

/// The places of the user's badge beside its acts, where they are far enough from each other.
fn act_badges(layout: &Layout, row: &Row, acts: impl Iterator<Item = f32>) -> Vec<(Rect, ActorId)> {
    let side = row.bar.height().clamp(8.0, 14.0);
    let xs: Vec<f32> = acts.collect();
    let mut out = Vec::new();
    for (i, &x) in xs.iter().enumerate() {
        let next = xs.get(i + 1).copied().unwrap_or(layout.plot.right());
        let actor = layout.actor(row.kind, layout.scale.time(x));
        if let (true, Some(actor)) = (next - x >= side + 6.0, actor) {
            let middle = pos2(x + 4.0 + 0.5 * side, row.bar.center().y);
            out.push((Rect::from_center_size(middle, Vec2::splat(side)), actor));
        }
    }
    out
}

/// Covers what a resource went through where events of those who may have used it are missing.
fn lost(ink: &mut Ink, row: &Row, layout: &Layout, input: &TimelineInput<'_>, theme: &Theme) {
    for rect in lost_in(row, layout, input) {
        let rect = ink.snapped(rect);
        ink.rect(rect, theme.field);
        ink.dashes(rect, 4.0, 3.0, theme.faint);
    }
}

/// Where events are missing that may be about the resource of a row.
fn lost_in(row: &Row, layout: &Layout, input: &TimelineInput<'_>) -> Vec<Rect> {
    let resource = row.kind.resource().and_then(|id| input.meta.resource(id));
    let gaps = layout.gaps_within(input.meta, resource.and_then(|r| r.section));
    let rect = |range: Rangef| {
        let x = range.min..=range.max.max(range.min + 2.0);
        Rect::from_x_y_ranges(x, row.bar.y_range())
    };
    gaps.into_iter().map(rect).collect()
}

/// Draws everything but the tooltip.
pub fn paint(
    painter: &Painter,
    layout: &Layout,
    bars: &Bars,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
    theme: &Theme,
) {
    let all = layout.labels.union(layout.plot);
    axis(painter, layout, theme);
    let mut is_slow = false;
    if let Some(pace) = input.pace {
        is_slow = slow(painter, layout, pace.slow(input.end), theme);
    }
    key::paint(painter, layout, is_slow, theme);
    let rows = painter.with_clip_rect(all.intersect(painter.clip_rect()));
    for row in &layout.rows {
        if is_selected(row.kind, layout, input) {
            let ground = row.rect.with_min_x(layout.labels.left());
            rows.rect_filled(ground, 0.0, theme.accent_ground);
        }
    }
    grid(painter, layout, theme);
    for row in &layout.rows {
        names::paint(&rows, row, layout, input, actors, theme);
    }
    // What happens at the very end is seen, too.
    let to_end = layout.plot.with_max_x(layout.plot.right() + BEYOND);
    let bars_only = painter.with_clip_rect(to_end.intersect(painter.clip_rect()));
    bars_only.add(Shape::Mesh(bars.mesh.clone()));
    // With a clip of its own, a point into the margin: shapes of one clip are put into one mesh, and to add a word to the
    // large one would have all of it copied. Clips are compared in whole pixels.
    let beside = layout.plot.with_max_x(layout.plot.right() + 1.0);
    let plot = painter.with_clip_rect(beside.intersect(painter.clip_rect()));
    let (small, tiny) = (theme.small(), theme.symbol(10.0));
    for words in &bars.words {
        if let Some((plate, ground)) = words.plate {
            plot.rect_filled(plate, 3.0, ground);
        }
        text::line(&plot, words.room, words.align, &words.text, &small, words.colour);
    }
    for (room, words, colour) in &bars.initials {
        text::line(&plot, *room, Align2::CENTER_CENTER, words, &tiny, *colour);
    }
    for (rect, actor) in &bars.badges {
        badge::paint(&plot, *rect, &actors.badge(*actor), actors.colours(*actor), theme);
    }
    cursor_line(painter, layout, bars, input.cursor, theme);
    painter.add(Shape::Mesh(bars.ruler.clone()));
    if let Some((actor, at)) = input.selected_event {
        mark(&plot, layout, actor, at, theme);
    }
    scroll_bar(painter, layout, theme);
    cursor(painter, layout, input.cursor, theme);
}

fn is_selected(kind: RowKind, layout: &Layout, input: &TimelineInput<'_>) -> bool {
    match input.selection {
        Selection::None => false,
        Selection::Actor(picked) => layout.shows(kind, picked),
        Selection::Event(_) => {
            input.selected_event.is_some_and(|(actor, _)| layout.shows(kind, actor))
        }
        Selection::Resource(picked) => kind.resource() == Some(picked),
    }
}

fn axis(painter: &Painter, layout: &Layout, theme: &Theme) {
    let font = theme.mono_small();
    for tick in &layout.ticks {
        if tick.width > 0.0 {
            // Above the marks.
            let at = pos2(tick.left + 4.0, layout.axis.top() + 8.0);
            let room = Rect::from_center_size(at, vec2(0.0, 18.0))
                .with_max_x(tick.left + 4.0 + tick.width + 1.0);
            text::line(painter, room, Align2::LEFT_CENTER, &tick.label, &font, theme.faint);
        }
    }
}

/// Marks what goes by slower than the rest. Whether anything in view does.
fn slow(
    painter: &Painter,
    layout: &Layout,
    parts: impl Iterator<Item = (Nanos, Nanos)>,
    theme: &Theme,
) -> bool {
    let stroke = Stroke::new(2.0, theme.accent);
    let y = layout.axis.bottom() - 1.0;
    let shown = layout.plot.x_range();
    let mut line: Option<Rangef> = None;
    let mut drawn = false;
    let mut draw = |line: Rangef| {
        drawn = true;
        painter.hline(line.min..=line.max.max(line.min + 3.0), y, stroke);
    };
    for (from, to) in parts {
        let part = Rangef::new(layout.scale.x(from), layout.scale.x(to)).intersection(shown);
        match &mut line {
            _ if part.min > part.max => {}
            // Within a point of each other they are one.
            Some(line) if part.min <= line.max + 1.0 => line.max = line.max.max(part.max),
            _ => line.replace(part).into_iter().for_each(&mut draw),
        }
    }
    line.into_iter().for_each(draw);
    drawn
}

fn grid(painter: &Painter, layout: &Layout, theme: &Theme) {
    let stroke = Stroke::new(HAIRLINE, theme.hairline);
    for tick in &layout.ticks {
        let x = painter.round_to_pixel_center(tick.x);
        painter.vline(x, layout.axis.bottom() - 8.0..=layout.plot.bottom(), stroke);
    }
}

fn owners(
    ink: &mut Ink,
    painter: &Painter,
    bar: Rect,
    pieces: &[Piece<ActorId>],
    actors: &Actors<'_>,
    theme: &Theme,
    initials: &mut Vec<(Rect, String, Color32)>,
) {
    let font = theme.symbol(10.0);
    for piece in pieces {
        let rect = Rect::from_x_y_ranges(piece.left..=piece.right, bar.y_range());
        match piece.look {
            Look::One { class, .. } => {
                let colours = actors.colours(class);
                let mut rect = ink.snapped(rect);
                if rect.width() < 8.0 {
                    // Too thin for an edge all around: above and below, so that the colour stays the actor's.
                    bars::edged(ink, rect, colours.ground, colours.edge);
                    continue;
                }
                // A hairline of the ground between owners, so that a hand-over to the same owner shows.
                rect.max.x -= ink.px();
                ink.round(rect, 2.0, colours.ground);
                if colours.edge != colours.ground {
                    ink.ring(rect, 2.0, ink.px().max(1.0), colours.edge);
                }
                // Badges where they fit: colours alone do not survive a black-and-white print.
                let room = rect.shrink2(vec2(2.0, 0.0));
                // In all rows of a height, whichever pixels that begins and ends at.
                if room.width() >= 14.0 && bar.height() >= LINE {
                    let words = actors.badge(class);
                    if painter.width(&words, &font) <= room.width() {
                        initials.push((room, words.into_owned(), colours.text));
                    }
                }
            }
            Look::Many { most, rest, quarters, .. } => {
                let mark = |id| actors.colours(id).ground;
                bars::many(ink, rect, mark(most), rest.map(mark), quarters);
            }
        }
    }
}

/// The phase in whose colours a number is drawn.
fn counted(row: &Row, input: &TimelineInput<'_>) -> Phase {
    use ResourceKind::{Future, Pipe, Pool, Queue};
    let kind = row.kind.resource().and_then(|id| input.meta.resource(id)).map(|r| r.kind);
    match (row.kind, kind) {
        (RowKind::Length(_), Some(ResourceKind::Semaphore)) => Phase::Holding,
        (RowKind::Length(_), _) => Phase::Blocked,
        // Who waits there is blocked on data, as in its lane.
        (RowKind::Waiters(_), Some(Future | Pipe | Pool | Queue)) => Phase::Blocked,
        _ => Phase::Waiting,
    }
}

fn number(ink: &mut Ink, row: &Row, points: &[Pos2], phase: Phase, theme: &Theme) {
    let look = theme.phase(phase);
    let thick = ink.px().max(1.0);
    for pair in points.windows(2) {
        let [a, b] = [pair[0], pair[1]];
        if b.x > a.x {
            let area = Rect::from_min_max(
                pos2(ink.snap(a.x), ink.snap(a.y)),
                pos2(ink.snap(b.x), row.bar.bottom()),
            );
            ink.rect(area, look.fill);
        }
    }
    for pair in points.windows(2) {
        let [a, b] = [pair[0], pair[1]];
        let min = pos2(ink.snap(a.x.min(b.x)), ink.snap(a.y.min(b.y)));
        let max = pos2(ink.snap(a.x.max(b.x)), ink.snap(a.y.max(b.y)));
        ink.rect(Rect::from_min_max(min, max + Vec2::splat(thick)), look.mark);
    }
}

/// The selected event: a small triangle that points at its lane.
fn mark(painter: &Painter, layout: &Layout, actor: ActorId, at: Nanos, theme: &Theme) {
    let shows = |r: &&Row| layout.shows(r.kind, actor);
    let row = layout.rows.iter().find(shows);
    let x = layout.scale.x(at);
    let inside = x >= layout.plot.left() - 1.0 && x <= layout.plot.right() + 1.0;
    if let (Some(row), true) = (row, inside) {
        let tip = pos2(x, row.bar.top() + 1.0);
        triangle(painter, tip, 4.0, theme.accent);
        let line = [tip, pos2(x, row.bar.bottom())];
        painter.line_segment(line, Stroke::new(1.5, theme.accent));
    }
}

fn triangle(painter: &Painter, tip: Pos2, size: f32, colour: Color32) {
    let corners = vec![tip, tip + vec2(-size, -1.3 * size), tip + vec2(size, -1.3 * size)];
    painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
}

/// Where the cursor is, if in view.
fn cursor_at(layout: &Layout, at: Nanos) -> Option<f32> {
    let x = layout.scale.x(at);
    (x >= layout.plot.left() - 0.5 && x <= layout.plot.right() + 0.5).then_some(x)
}

/// The line of the cursor, which leaves out the words and the marks of failures that it meets.
fn cursor_line(painter: &Painter, layout: &Layout, bars: &Bars, at: Nanos, theme: &Theme) {
    let Some(x) = cursor_at(layout, at) else { return };
    let x = painter.round_to_pixel_center(x);
    let (small, tiny) = (theme.small(), theme.symbol(10.0));
    let meets = |room: &Rect| room.x_range().expand(2.0).contains(x);
    let words = bars.words.iter().filter(|words| meets(&words.room)).map(|words| {
        let size = vec2(painter.width(&words.text, &small), LINE);
        words.align.align_size_within_rect(size, words.room)
    });
    let initials = bars.initials.iter().filter(|(room, ..)| meets(room)).map(|(room, words, _)| {
        let size = vec2(painter.width(words, &tiny), LINE);
        Align2::CENTER_CENTER.align_size_within_rect(size, *room)
    });
    let badges = bars.badges.iter().map(|(rect, _)| *rect);
    let ends = layout.rows.iter().flat_map(ends);
    let over = words.chain(initials).chain(badges).chain(ends).filter(meets);
    let mut gaps: Vec<Rangef> = over.map(|rect| rect.y_range()).collect();
    gaps.sort_unstable_by(|a, b| a.min.total_cmp(&b.min));
    let stroke = Stroke::new(1.5, theme.accent);
    let mut from = layout.plot.top() - 4.0;
    for gap in gaps {
        if gap.min > from {
            painter.vline(x, from..=gap.min, stroke);
        }
        from = from.max(gap.max);
    }
    if from < layout.plot.bottom() {
        painter.vline(x, from..=layout.plot.bottom(), stroke);
    }
}

/// The marks of failures in a row.
fn ends(row: &Row) -> impl Iterator<Item = Rect> {
    let phases = match &row.content {
        Content::Actor(bars) => &bars.phases[..],
        _ => &[],
    };
    let rect =
        |piece: &Piece<Phase>| Rect::from_x_y_ranges(piece.left..=piece.right, row.bar.y_range());
    phases.iter().filter(|piece| is_end(piece)).map(rect)
}

/// Height of a line of words in a bar.
const LINE: f32 = 13.0;

fn cursor(painter: &Painter, layout: &Layout, at: Nanos, theme: &Theme) {
    let Some(x) = cursor_at(layout, at) else { return };
    let x = painter.round_to_pixel_center(x);
    triangle(painter, pos2(x, layout.plot.top() + 1.0), 6.0, theme.accent);
}

fn scroll_bar(painter: &Painter, layout: &Layout, theme: &Theme) {
    if layout.scroll_max <= 0.0 {
        return;
    }
    let room = layout.plot.height();
    let length = (room * room / layout.content_height).max(16.0).min(room);
    let top = layout.plot.top() + layout.scroll / layout.scroll_max * (room - length);
    // Beside what is seen beyond the end.
    let left = layout.plot.right() + BEYOND + 1.0;
    let bar = Rect::from_min_size(pos2(left, top), vec2(SCROLL_BAR, length));
    painter.rect_filled(bar, 2.0, theme.outline);
}
