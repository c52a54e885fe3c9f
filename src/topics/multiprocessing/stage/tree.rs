//! The process tree: the parent, its children with what they do, and what they said.

use super::boxes::Content;
use super::grid::{PROCESSES, grid};
use super::large::RESULTS;
use super::{Scene, TITLE, split_top, world};
use crate::topics::multiprocessing::plan::Program;
use crate::trace::ActorId;
use crate::widgets::theme::{GRID, HAIRLINE};
use crate::widgets::{badge, text};
use egui::{Align2, Rect, Stroke, Ui, Vec2, pos2, vec2};

const PARENT: f32 = 36.0;
/// Height from which a tree has room for results below it.
const ROOMY: f32 = 250.0;
/// Room for the trunk of the tree.
const INDENT: f32 = 16.0;

impl Scene<'_> {
    /// The tree at the left, the moment and the messages at the right.
    pub fn tree(&mut self, ui: &mut Ui, area: Rect) {
        let wide = area.width() >= 440.0;
        let (tree, side) = if wide {
            let split = area.left() + (0.62 * area.width()).min(620.0);
            (area.with_max_x(split), area.with_min_x(split + 2.5 * GRID))
        } else {
            let (tree, side) = split_top(area, 0.62 * area.height());
            (tree, side.with_min_y(side.top() + GRID))
        };
        let meta = self.view.trace.meta();
        let children = world::children(meta);
        let tree = self.titled(ui, tree, "Process tree");
        let computed = matches!(self.program, Program::Squares | Program::Images);
        // Also before there are any: nothing is to jump.
        let tree = if computed && tree.height() > ROOMY {
            let (tree, results) = split_top(tree, tree.height() - RESULTS - GRID);
            self.results(ui, results.with_min_y(results.top() + GRID));
            tree
        } else {
            tree
        };
        self.branches(ui, tree, &children);
        let side = if wide { side.with_min_y(side.top() + 2.0) } else { side };
        let below = self.moment(ui, side);
        self.messages(ui, side.with_min_y(below));
    }

    /// The parent, a trunk, and a grid of children.
    pub fn branches(&mut self, ui: &Ui, area: Rect, children: &[ActorId]) {
        let (theme, (head, rest)) = (self.theme(), split_top(area, PARENT));
        self.parent(ui, head.with_max_x(head.left() + head.width().min(300.0)));
        let rest = rest.with_min_y(rest.top() + 10.0).with_min_x(rest.left() + INDENT + 10.0);
        let grid = match children.len() {
            0 => self.to_come(ui, rest, self.wanted(), "worker", &PROCESSES),
            count => grid(rest, count, &PROCESSES),
        };
        let stroke = Stroke::new(HAIRLINE, theme.outline);
        let x = area.left() + INDENT;
        let mut last = None;
        for rect in &grid.rects {
            let y = rect.center().y;
            if last != Some(y) {
                let line = [pos2(x, y), pos2(grid.rects[0].left(), y)];
                ui.painter().line_segment(line, stroke);
                last = Some(y);
            }
        }
        if let Some(y) = last {
            ui.painter().line_segment([pos2(x, head.bottom()), pos2(x, y)], stroke);
        }
        for (actor, rect) in children.iter().zip(&grid.rects) {
            let content = Content::of(self, *actor);
            if self.process(ui, *rect, grid.size, &content) {
                self.select(*actor);
            }
        }
        self.more(ui, grid.more);
    }

    /// This process: its PID, and what its main thread does.
    fn parent(&mut self, ui: &Ui, rect: Rect) {
        let meta = self.view.trace.meta();
        let Some((parent, main)) = world::parent(meta).zip(world::main(meta)) else {
            self.empty(ui, rect, "the parent: this program");
            return;
        };
        let content = Content::of(self, parent);
        let main = Content::of(self, main);
        // It is its main thread that does something.
        let content = content.doing_as(&main);
        if self.wide(ui, rect, &content) {
            self.select(main.actor);
        }
    }

    /// The last lines that were said, the newest at the end.
    fn messages(&self, ui: &Ui, area: Rect) {
        const ROW: f32 = 20.0;
        let theme = self.theme();
        let area = area.with_min_y(area.top() + 10.0);
        if area.height() < TITLE + ROW || area.width() < 120.0 {
            return;
        }
        let fits = ((area.height() - TITLE) / ROW) as usize;
        let last = self.said.len().saturating_sub(fits.min(12));
        let said = &self.said[last..];
        if said.is_empty() {
            return;
        }
        let rest = self.titled(ui, area, "What they said");
        for (row, (actor, line)) in said.iter().enumerate() {
            let top = rest.top() + ROW * row as f32;
            let row = Rect::from_min_size(pos2(rest.left(), top), vec2(rest.width(), ROW));
            let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(16.0), row);
            let colours = self.looks.colours(*actor);
            badge::paint(ui.painter(), face, &self.looks.badge(*actor), colours, theme);
            let words = row.with_min_x(face.right() + 7.0);
            let left = Align2::LEFT_CENTER;
            text::line(ui.painter(), words, left, line, &theme.body(), theme.text);
        }
    }
}
