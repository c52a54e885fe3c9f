//! Grids of boxes: the largest kind of box of which all fit.

use egui::{Rect, Vec2, pos2, vec2};

/// How much a box shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Everything, and what was said last, over the width of the room.
    Large,
    /// Everything, on three lines.
    Full,
    /// Badge, PID, phase.
    Compact,
    /// Badge in a frame of its phase.
    Badge,
}

/// A kind of box a grid may be made of.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// How much it shows.
    pub size: Size,
    /// At least so large.
    pub least: Vec2,
    /// At most so large.
    pub most: Vec2,
    /// Room between two.
    pub gap: f32,
}

/// Boxes of processes.
pub const PROCESSES: [Kind; 5] = [
    kind(Size::Large, 240.0, 40.0, 520.0, 6.0).up_to(72.0),
    kind(Size::Full, 112.0, 64.0, 236.0, 8.0),
    kind(Size::Compact, 100.0, 32.0, 170.0, 6.0),
    kind(Size::Badge, 34.0, 34.0, 34.0, 6.0),
    kind(Size::Badge, 28.0, 28.0, 28.0, 5.0),
];

/// A kind of box.
pub const fn kind(size: Size, width: f32, height: f32, widest: f32, gap: f32) -> Kind {
    Kind { size, least: vec2(width, height), most: vec2(widest, height), gap }
}

/// Where the boxes go, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// How much each shows.
    pub size: Size,
    /// One each, for the first ones.
    pub rects: Vec<Rect>,
    /// How many have none, and where to say so.
    pub more: Option<(Rect, usize)>,
}

impl Grid {
    /// Where the last box ends.
    pub fn bottom(&self) -> Option<f32> {
        let boxes = self.rects.last().map(Rect::bottom);
        self.more.map_or(boxes, |(line, _)| Some(line.bottom()))
    }
}

const MORE: f32 = 18.0;

/// So wide a box is comfortable, unless it is a large one: more columns than that only where the rows do not suffice.
const COMFORTABLE: f32 = 170.0;

/// The first kind of which all `count` fit; else as many of the last kind as there is room for.
pub fn grid(area: Rect, count: usize, kinds: &[Kind]) -> Grid {
    for kind in kinds {
        let (columns, rows) = kind.fits(area);
        if count <= columns * rows {
            return Grid {
                size: kind.size,
                rects: kind.place(area, columns, rows, count),
                more: None,
            };
        }
    }
    let Some(kind) = kinds.last() else {
        return Grid { size: Size::Badge, rects: Vec::new(), more: None };
    };
    let (columns, rows) = kind.fits(area.with_max_y(area.bottom() - MORE));
    let fits = (columns * rows).min(count);
    let rects = kind.place(area, columns, rows, fits);
    let top = rects.last().map_or(area.top(), |r| r.bottom() + 2.0);
    if top + MORE > area.bottom() + 1.0 {
        return Grid { size: kind.size, rects, more: None };
    }
    let line = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), MORE));
    Grid { size: kind.size, rects, more: Some((line, count - fits)) }
}

impl Kind {
    /// The same, higher where there is room.
    const fn up_to(self, height: f32) -> Self {
        let most = vec2(self.most.x, height);
        Self { most, ..self }
    }

    /// Columns and rows at most.
    fn fits(&self, area: Rect) -> (usize, usize) {
        // A hair of tolerance for sums of floats.
        let along = |room: f32, size: f32| ((room + self.gap + 0.01) / (size + self.gap)).max(0.0);
        let columns = along(area.width(), self.least.x);
        let rows = along(area.height(), self.least.y);
        (columns as usize, rows as usize)
    }

    fn place(&self, area: Rect, columns: usize, rows: usize, count: usize) -> Vec<Rect> {
        let comfortable = match self.size {
            Size::Large => self.most.x,
            _ => COMFORTABLE.min(self.most.x),
        } + self.gap;
        let comfortable = ((area.width() + self.gap + 0.01) / comfortable) as usize;
        let needed = count.div_ceil(rows.max(1));
        let columns = comfortable.min(columns).max(needed).max(1);
        // As even as can be: four are two and two, not three and one.
        let columns = count.div_ceil(count.div_ceil(columns).max(1)).max(1);
        let rows = count.div_ceil(columns).max(1);
        let share = |room: f32, count: usize| (room + self.gap) / count as f32 - self.gap;
        let room = vec2(share(area.width(), columns), share(area.height(), rows));
        let size = room.min(self.most).max(self.least);
        let step = size + Vec2::splat(self.gap);
        let places = (0..count).map(|i| vec2((i % columns) as f32, (i / columns) as f32));
        places.map(|at| Rect::from_min_size(area.min + at * step, size)).collect()
    }
}
