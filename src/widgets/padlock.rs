//! The padlock: closed with its owner's badge in it, or open; who waits for it, in order of arrival.

use super::actors::ActorColours;
use super::theme::{HAIRLINE, Theme};
use super::{badge, phase, text};
use crate::replay::Phase;
use egui::{
    Align2, Painter, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, epaint,
    pos2, vec2,
};
use std::f32::consts::PI;

/// Someone in the waiting line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiter<'a> {
    /// The actor's name.
    pub name: &'a str,
    /// The characters of its badge.
    pub badge: &'a str,
    /// Its colours.
    pub colours: ActorColours,
    /// How long it has waited: "868 µs".
    pub waited: String,
}

/// What the padlock shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Padlock<'a> {
    /// Name of the lock.
    pub name: &'a str,
    /// Badge and colours of the owner.
    pub owner: Option<(&'a str, ActorColours)>,
    /// How far the shackle is open: 0 closed, 1 open.
    pub open: f32,
    /// "held by adder 2 for 290 µs", "free for 1.2 ms".
    pub caption: &'a str,
    /// The waiting actors, in order of arrival.
    pub waiters: &'a [Waiter<'a>],
}

/// Part of the padlock, to be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The lock itself.
    Lock,
    /// A waiter, by its place in the line.
    Waiter(usize),
}

/// The places of all parts. A part without room is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The body of the lock.
    pub body: Rect,
    /// Room for the shackle, open or closed.
    pub shackle: Rect,
    /// The owner's badge.
    pub badge: Rect,
    /// The caption below the lock.
    pub caption: Option<Rect>,
    /// "waiting, in order of arrival".
    pub title: Option<Rect>,
    /// One place for each waiter that fits: the badge, and how long it has waited.
    pub waiters: Vec<(Rect, Option<Rect>)>,
    /// The number of waiters without a place, and the place of that number.
    pub more: Option<(Rect, usize)>,
}

const BODY_MAX: f32 = 92.0;
/// Height of the whole lock for a body of width 1.
const TALL: f32 = 1.5;
const SHACKLE: f32 = 0.68;
const CAPTION: f32 = 20.0;
const SPACE: f32 = 16.0;

/// Places the lock, its caption and a line of `waiters` in an area. Room for the line is kept when nobody waits, so
/// that nothing jumps.
pub fn layout(area: Rect, waiters: usize) -> Layout {
    // From generous to terse: side of a waiter, height of the title, height of the time below.
    let plans = [
        (40.0, 22.0, 18.0, 64.0),
        (32.0, 0.0, 16.0, 44.0),
        (24.0, 0.0, 0.0, 30.0),
        (0.0, 0.0, 0.0, 0.0),
    ];
    let room = |side: f32, title: f32, time: f32| {
        let line = if side > 0.0 { SPACE + title + side + time } else { 0.0 };
        ((area.height() - CAPTION - 4.0 - line) / TALL).min(BODY_MAX)
    };
    let (side, title_height, time_height, _) = plans
        .into_iter()
        .find(|&(side, title, time, least)| room(side, title, time) >= least)
        .unwrap_or(plans[3]);
    let captioned = room(side, title_height, time_height) >= 20.0;
    let wide = if captioned { room(side, title_height, time_height) } else { area.height() / TALL };
    let wide = wide.min(area.width()).max(0.0);
    let x = area.center().x;
    let shackle = Rect::from_min_max(
        pos2(x - 0.5 * wide, area.top()),
        pos2(x + 0.5 * wide, area.top() + SHACKLE * wide),
    );
    let body =
        Rect::from_min_max(shackle.left_bottom(), pos2(shackle.right(), area.top() + TALL * wide));
    let mut y = body.bottom();
    let caption = captioned.then(|| {
        y += 4.0 + CAPTION;
        Rect::from_min_max(pos2(area.left(), y - CAPTION), pos2(area.right(), y))
    });
    let mut layout = Layout {
        body,
        shackle,
        badge: Rect::from_center_size(body.center(), Vec2::splat(0.42 * wide)),
        caption,
        title: None,
        waiters: Vec::new(),
        more: None,
    };
    if side > 0.0 && waiters > 0 {
        y += SPACE;
        if title_height > 0.0 {
            layout.title = Some(Rect::from_min_max(
                pos2(area.left(), y),
                pos2(area.right(), y + title_height - 4.0),
            ));
            y += title_height;
        }
        line_up(&mut layout, area, waiters, y, side, time_height);
    }
    layout
}

fn line_up(layout: &mut Layout, area: Rect, waiters: usize, y: f32, side: f32, time: f32) {
    let step = if time > 0.0 { side.max(50.0) + 8.0 } else { side + 5.0 };
    let fits = ((area.width() + 0.01) / step).floor().max(0.0) as usize;
    // The last place says how many more.
    let shown = if waiters > fits { fits.saturating_sub(1) } else { waiters };
    let places = if waiters > fits { fits.min(shown + 1) } else { shown };
    let left = area.center().x - 0.5 * places as f32 * step;
    let place = |i: usize| {
        let centre = left + (i as f32 + 0.5) * step;
        Rect::from_min_max(pos2(centre - 0.5 * side, y), pos2(centre + 0.5 * side, y + side))
    };
    layout.waiters = (0..shown)
        .map(|i| {
            let tile = place(i);
            let below = Rect::from_min_max(
                pos2(tile.center().x - 0.5 * step + 1.0, tile.bottom() + 2.0),
                pos2(tile.center().x + 0.5 * step - 1.0, tile.bottom() + time),
            );
            (tile, (time > 0.0).then_some(below))
        })
        .collect();
    if waiters > shown && places > shown {
        layout.more = Some((place(shown), waiters - shown));
    }
}

/// Paints the lock and its line.
pub fn paint(painter: &Painter, layout: &Layout, lock: &Padlock<'_>, theme: &Theme) {
    let wide = layout.body.width();
    if wide >= 4.0 {
        let open = lock.open.clamp(0.0, 1.0);
        let look = theme.phase(Phase::Holding);
        let idle = theme.phase(Phase::NotStarted).mark;
        let metal = look.base.lerp_to_gamma(idle, open);
        let ground = look.fill.lerp_to_gamma(theme.field, open);
        let thick = (0.11 * wide).max(1.5);
        // Room above the closed shackle is what it rises by when it opens.
        let rise = 0.14 * wide * open;
        let r = 0.31 * wide;
        let centre = pos2(layout.shackle.center().x, layout.shackle.bottom() - 0.22 * wide - rise);
        let foot = layout.body.top() + 0.06 * wide;
        let mut points = vec![pos2(centre.x - r, foot)];
        points.extend((0..=24).map(|i| {
            let a = PI + PI * i as f32 / 24.0;
            centre + vec2(a.cos(), a.sin()) * r
        }));
        // The free leg stays as long as it was, so it leaves the body.
        points.push(pos2(centre.x + r, foot - rise - 0.06 * wide * open));
        painter.add(Shape::line(points, epaint::PathStroke::new(thick, metal)));
        let radius = 0.09 * wide;
        painter.rect_filled(layout.body, radius, ground);
        let edge = Stroke::new((0.02 * wide).max(HAIRLINE), metal);
        painter.rect_stroke(layout.body, radius, edge, StrokeKind::Inside);
        if let Some((characters, colours)) = lock.owner {
            badge::paint(painter, layout.badge, characters, colours, theme);
        } else {
            let c = layout.body.center();
            painter.circle_filled(c - vec2(0.0, 0.06 * wide), 0.07 * wide, metal);
            let slot =
                Rect::from_center_size(c + vec2(0.0, 0.08 * wide), vec2(0.05 * wide, 0.2 * wide));
            painter.rect_filled(slot, 0.02 * wide, metal);
        }
    }
    if let Some(rect) = layout.caption {
        let font = theme.label();
        text::line(painter, rect, Align2::CENTER_CENTER, lock.caption, &font, theme.text);
    }
    let small = theme.small();
    if let Some(rect) = layout.title {
        let title = "waiting, in order of arrival";
        text::line(painter, rect, Align2::CENTER_CENTER, title, &small, theme.muted);
    }
    for (waiter, (tile, time)) in lock.waiters.iter().zip(&layout.waiters) {
        let inner = phase::frame(painter, *tile, Phase::Waiting, theme);
        badge::paint(painter, inner, waiter.badge, waiter.colours, theme);
        if let Some(rect) = *time {
            let mono = theme.mono_small();
            text::line(painter, rect, Align2::CENTER_CENTER, &waiter.waited, &mono, theme.muted);
        }
    }
    if let Some((rect, count)) = layout.more {
        let words = format!("+{count}");
        text::line(painter, rect, Align2::CENTER_CENTER, &words, &theme.label(), theme.muted);
    }
}

/// The lock and its line. Returns the part that was clicked. Accessible names: the lock's name and caption, and for each
/// waiter "remover 1 waits 868 µs".
pub fn show(ui: &Ui, area: Rect, lock: &Padlock<'_>) -> Option<Part> {
    let layout = layout(area, lock.waiters.len());
    let mut clicked = None;
    let id = ui.scope_id().with(("padlock", lock.name));
    let whole = layout.body.union(layout.shackle);
    let response = ui.interact(whole, id, Sense::click());
    response.widget_info(|| {
        let said = format!("{}, {}", lock.name, lock.caption);
        WidgetInfo::labeled(Role::Button, ui.is_enabled(), said)
    });
    badge::focus_ring(ui, &response, layout.body, 0.09 * layout.body.width());
    if response.clicked() {
        clicked = Some(Part::Lock);
    }
    for (i, (waiter, (tile, _))) in lock.waiters.iter().zip(&layout.waiters).enumerate() {
        let response = ui.interact(*tile, id.with(i), Sense::click());
        let said = format!("{} waits {}", waiter.name, waiter.waited);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &said));
        badge::focus_ring(ui, &response, *tile, super::theme::RADIUS_SMALL);
        if response.clicked() {
            clicked = Some(Part::Waiter(i));
        }
        response.on_hover_text(said);
    }
    paint(ui.painter(), &layout, lock, Theme::of(ui));
    clicked
}
