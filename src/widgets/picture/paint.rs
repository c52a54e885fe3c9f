//! The only place that paints a picture, tests hits, draws focus rings and gives accessible names. It decides nothing:
//! what has no room is not in the picture.

use super::{Does, Mark, Picture, Spot};
use crate::replay::Phase;
use crate::trace::ActorId;
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::ink::Ink;
use crate::widgets::phase::{self, Symbol};
use crate::widgets::selection::Selection;
use crate::widgets::stage::StageAction;
use crate::widgets::text::line;
use crate::widgets::theme::{EMPHASIS, Theme};
use crate::widgets::tile;
use egui::{
    Color32, CornerRadius, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, epaint, vec2,
};
use std::collections::HashMap;
use std::hash::Hash;

impl Picture {
    /// Paints the marks, makes the spots clickable, and answers with what the user did. `id` tells the spots of several
    /// pictures in one `ui` apart.
    pub fn show(
        &self,
        ui: &Ui,
        id: impl Hash + std::fmt::Debug,
        looks: &Actors<'_>,
        selection: Selection,
    ) -> Vec<StageAction> {
        let theme = Theme::of(ui);
        self.paint(ui.painter(), looks, theme);
        let id = ui.scope_id().with(id);
        let mut actions = Vec::new();
        let mut seen: HashMap<Does, usize> = HashMap::new();
        for (index, spot) in self.spots.iter().enumerate() {
            // By what it selects, so that a spot keeps the keyboard while others come and go.
            let id = match spot.does {
                Does::Nothing => id.with(("hint", index)),
                does => {
                    let before = seen.entry(does).or_default();
                    *before += 1;
                    id.with((does, *before))
                }
            };
            actions.extend(spot.show(ui, id, selection, theme));
        }
        actions
    }

    /// Paints the marks.
    pub fn paint(&self, painter: &Painter, looks: &Actors<'_>, theme: &Theme) {
        let mut ink = Ink::new(painter.pixels_per_point());
        for mark in &self.marks {
            // Phase shapes that follow each other share one mesh.
            if let Mark::Phase { rect, phase, symbol } = mark {
                let symbol = if *symbol { Symbol::Centre } else { Symbol::Hidden };
                phase::outlined(&mut ink, *rect, *phase, symbol, theme);
                continue;
            }
            if !ink.mesh.is_empty() {
                painter.add(std::mem::replace(&mut ink, Ink::new(painter.pixels_per_point())).mesh);
            }
            mark.paint(painter, looks, theme);
        }
        if !ink.mesh.is_empty() {
            painter.add(ink.mesh);
        }
    }
}

impl Spot {
    fn show(
        &self,
        ui: &Ui,
        id: egui::Id,
        selection: Selection,
        theme: &Theme,
    ) -> Option<StageAction> {
        let rect = self.rect;
        let name = self.name.lines().next().unwrap_or_default();
        if self.does == Does::Nothing {
            let response = ui.interact(rect, id, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, ui.is_enabled(), name));
            response.on_hover_text(&self.name);
            return None;
        }
        let response = ui.interact(rect, id, Sense::click());
        let is_selected = self.does == Does::Select(selection) && selection != Selection::None;
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, ui.is_enabled(), is_selected || self.selected, name)
        });
        // A spot that acts shows in its marks that it is chosen.
        if is_selected || self.selected && !matches!(self.does, Does::Act(_)) {
            let stroke = Stroke::new(EMPHASIS, theme.accent);
            ui.painter().rect_stroke(rect, self.radius, stroke, StrokeKind::Outside);
        }
        badge::focus_ring(ui, &response, rect, self.radius);
        let clicked = response.clicked();
        response.on_hover_text(&self.name);
        match self.does {
            _ if !clicked => None,
            Does::Select(_) if is_selected => Some(StageAction::Select(Selection::None)),
            Does::Select(selects) => Some(StageAction::Select(selects)),
            Does::Act(action) => Some(action),
            Does::Nothing => None,
        }
    }
}

impl Mark {
    fn paint(&self, painter: &Painter, looks: &Actors<'_>, theme: &Theme) {
        match self {
            Self::Text { rect, align, text, font, colour } => {
                line(painter, *rect, *align, text, font, *colour);
            }
            Self::Box { rect, radius, fill, edge, dashed } => {
                let edge = if edge.width > 0.0 { *edge } else { Stroke::NONE };
                if *dashed {
                    painter.rect_filled(*rect, *radius, *fill);
                    painter.extend(dashed_box(*rect, *radius, edge));
                } else {
                    let radius = CornerRadius::from(*radius);
                    painter.rect(*rect, radius, *fill, edge, StrokeKind::Inside);
                }
            }
            // Together with its neighbours.
            Self::Phase { .. } => {}
            Self::Tile { rect, actor, phase } => {
                let letters = looks.badge(*actor).chars().count();
                let inner = tile::ground(painter, *rect, letters, *phase, theme);
                match phase {
                    Phase::NotStarted => badge::paint_faint(
                        painter,
                        inner,
                        &looks.badge(*actor),
                        looks.colours(*actor),
                        theme,
                    ),
                    _ => face(painter, inner, *actor, looks, theme),
                }
                tile::end(painter, inner, *phase, theme);
            }
            Self::Badge { rect, actor, crossed } => {
                face(painter, *rect, *actor, looks, theme);
                if *crossed {
                    tile::end(painter, *rect, Phase::Failed, theme);
                }
            }
            Self::Line { points, stroke, dashed, arrow } => {
                path(painter, points, *stroke, *dashed);
                if let (true, [.., from, to]) = (*arrow, &points[..]) {
                    head(painter, *from, *to, *stroke);
                }
            }
            Self::Curve { points, stroke, dashed, arrow } => {
                let curve = epaint::CubicBezierShape::from_points_stroke(
                    *points,
                    false,
                    Color32::TRANSPARENT,
                    *stroke,
                );
                path(painter, &curve.flatten(Some(0.5)), *stroke, *dashed);
                if *arrow {
                    head(painter, points[2], points[3], *stroke);
                }
            }
            Self::Area { points, fill, edge } => {
                painter.add(Shape::convex_polygon(points.clone(), *fill, *edge));
            }
            Self::Grid { corner, size, step, columns, colours } => {
                let mut ink = Ink::new(painter.pixels_per_point());
                ink.reserve(colours.len());
                for (row, colours) in colours.chunks((*columns).max(1)).enumerate() {
                    for (column, colour) in colours.iter().enumerate() {
                        let at = vec2(column as f32 * step.x, row as f32 * step.y);
                        let rect = ink.snapped(Rect::from_min_size(*corner + at, *size));
                        ink.rect(rect, *colour);
                    }
                }
                painter.add(ink.mesh);
            }
            Self::Dot { centre, radius, fill, edge } => {
                painter.circle(*centre, *radius, *fill, *edge);
            }
        }
    }
}

/// An actor's badge. Helpers are quiet everywhere.
fn face(painter: &Painter, rect: Rect, actor: ActorId, looks: &Actors<'_>, theme: &Theme) {
    let words = looks.badge(actor);
    match looks.is_helper(actor) {
        true => badge::paint_quiet(painter, rect, &words, theme),
        false => badge::paint(painter, rect, &words, looks.colours(actor), theme),
    }
}

fn path(painter: &Painter, points: &[Pos2], stroke: Stroke, dashed: bool) {
    if points.len() < 2 {
        return;
    }
    if dashed {
        painter.extend(Shape::dashed_line(points, stroke, 4.0, 3.0));
    } else {
        painter.add(Shape::line(points.to_vec(), stroke));
    }
}

/// An arrow head at `to`, of a line that comes from `from`.
fn head(painter: &Painter, from: Pos2, to: Pos2, stroke: Stroke) {
    let along = (to - from).normalized();
    let across = along.rot90();
    for side in [-1.0, 1.0] {
        painter.line_segment([to - along * 5.0 + across * (3.5 * side), to], stroke);
    }
}

fn dashed_box(rect: Rect, radius: f32, edge: Stroke) -> Vec<Shape> {
    let rect = rect.shrink(0.5 * edge.width);
    let radius = radius.min(0.5 * rect.width().min(rect.height())).max(0.0);
    let mut points = Vec::new();
    let corners = [
        (rect.right_top() + vec2(-radius, radius), -0.25),
        (rect.right_bottom() + vec2(-radius, -radius), 0.0),
        (rect.left_bottom() + vec2(radius, -radius), 0.25),
        (rect.left_top() + vec2(radius, radius), 0.5),
    ];
    for (centre, turn) in corners {
        for step in 0..=4 {
            let angle = std::f32::consts::TAU * (turn + step as f32 / 16.0);
            points.push(centre + radius * Vec2::angled(angle));
        }
    }
    points.extend(points.first().copied());
    Shape::dashed_line(&points, edge, 4.0, 3.0)
}
