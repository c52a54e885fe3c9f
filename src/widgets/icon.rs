//! The app's icon: a padlock, its body crossed by three swim-lanes.

use egui::epaint::PathStroke;
use egui::{Color32, CornerRadius, Pos2, Rect, Shape, Stroke, pos2, vec2};

/// The name desktops know the program by (window class, settings folder).
pub const APP_ID: &str = "concurrency-lab";

/// The shackle and the body: the accent colour, which shows on light and on dark desktops.
const METAL: Color32 = Color32::from_rgb(0x2B, 0x5B, 0xD7);
/// The ground the lanes run on.
const GROUND: Color32 = Color32::from_rgb(0xF4, 0xF5, 0xF8);
/// Phases of the three lanes, from the top, in the colours of these phases: running, waiting, holding.
const RUNNING: Color32 = Color32::from_rgb(0x00, 0x9E, 0x73);
const WAITING: Color32 = Color32::from_rgb(0xE6, 0x9F, 0x00);
const HOLDING: Color32 = Color32::from_rgb(0x00, 0x72, 0xB2);

/// The icon, drawn in the largest square in the middle of `rect`. Vector shapes: crisp at any size.
pub fn shapes(rect: Rect) -> Vec<Shape> {
    let side = rect.width().min(rect.height());
    let grid = Grid { origin: rect.center() - vec2(side, side) / 2.0, unit: side / 32.0 };
    let mut shapes = vec![shackle(&grid)];
    let body = grid.rect(4.0, 13.0, 28.0, 31.0);
    shapes.push(Shape::rect_filled(body, grid.radius(4.0), METAL));
    shapes.push(Shape::rect_filled(grid.rect(6.0, 15.0, 26.0, 29.0), grid.radius(2.0), GROUND));
    // One holds while another waits, and then it is the other's turn.
    let lanes = [
        (16.0, [(7.0, 13.0, RUNNING), (14.0, 25.0, HOLDING)]),
        (20.5, [(7.0, 18.0, HOLDING), (19.0, 25.0, RUNNING)]),
        (25.0, [(7.0, 10.0, RUNNING), (11.0, 25.0, WAITING)]),
    ];
    for (top, bars) in lanes {
        for (left, right, color) in bars {
            let bar = grid.rect(left, top, right, top + 3.0);
            shapes.push(Shape::rect_filled(bar, grid.radius(0.75), color));
        }
    }
    shapes
}

/// The bow of the padlock: two legs and half a circle.
fn shackle(grid: &Grid) -> Shape {
    const STEPS: u8 = 24;
    let (left, right, shoulder) = (9.5, 22.5, 9.5);
    let mut points = vec![grid.point(left, 15.0)];
    for step in 0..=STEPS {
        let angle = std::f32::consts::PI * f32::from(step) / f32::from(STEPS);
        let radius = (right - left) / 2.0;
        points.push(
            grid.point(
                (left + right) / 2.0 - radius * angle.cos(),
                shoulder - radius * angle.sin(),
            ),
        );
    }
    points.push(grid.point(right, 15.0));
    let stroke = Stroke::new(3.5 * grid.unit, METAL);
    Shape::line(points, PathStroke::from(stroke))
}

/// Coordinates of 32 units a side.
struct Grid {
    origin: Pos2,
    unit: f32,
}

impl Grid {
    fn point(&self, x: f32, y: f32) -> Pos2 {
        self.origin + vec2(x, y) * self.unit
    }

    fn rect(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let Pos2 { x, y } = self.point(right, bottom);
        Rect::from_min_max(self.point(left, top), pos2(x, y))
    }

    fn radius(&self, units: f32) -> CornerRadius {
        CornerRadius::same((units * self.unit).round().clamp(0.0, 255.0) as u8)
    }
}
