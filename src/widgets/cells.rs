//! The cells of a list, with an item on its way in or out. Long lists show their ends.

use super::text::{self, Measure};
use super::theme::{EMPHASIS, HAIRLINE, RADIUS_SMALL, Theme};
use crate::replay::Phase;
use egui::{Align2, Color32, Painter, Rect, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

/// The motion of an item into or out of the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Motion {
    /// In at the back. The list does not count it yet.
    In(f32),
    /// Out at the front. The list does not count it any more.
    Out(f32),
}

/// A fault of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An item was overwritten here.
    Overwritten,
    /// Two actors took the same item.
    TakenTwice,
}

/// What the cells show.
pub struct Cells<'a> {
    /// How many items the list holds.
    pub len: usize,
    /// Text of an item.
    pub item: &'a dyn Fn(usize) -> String,
    /// What is wrong with an item.
    pub fault: &'a dyn Fn(usize) -> Option<Fault>,
    /// An item on its way (progress from 0 to 1), and its text.
    pub motion: Option<(Motion, &'a str)>,
    /// Words for a list with nothing in it: "empty".
    pub empty: &'a str,
    /// One line below: "5 items · 18 added · 12 removed".
    pub caption: &'a str,
}

/// A cell with a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Index of the item.
    pub index: usize,
    /// Its place.
    pub rect: Rect,
    /// The place of its index, if there is room.
    pub label: Option<Rect>,
}

/// Where everything goes. What has no room is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The cells that are shown, in order.
    pub cells: Vec<Cell>,
    /// The place of "… 87 more …", and the number of hidden items.
    pub hidden: Option<(Rect, usize)>,
    /// The moving item, and how opaque it is (from 0 to 1).
    pub moving: Option<(Rect, f32)>,
    /// The place of an empty list.
    pub empty: Option<Rect>,
    /// The line below.
    pub caption: Option<Rect>,
}

const SIDE: f32 = 46.0;
/// Cells get smaller down to this before some are hidden.
const SIDE_MIN: f32 = 34.0;
const SIDE_TINY: f32 = 14.0;
const GAP: f32 = 6.0;
const LIFT: f32 = 18.0;
const LABEL: f32 = 16.0;
const CAPTION: f32 = 20.0;

/// Places `len` cells and an item on its way in an area.
pub fn layout(area: Rect, len: usize, motion: Option<Motion>) -> Layout {
    let height = area.height();
    let captioned = height >= CAPTION + SIDE_TINY;
    let below = if captioned { CAPTION + 6.0 } else { 0.0 };
    let labelled = height >= below + LABEL + 24.0;
    let labels = if labelled { LABEL } else { 0.0 };
    let lift = if height >= below + labels + LIFT + 24.0 { LIFT } else { 0.0 };
    let tallest = (height - below - labels - lift).clamp(0.0, SIDE);
    let mut out = Layout::default();
    if tallest < SIDE_TINY || area.width() < SIDE_TINY {
        out.caption = captioned.then(|| bottom(area));
        return out;
    }
    let top = area.top() + lift;
    // One place more than items: the next one has room, and nothing jumps when it comes.
    let even = (area.width() + GAP) / (len + 1) as f32 - GAP;
    let mut side = even.min(tallest);
    let all = side >= SIDE_MIN.min(tallest);
    if !all {
        side = SIDE_MIN.min(tallest).min(area.width());
    }
    let step = side + GAP;
    let slot = |i: f32| Rect::from_min_size(pos2(area.left() + i * step, top), Vec2::splat(side));
    let slots = ((area.width() + GAP + 0.01) / step).floor() as usize;
    let (front, back) = if all { (len, 0) } else { ends(slots, step, len) };
    let middle = len - front - back;
    // The hidden ones take the slots between the two ends.
    let shift = match motion {
        Some(Motion::Out(p)) => 1.0 - ((p - 0.4) / 0.6).clamp(0.0, 1.0),
        _ => 0.0,
    };
    let last_slot = slots.saturating_sub(1 + back);
    let cell = |index: usize, at: f32| {
        let rect = slot(at);
        let label = Rect::from_min_max(
            pos2(rect.left(), rect.bottom() + 2.0),
            pos2(rect.right(), rect.bottom() + LABEL),
        );
        Cell { index, rect, label: labelled.then_some(label) }
    };
    out.cells = (0..front)
        // With cells hidden there is no room to shift into.
        .map(|i| cell(i, i as f32 + if all { shift } else { 0.0 }))
        .chain((0..back).map(|i| cell(len - back + i, (last_slot + i) as f32)))
        .collect();
    if middle > 0 {
        let from = slot(front as f32).left();
        let to = if back > 0 { slot(last_slot as f32).left() - GAP } else { area.right() };
        let rect = Rect::from_min_max(pos2(from, top), pos2(to.max(from), top + side));
        out.hidden = Some((rect, middle));
    }
    if len == 0 {
        let rect =
            Rect::from_min_size(pos2(area.left(), top), vec2((2.0 * side).min(area.width()), side));
        out.empty = Some(rect);
    }
    out.moving = motion.map(|motion| match motion {
        Motion::In(p) => {
            let p = smooth(p);
            let at = if all { len } else { slots.saturating_sub(1) };
            let end = slot(at as f32);
            let aside = (0.5 * side).min((area.right() - end.right()).max(0.0));
            (end.translate(vec2(aside, -lift) * (1.0 - p)), 1.0)
        }
        Motion::Out(p) => {
            // Where the others cannot make room, it is above them from the start.
            let p = if all { smooth(p) } else { 0.5 + 0.5 * smooth(p) };
            (slot(0.0).translate(vec2(0.0, -lift * p)), 1.0 - p)
        }
    });
    // The caption follows the cells rather than the end of the area.
    out.caption = captioned.then(|| {
        let y = (top + side + labels + 6.0).min(area.bottom() - CAPTION);
        bottom(area).translate(vec2(0.0, y - (area.bottom() - CAPTION)))
    });
    out
}

fn bottom(area: Rect) -> Rect {
    area.with_min_y((area.bottom() - CAPTION).max(area.top()))
}

/// How many cells to show at the front and at the back when not all of them fit in `slots`.
fn ends(slots: usize, step: f32, len: usize) -> (usize, usize) {
    // "… 100000 more …", and one place for the item that comes.
    let words = match slots {
        0..6 => 1,
        _ => (110.0 / step).ceil() as usize,
    };
    let cells = slots.saturating_sub(words + 1).min(len);
    if cells == 0 {
        // Not even one beside the words: a cell or two without the words, if there is any room at all.
        let few = slots.saturating_sub(1).min(2).min(len);
        return (few, 0);
    }
    (cells.div_ceil(2), cells / 2)
}

fn smooth(p: f32) -> f32 {
    let p = p.clamp(0.0, 1.0);
    p * p * (3.0 - 2.0 * p)
}

/// Paints the cells.
pub fn paint(painter: &Painter, layout: &Layout, cells: &Cells<'_>, theme: &Theme) {
    for cell in &layout.cells {
        let fault = (cells.fault)(cell.index);
        let item = (cells.item)(cell.index);
        one(painter, cell.rect, &item, fault, theme);
        if let Some(rect) = cell.label {
            let font = theme.mono_small();
            let index = cell.index.to_string();
            text::line(painter, rect, Align2::CENTER_CENTER, &index, &font, theme.faint);
        }
    }
    if let Some((rect, count)) = layout.hidden {
        let font = theme.body();
        let full = format!("… {count} more …");
        let words =
            if painter.width(&full, &font) <= rect.width() { full } else { "…".to_owned() };
        text::line(painter, rect, Align2::CENTER_CENTER, &words, &font, theme.muted);
    }
    if let (Some(rect), None) = (layout.empty, layout.moving) {
        let stroke = Stroke::new(HAIRLINE, theme.outline);
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
            rect.left_top(),
        ];
        painter.extend(egui::Shape::dashed_line(&corners, stroke, 4.0, 3.0));
        let font = theme.body();
        text::line(painter, rect, Align2::CENTER_CENTER, cells.empty, &font, theme.faint);
    }
    if let (Some((rect, visible)), Some((motion, words))) = (layout.moving, cells.motion) {
        let mut painter = painter.clone();
        painter.multiply_opacity(visible);
        let edge = theme.phase(Phase::Holding).mark;
        painter.rect(
            rect,
            RADIUS_SMALL + 2.0,
            theme.panel,
            Stroke::new(EMPHASIS, edge),
            StrokeKind::Inside,
        );
        let colour = if theme.dark { theme.text } else { edge };
        text::line(&painter, rect, Align2::CENTER_CENTER, words, &theme.mono(), colour);
        if matches!(motion, Motion::In(p) if p < 1.0) {
            let c = rect.center_bottom() + vec2(0.0, 4.0);
            arrow(&painter, c, edge);
        }
    }
    if let Some(rect) = layout.caption {
        let font = theme.body();
        text::line(painter, rect, Align2::LEFT_CENTER, cells.caption, &font, theme.muted);
    }
}

fn arrow(painter: &Painter, from: egui::Pos2, colour: Color32) {
    let stroke = Stroke::new(1.5, colour);
    let tip = from + vec2(0.0, 8.0);
    painter.line_segment([from, tip], stroke);
    painter.line_segment([tip + vec2(-3.5, -3.5), tip], stroke);
    painter.line_segment([tip + vec2(3.5, -3.5), tip], stroke);
}

fn one(painter: &Painter, rect: Rect, item: &str, fault: Option<Fault>, theme: &Theme) {
    let failed = theme.phase(Phase::Failed).base;
    let edge = match fault {
        None => Stroke::new(HAIRLINE, theme.outline),
        Some(_) => Stroke::new(EMPHASIS, failed),
    };
    let radius = (0.13 * rect.width()).min(RADIUS_SMALL + 2.0);
    painter.rect(rect, radius, theme.panel, edge, StrokeKind::Inside);
    let mut font = theme.mono();
    font.size = font.size.min(0.45 * rect.height());
    let inner = rect.shrink2(vec2(2.0, 0.0));
    text::line(painter, inner, Align2::CENTER_CENTER, item, &font, theme.text);
    match fault {
        None => {}
        Some(Fault::Overwritten) => {
            let line = [rect.left_bottom() + vec2(6.0, -6.0), rect.right_top() + vec2(-6.0, 6.0)];
            painter.line_segment(line, Stroke::new(1.5, failed));
        }
        Some(Fault::TakenTwice) => {
            let corner = Rect::from_min_max(
                rect.right_top() - vec2(0.45 * rect.width(), 0.0),
                rect.right_top() + vec2(0.0, 0.34 * rect.height()),
            )
            .shrink(2.0);
            painter.rect_filled(corner, 2.0, failed);
            let font = theme.symbol((0.8 * corner.height()).min(10.0));
            let colour = theme.phase(Phase::Failed).text;
            text::line(painter, corner, Align2::CENTER_CENTER, "×2", &font, colour);
        }
    }
}

/// The cells, in an area of the stage.
pub fn show(ui: &Ui, area: Rect, cells: &Cells<'_>) -> Layout {
    let layout = layout(area, cells.len, cells.motion.map(|(motion, _)| motion));
    paint(ui.painter(), &layout, cells, Theme::of(ui));
    layout
}
