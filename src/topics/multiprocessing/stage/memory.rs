//! Memories side by side: each process with its own copy of the variable, and the threads with one for all.

use super::boxes::Content;
use super::grid::{Kind, Size, grid, kind};
use super::world::{self, Variable};
use super::{Scene, at_end, split_left, split_top, split_words};
use crate::replay::words::count;
use crate::topics::multiprocessing::{SHARED, value_name};
use crate::trace::{ActorId, EventKind, Nanos, ResourceId};
use crate::widgets::text;
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS_SMALL};
use egui::{Align2, Rect, Stroke, StrokeKind, Ui, vec2};

/// Boxes with a memory in them.
const MEMORIES: [Kind; 4] = [
    kind(Size::Full, 140.0, 78.0, 240.0, 10.0),
    kind(Size::Full, 116.0, 60.0, 220.0, 6.0),
    kind(Size::Compact, 96.0, 48.0, 150.0, 6.0),
    kind(Size::Badge, 70.0, 28.0, 80.0, 5.0),
];

impl Scene<'_> {
    /// Processes at the left, threads at the right, the moment below.
    pub fn memories(&mut self, ui: &mut Ui, area: Rect) {
        let (upper, lower) = split_words(area);
        let (left, right) = split_left(upper, 0.6, 28.0);
        let rest = self.titled(ui, left, "Processes: a memory each");
        self.copies(ui, rest);
        let rest = self.titled(ui, right, "Threads: one memory for all");
        self.shared(ui, rest);
        self.moment(ui, lower.with_min_y(lower.top() + 10.0));
    }

    /// The parent's copy and each child's.
    fn copies(&mut self, ui: &Ui, area: Rect) {
        let view = self.view;
        let meta = view.trace.meta();
        let children = world::children(meta);
        let workers: Vec<ActorId> =
            children.into_iter().filter(|id| world::is_worker(meta, *id)).collect();
        let parent = world::parent(meta);
        let Some(parent) = parent else {
            let area = area.shrink2(vec2(0.0, 1.0));
            let grid = grid(area, self.wanted() + 1, &MEMORIES);
            for (place, rect) in grid.rects.iter().enumerate() {
                let words = match place {
                    0 => "the parent's value".to_owned(),
                    k => format!("worker {k}'s value"),
                };
                self.empty(ui, *rect, &words);
            }
            self.more(ui, grid.more);
            return;
        };
        let grid = grid(area.shrink2(vec2(0.0, 1.0)), workers.len() + 1, &MEMORIES);
        let pool = world::pool(view);
        for (place, rect) in grid.rects.iter().enumerate() {
            let (actor, variable) = match place.checked_sub(1) {
                None => (parent, world::variable(meta, &value_name("parent"))),
                // A worker that replaced another has no task of its own, so no copy that anybody looked at.
                Some(k) => {
                    let worker = workers[k];
                    let task = pool.and_then(|pool| {
                        (0..workers.len())
                            .find(|t| world::worker_of_task(view, pool, *t) == Some(worker))
                    });
                    (worker, task.and_then(|task| world::child_copy(meta, task + 1)))
                }
            };
            let content = Content::of(self, actor);
            let content = match world::main(meta).filter(|_| actor == parent) {
                Some(main) => content.doing_as(&Content::of(self, main)),
                None => content,
            };
            if self.memory(ui, *rect, grid.size, &content, variable) {
                self.select(if actor == parent {
                    world::main(meta).unwrap_or(parent)
                } else {
                    actor
                });
            }
        }
        self.more(ui, grid.more);
    }

    /// A process and its copy. Answers whether it was clicked.
    fn memory(
        &self,
        ui: &Ui,
        rect: Rect,
        size: Size,
        content: &Content,
        variable: Option<Variable>,
    ) -> bool {
        let response = self.sense(ui, rect, content);
        self.ground(ui, rect, content);
        let inner = rect.shrink2(vec2(7.0, if size == Size::Badge { 3.0 } else { 5.0 }));
        if size == Size::Badge {
            let (face, cell) = inner.split_left_right_at_x(inner.left() + 20.0);
            self.face(ui, face, content);
            self.cell(ui, cell.with_min_x(cell.left() + 4.0), variable, false);
        } else {
            let (head, rest) = split_top(inner, 18.0);
            self.head(ui, head, 18.0, content);
            let rest = rest.with_min_y(rest.top() + 2.0);
            self.cell(ui, rest, variable, size == Size::Full);
        }
        crate::widgets::badge::focus_ring(ui, &response, rect, 8.0);
        response.clicked()
    }

    /// The memory cell of a variable: its value, below it its address. Bright for a while after it has changed.
    fn cell(&self, ui: &Ui, rect: Rect, variable: Option<Variable>, addressed: bool) {
        let (view, theme, painter) = (self.view, self.theme(), ui.painter());
        let value = variable.and_then(|v| v.value(view));
        let fresh =
            variable.and_then(|v| last_write(view, v.value)).map_or(1.0, |at| view.progress(at));
        let fresh = if at_end(view) { 1.0 } else { fresh };
        let (ground, edge) = if fresh < 1.0 {
            let ground = theme.current_line.lerp_to_gamma(theme.field, fresh);
            (ground, Stroke::new(EMPHASIS, theme.accent))
        } else {
            (theme.field, Stroke::new(HAIRLINE, theme.outline))
        };
        painter.rect(rect, RADIUS_SMALL, ground, edge, StrokeKind::Inside);
        let inner = rect.shrink2(vec2(if rect.width() < 60.0 { 2.0 } else { 6.0 }, 1.0));
        let (upper, lower) = match addressed {
            true => split_top(inner, 0.54 * inner.height()),
            false => (inner, inner.with_min_y(inner.bottom())),
        };
        let left = Align2::LEFT_CENTER;
        let named = inner.width() > 84.0;
        if named {
            text::line(painter, upper, left, "value", &theme.small(), theme.muted);
        }
        let words = value.map_or_else(|| "–".to_owned(), |value| value.to_string());
        let align = if named { Align2::RIGHT_CENTER } else { Align2::CENTER_CENTER };
        let size = if upper.height() > 19.0 { 15.0 } else { 13.0 };
        text::line(painter, upper, align, &words, &theme.symbol(size), theme.text);
        if addressed {
            let place = variable.and_then(|v| v.address(view)).unwrap_or_default();
            let words = text::longest(
                painter,
                lower.width(),
                &theme.mono_small(),
                [format!("at {place}"), place],
            );
            if words.len() > 3 {
                text::line(painter, lower, left, &words, &theme.mono_small(), theme.muted);
            }
        }
    }

    fn face(&self, ui: &Ui, area: Rect, content: &Content) {
        let side = area.width().min(area.height());
        let rect = Align2::LEFT_CENTER.align_size_within_rect(egui::Vec2::splat(side), area);
        let actor = content.actor;
        let (badge, colours) = (self.looks.badge(actor), self.looks.colours(actor));
        crate::widgets::badge::paint(ui.painter(), rect, &badge, colours, self.theme());
    }

    /// One process: its variable, and its threads.
    fn shared(&mut self, ui: &Ui, area: Rect) {
        let view = self.view;
        let meta = view.trace.meta();
        let rect = area.with_max_y(
            area.bottom().min(area.top() + if area.height() > 180.0 { 160.0 } else { 136.0 }),
        );
        let Some((parent, main)) = world::parent(meta).zip(world::main(meta)) else {
            let words = format!("one process: {}, one value", count(self.wanted(), "thread"));
            self.empty(ui, rect, &words);
            return;
        };
        let content = Content::of(self, parent).doing_as(&Content::of(self, main));
        self.ground(ui, rect, &content);
        let inner = rect.shrink2(vec2(9.0, 7.0));
        let (head, rest) = split_top(inner, 20.0);
        self.head(ui, head, 18.0, &content);
        let (cell, rest) = split_top(rest.with_min_y(rest.top() + 4.0), rect.height() - 90.0);
        let cell = cell.with_max_y(cell.bottom().min(rest.bottom()));
        self.cell(ui, cell, world::variable(meta, SHARED), true);
        let rest = rest.with_min_y(rest.top() + 7.0);
        let side = rest.height().min(34.0);
        if side >= 20.0 {
            let threads = world::threads(meta, main);
            if let Some(thread) = self.badges(ui, rest, &threads, side) {
                self.select(thread);
            }
        }
    }
}

/// How many events back a write is looked for: older ones are not bright any more.
const LOOK_BACK: usize = 400;

/// When a variable was last written, if that was among the last events.
fn last_write(view: &crate::widgets::stage::StageView<'_>, res: ResourceId) -> Option<Nanos> {
    let applied = view.state.applied;
    let events = view.trace.events();
    let recent = events.get(applied.saturating_sub(LOOK_BACK)..applied)?;
    let write = recent
        .iter()
        .rev()
        .find(|event| matches!(event.kind, EventKind::ValueChanged { res: r, .. } if r == res));
    write.map(|event| event.at)
}
