//! One look per phase, the same in lanes, legend, cards and waiting lines, and readable without colour.

use super::ink::Ink;
use super::text;
use super::theme::Theme;
use crate::replay::Phase;
use crate::trace::{ActorId, Meta, RecordedBy};
use egui::{Align2, FontId, Painter, Rect, Response, Sense, Ui, Vec2, pos2, vec2};

/// All phases, in the order a legend names them.
pub const ALL: [Phase; 11] = [
    Phase::Running,
    Phase::Holding,
    Phase::Waiting,
    Phase::Blocked,
    Phase::Io,
    Phase::Sleeping,
    Phase::Idle,
    Phase::Failed,
    Phase::Done,
    Phase::Stopped,
    Phase::NotStarted,
];

/// The phase of an actor in a word or two: what is not known is not said.
pub fn name(meta: &Meta, actor: ActorId, phase: Phase) -> &'static str {
    match phase {
        Phase::Running if meta.recorder_of(actor) == RecordedBy::Python => IN_CODE,
        phase => plain(phase),
    }
}

/// Of whoever is not seen to wait, where more is not known.
const IN_CODE: &str = "in its code";

fn plain(phase: Phase) -> &'static str {
    match phase {
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
        Phase::Stopped => "stopped",
    }
}

/// Below this width a shape cannot be told from another: the plain colour says more.
const PLAIN_BELOW: f32 = 3.0;
/// Below this width corners stay square; from there on they are the rounder the more room they have.
const ROUND_FROM: f32 = 5.0;
const ROUND: f32 = 3.0;
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

/// Adds a phase's shape to a mesh. The rectangle is put on whole pixels. Nothing is drawn for an actor that has come to
/// its end or is not there yet: the lane stays empty.
pub(crate) fn ink(ink: &mut Ink, rect: Rect, phase: Phase, symbol: Symbol, theme: &Theme) {
    let rect = ink.snapped(rect);
    let look = theme.phase(phase);
    let small = rect.width() < PLAIN_BELOW;
    let radius = if rect.width() >= ROUND_FROM { (0.4 * rect.width()).min(ROUND) } else { 0.0 };
    let edge = ink.px().max(1.0);
    match phase {
        Phase::NotStarted | Phase::Done | Phase::Stopped => {}
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
            let width = (0.6 * rect.width().min(rect.height())).min(10.0);
            ink.cross(rect.center(), width, 2.0, look.text);
        }
    }
}

/// A dash of the line of who is idle, where that stands on its own, and the gap after it.
const DASHES: [f32; 2] = [4.0, 2.0];

/// Adds the shape of a phase that stands on its own: as [`ink`], but an actor that is done has a tick, one that was
/// stopped a square, and one that is not there yet an empty outline.
pub(crate) fn outlined(mesh: &mut Ink, rect: Rect, phase: Phase, symbol: Symbol, theme: &Theme) {
    match phase {
        Phase::Done => {
            let width = (0.9 * rect.height()).min(rect.width());
            mesh.tick(rect.center(), width, (0.15 * width).max(1.5), theme.muted);
        }
        Phase::Stopped => {
            let side = mesh.snap((0.6 * rect.height()).min(rect.width()));
            let square = Rect::from_center_size(rect.center(), Vec2::splat(side));
            mesh.rect(mesh.snapped(square), theme.muted);
        }
        Phase::NotStarted => {
            let mark = theme.phase(phase).mark;
            mesh.dashes(mesh.snapped(rect), 3.0, 3.0, mark);
        }
        // Whole dashes, wherever it stands.
        Phase::Idle => {
            let count = ((rect.width() + DASHES[1]) / (DASHES[0] + DASHES[1])).floor().max(1.0);
            let step = (rect.width() + DASHES[1]) / count;
            let thick = mesh.snap(1.0).max(mesh.px());
            let y = mesh.snap(rect.center().y - 0.5 * thick);
            for dash in 0..count as usize {
                let x = mesh.snap(rect.left() + dash as f32 * step);
                let size = vec2(mesh.snap(step - DASHES[1]), thick);
                mesh.rect(Rect::from_min_size(pos2(x, y), size), theme.phase(phase).mark);
            }
        }
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
pub const SWATCH: Vec2 = vec2(16.0, 14.0);

/// Phases with their names in a whole trace. What another tool recorded says what somebody was in, not whether it ran; where
/// runs by several stand beside each other, the name is that of each.
pub fn named(meta: &Meta, phases: &[Phase]) -> Vec<(Phase, &'static str)> {
    let by = |wanted: &[RecordedBy]| meta.recorders().any(|recorder| wanted.contains(&recorder));
    let lab = by(&[RecordedBy::Lab]);
    let python = by(&[RecordedBy::Python]);
    let by_spans = by(&[RecordedBy::VizTracer, RecordedBy::Tool]);
    let running = match (lab, python, by_spans) {
        (_, false, false) => plain(Phase::Running),
        (false, true, false) => IN_CODE,
        (true, true, false) => "running, or in its code",
        (false, false, true) => "in a named stretch",
        (true, false, true) => "running, or in a named stretch",
        (false, true, true) => "in its code, or in a named stretch",
        (true, true, true) => "running, in its code, or in a named stretch",
    };
    let idle = match (by_spans, lab || python) {
        (false, _) => plain(Phase::Idle),
        (true, false) => "nothing recorded",
        (true, true) => "idle, or nothing recorded",
    };
    let name = |phase| match phase {
        Phase::Running => running,
        Phase::Idle => idle,
        phase => plain(phase),
    };
    phases.iter().map(|&phase| (phase, name(phase))).collect()
}

/// The name of one of them.
pub fn name_in_all(meta: &Meta, phase: Phase) -> &'static str {
    named(meta, &[phase]).first().map_or("", |(_, name)| name)
}

/// A legend with a place for each entry.
pub struct Legend<'a> {
    /// What is shown, with the corner and the width of its entry.
    places: Vec<(Phase, &'a str, Vec2, f32)>,
    /// Width and height.
    pub size: Vec2,
    /// How many times larger than by default it is.
    growth: f32,
}

/// Between two entries of a legend, and where that brings all into one line.
const GAPS: [f32; 2] = [20.0, 10.0];
/// Between a swatch and its name.
const INNER: f32 = 6.0;
/// Height of a line of a legend.
const LINE: f32 = 20.0;

impl<'a> Legend<'a> {
    /// Swatches with their names, as many to a line of this width as fit, and so many times larger than by default.
    pub fn new(
        measure: &impl text::Measure,
        phases: &[(Phase, &'a str)],
        width: f32,
        growth: f32,
        theme: &Theme,
    ) -> Self {
        let font = grown(&theme.small(), growth);
        let needed = |name: &str| growth * (SWATCH.x + INNER) + measure.width(name, &font);
        let widths: Vec<f32> = phases.iter().map(|(_, name)| needed(name)).collect();
        let all: f32 = widths.iter().sum();
        let between = widths.len().saturating_sub(1) as f32;
        let fits = |gap: &f32| all + between * gap * growth <= width;
        let gap = growth * GAPS.into_iter().find(fits).unwrap_or(GAPS[0]);
        let mut places = Vec::with_capacity(phases.len());
        let (mut x, mut y) = (0.0, 0.0);
        for (&(phase, name), needed) in phases.iter().zip(widths) {
            if x > 0.0 && x + needed > width {
                x = 0.0;
                y += growth * LINE;
            }
            places.push((phase, name, vec2(x, y), needed));
            x += needed + gap;
        }
        Self { places, size: vec2(width, y + growth * LINE), growth }
    }

    /// Draws it, where `ui` goes on.
    pub fn show(&self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let font = grown(&theme.small(), self.growth);
        let (area, response) = ui.allocate_exact_size(self.size, Sense::hover());
        let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
        for &(phase, name, at, needed) in &self.places {
            let line = Rect::from_min_size(area.min + at, vec2(needed, self.growth * LINE));
            let swatch = Align2::LEFT_CENTER.align_size_within_rect(self.growth * SWATCH, line);
            paint(&painter, swatch, phase, theme);
            let words = line.with_min_x(swatch.right() + self.growth * INNER);
            text::line(&painter, words, Align2::LEFT_CENTER, name, &font, theme.muted);
        }
        response
    }
}

fn grown(font: &FontId, growth: f32) -> FontId {
    FontId::new(growth * font.size, font.family.clone())
}

/// Swatches with their names, as many to a line as fit. Returns the area used.
pub fn legend(ui: &mut Ui, phases: &[(Phase, &str)]) -> Response {
    let width = ui.available_width();
    let legend = Legend::new(ui.painter(), phases, width, 1.0, Theme::of(ui));
    legend.show(ui)
}
