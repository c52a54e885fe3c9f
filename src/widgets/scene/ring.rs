//! The ring of waits: actors that wait for each other, and what they wait for, in a circle.

use super::fit::split_top;
use crate::replay::{Circle, Phase, Scene};
use crate::trace::{ActorId, Nanos, ResourceId, ResourceKind};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::{self, Look, Size};
use crate::widgets::scene::actor_box;
use crate::widgets::selection::Selection;
use crate::widgets::theme::TEXT_SMALL;
use egui::{Align2, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use std::f32::consts::{PI, TAU};

/// Least area that has room for a ring.
pub const LEAST: Vec2 = vec2(250.0, 190.0);
/// Height of the legend.
const FOOT: f32 = 22.0;
/// Height of a name above or below the ring, with the time waited.
const NAME: f32 = 34.0;
/// Where they stand nearer to each other, times and the names of resources would run into each other; of more than a few.
const SPACED: [f32; 2] = [34.0, 46.0];
/// In areas as low as this less stands above and below the ring, so that it is larger: a name and the time in one line,
/// and of up to so many pairs even that beside it.
const LOW: f32 = 300.0;
const APART: usize = 2;
/// Height of such a line.
const LINE: f32 = 20.0;
/// Actors beyond this have smaller tiles on a larger ring.
const FEW: usize = 5;

/// Whether there is anything in a scene that is neither in its circle nor waits for that.
pub fn has_others(look: &Look<'_>, scene: &Scene, circle: &Circle) -> bool {
    let in_circle = |id: ActorId| {
        circle.members.iter().any(|member| member.0 == id)
            || circle.hanging.iter().any(|hanging| hanging.0 == id)
    };
    let is_end = |id: ResourceId| look.meta.resource(id).is_some_and(|res| res.is_an_end());
    let waited_for = |id: ResourceId| circle.members.iter().any(|member| member.1 == id);
    let process = |id: ActorId| {
        scene.sections.iter().flat_map(|s| &s.processes).any(|p| p.process == Some(id))
    };
    // What lies in a buffer is on its way to something else.
    let buffer = |id: ResourceId| look.meta.resource(id).is_some_and(|res| res.is_buffer);
    scene.actors().any(|id| !in_circle(id) && !process(id))
        || scene.resources().any(|id| !is_end(id) && !waited_for(id) && !buffer(id))
}

/// The ring in an area.
pub fn layout(look: &Look<'_>, circle: &Circle, area: Rect) -> Picture {
    let mut picture = Picture::default();
    let low = area.height() < LOW;
    let (area, foot) = split_top(area, area.height() - FOOT);
    let (area, below) = match circle.hanging.is_empty() || low {
        true => (area, Rect::NOTHING),
        false => split_top(area, area.height() - FOOT),
    };
    let pairs = circle.members.len();
    let (most, side) = if pairs > FEW { (150.0_f32, 32.0) } else { (124.0, 48.0) };
    let name = names(look, circle);
    let above = match low {
        true if pairs > APART => LINE,
        true => 4.0,
        false => NAME,
    };
    let free = vec2(0.5 * area.width() - name, 0.5 * area.height() - above);
    let radius = most.min(free.x - 0.5 * side - 8.0).min(free.y - 0.5 * side).max(40.0);
    // From one to the next along the ring, of which the arrow between them needs a good part.
    let step = PI * radius / pairs as f32;
    let side = side.min(0.55 * step).clamp(18.0, 48.0);
    let (centre, right) = (area.center(), area.right());
    let ring = Ring { look, centre, radius, side, step, pairs, name, low, right };
    ring.band(&mut picture);
    for (place, (who, res)) in circle.members.iter().enumerate() {
        ring.arrows(place, &mut picture);
        ring.resource(place, *res, &mut picture);
        ring.actor(place, *who, &mut picture);
    }
    let is_said = ring.middle(circle, &mut picture);
    let mut right = legend(look, circle, foot, &mut picture);
    if !is_said {
        right = closed_in_line(look, circle, foot.with_min_x(right), &mut picture);
    }
    let below = if low { foot.with_min_x(right) } else { below };
    hanging(look, circle, below, &mut picture);
    picture
}

/// The width that the names beside the ring take.
fn names(look: &Look<'_>, circle: &Circle) -> f32 {
    let theme = look.theme;
    let width = |(who, res): &(ActorId, ResourceId)| {
        let waited = look.measure.width("99.99 ms", &theme.mono_small());
        let who = look.measure.width(&look.actors.name(*who), &theme.strong());
        let name =
            look.resource(*res).map_or(0.0, |at| look.measure.width(&at.name(), &theme.body()));
        waited.max(who).max(name)
    };
    circle.members.iter().map(width).fold(0.0, f32::max).min(110.0)
}

struct Ring<'a> {
    look: &'a Look<'a>,
    centre: Pos2,
    radius: f32,
    /// Of an actor's tile.
    side: f32,
    /// From one to the next.
    step: f32,
    pairs: usize,
    /// Width of the names.
    name: f32,
    /// The area is low.
    low: bool,
    /// Where the area ends.
    right: f32,
}

impl Ring<'_> {
    /// The angle of an actor (a whole place) or of what it waits for (half a place on), clockwise from the top.
    fn angle(&self, place: f32) -> f32 {
        TAU * place / self.pairs as f32 - 0.5 * PI
    }

    fn is_spaced(&self) -> bool {
        self.step >= SPACED[usize::from(self.pairs > FEW)]
    }

    fn point(&self, angle: f32, radius: f32) -> Pos2 {
        self.centre + radius * vec2(angle.cos(), angle.sin())
    }

    fn band_width(&self) -> f32 {
        30.0 * (self.radius / 124.0).min(1.0)
    }

    fn band(&self, picture: &mut Picture) {
        let colour = self.look.theme.phase(Phase::Failed).base.gamma_multiply(0.22);
        let edge = Stroke::new(self.band_width(), colour);
        let (centre, radius, fill) = (self.centre, self.radius, egui::Color32::TRANSPARENT);
        picture.marks.push(Mark::Dot { centre, radius, fill, edge });
    }

    /// From an actor to what it waits for, and from there to who has it.
    fn arrows(&self, place: usize, picture: &mut Picture) {
        let glyph = 0.8 * self.side;
        let ways = [
            (place as f32, 0.5 * self.side, 0.5 * glyph, Phase::Waiting),
            (place as f32 + 0.5, 0.5 * glyph, 0.5 * self.side, Phase::Holding),
        ];
        for (from, before, after, phase) in ways {
            let (begin, end) = (self.angle(from), self.angle(from + 0.5));
            let (begin, end) =
                (begin + (before + 5.0) / self.radius, end - (after + 6.0) / self.radius);
            if end <= begin {
                continue;
            }
            let bend = 4.0 / 3.0 * (0.25 * (end - begin)).tan() * self.radius;
            let along = |angle: f32| bend * vec2(-angle.sin(), angle.cos());
            let (first, last) = (self.point(begin, self.radius), self.point(end, self.radius));
            let points = [first, first + along(begin), last - along(end), last];
            let stroke = Stroke::new(2.2, self.look.theme.phase(phase).base);
            picture.marks.push(Mark::Curve { points, stroke, dashed: false, arrow: true });
        }
    }

    fn actor(&self, place: usize, who: ActorId, picture: &mut Picture) {
        let look = self.look;
        let angle = self.angle(place as f32);
        let rect = Rect::from_center_size(self.point(angle, self.radius), Vec2::splat(self.side));
        picture.rounded(rect, 8.0, look.theme.stage, Stroke::NONE);
        picture.tile(rect, who, look.phase(who));
        picture.spot(rect, 6.0, Selection::Actor(who), actor_box::spoken(look, who));
        let since = look.state.actor(who).and_then(|who| who.waiting).map(|waiting| waiting.since);
        if self.step < 14.0 {
            return;
        }
        let waited =
            since.filter(|_| self.is_spaced()).map(|since| look.now.since(since).to_string());
        self.name(angle, 0.5 * self.side, &look.actors.name(who), waited.as_deref(), true, picture);
    }

    fn resource(&self, place: usize, res: ResourceId, picture: &mut Picture) {
        let Some(at) = self.look.resource(res) else { return };
        let angle = self.angle(place as f32 + 0.5);
        let side = 0.8 * self.side;
        let rect = Rect::from_center_size(self.point(angle, self.radius), Vec2::splat(side));
        picture.append(resource::layout(&at, Size::Small, rect));
        if !self.is_spaced() {
            return;
        }
        self.name(angle, 0.5 * side, &at.name(), None, false, picture);
    }

    /// A name outside of the ring, beside what stands at an angle.
    fn name(
        &self,
        angle: f32,
        half: f32,
        name: &str,
        waited: Option<&str>,
        strong: bool,
        picture: &mut Picture,
    ) {
        let theme = self.look.theme;
        let way = vec2(angle.cos(), angle.sin());
        let beside = way.x.abs() > 0.35;
        let at = self.point(angle, self.radius);
        if self.low && !beside {
            return self.name_in_line(at, half, (name, strong), waited, picture);
        }
        let at = match beside {
            true => {
                let y = 0.7 * half * way.y;
                // Clear of the band where that comes near, on the side of the centre.
                let lines = if waited.is_some() { 17.0 } else { 9.0 };
                let inner = ((at.y + y - self.centre.y).abs() - lines).max(0.0);
                let outer = self.radius + 0.5 * self.band_width() + 3.0;
                let clear = (outer * outer - inner * inner).max(0.0).sqrt();
                let x = (half + 6.0).max(clear - (at.x - self.centre.x).abs());
                at + vec2(way.x.signum() * x, y)
            }
            false => at + vec2(0.0, way.y.signum() * (half + 6.0)),
        };
        let size = vec2(self.name + 8.0, NAME);
        let (rect, align) = match (beside, way.x > 0.0, way.y > 0.0) {
            (true, true, _) => {
                (Rect::from_min_size(at - vec2(0.0, 17.0), size), Align2::LEFT_CENTER)
            }
            (true, false, _) => {
                (Rect::from_min_size(at - vec2(size.x, 17.0), size), Align2::RIGHT_CENTER)
            }
            (false, _, true) => {
                (Rect::from_min_size(at - vec2(0.5 * size.x, 2.0), size), Align2::CENTER_TOP)
            }
            (false, ..) => (
                Rect::from_min_size(at - vec2(0.5 * size.x, size.y - 2.0), size),
                Align2::CENTER_BOTTOM,
            ),
        };
        let font = if strong { theme.strong() } else { theme.body() };
        let Some(waited) = waited else {
            picture.text(rect, align, name, font, theme.text);
            return;
        };
        let line = |first: bool| {
            let height = if first { 17.0 } else { 15.0 };
            let top = match (align.y(), first) {
                (egui::Align::Min, true) | (_, true) => rect.top(),
                (_, false) => rect.top() + 17.0,
            };
            Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height))
        };
        let align = Align2([align.x(), egui::Align::Center]);
        picture.text(line(true), align, name, font, theme.text);
        picture.text(line(false), align, waited, theme.mono_small(), theme.muted);
    }

    /// A name in one line with the time: above or below what stands at the top or the bottom, or at its right, on the side
    /// away from the ring.
    fn name_in_line(
        &self,
        at: Pos2,
        half: f32,
        (name, strong): (&str, bool),
        waited: Option<&str>,
        picture: &mut Picture,
    ) {
        let theme = self.look.theme;
        let font = if strong { theme.strong() } else { theme.body() };
        let time = waited.map(|waited| (waited, theme.mono_small(), theme.muted));
        let texts = [Some((name, font, theme.text)), time].into_iter().flatten();
        let widths = texts.clone().map(|text| self.look.measure.width(text.0, &text.1) + 1.0);
        let all = widths.clone().sum::<f32>() + 6.0 * (widths.clone().count() - 1) as f32;
        let beside = self.pairs <= APART;
        let (height, above) = (17.0, at.y < self.centre.y);
        let top = match (above, beside) {
            (true, true) => at.y - half - 2.0,
            (true, false) => at.y - half - 2.0 - height,
            (false, true) => at.y + half + 2.0 - height,
            (false, false) => at.y + half + 2.0,
        };
        let mut left = if beside { at.x + half + 6.0 } else { at.x - 0.5 * all };
        // The time stays whole, and the name is cut where there is no room for both.
        let mut beyond = if beside { (left + all - self.right).max(0.0) } else { 0.0 };
        let widths = widths.map(|width| width - std::mem::take(&mut beyond).min(width));
        for ((text, font, colour), width) in texts.zip(widths) {
            let rect = Rect::from_min_size(pos2(left, top), vec2(width, height));
            picture.text(rect, Align2::LEFT_CENTER, text, font, colour);
            left = rect.right() + 6.0;
        }
    }

    /// When it closed, and who closed it. Whether there is room for that.
    fn middle(&self, circle: &Circle, picture: &mut Picture) -> bool {
        let (look, theme) = (self.look, self.look.theme);
        let Some((closed, by)) = closed(look, circle) else { return true };
        // Tiles stand in it only where they are.
        let inner = 2.0 * (self.radius - 0.5 * self.side - 12.0);
        let at = format!("closed at {}", closed.within(look.now));
        if inner < 96.0 || look.measure.width(&at, &theme.small()) > inner {
            return false;
        }
        let name = look.actors.name(by);
        let fits = look.measure.width(&format!("when {name}"), &theme.small()) <= inner;
        let who = if fits { name } else { look.actors.badge(by).into_owned() };
        let title = match self.pairs {
            1 => "A circle of one".to_owned(),
            n => format!("A circle of {n}"),
        };
        let lines = [
            (title, theme.strong(), theme.text),
            (at, theme.small(), theme.muted),
            (format!("when {who}"), theme.small(), theme.muted),
            ("began to wait".to_owned(), theme.small(), theme.muted),
        ];
        let mut top = self.centre.y - 32.0;
        for (text, font, colour) in lines {
            let height = font.size + 5.0;
            let rect =
                Rect::from_min_size(pos2(self.centre.x - 0.5 * inner, top), vec2(inner, height));
            picture.text(rect, Align2::CENTER_CENTER, text, font, colour);
            top += height;
        }
        true
    }
}

/// When the circle closed, and who began to wait then.
fn closed(look: &Look<'_>, circle: &Circle) -> Option<(Nanos, ActorId)> {
    let waits = circle
        .members
        .iter()
        .filter_map(|(who, _)| Some((look.state.actor(*who)?.waiting?.since, *who)));
    waits.max_by_key(|wait| wait.0)
}

/// The same in a line, in as many words as have room. Answers with the right end of it.
fn closed_in_line(look: &Look<'_>, circle: &Circle, row: Rect, picture: &mut Picture) -> f32 {
    let Some((at, by)) = closed(look, circle) else { return row.left() };
    let font = look.theme.small();
    let at = format!("closed at {}", at.within(look.now));
    let whole = format!("{at}, when {} began to wait", look.actors.name(by));
    let width = |text: &String| look.measure.width(text, &font) + 2.0;
    let Some(text) = [whole, at].into_iter().find(|text| width(text) <= row.width()) else {
        return row.left();
    };
    let rect = row.with_max_x(row.left() + width(&text));
    picture.text(rect, Align2::LEFT_CENTER, text, font, look.theme.muted);
    rect.right() + 1.5 * TEXT_SMALL
}

/// Who waits for one in the circle, in a row.
fn hanging(look: &Look<'_>, circle: &Circle, row: Rect, picture: &mut Picture) {
    let theme = look.theme;
    let mut x = row.left() + 4.0;
    for (who, target) in &circle.hanging {
        let text = format!("waits for {}", look.actors.name(*target));
        let width = look.measure.width(&text, &theme.small());
        if x + 26.0 + width > row.right() {
            break;
        }
        let badge = Rect::from_center_size(pos2(x + 9.0, row.center().y), Vec2::splat(18.0));
        picture.badge(badge, *who);
        picture.spot(badge, 4.0, Selection::Actor(*who), actor_box::spoken(look, *who));
        let words = Rect::from_min_size(pos2(x + 23.0, row.top()), vec2(width + 2.0, row.height()));
        picture.text(words, Align2::LEFT_CENTER, text, theme.small(), theme.muted);
        x += 23.0 + width + 16.0;
    }
}

/// What the arrows mean. Answers with the right end of it.
fn legend(look: &Look<'_>, circle: &Circle, row: Rect, picture: &mut Picture) -> f32 {
    let theme = look.theme;
    let is_lock = |id: ResourceId| {
        let kind = look.meta.resource(id).map(|res| res.kind);
        matches!(kind, Some(ResourceKind::Lock | ResourceKind::RLock))
    };
    // An end, or room in a queue, nobody holds.
    let all_locks = circle.members.iter().all(|member| is_lock(member.1));
    let has = if all_locks { "is held by" } else { "is up to" };
    let mut x = row.left() + 4.0;
    for (text, phase) in [("waits for", Phase::Waiting), (has, Phase::Holding)] {
        let y = row.center().y;
        let stroke = Stroke::new(2.2, theme.phase(phase).base);
        picture.arrow(vec![pos2(x, y), pos2(x + 26.0, y)], stroke);
        let width = look.measure.width(text, &theme.small()) + 2.0;
        let words = Rect::from_min_size(pos2(x + 34.0, row.top()), vec2(width, row.height()));
        picture.text(words, Align2::LEFT_CENTER, text, theme.small(), theme.muted);
        x += 34.0 + width + 1.5 * TEXT_SMALL;
    }
    x
}
