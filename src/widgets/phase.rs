//! One look per phase, the same in lanes, legend, cards and waiting lines, and readable without colour.

use super::ink::Ink;
use super::text;
use super::theme::{HAIRLINE, Theme};
use crate::replay::Phase;
use crate::trace::Meta;
use egui::{Align2, Painter, Rect, Response, Sense, Ui, pos2, vec2};

/// All phases, in the order a legend names them.
pub const ALL: [Phase; 10] = [
    Phase::Running,
    Phase::Holding,
    Phase::Waiting,
    Phase::Blocked,
    Phase::Io,
    Phase::Sleeping,
    Phase::Idle,
    Phase::Failed,
    Phase::Done,
    Phase::NotStarted,
];

/// The phase in a word or two, in a trace: what is not known is not said.
pub fn name(meta: &Meta, phase: Phase) -> &'static str {
    match phase {
        Phase::Running if meta.is_by_python() => "in its code",
        Phase::NotStarted => "not started",
        Phase::Running => "running",
        Phase::Holding => "holding",
        Phase::Waiting => "waiting",
        Phase::Blocked => "blocked on data",
        Phase::Io => "I/O",
        Phase::Sleeping => "sleeping",
        Phase::Idle => "idle",
        Phase::Failed => "failed",
        Phase::Done => "done",
    }
}

/// Below this width a shape cannot be told from another: the plain colour says more.
const PLAIN_BELOW: f32 = 3.0;
/// Below this width corners stay square.
const ROUND_FROM: f32 = 8.0;
/// Room for the lock mark at the left of a long holding span.
pub(crate) const MARK_ROOM: f32 = 16.0;

/// Where a shape has its symbol (holding: a lock; failed: a cross).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// Nowhere: a text or a badge stands there.
    Hidden,
    /// At the left, before a text.
    Left,
    /// In the middle.
    Centre,
}

/// Adds a phase's shape to a mesh. The rectangle is put on whole pixels. Nothing is drawn for an actor that is done
/// or not there yet: the lane stays empty.
pub(crate) fn ink(ink: &mut Ink, rect: Rect, phase: Phase, symbol: Symbol, theme: &Theme) {
    let rect = ink.snapped(rect);
    let look = theme.phase(phase);
    let small = rect.width() < PLAIN_BELOW;
    let radius = if rect.width() >= ROUND_FROM { 3.0 } else { 0.0 };
    let edge = ink.px().max(1.0);
    match phase {
        Phase::NotStarted | Phase::Done => {}
        Phase::Sleeping => {
            let thick = ink.snap(1.5).max(ink.px());
            let y = ink.snap(rect.center().y - 0.5 * thick);
            let line = Rect::from_min_max(pos2(rect.left(), y), pos2(rect.right(), y + thick));
            ink.rect(line, look.mark);
        }
        Phase::Idle => {
            let thick = ink.snap(1.0).max(ink.px());
            let y = ink.snap(rect.center().y - 0.5 * thick);
            let line = Rect::from_min_max(pos2(rect.left(), y), pos2(rect.right(), y + thick));
            let mut x = (line.left() / 6.0).floor() * 6.0;
            while x < line.right() {
                let (a, b) = (x.max(line.left()), (x + 3.0).min(line.right()));
                ink.rect(Rect::from_x_y_ranges(a..=b, line.y_range()), look.mark);
                x += 6.0;
            }
        }
        _ if small => ink.rect(rect, look.base),
        Phase::Running => ink.round(rect, radius, look.fill),
        Phase::Holding => {
            ink.round(rect, radius, look.fill);
            ink.ring(rect, radius, edge, look.mark);
            if symbol != Symbol::Hidden && rect.width() >= 12.0 && rect.height() >= 12.0 {
                let x = match symbol {
                    Symbol::Left => rect.left() + 0.5 * MARK_ROOM,
                    _ => rect.center().x,
                };
                ink.lock_mark(pos2(x, rect.center().y), 9.0, look.text);
            }
        }
        Phase::Waiting => {
            ink.round(rect, radius, look.fill);
            ink.hatch(rect.shrink(edge), 7.0, 2.8, look.mark);
            ink.ring(rect, radius, edge, look.mark);
        }
        Phase::Blocked => {
            ink.rect(rect, look.fill);
            ink.dots(rect.shrink(2.5), 5.0, 1.5, look.mark);
            ink.dashes(rect, 4.0, 2.0, look.mark);
        }
        Phase::Io => {
            ink.round(rect, radius, look.fill);
            let top = ink.snap(rect.height() * 0.25).clamp(ink.px(), 5.0);
            let stripes = Rect::from_min_size(rect.min, vec2(rect.width(), top));
            let mut x = (rect.left() / 4.0).floor() * 4.0;
            while x < rect.right() {
                let (a, b) = (x.max(rect.left()), (x + 2.0).min(rect.right()));
                ink.rect(Rect::from_x_y_ranges(a..=b, stripes.y_range()), look.mark);
                x += 4.0;
            }
            ink.ring(rect, radius, edge, look.mark);
        }
        Phase::Failed => {
            ink.round(rect, radius, look.fill);
            ink.ring(rect, radius, edge, look.mark);
            if symbol == Symbol::Hidden {
                return;
            }
            let arm = 0.5 * (0.6 * rect.width().min(rect.height())).min(10.0);
            let c = rect.center();
            ink.line(c - vec2(arm, arm), c + vec2(arm, arm), 2.0, look.text);
            ink.line(c + vec2(-arm, arm), c + vec2(arm, -arm), 2.0, look.text);
        }
    }
}

/// Adds the shape of a phase that stands on its own: as [`ink`], but an actor that is done or not there yet is an empty
/// outline.
pub(crate) fn outlined(mesh: &mut Ink, rect: Rect, phase: Phase, symbol: Symbol, theme: &Theme) {
    let mark = theme.phase(phase).mark;
    match phase {
        Phase::Done => mesh.ring(mesh.snapped(rect), 3.0, mesh.px().max(HAIRLINE), mark),
        Phase::NotStarted => mesh.dashes(mesh.snapped(rect), 3.0, 3.0, mark),
        _ => ink(mesh, rect, phase, symbol, theme),
    }
}

/// Paints a phase on its own: a swatch in a legend.
pub fn paint(painter: &Painter, rect: Rect, phase: Phase, theme: &Theme) {
    let mut mesh = Ink::new(painter.pixels_per_point());
    outlined(&mut mesh, rect, phase, Symbol::Centre, theme);
    painter.add(mesh.mesh);
}

/// Size of a swatch in a legend or on a card.
pub const SWATCH: egui::Vec2 = vec2(16.0, 14.0);

/// Phases with their names in a trace. What another tool recorded says what somebody was in, not whether it ran.
pub fn named(meta: &Meta, phases: &[Phase]) -> Vec<(Phase, &'static str)> {
    let by_spans = meta.actors.iter().any(|actor| actor.by_spans);
    let name = |phase| match phase {
        Phase::Running if by_spans => "in a named stretch",
        Phase::Idle if by_spans => "nothing recorded",
        phase => name(meta, phase),
    };
    phases.iter().map(|&phase| (phase, name(phase))).collect()
}

/// Swatches with their names, as many to a line as fit. Returns the area used.
pub fn legend(ui: &mut Ui, phases: &[(Phase, &str)]) -> Response {
    let theme = Theme::of(ui);
    let font = theme.small();
    let (gap, inner, line_height) = (20.0, 6.0, 20.0);
    let width = ui.available_width();
    // Lay out first, so that the area is known before it is allocated.
    let mut places = Vec::with_capacity(phases.len());
    let (mut x, mut y) = (0.0, 0.0);
    for &(phase, name) in phases {
        let text = text::Measure::width(ui.painter(), name, &font);
        let needed = SWATCH.x + inner + text;
        if x > 0.0 && x + needed > width {
            x = 0.0;
            y += line_height;
        }
        places.push((phase, name, vec2(x, y), needed));
        x += needed + gap;
    }
    let (area, response) = ui.allocate_exact_size(vec2(width, y + line_height), Sense::hover());
    let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
    for (phase, name, at, needed) in places {
        let line = Rect::from_min_size(area.min + at, vec2(needed, line_height));
        let swatch = Align2::LEFT_CENTER.align_size_within_rect(SWATCH, line);
        paint(&painter, swatch, phase, theme);
        let words = line.with_min_x(swatch.right() + inner);
        text::line(&painter, words, Align2::LEFT_CENTER, name, &font, theme.muted);
    }
    response
}
