//! What stands on the card of a worker, in as many words as it has room for.

use super::cards::Size;
use super::{Scene, words};
use crate::replay::{self, Phase};
use crate::trace::{ActorId, Nanos};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, RADIUS_LARGE};
use crate::widgets::{badge, phase};
use egui::{Align2, FontId, Painter, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

/// Part of a task during which a new worker says whom it replaces.
const GLANCE: f32 = 0.3;
/// Room that the length of a task takes.
const MEASURE: f32 = 52.0;
/// Height from which a card has room for two lines of small text.
const DENSE: f32 = 28.0;
/// Width of words from which a line has room for the PID beside them, and below which it has room for the PID alone.
const LINE: f32 = 120.0;
const HALF: f32 = 64.0;

/// What a card says.
pub struct Card {
    worker: ActorId,
    name: String,
    pid: u64,
    phase: Phase,
    /// "task 4", "idle", "killed by SIGKILL".
    doing: String,
    /// Since when, as far as it is worth saying.
    time: String,
    /// How much of a task of known length is over.
    part: Option<f32>,
    /// "+7 in its chunk"; and shorter.
    more: [String; 2],
    /// "2 done".
    done: String,
    /// "1.8 MB".
    memory: String,
    /// "replaces W3, killed by SIGKILL", or how many had the place before; and shorter.
    history: [String; 2],
}

impl Card {
    /// What there is to say of a worker, before whom so many had its place.
    pub fn new(scene: &Scene<'_>, slot: usize, worker: ActorId, before: usize) -> Self {
        let view = scene.view;
        let unknown = replay::ActorState::default();
        let state = view.state.actor(worker).unwrap_or(&unknown);
        let (mut time, mut part) = (String::new(), None);
        let doing = match (state.end, state.task) {
            (Some((end, _)), _) => words::ended(end),
            (None, Some(working)) => {
                let gone = view.now.since(working.since);
                let asleep = state.sleeping.filter(|s| scene.sleeps() && s.planned > Nanos::ZERO);
                match asleep {
                    Some(sleep) => {
                        let gone = view.now.since(sleep.since);
                        part = Some((gone.0 as f64 / sleep.planned.0 as f64).min(1.0) as f32);
                        time = format!("{gone} of {}", sleep.planned);
                    }
                    None => time = gone.to_string(),
                }
                format!("task {}", working.task.0)
            }
            (None, None) if state.phase == Phase::Idle => {
                let idle = view.now.since(state.since);
                time = idle.to_string();
                "idle".to_owned()
            }
            (None, None) if scene.tally.tasks(worker) > 0 => "between tasks".to_owned(),
            (None, None) => "starting".to_owned(),
        };
        let all = &scene.side.slots[slot];
        let history = before.checked_sub(1).map(|last| {
            let last = all[last];
            let badge = scene.looks.badge(last);
            let end = view.state.actor(last).and_then(|a| a.end).map(|(end, _)| end);
            match end.filter(|end| words::is_bad(*end)) {
                Some(end) => [
                    format!("replaces {badge}, {}", words::ended(end)),
                    format!("replaces {badge}"),
                ],
                None => {
                    let place = words::nth(before + 1);
                    [format!("{place} in this place"), place]
                }
            }
        });
        let more = match scene.handed.of(worker) {
            0 => <[String; 2]>::default(),
            n => [format!("+{n} in its chunk"), format!("+{n}")],
        };
        Self {
            worker,
            more,
            name: scene.looks.name(worker),
            pid: state.os_id,
            phase: state.phase,
            doing,
            time,
            part,
            done: format!("{} done", words::count(scene.tally.tasks(worker) as usize)),
            memory: state.own_memory.map_or_else(String::new, replay::bytes),
            history: history.unwrap_or_default(),
        }
    }

    /// Its accessible name.
    pub fn aloud(&self) -> String {
        let Self { name, pid, doing, time, done, .. } = self;
        let mut said = format!("{name}, PID {pid}, {doing}");
        for more in [time, &self.more[0], done, &self.memory, &self.history[0]] {
            if !more.is_empty() {
                said = format!("{said}, {more}");
            }
        }
        said
    }

    /// Draws it.
    pub fn paint(
        &self,
        scene: &Scene<'_>,
        painter: &Painter,
        rect: Rect,
        size: Size,
        selected: bool,
    ) {
        let theme = scene.theme();
        let (badge_text, colours) =
            (scene.looks.badge(self.worker), scene.looks.colours(self.worker));
        if size == Size::Tile {
            let inner = phase::frame(painter, rect, self.phase, theme);
            badge::paint(painter, inner, &badge_text, colours, theme);
            if selected {
                let stroke = Stroke::new(EMPHASIS, theme.accent);
                painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Outside);
            }
            return;
        }
        let dead = self.phase == Phase::Failed;
        let (ground, edge) = if selected {
            (theme.accent_ground, Stroke::new(EMPHASIS, theme.accent))
        } else if dead {
            (theme.panel, Stroke::new(EMPHASIS, theme.phase(Phase::Failed).base))
        } else {
            (theme.panel, Stroke::new(HAIRLINE, theme.outline))
        };
        let full = size == Size::Full;
        let radius = if full { RADIUS_LARGE } else { RADIUS };
        painter.rect(rect, radius, ground, edge, StrokeKind::Inside);
        let side = if full { 30.0 } else { 18.0_f32.min(rect.height() - 4.0) };
        let half = rect.width() < 2.0 * HALF;
        let pad = if full { 10.0 } else { 5.0 - f32::from(u8::from(half)) };
        let inner = rect.shrink2(vec2(pad, 0.0));
        let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side), inner);
        let mut face = face;
        if badge_text.chars().count() <= 3 {
            badge::paint(painter, face, &badge_text, colours, theme);
        } else {
            // Too long to be read in a badge: beside a plain one.
            let swatch = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(10.0), inner);
            badge::paint(painter, swatch, "", colours, theme);
            let name = inner.with_min_x(swatch.right() + 4.0);
            let font = theme.small();
            let left = Align2::LEFT_CENTER;
            let taken = text::line(painter, name, left, &badge_text, &font, theme.text);
            face.max.x = taken.map_or(face.right(), |taken| taken.right());
        }
        let words = inner.with_min_x(face.right() + pad - 1.0);
        if words.width() < HALF {
            self.half_line(scene, painter, words);
        } else if full {
            self.two_lines(scene, painter, words, dead, [theme.mono(), theme.body()]);
        } else if rect.height() >= DENSE {
            let fonts = [theme.mono_small(), theme.small()];
            self.two_lines(scene, painter, words, dead, fonts);
        } else {
            self.one_line(scene, painter, words, dead);
        }
    }

    /// Who it is, in the first font; what it does, in the second.
    fn two_lines(
        &self,
        scene: &Scene<'_>,
        painter: &Painter,
        area: Rect,
        dead: bool,
        [mono, font]: [FontId; 2],
    ) {
        let theme = scene.theme();
        // Close together where there is little room.
        let line = (font.size + 4.0).min(0.5 * area.height() - 1.0);
        let middle = area.center().y;
        let upper = Rect::from_x_y_ranges(area.x_range(), middle - 1.0 - line..=middle - 1.0);
        let lower = Rect::from_x_y_ranges(area.x_range(), middle + 0.5..=middle + 0.5 + line);
        let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
        let pid = format!("PID {}", self.pid);
        let taken = text::line(painter, upper, left, &pid, &mono, theme.text);
        let beside = upper.with_min_x(taken.map_or(upper.left(), |t| t.right() + 8.0));
        let small = theme.small();
        let both = match self.memory.as_str() {
            "" => self.done.clone(),
            memory => format!("{memory} · {}", self.done),
        };
        let said = text::longest(painter, beside.width(), &small, [both, self.done.clone()]);
        if painter.width(&said, &small) <= beside.width() {
            text::line(painter, beside, right, &said, &small, theme.muted);
        }
        let colour = if dead { theme.danger } else { theme.muted };
        let width = painter.width(&self.doing, &font);
        text::line(painter, lower, left, &self.doing, &font, colour);
        let mut rest = lower.with_min_x(lower.left() + width + 6.0);
        // The bar or the time keeps its room.
        let room = rest.width() - MEASURE;
        let more = text::longest(painter, room, &small, self.more.clone());
        if !more.is_empty() && painter.width(&more, &small) <= room {
            let taken = text::line(painter, rest, left, &more, &small, theme.muted);
            rest = rest.with_min_x(taken.map_or(rest.left(), |taken| taken.right()));
        }
        let rest = rest.with_min_x(rest.left() + 4.0);
        // For as long as a glance takes.
        let new = self.part.is_none_or(|part| part < GLANCE);
        let history = text::longest(painter, rest.width(), &small, self.history.clone());
        if new && !history.is_empty() && painter.width(&history, &small) <= rest.width() {
            text::line(painter, rest, right, &history, &small, theme.muted);
            return;
        }
        self.measure(scene, painter, rest);
    }

    /// Its PID where there is room, and the look of its phase: for a card too narrow for words.
    fn half_line(&self, scene: &Scene<'_>, painter: &Painter, area: Rect) {
        let theme = scene.theme();
        let mark = Align2::RIGHT_CENTER.align_size_within_rect(Vec2::splat(12.0), area);
        phase::paint(painter, mark, self.phase, theme);
        let words = area.with_max_x(mark.left() - 2.0);
        let (pid, font) = (self.pid.to_string(), theme.mono_small());
        if painter.width(&pid, &font) <= words.width() {
            let left = Align2::LEFT_CENTER;
            text::line(painter, words, left, &pid, &font, theme.text);
        }
    }

    fn one_line(&self, scene: &Scene<'_>, painter: &Painter, area: Rect, dead: bool) {
        let theme = scene.theme();
        let left = Align2::LEFT_CENTER;
        let font = theme.small();
        let pid = format!("{}", self.pid);
        let colour = if dead { theme.danger } else { theme.text };
        let mut rest = area;
        // The PID only where the words beside it have room, too.
        if area.width() >= LINE {
            let taken = text::line(painter, rest, left, &pid, &theme.mono_small(), theme.text);
            rest = rest.with_min_x(taken.map_or(rest.left(), |t| t.right() + 8.0));
        }
        let done = painter.width(&self.done, &font);
        let number = self.doing.trim_start_matches("task ").to_owned();
        let doing = text::longest(painter, rest.width(), &font, [self.doing.clone(), number]);
        if painter.width(&doing, &font) > rest.width() {
            return;
        }
        text::line(painter, rest, left, &doing, &font, colour);
        let rest = rest.with_min_x(rest.left() + painter.width(&doing, &font) + 8.0);
        if rest.width() >= done + 60.0 {
            text::line(painter, rest, Align2::RIGHT_CENTER, &self.done, &font, theme.muted);
            self.measure(scene, painter, rest.with_max_x(rest.right() - done - 8.0));
        } else {
            self.measure(scene, painter, rest);
        }
    }

    /// How far a task of known length is, as a bar; else how long it has taken, in figures.
    fn measure(&self, scene: &Scene<'_>, painter: &Painter, area: Rect) {
        let theme = scene.theme();
        let small = theme.mono_small();
        if let Some(part) = self.part
            && area.width() >= 24.0
        {
            let width = area.width().min(96.0);
            let centre = pos2(area.right() - 0.5 * width, area.center().y);
            let track = Rect::from_center_size(centre, vec2(width, 8.0));
            painter.rect_filled(track, 4.0, theme.hairline);
            let fill = track.with_max_x(track.left() + (part * width).max(4.0));
            painter.rect_filled(fill, 4.0, theme.phase(Phase::Running).base);
        } else if self.part.is_none() && painter.width(&self.time, &small) <= area.width() {
            text::line(painter, area, Align2::RIGHT_CENTER, &self.time, &small, theme.muted);
        }
    }
}
