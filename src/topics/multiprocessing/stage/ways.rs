//! The same computing in four ways: bars of the time that passed, and below each what its actors had of a processor.

use super::{Scene, TITLE, split_top, split_words};
use crate::replay::Phase;
use crate::replay::words::count;
use crate::topics::multiprocessing::WAYS;
use crate::topics::multiprocessing::tally::{self, WayTaken};
use crate::widgets::text;
use crate::widgets::theme::{HAIRLINE, RADIUS_SMALL};
use egui::{Align2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Height of a way, at least and at most.
const ROW: [f32; 2] = [40.0, 66.0];
/// Width of the names, at most.
const NAMES: f32 = 168.0;

impl Scene<'_> {
    /// The bars, and the moment below.
    pub fn bars(&mut self, ui: &mut Ui, area: Rect) {
        let titled = area.height() > 270.0;
        let (rows, words) = {
            let least = 4.0 * ROW[0] + if titled { TITLE } else { 0.0 };
            let height = (split_words(area).0.height()).clamp(least, 4.0 * ROW[1] + TITLE);
            split_top(area, height)
        };
        let rows = match titled {
            true => self.titled(ui, rows, "Time that passed, and below it time on a processor"),
            false => rows,
        };
        let ways = std::mem::take(&mut self.ways);
        let longest = ways.iter().map(|way| way.wall.max(way.cpu()).0).max();
        let scale = longest.unwrap_or(0).max(1) as f32;
        let height = rows.height() / 4.0;
        for place in 0..WAYS.len() {
            let top = rows.top() + place as f32 * height;
            let row = Rect::from_min_size(pos2(rows.left(), top), vec2(rows.width(), height));
            let taken = ways.iter().find(|way| way.place == place);
            self.way(ui, row, place, taken, &ways, scale);
        }
        self.ways = ways;
        self.moment(ui, words.with_min_y(words.top() + 8.0));
    }

    fn way(
        &mut self,
        ui: &Ui,
        row: Rect,
        place: usize,
        taken: Option<&WayTaken>,
        ways: &[WayTaken],
        scale: f32,
    ) {
        let theme = self.theme();
        let painter = ui.painter();
        let left = Align2::LEFT_CENTER;
        let split = row.left() + (0.34 * row.width()).min(NAMES);
        let names = row.with_max_x(split - 8.0);
        let (name, below) = split_top(names, 17.0);
        let ink = if taken.is_some() { theme.text } else { theme.muted };
        text::line(painter, name, left, WAYS[place].name, &theme.label(), ink);
        if let Some(way) = taken {
            let actors: Vec<_> = way.each.iter().map(|(actor, _)| *actor).collect();
            let side = (below.height() - 6.0).clamp(16.0, 28.0);
            let area = below.with_min_y(below.top() + 1.0);
            if let Some(actor) = self.badges(ui, area, &actors, side) {
                self.select(actor);
            }
        }
        let track = row.with_min_x(split);
        let (bar, rest) = split_top(track, if row.height() > 50.0 { 20.0 } else { 14.0 });
        let ground = theme.field;
        painter.rect_filled(bar, RADIUS_SMALL, ground);
        let Some(way) = taken else {
            let words = bar.shrink2(vec2(8.0, 0.0));
            text::line(painter, words, left, "not yet", &theme.small(), theme.muted);
            return;
        };
        let wide = |nanos: u64| nanos as f32 / scale * bar.width();
        let fill = bar.with_max_x(bar.left() + wide(way.wall.0).max(2.0));
        let look = theme.phase(Phase::Running);
        if way.over {
            painter.rect_filled(fill, RADIUS_SMALL, look.fill);
        } else {
            painter.rect_filled(fill, RADIUS_SMALL, look.fill.gamma_multiply(0.55));
            let edge = Stroke::new(HAIRLINE, look.mark);
            painter.rect_stroke(fill, RADIUS_SMALL, edge, StrokeKind::Inside);
        }
        let (strip, rest) = split_top(rest.with_min_y(rest.top() + 2.0), 6.0);
        let mut x = strip.left();
        for (actor, cpu) in &way.each {
            let end = x + wide(cpu.0);
            // A hairline between two, where there is room for one.
            let gap = if end - x > 3.0 { 1.0 } else { 0.0 };
            let part = Rect::from_x_y_ranges(x..=(end - gap).max(x), strip.y_range());
            painter.rect_filled(part, 1.0, self.looks.colours(*actor).ground);
            x = end;
        }
        let words = rest.with_max_y(rest.top() + 16.0);
        let said = way_in_words(way, ways);
        let said = text::longest(painter, words.width(), &theme.small(), said);
        text::line(painter, words, left, &said, &theme.small(), theme.muted);
    }
}

/// "1.02 s · CPU 2.01 s of 2 processes · 1.9 times as fast", and shorter.
fn way_in_words(way: &WayTaken, ways: &[WayTaken]) -> [String; 3] {
    let cpu = way.cpu();
    let speed = match tally::fair_speed_up(ways, way) {
        Some(speed) if way.place > 0 => format!(" · {speed:.2} times as fast"),
        _ => String::new(),
    };
    let so_far = if way.over { "" } else { " so far" };
    let wall = way.wall;
    if cpu.0 == 0 {
        return [(); 3].map(|()| format!("{wall}{so_far}"));
    }
    let who = count(way.each.len(), if way.place == 3 { "process" } else { "thread" });
    [
        format!("{wall}{so_far} · CPU {cpu} of {who}{speed}"),
        format!("{wall}{so_far} · CPU {cpu}{speed}"),
        format!("{wall} · CPU {cpu}"),
    ]
}
