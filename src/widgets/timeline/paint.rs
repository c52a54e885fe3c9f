//! Draws a laid-out timeline. All bars go into one mesh.

use super::layout::{Content, Layout, Row};
use super::merge::{Look, Piece};
use super::names;
use super::rows::RowKind;
use super::view::TimelineInput;
use crate::replay::{Note, Phase, Span};
use crate::trace::{ActorId, Nanos};
use crate::widgets::actors::Actors;
use crate::widgets::ink::Ink;
use crate::widgets::phase;
use crate::widgets::phase::Symbol;
use crate::widgets::selection::Selection;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};
use std::sync::Arc;

/// A text on a bar, where it goes, and its colour.
type Words = (Rect, String, Color32);

/// The shapes of the rows: the costly part, which stays the same while only the cursor moves.
#[derive(Clone, Debug)]
pub struct Bars {
    mesh: Arc<Mesh>,
    notes: Vec<Words>,
    initials: Vec<Words>,
}

/// Makes the bars of a layout.
pub fn bars(
    painter: &Painter,
    layout: &Layout,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
    theme: &Theme,
) -> Bars {
    let mut ink = Ink::new(painter.pixels_per_point());
    let pieces = layout.rows.iter().map(|row| match &row.content {
        Content::Phases(pieces) => pieces.len(),
        Content::Owners(pieces) => pieces.len(),
        Content::Number(points, _) => points.len(),
    });
    ink.reserve(2 * pieces.sum::<usize>());
    let (mut notes, mut initials) = (Vec::new(), Vec::new());
    for row in &layout.rows {
        match &row.content {
            Content::Phases(pieces) => {
                let spans = layout.spans(row.kind, input.lanes).unwrap_or_default();
                phases(&mut ink, painter, (row, spans), pieces, input, theme, &mut notes);
            }
            Content::Owners(pieces) => {
                owners(&mut ink, painter, row.bar, pieces, actors, theme, &mut initials);
            }
            Content::Number(points, _) => number(&mut ink, row, points, theme),
        }
    }
    Bars { mesh: Arc::new(ink.mesh), notes, initials }
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
    let plot = painter.with_clip_rect(layout.plot.intersect(painter.clip_rect()));
    plot.add(Shape::Mesh(bars.mesh.clone()));
    let (small, tiny) = (theme.small(), theme.symbol(10.0));
    for (texts, font) in [(&bars.notes, &small), (&bars.initials, &tiny)] {
        for (room, words, colour) in texts {
            text::line(&plot, *room, Align2::CENTER_CENTER, words, font, *colour);
        }
    }
    if let Some((actor, at)) = input.selected_event {
        mark(&plot, layout, actor, at, theme);
    }
    scroll_bar(painter, layout, theme);
    cursor(painter, layout, input.cursor, theme);
}

fn is_selected(kind: RowKind, layout: &Layout, input: &TimelineInput<'_>) -> bool {
    let shows = |actor: ActorId| match kind {
        RowKind::Actor(id) => id == actor,
        RowKind::Shared(_) => layout.actor(kind, input.cursor) == Some(actor),
        _ => false,
    };
    match (kind, input.selection) {
        (RowKind::Actor(_) | RowKind::Shared(_), Selection::Actor(picked)) => shows(picked),
        (RowKind::Actor(_) | RowKind::Shared(_), Selection::Event(_)) => {
            input.selected_event.is_some_and(|(actor, _)| shows(actor))
        }
        (
            RowKind::Owner(id) | RowKind::Waiters(id) | RowKind::Length(id),
            Selection::Resource(picked),
        ) => id == picked,
        _ => false,
    }
}

fn axis(painter: &Painter, layout: &Layout, theme: &Theme) {
    let font = theme.mono_small();
    for tick in &layout.ticks {
        if tick.width > 0.0 {
            // Above the handle of the cursor.
            let at = pos2(tick.x + 4.0, layout.axis.top() + 10.0);
            let room = Rect::from_center_size(at, vec2(0.0, 18.0))
                .with_max_x(tick.x + 4.0 + tick.width + 1.0);
            text::line(painter, room, Align2::LEFT_CENTER, &tick.label, &font, theme.faint);
        }
    }
}

fn grid(painter: &Painter, layout: &Layout, theme: &Theme) {
    let stroke = Stroke::new(HAIRLINE, theme.hairline);
    for tick in &layout.ticks {
        let x = painter.round_to_pixel_center(tick.x);
        painter.vline(x, layout.axis.bottom() - 8.0..=layout.plot.bottom(), stroke);
    }
}

fn phases(
    ink: &mut Ink,
    painter: &Painter,
    (row, spans): (&Row, &[Span]),
    pieces: &[Piece<Phase>],
    input: &TimelineInput<'_>,
    theme: &Theme,
    words: &mut Vec<Words>,
) {
    // Thin pieces last, so that no neighbour covers them.
    for thin in [false, true] {
        for piece in pieces {
            if (piece.right - piece.left < 2.0) != thin {
                continue;
            }
            let rect = Rect::from_x_y_ranges(piece.left..=piece.right, row.bar.y_range());
            match piece.look {
                Look::One { index, class } => {
                    let span = spans.get(index);
                    let note = note(painter, span, rect, class, input, theme);
                    let symbol = match &note {
                        None => Symbol::Centre,
                        Some((room, ..)) if room.left() >= rect.left() + phase::MARK_ROOM => {
                            Symbol::Left
                        }
                        Some(_) => Symbol::Hidden,
                    };
                    phase::ink(ink, rect, class, symbol, theme);
                    words.extend(note);
                }
                Look::Many { most, rest, quarters, .. } => {
                    let base = |phase| theme.phase(phase).base;
                    many(ink, rect, base(most), rest.map(base), quarters);
                }
            }
        }
    }
}

/// The text on a span, where it fits.
fn note(
    painter: &Painter,
    span: Option<&Span>,
    rect: Rect,
    class: Phase,
    input: &TimelineInput<'_>,
    theme: &Theme,
) -> Option<Words> {
    if class == Phase::Sleeping {
        return note_above(painter, span?, rect, theme);
    }
    let solid = matches!(class, Phase::Running | Phase::Holding | Phase::Io);
    if !solid || rect.width() < 14.0 || rect.height() < 14.0 {
        return None;
    }
    let words = match span?.note {
        Note::None => return None,
        Note::Put(item) => input.meta.item(item),
        Note::Took(item) => format!("pop {}", input.meta.item(item)),
        Note::Task(task) => format!("task {}", task.0),
    };
    let width = painter.width(&words, &theme.small());
    // The lock mark goes to the left where both fit; else the text is worth more.
    let beside = rect.shrink2(vec2(phase::MARK_ROOM, 0.0));
    let room = if class == Phase::Holding && width <= beside.width() {
        beside
    } else {
        rect.shrink2(vec2(3.0, 0.0))
    };
    (width <= room.width()).then(|| (room, words, theme.phase(class).text))
}

/// The task in which an actor sleeps, above the line of the sleep.
fn note_above(painter: &Painter, span: &Span, rect: Rect, theme: &Theme) -> Option<Words> {
    let Note::Task(task) = span.note else {
        return None;
    };
    if rect.width() < 14.0 || rect.height() < 20.0 {
        return None;
    }
    let room = rect.with_max_y(rect.center().y).shrink2(vec2(3.0, 0.0));
    let words = [format!("task {}", task.0), task.0.to_string()];
    let fits = |words: &String| painter.width(words, &theme.small()) <= room.width();
    let words = words.into_iter().find(fits)?;
    Some((room, words, theme.muted))
}

/// A merged piece: its most frequent class below, the next one above.
fn many(ink: &mut Ink, rect: Rect, most: Color32, rest: Option<Color32>, quarters: u8) {
    let rect = ink.snapped(rect);
    let share = f32::from(quarters) / 4.0;
    let y = ink.snap(rect.bottom() - share * rect.height());
    ink.rect(rect.with_min_y(y), most);
    if let Some(rest) = rest {
        ink.rect(rect.with_max_y(y), rest);
    }
}

fn owners(
    ink: &mut Ink,
    painter: &Painter,
    bar: Rect,
    pieces: &[Piece<ActorId>],
    actors: &Actors<'_>,
    theme: &Theme,
    initials: &mut Vec<Words>,
) {
    let font = theme.symbol(10.0);
    for piece in pieces {
        let rect = Rect::from_x_y_ranges(piece.left..=piece.right, bar.y_range());
        match piece.look {
            Look::One { class, .. } => {
                let colours = actors.colours(class);
                let mut rect = ink.snapped(rect);
                if rect.width() < 8.0 {
                    // Too thin for an edge: the edge's colour, which stands out from the stage.
                    ink.rect(rect, colours.edge);
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
                if room.width() >= 14.0 && room.height() >= 14.0 {
                    let words = actors.badge(class);
                    if painter.width(&words, &font) <= room.width() {
                        initials.push((room, words.into_owned(), colours.text));
                    }
                }
            }
            Look::Many { most, rest, quarters, .. } => {
                let ground = |id| actors.colours(id).ground;
                many(ink, rect, ground(most), rest.map(ground), quarters);
            }
        }
    }
}

fn number(ink: &mut Ink, row: &Row, points: &[Pos2], theme: &Theme) {
    let phase = match row.kind {
        RowKind::Length(_) => Phase::Blocked,
        _ => Phase::Waiting,
    };
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
    let shows = |r: &&Row| layout.actor(r.kind, at) == Some(actor);
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

fn cursor(painter: &Painter, layout: &Layout, at: Nanos, theme: &Theme) {
    let x = layout.scale.x(at);
    if x < layout.plot.left() - 0.5 || x > layout.plot.right() + 0.5 {
        return;
    }
    let x = painter.round_to_pixel_center(x);
    let line = layout.plot.top() - 4.0..=layout.plot.bottom();
    painter.vline(x, line, Stroke::new(1.5, theme.accent));
    triangle(painter, pos2(x, layout.plot.top() + 1.0), 6.0, theme.accent);
}

fn scroll_bar(painter: &Painter, layout: &Layout, theme: &Theme) {
    if layout.scroll_max <= 0.0 {
        return;
    }
    let room = layout.plot.height();
    let length = (room * room / layout.content_height).max(16.0).min(room);
    let top = layout.plot.top() + layout.scroll / layout.scroll_max * (room - length);
    let bar = Rect::from_min_size(pos2(layout.plot.right() + 4.0, top), vec2(4.0, length));
    painter.rect_filled(bar, 2.0, theme.outline);
}
