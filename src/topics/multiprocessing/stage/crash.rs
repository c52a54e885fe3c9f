//! Two halves: one of several processes fails, and one of several threads of one process.

use super::boxes::Content;
use super::grid::{Kind, PROCESSES, Size, grid, kind};
use super::{Scene, split_left, split_top, split_words, world};
use crate::replay::Phase;
use crate::trace::ActorId;
use crate::widgets::{phase, text};
use egui::{Align2, Rect, Ui, vec2};

/// Boxes of threads inside a process.
const THREADS: [Kind; 3] = [
    kind(Size::Compact, 96.0, 30.0, 170.0, 6.0),
    kind(Size::Badge, 34.0, 34.0, 34.0, 6.0),
    kind(Size::Badge, 26.0, 26.0, 26.0, 4.0),
];

impl Scene<'_> {
    /// Processes at the left, threads at the right, the moment below.
    pub fn halves(&mut self, ui: &mut Ui, area: Rect) {
        let (upper, lower) = split_words(area);
        let (left, right) = split_left(upper, 0.52, 24.0);
        let meta = self.view.trace.meta();
        let (workers, hosts): (Vec<ActorId>, Vec<ActorId>) =
            world::children(meta).into_iter().partition(|id| world::is_worker(meta, *id));
        let rest = self.titled(ui, left, "One of several processes fails");
        let none = workers.is_empty();
        let grid = match none {
            true => self.to_come(ui, rest, self.wanted(), "worker", &PROCESSES),
            false => grid(rest, workers.len(), &PROCESSES),
        };
        for (actor, rect) in workers.iter().zip(&grid.rects) {
            if self.process(ui, *rect, grid.size, &Content::of(self, *actor)) {
                self.select(*actor);
            }
        }
        self.more(ui, grid.more);
        let rest_right = self.titled(ui, right, "One of several threads fails");
        match hosts.first() {
            Some(host) => self.host(ui, rest_right, *host),
            None => {
                let inside = rest_right.shrink2(vec2(9.0, 7.0));
                let inside = inside.with_min_y((inside.top() + 22.0).min(inside.bottom()));
                let grid = self.to_come(ui, inside, self.wanted(), "thread", &THREADS);
                let bottom = grid.bottom().map_or(rest_right.bottom(), |y| y + 7.0);
                let host = rest_right.with_max_y(bottom.min(rest_right.bottom()));
                phase::paint(ui.painter(), host, Phase::NotStarted, self.theme());
                let head = host.with_max_y(host.top() + 28.0);
                self.plainly(ui, head, "one process");
            }
        }
        self.moment(ui, lower.with_min_y(lower.top() + 10.0));
    }

    /// A process with its threads inside.
    fn host(&mut self, ui: &Ui, area: Rect, host: ActorId) {
        let inner = area.shrink2(vec2(9.0, 7.0));
        let (head, rest) = split_top(inner, 22.0);
        let threads = world::threads(self.view.trace.meta(), host);
        let rest = rest.with_min_y(rest.top() + 5.0);
        let (boxes, _) = split_top(rest, rest.height() - 18.0);
        let grid = grid(boxes, threads.len(), &THREADS);
        let below = rest.with_min_y(grid.bottom().unwrap_or(rest.top()) + 5.0);
        let below = below.with_max_y(below.top() + 14.0);
        let rect = area.with_max_y(area.bottom().min(below.bottom() + 6.0));
        let content = Content::of(self, host);
        let response = self.sense(ui, rect, &content);
        self.ground(ui, rect, &content);
        if response.clicked() {
            self.select(host);
        }
        self.head(ui, head, 20.0, &content);
        for (actor, rect) in threads.iter().zip(&grid.rects) {
            if self.process(ui, *rect, grid.size, &Content::of(self, *actor)) {
                self.select(*actor);
            }
        }
        self.more(ui, grid.more);
        if below.bottom() <= area.bottom() {
            self.said_of(ui, below, &content);
        }
    }

    fn plainly(&self, ui: &Ui, area: Rect, words: &str) {
        let theme = self.theme();
        let (middle, small) = (Align2::CENTER_CENTER, theme.small());
        text::line(ui.painter(), area, middle, words, &small, theme.muted);
    }
}
