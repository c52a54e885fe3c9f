//! What stands where processes and threads will be.

use super::Scene;
use super::grid::{Grid, Kind, Size, grid};
use crate::replay::Phase;
use crate::widgets::phase;
use crate::widgets::text::{self, Measure};
use egui::{Align2, Rect, Ui};

impl Scene<'_> {
    /// How many processes, and threads beside them, there are to be.
    pub fn wanted(&self) -> usize {
        self.view.param("workers").parse().unwrap_or(1).clamp(1, 64)
    }

    /// An empty box for each that is to come: "worker 1" and so on. Answers with where they are.
    pub fn to_come(&self, ui: &Ui, area: Rect, count: usize, name: &str, kinds: &[Kind]) -> Grid {
        let grid = grid(area, count, kinds);
        for (place, rect) in grid.rects.iter().enumerate() {
            let number = place + 1;
            let words = match grid.size {
                Size::Badge => number.to_string(),
                _ => format!("{name} {number}"),
            };
            self.empty(ui, *rect, &words);
        }
        self.more(ui, grid.more);
        grid
    }

    /// An empty box.
    pub fn empty(&self, ui: &Ui, rect: Rect, words: &str) {
        let (painter, theme) = (ui.painter(), self.theme());
        phase::paint(painter, rect, Phase::NotStarted, theme);
        let small = theme.small();
        if painter.width(words, &small) <= rect.width() {
            text::line(painter, rect, Align2::CENTER_CENTER, words, &small, theme.muted);
        }
    }
}
