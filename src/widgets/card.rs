//! Cards of actors: who, what it is doing, its phase. Many actors get smaller cards, then badges; what does not fit
//! is counted.

use super::actors::ActorColours;
use super::theme::{EMPHASIS, HAIRLINE, RADIUS, RADIUS_LARGE, Theme};
use super::{badge, phase, text};
use crate::replay::Phase;
use crate::trace::ActorId;
use egui::{
    Align2, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

/// What a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card<'a> {
    /// The actor.
    pub actor: ActorId,
    /// The actor's name: "adder 1".
    pub name: &'a str,
    /// The characters of its badge: "A1".
    pub badge: &'a str,
    /// What it is doing, in a few words: "waits for list lock".
    pub doing: &'a str,
    /// Its phase.
    pub phase: Phase,
    /// Its colours.
    pub colours: ActorColours,
    /// Whether it is selected.
    pub selected: bool,
}

/// How much a card shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Badge, name, what it is doing, phase.
    Full,
    /// Badge, name, phase.
    Compact,
    /// Badge in a frame of its phase.
    Badge,
}

/// Where the cards go.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// How much each shows.
    pub size: Size,
    /// One rectangle each, for the first actors.
    pub cards: Vec<Rect>,
    /// The number of actors without a card, and the place of that number.
    pub more: Option<(Rect, usize)>,
}

const FULL: Vec2 = vec2(168.0, 56.0);
const FULL_MAX: f32 = 220.0;
const COMPACT: Vec2 = vec2(112.0, 32.0);
const COMPACT_MAX: f32 = 168.0;
const TILE: Vec2 = vec2(38.0, 38.0);
const TILE_SMALL: Vec2 = vec2(30.0, 30.0);
const MORE_WIDTH: f32 = 64.0;
const MORE_HEIGHT: f32 = 18.0;

/// The largest cards of which all `count` fit; else badges for as many as fit.
pub fn layout(area: Rect, count: usize) -> Layout {
    let kinds = [
        (Size::Full, FULL, FULL_MAX, 12.0),
        (Size::Compact, COMPACT, COMPACT_MAX, 8.0),
        (Size::Badge, TILE, TILE.x, 6.0),
        (Size::Badge, TILE_SMALL, TILE_SMALL.x, 5.0),
    ];
    for (size, least, widest, gap) in kinds {
        let (columns, rows) = grid(area, least, gap);
        if count <= columns * rows {
            // Down first, as threads are listed; no more columns than needed.
            let used = count.div_ceil(rows.max(1)).max(1);
            let width = ((area.width() + gap) / used as f32 - gap).min(widest);
            let across = size == Size::Badge;
            let cards = (0..count).map(|i| {
                let (column, row) =
                    if across { (i % columns, i / columns) } else { (i / rows, i % rows) };
                place(area, vec2(width.max(least.x), least.y), gap, column, row)
            });
            return Layout { size, cards: cards.collect(), more: None };
        }
    }
    let gap = 5.0;
    let shorter = area.with_max_y(area.bottom() - MORE_HEIGHT);
    let (columns, rows) = grid(shorter, TILE_SMALL, gap);
    let fits = columns * rows;
    let line = Rect::from_min_max(
        pos2(area.left(), (area.bottom() - MORE_HEIGHT).max(area.top())),
        pos2((area.left() + MORE_WIDTH).min(area.right()), area.bottom()),
    );
    Layout {
        size: Size::Badge,
        cards: (0..fits).map(|i| place(area, TILE_SMALL, gap, i % columns, i / columns)).collect(),
        more: (count > fits).then_some((line, count - fits)),
    }
}

fn grid(area: Rect, size: Vec2, gap: f32) -> (usize, usize) {
    let along = |room: f32, size: f32| {
        // A hair of tolerance for sums of floats.
        (((room + gap + 0.01) / (size + gap)).floor().max(0.0)) as usize
    };
    (along(area.width(), size.x), along(area.height(), size.y))
}

fn place(area: Rect, size: Vec2, gap: f32, column: usize, row: usize) -> Rect {
    let step = size + Vec2::splat(gap);
    Rect::from_min_size(area.min + vec2(column as f32 * step.x, row as f32 * step.y), size)
}

/// Paints one card.
pub fn paint(painter: &Painter, rect: Rect, size: Size, card: &Card<'_>, theme: &Theme) {
    if size == Size::Badge {
        let inner = phase::frame(painter, rect, card.phase, theme);
        badge::paint(painter, inner, card.badge, card.colours, theme);
        if card.selected {
            let stroke = Stroke::new(EMPHASIS, theme.accent);
            painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Outside);
        }
        return;
    }
    let (ground, edge) = if card.selected {
        (theme.accent_ground, Stroke::new(EMPHASIS, theme.accent))
    } else if card.phase == Phase::Failed {
        (theme.panel, Stroke::new(HAIRLINE, theme.phase(Phase::Failed).base))
    } else {
        (theme.panel, Stroke::new(HAIRLINE, theme.outline))
    };
    let full = size == Size::Full;
    let radius = if full { RADIUS_LARGE } else { RADIUS };
    painter.rect(rect, radius, ground, edge, StrokeKind::Inside);
    let (pad, side) = if full { (12.0, 30.0) } else { (6.0, 20.0) };
    let inner = rect.shrink2(vec2(pad, 0.0));
    let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side), inner);
    badge::paint(painter, face, card.badge, card.colours, theme);
    // On a full card beside the name, so that the words below have the whole width.
    let beside = if full { inner.with_max_y(rect.center().y + 5.0) } else { inner };
    let swatch = Align2::RIGHT_CENTER.align_size_within_rect(phase::SWATCH, beside);
    phase::paint(painter, swatch, card.phase, theme);
    let words =
        Rect::from_x_y_ranges(face.right() + (pad - 2.0)..=swatch.left() - 6.0, rect.y_range());
    if !full {
        let font = theme.label();
        text::line(painter, words, Align2::LEFT_CENTER, card.name, &font, theme.text);
        return;
    }
    let (upper, lower) = words.split_top_bottom_at_fraction(0.5);
    let strong = theme.strong();
    text::line(
        painter,
        upper.with_max_y(upper.bottom() - 1.0),
        Align2::LEFT_BOTTOM,
        card.name,
        &strong,
        theme.text,
    );
    let colour =
        if card.phase == Phase::Failed && !card.selected { theme.danger } else { theme.muted };
    text::line(
        painter,
        lower.with_min_y(lower.top() + 1.0).with_max_x(inner.right()),
        Align2::LEFT_TOP,
        card.doing,
        &theme.small(),
        colour,
    );
}

/// One card that can be clicked. Its accessible name says who and what it is doing: "adder 1, waits for list lock".
pub fn button(ui: &Ui, rect: Rect, size: Size, card: &Card<'_>) -> Response {
    let id = ui.scope_id().with(("actor card", card.actor));
    let response = ui.interact(rect, id, Sense::click());
    let said = format!("{}, {}", card.name, card.doing);
    response
        .widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), card.selected, &said));
    if ui.is_rect_visible(rect) {
        paint(ui.painter(), rect, size, card, Theme::of(ui));
        let radius = if size == Size::Full { RADIUS_LARGE } else { RADIUS };
        badge::focus_ring(ui, &response, rect, radius);
    }
    if size == Size::Full { response } else { response.on_hover_text(said) }
}

/// Cards for all actors, in the size that fits. Returns the one that was clicked.
pub fn show(ui: &Ui, area: Rect, cards: &[Card<'_>]) -> Option<ActorId> {
    let layout = layout(area, cards.len());
    let mut clicked = None;
    for (card, rect) in cards.iter().zip(&layout.cards) {
        if button(ui, *rect, layout.size, card).clicked() {
            clicked = Some(card.actor);
        }
    }
    if let Some((rect, count)) = layout.more {
        let theme = Theme::of(ui);
        let words = format!("+{count} more");
        text::line(ui.painter(), rect, Align2::LEFT_CENTER, &words, &theme.small(), theme.muted);
    }
    clicked
}
