//! The column of names.

use super::layout::{Content, LABELS_NARROW, Layout, Row};
use super::rows::{RowKind, SharedLane, Under};
use super::view::TimelineInput;
use crate::trace::{ActorId, Home, Meta, ResourceId, ResourceKind, Role, SectionId};
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{HAIRLINE, TEXT_SMALL, Theme};
use egui::{Align2, FontId, Painter, Rect, Stroke, Vec2, vec2};

/// How far to the right those stand who stand below another.
const INDENT: f32 = 12.0;

/// Name of a row, at its left.
pub(super) fn paint(
    painter: &Painter,
    row: &Row,
    layout: &Layout,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
    theme: &Theme,
) {
    let area = row.label.shrink2(vec2(8.0, 0.0));
    let narrow = row.label.width() <= LABELS_NARROW;
    let (title, detail) = match row.kind {
        RowKind::Section(id) => {
            if !narrow {
                let room = area.with_max_x(layout.plot.right());
                let title = section_name(input.meta, id);
                let y = painter.round_to_pixel_center(row.rect.top());
                let line = Stroke::new(HAIRLINE, theme.hairline);
                painter.hline(row.label.left()..=layout.plot.right(), y, line);
                let font = theme.symbol(TEXT_SMALL);
                text::line(painter, room, Align2::LEFT_CENTER, &title, &font, theme.muted);
            }
            return;
        }
        RowKind::Actor(id) => {
            let detail = (input.detail)(id);
            let above = layout.rows.iter().take_while(|other| other.kind != row.kind);
            let above = above.filter(|other| other.under != Under::Process).last();
            let from = above.map_or(row.rect.top(), |other| other.rect.bottom()) - 3.0;
            let name = whole_name(input.meta, actors, id);
            return actor(painter, row, (id, from), (&name, &detail), (layout, actors), theme);
        }
        RowKind::Place(number) => {
            if let Some(shared) = layout.shared.get(number as usize) {
                let place = &shared.place;
                let name = place.name(input.meta);
                let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side(row)), area);
                // Who serves is known by name, whose place it is by number.
                let serves = row.role == Role::Helper;
                let first = place.actors.first().filter(|_| serves);
                let on =
                    first.map_or_else(|| place.number.to_string(), |id| actors.badge(*id).into());
                // As of any other that serves: an empty box would say nothing.
                if !serves || badge::can_be_read(&on, side(row)) {
                    badge::paint_quiet(painter, face, &on, theme);
                }
                if !narrow {
                    // The badge has the number.
                    let is_high = row.rect.height() >= TWO_LINES;
                    let room = area.with_min_x(area.left() + 30.0);
                    let font = match layout.row >= LARGE && !is_high {
                        true => theme.label(),
                        false if is_high => theme.mono_small(),
                        false => theme.small(),
                    };
                    // "50 threads" sooner than "50 threads in t…", in all rows of places alike.
                    let fits = |shared: &SharedLane| {
                        let count = shared.place.name(input.meta).count();
                        painter.width(&count, &font) <= room.width()
                    };
                    let numbered = layout.shared.iter().filter(|shared| {
                        let first = shared.place.actors.first();
                        let first = first.and_then(|id| input.meta.actor(*id));
                        first.is_some_and(|actor| (actor.role == Role::Helper) == serves)
                    });
                    let count = if { numbered }.all(fits) { &name.count() } else { &name.who };
                    let first = if is_high || serves { &name.place } else { count };
                    words(painter, row, room, (first, count), layout, theme);
                }
            }
            return;
        }
        RowKind::Owner(id) => {
            let none = String::new;
            (whole_title(input.meta, actors, id), ["owner".to_owned(), none(), none(), none()])
        }
        RowKind::Waiters(id) => {
            (whole_title(input.meta, actors, id), peak(["waiters"; 2], row, "wait"))
        }
        RowKind::Length(id) => {
            let [_, short] = length(input.meta, id);
            let is_inside = matches!(short, "length" | "messages");
            let verb = if is_inside { "in it" } else { short };
            (whole_title(input.meta, actors, id), peak(length(input.meta, id), row, verb))
        }
    };
    if narrow {
        return;
    }
    let small = theme.small();
    let font = if layout.row >= LARGE { theme.label() } else { theme.small() };
    // None sooner than a number that is cut.
    let said = |room: Rect, detail| {
        let detail = text::longest(painter, room.width(), &small, detail);
        if painter.width(&detail, &small) <= room.width() {
            text::line(painter, room, Align2::LEFT_CENTER, &detail, &small, theme.muted);
        }
    };
    if row.rect.height() >= TWO_LINES {
        let (upper, lower) = two_lines(area);
        text::line(painter, upper, Align2::LEFT_CENTER, &title, &font, theme.text);
        said(lower, detail);
        return;
    }
    let middle = Align2::LEFT_CENTER;
    let used = text::line(painter, area, middle, &title, &font, theme.text);
    let rest = area.with_min_x(used.map_or(area.left(), |r| r.right() + 6.0));
    said(rest, detail);
}

/// The name of an actor, with its process's badge where another has the same name.
fn whole_name(meta: &Meta, actors: &Actors<'_>, id: ActorId) -> String {
    let name = actors.name(id);
    let Some(named) = meta.actor(id) else { return name };
    let mut alike = meta.actors.iter().filter(|other| other.name == named.name);
    match meta.process_of(id).filter(|process| *process != id) {
        Some(process) if alike.nth(1).is_some() => format!("{name} {}", actors.badge(process)),
        _ => name,
    }
}

/// The name of a resource, with the badge of the process in whose memory it is where another has the same name.
fn whole_title(meta: &Meta, actors: &Actors<'_>, id: ResourceId) -> String {
    let name = meta.resource_name(id);
    let Some(named) = meta.resource(id) else { return name };
    let mut alike = meta.resources.iter().filter(|other| other.name == named.name);
    match named.home {
        Home::Process(process) if alike.nth(1).is_some() => {
            format!("{name} {}", actors.badge(process))
        }
        _ => name,
    }
}

/// Badge and name of an actor; `from`: the foot of the one that it replaces.
fn actor(
    painter: &Painter,
    row: &Row,
    (id, from): (ActorId, f32),
    said: (&str, &str),
    (layout, actors): (&Layout, &Actors<'_>),
    theme: &Theme,
) {
    let narrow = row.label.width() <= LABELS_NARROW;
    let indent = if row.under == Under::Nobody || narrow { 0.0 } else { INDENT };
    let area = row.label.shrink2(vec2(8.0, 0.0));
    let area = area.with_min_x(area.left() + indent);
    let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side(row)), area);
    if row.under == Under::Replaced && !narrow {
        // From the one that it replaces.
        let x = painter.round_to_pixel_center(face.left() - 0.5 * INDENT);
        let y = painter.round_to_pixel_center(face.center().y);
        let line = Stroke::new(1.5, theme.faint);
        painter.vline(x, from..=y, line);
        painter.hline(x..=face.left() - 1.0, y, line);
    }
    if row.role == Role::Helper {
        // Of one without a colour an empty box would say nothing.
        if badge::can_be_read(&actors.badge(id), side(row)) {
            badge::paint_quiet(painter, face, &actors.badge(id), theme);
        }
    } else {
        badge::paint(painter, face, &actors.badge(id), actors.colours(id), theme);
    }
    if !narrow {
        words(painter, row, area.with_min_x(area.left() + 30.0), said, layout, theme);
    }
}

/// Side of the badge of a row.
fn side(row: &Row) -> f32 {
    (row.rect.height() - 2.0).clamp(8.0, 22.0)
}

/// A name, and a detail below it where there is one and room for it.
fn words(
    painter: &Painter,
    row: &Row,
    area: Rect,
    (name, detail): (&str, &str),
    layout: &Layout,
    theme: &Theme,
) {
    let colour = if row.role == Role::Helper { theme.muted } else { theme.text };
    let font = match layout.row >= LARGE && row.role != Role::Helper {
        true => fitting(painter, name, area.width(), theme),
        false => theme.small(),
    };
    let name = &text::cut_inside(painter, name, area.width(), &font);
    if row.rect.height() < TWO_LINES || detail.is_empty() {
        text::line(painter, area, Align2::LEFT_CENTER, name, &font, colour);
        return;
    }
    let (upper, lower) = two_lines(area);
    text::line(painter, upper, Align2::LEFT_CENTER, name, &font, colour);
    // In narrower letters sooner than cut.
    let mono = theme.mono_small();
    let fits = painter.width(detail, &mono) <= lower.width();
    let font = if fits { mono } else { theme.small() };
    text::line(painter, lower, Align2::LEFT_CENTER, detail, &font, theme.muted);
}

/// Rows of this height have two lines; and where those of threads and processes that work are as high as this, names are in
/// larger letters in all rows.
const TWO_LINES: f32 = 30.0;
const LARGE: f32 = 20.0;
/// From the middle of a row to that of each of its lines.
const FROM_MIDDLE: f32 = 7.5;

fn two_lines(area: Rect) -> (Rect, Rect) {
    let line = |y: f32| Rect::from_x_y_ranges(area.x_range(), y - FROM_MIDDLE..=y + FROM_MIDDLE);
    (line(area.center().y - FROM_MIDDLE), line(area.center().y + FROM_MIDDLE))
}

/// The name of a section, after those of the sections that it is a part of.
fn section_name(meta: &Meta, id: SectionId) -> String {
    let mut names = Vec::new();
    let mut at = Some(id);
    // A trace may say anything, so also that two sections are within each other.
    while let (Some(section), true) = (at.and_then(|id| meta.section(id)), names.len() < 8) {
        names.push(section.name.as_str());
        at = section.within;
    }
    names.reverse();
    names.join(" · ")
}

/// What is counted of a resource, and shorter: of a pool the tasks that no worker has begun, of a semaphore the permits that are
/// held.
pub(super) fn length(meta: &Meta, id: ResourceId) -> [&'static str; 2] {
    match meta.resource(id).map(|resource| resource.kind) {
        Some(ResourceKind::Pool) => ["tasks not begun", "not begun"],
        Some(ResourceKind::Semaphore) => ["permits held", "held"],
        Some(ResourceKind::Pipe) => ["messages", "messages"],
        _ => ["length", "length"],
    }
}

/// The font of names, or a smaller one where a name would be cut off.
fn fitting(painter: &Painter, name: &str, width: f32, theme: &Theme) -> FontId {
    let font = theme.label();
    if painter.width(name, &font) <= width { font } else { theme.small() }
}

/// What is counted, with the most there were; and shorter.
fn peak([what, short]: [&str; 2], row: &Row, verb: &str) -> [String; 4] {
    match row.content {
        Content::Number(_, peak) if peak > 0 => {
            let least = format!("≤ {peak} {verb}");
            let last = format!("max {peak}");
            let last = if matches!(row.kind, RowKind::Waiters(_)) { least.clone() } else { last };
            [format!("{what}, max {peak}"), format!("{short}, max {peak}"), least, last]
        }
        _ => [what.to_owned(), short.to_owned(), String::new(), String::new()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Actor, Resource};

    #[test]
    fn those_of_one_name_are_told_apart_by_whose_they_are() {
        let process = |k: u16| Actor::process(format!("child {k}"), format!("C{k}"));
        let feeder = |k: u16| Actor::thread("feeder", "F").started_by(ActorId(k));
        let buffer = |k: u16| {
            Resource::new("buffer", ResourceKind::Queue).at_home(Home::Process(ActorId(k)))
        };
        let meta = Meta {
            actors: vec![process(1), process(2), feeder(0), feeder(1)],
            resources: vec![
                buffer(0),
                buffer(1),
                Resource::new("jobs", ResourceKind::Queue).at_home(Home::Process(ActorId(0))),
            ],
            ..Meta::default()
        };
        let theme = Theme::light();
        let actors = Actors::new(&theme, &meta);
        let names = [0, 2, 3].map(|id| whole_name(&meta, &actors, ActorId(id)));
        assert_eq!(names, ["child 1", "feeder C1", "feeder C2"]);
        let titles = [0, 1, 2].map(|id| whole_title(&meta, &actors, ResourceId(id)));
        assert_eq!(titles, ["buffer C1", "buffer C2", "jobs"]);
    }
}
