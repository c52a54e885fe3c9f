//! Cells in rows: the largest of which all fit. Pure.

use egui::{Rect, Vec2, vec2};

/// How much a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Number and result.
    Large,
    /// Result, or the sign that there is none: its place is its number.
    Value,
    /// Number.
    Medium,
    /// A colour.
    Dot,
}

/// Cells in rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// How much each shows.
    pub cell: Cell,
    /// Of a cell.
    pub size: Vec2,
    /// Between two.
    pub gap: f32,
    /// Cells in a row.
    pub columns: usize,
    rows: usize,
}

/// More than this are dots: that many numbers say nothing.
pub const MOST: usize = 200;

/// Results wider than this have no room in a cell.
const WIDEST: f32 = 64.0;

/// The narrowest cells with number and result.
const NARROW: f32 = 28.0;

const SIZES: [(Cell, Vec2, f32); 12] = [
    (Cell::Large, vec2(42.0, 42.0), 6.0),
    (Cell::Large, vec2(42.0, 36.0), 5.0),
    (Cell::Large, vec2(34.0, 36.0), 4.0),
    (Cell::Large, vec2(28.0, 34.0), 3.0),
    (Cell::Value, vec2(32.0, 28.0), 4.0),
    (Cell::Value, vec2(27.0, 21.0), 3.0),
    (Cell::Medium, vec2(32.0, 28.0), 4.0),
    (Cell::Medium, vec2(27.0, 21.0), 3.0),
    (Cell::Dot, vec2(14.0, 14.0), 3.0),
    (Cell::Dot, vec2(9.0, 9.0), 2.0),
    (Cell::Dot, vec2(6.0, 6.0), 1.0),
    (Cell::Dot, vec2(4.0, 4.0), 1.0),
];

impl Grid {
    /// The largest cells of which all `count` fit; else the smallest. Those with a result are wide enough for one of this
    /// width; `None`: there is none to show.
    pub fn new(room: Vec2, count: usize, result: Option<f32>) -> Self {
        let grids = SIZES.map(|(cell, size, gap)| {
            let size = match cell {
                Cell::Large | Cell::Value => size.max(vec2(result.unwrap_or(0.0) + 9.0, 0.0)),
                Cell::Medium | Cell::Dot => size,
            };
            let along =
                |room: f32, size: f32| ((room + gap) / (size + gap)).floor().max(0.0) as usize;
            let (columns, rows) = (along(room.x, size.x), along(room.y, size.y));
            // Narrower ones in one row sooner than a last one alone in another.
            let narrow = (room.x + gap) / count.max(1) as f32 - gap;
            let least = (result.unwrap_or(0.0) + 9.0).max(NARROW);
            if cell == Cell::Large && rows > 0 && columns < count && narrow >= least {
                return Self {
                    cell,
                    size: vec2(narrow.floor(), size.y),
                    gap,
                    columns: count,
                    rows,
                };
            }
            Self { cell, size, gap, columns, rows }
        });
        let shows = |cell: Cell| match cell {
            Cell::Large => result.is_none_or(|result| result <= WIDEST),
            Cell::Value => result.is_some_and(|result| result <= WIDEST),
            Cell::Medium | Cell::Dot => true,
        };
        let fits = |grid: &&Self| {
            let few = grid.cell == Cell::Dot || count <= MOST;
            grid.fits() >= count && few && shows(grid.cell)
        };
        let grid = *grids.iter().find(fits).unwrap_or(&grids[SIZES.len() - 1]);
        match grid.cell {
            // Rows begin with round numbers, where that takes no room away.
            Cell::Large | Cell::Value | Cell::Medium if count > grid.columns => {
                let round =
                    |columns: &usize| *columns <= grid.columns && columns * grid.rows >= count;
                let columns = [20, 16, 10, 8, 5, 4].into_iter().find(round);
                Self { columns: columns.unwrap_or(grid.columns), ..grid }
            }
            _ => grid,
        }
    }

    /// How many there is room for.
    pub fn fits(&self) -> usize {
        self.columns * self.rows
    }

    /// From one to the next, and from one row to the next.
    pub fn step(&self) -> Vec2 {
        self.size + Vec2::splat(self.gap)
    }

    /// Where a cell goes in an area.
    pub fn rect(&self, area: Rect, index: usize) -> Rect {
        let columns = self.columns.max(1);
        let at = vec2((index % columns) as f32, (index / columns) as f32) * self.step();
        Rect::from_min_size(area.min + at, self.size)
    }

    /// Height of so many cells.
    pub fn height(&self, count: usize) -> f32 {
        let rows = count.div_ceil(self.columns.max(1)).min(self.rows);
        (rows as f32 * self.step().y - self.gap).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn number_and_result_stand_together_where_two_rows_have_room() {
        let grid = Grid::new(vec2(284.0, 76.0), 8, Some(14.0));
        assert_eq!(grid.cell, Cell::Large);
    }

    #[test]
    fn a_few_results_stand_in_one_row_where_narrower_cells_do() {
        let grid = Grid::new(vec2(190.0, 130.0), 5, Some(7.0));
        assert_eq!((grid.cell, grid.columns), (Cell::Large, 5));
        let grid = Grid::new(vec2(135.0, 130.0), 4, Some(7.0));
        assert_eq!((grid.cell, grid.columns), (Cell::Large, 4));
        let many = Grid::new(vec2(190.0, 130.0), 10, Some(7.0));
        assert!(many.columns < 10);
    }

    #[test]
    fn all_results_fit_or_the_smallest_cells_fill_the_room() {
        for room in [vec2(300.0, 130.0), vec2(188.0, 60.0), vec2(100.0, 10.0)] {
            let results = [None, Some(14.0), Some(40.0), Some(400.0)];
            let counts = [1, 10, 32, 1000, 10_000];
            for (count, result) in counts.into_iter().flat_map(|n| results.map(|r| (n, r))) {
                let grid = Grid::new(room, count, result);
                let area = Rect::from_min_size(pos2(3.0, 4.0), room);
                for index in 0..count.min(grid.fits()) {
                    let rect = grid.rect(area, index);
                    assert!(area.expand(0.01).contains_rect(rect), "{rect:?} in {area:?}");
                    let has_result = matches!(grid.cell, Cell::Large | Cell::Value);
                    let result = result.filter(|_| has_result).unwrap_or_default();
                    assert!(result < rect.width(), "{result} in {rect:?}");
                }
                assert!(grid.fits() >= count || grid.size.x == 4.0);
            }
        }
    }
}
