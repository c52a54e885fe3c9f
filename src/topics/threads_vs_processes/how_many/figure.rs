//! The figure: how many times as fast as one thread, by the number that shares the work; both on scales that double.

use super::curves::{Curve, HowManyOutcome};
use super::{Load, counts, so_far};
use crate::replay::Phase;
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::Nanos;
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::stage::{FigureCommand, StageAction, StageView};
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};

/// Room for the numbers at the left and below, and for the title above.
const LEFT: f32 = 34.0;
const BELOW: f32 = 34.0;
const ABOVE: f32 = 42.0;
/// Room for the legend of all panels.
const LEGEND: f32 = 20.0;

fn colour(theme: &Theme, way: Way) -> Color32 {
    match way {
        Way::Gil => theme.phase(Phase::Waiting).base,
        Way::Processes => theme.accent,
        _ => theme.phase(Phase::Running).base,
    }
}

/// The figure of a run so far.
pub fn figure(view: &StageView<'_>, look: &Look<'_>, area: Rect) -> Picture {
    let (trials, outcome) = so_far(view);
    let least = HowManyOutcome::until(&trials, Nanos::MAX).least_factor();
    let most = counts(view.param("most").parse().unwrap_or(1)).last().unwrap_or(1);
    let cores = trials.cores.max(1);
    let mut picture = Picture::default();
    legend(look, area, &mut picture);
    let area = area.with_min_y(area.top() + LEGEND);
    let is_wide = area.width() >= 1.1 * area.height();
    for (place, load) in Load::ALL.into_iter().enumerate() {
        let panel = match (is_wide, place) {
            (true, 0) => area.with_max_x(area.center().x - 6.0),
            (true, _) => area.with_min_x(area.center().x + 6.0),
            (false, 0) => area.with_max_y(area.center().y - 4.0),
            (false, _) => area.with_min_y(area.center().y + 4.0),
        };
        Panel::new(panel, [least, most as f64], outcome.base(load)).draw(
            look,
            &outcome,
            load,
            cores,
            &mut picture,
        );
    }
    picture
}

fn legend(look: &Look<'_>, area: Rect, picture: &mut Picture) {
    let theme = look.theme;
    let mut left = area.left();
    for way in Load::Compute.ways() {
        let middle = area.top() + 8.0;
        let ink = colour(theme, *way);
        picture.line([pos2(left, middle), pos2(left + 16.0, middle)], Stroke::new(2.0, ink));
        picture.dot(pos2(left + 8.0, middle), 3.0, ink);
        let width = look.measure.width(way.title(), &theme.small()) + 2.0;
        let rect = Rect::from_min_size(pos2(left + 21.0, area.top()), vec2(width, 16.0));
        picture.text(rect, Align2::LEFT_CENTER, way.title(), theme.small(), theme.text);
        left = rect.right() + 14.0;
    }
}

/// A work in its part of the figure.
struct Panel {
    area: Rect,
    plot: Rect,
    most: usize,
    /// Doublings from the foot of the scale to one time as fast, and from there to its top.
    doublings: [f32; 2],
    /// The time of one thread.
    base: Option<Nanos>,
}

impl Panel {
    /// A panel whose scale has the least factor of the run, and the largest that there could be.
    fn new(area: Rect, [least, most]: [f64; 2], base: Option<Nanos>) -> Self {
        let plot = Rect::from_min_max(area.min + vec2(LEFT, ABOVE), area.max - vec2(10.0, BELOW));
        let below = (-least.log2()).ceil().clamp(1.0, 6.0) as f32;
        let doublings = [below, (most.max(2.0) as f32).log2()];
        Self { area, plot, most: most as usize, doublings, base }
    }

    /// Where a factor stands, as a part of the scale.
    fn along(&self, factor: f64) -> f32 {
        let [below, above] = self.doublings;
        ((factor.max(1e-3).log2() as f32 + below) / (below + above)).clamp(0.0, 1.0)
    }

    fn x(&self, workers: usize) -> f32 {
        let doublings = (self.most.max(2) as f32).log2();
        let part = (workers.max(1) as f32).log2() / doublings;
        self.plot.left() + 8.0 + part * (self.plot.width() - 16.0)
    }

    fn y(&self, factor: f64) -> f32 {
        self.plot.bottom() - self.along(factor) * self.plot.height()
    }

    fn factor(&self, wall: Nanos) -> f64 {
        self.base.map_or(1.0, |base| base.0 as f64 / wall.0.max(1) as f64)
    }

    fn draw(
        &self,
        look: &Look<'_>,
        outcome: &HowManyOutcome,
        load: Load,
        cores: usize,
        picture: &mut Picture,
    ) {
        let theme = look.theme;
        if self.plot.height() < 40.0 || self.plot.width() < 60.0 {
            return;
        }
        let line = |top: f32, height: f32| {
            Rect::from_min_size(self.area.min + vec2(0.0, top), vec2(self.area.width(), height))
        };
        let title = crate::replay::words::capital(load.title());
        picture.text(line(0.0, 18.0), Align2::LEFT_CENTER, title, theme.strong(), theme.text);
        let one = self.base.map_or_else(String::new, |base| format!(", {base}"));
        let said = format!("times as fast as one thread{one}");
        picture.text(line(18.0, 16.0), Align2::LEFT_CENTER, said, theme.small(), theme.muted);
        self.scales(look, picture);
        // As fast as it could be: each worker adds one, as far as there is a processor for it where that is needed.
        let able = |workers: usize| match load {
            Load::Wait => workers,
            Load::Compute => workers.min(cores),
        };
        let ideal = counts(self.most).map(|n| pos2(self.x(n), self.y(able(n) as f64)));
        let (stroke, points) = (Stroke::new(1.0, theme.muted), ideal.collect());
        picture.marks.push(Mark::Line { points, stroke, dashed: true, arrow: false });
        for curve in outcome.curves.iter().filter(|curve| curve.load == load) {
            self.curve(look, curve, picture);
        }
        for curve in outcome.curves.iter().filter(|curve| curve.load == load) {
            self.spots(curve, picture);
        }
    }

    fn scales(&self, look: &Look<'_>, picture: &mut Picture) {
        let theme = look.theme;
        let edge = Stroke::new(HAIRLINE, theme.hairline);
        let [below, above] = self.doublings.map(|doublings| doublings as i32);
        let room = self.plot.height() / (below + above) as f32;
        for power in -below..=above {
            let y = self.y(f64::from(power).exp2());
            picture.line([pos2(self.plot.left(), y), pos2(self.plot.right(), y)], edge);
            if room >= 14.0 || power % 2 == 0 {
                let at = Rect::from_center_size(
                    pos2(self.plot.left() - 0.5 * LEFT - 2.0, y),
                    vec2(LEFT - 4.0, 14.0),
                );
                let said = match power {
                    ..0 => format!("1/{}", 1 << -power),
                    _ => format!("{} ×", 1 << power),
                };
                picture.text(at, Align2::RIGHT_CENTER, said, theme.mono_small(), theme.muted);
            }
        }
        for n in counts(self.most) {
            let x = self.x(n);
            let at = Rect::from_center_size(pos2(x, self.plot.bottom() + 8.0), vec2(28.0, 14.0));
            picture.text(at, Align2::CENTER_CENTER, n.to_string(), theme.mono_small(), theme.text);
        }
        let below = Rect::from_min_max(
            pos2(self.plot.left(), self.plot.bottom() + 16.0),
            pos2(self.plot.right(), self.plot.bottom() + BELOW),
        );
        let said = "threads or processes that share it";
        picture.text(below, Align2::CENTER_CENTER, said, theme.small(), theme.muted);
    }

    fn curve(&self, look: &Look<'_>, curve: &Curve, picture: &mut Picture) {
        let theme = look.theme;
        let ink = colour(theme, curve.way);
        let aside = match curve.way {
            Way::Gil => 0.0,
            Way::Processes => 4.0,
            _ => -4.0,
        };
        let middles: Vec<Pos2> = curve
            .points
            .iter()
            .map(|point| pos2(self.x(point.workers), self.y(self.factor(point.wall.median))))
            .collect();
        picture.line(middles.clone(), Stroke::new(2.0, ink));
        for point in &curve.points {
            for wall in &point.walls {
                let centre = pos2(self.x(point.workers) + aside, self.y(self.factor(*wall)));
                let fill = ink.gamma_multiply(0.55);
                picture.marks.push(Mark::Dot { centre, radius: 1.6, fill, edge: Stroke::NONE });
            }
        }
        for middle in middles {
            let edge = Stroke::new(1.0, theme.stage);
            picture.marks.push(Mark::Dot { centre: middle, radius: 3.6, fill: ink, edge });
        }
    }

    /// What there is to read of each number, and to click: its trial in the lanes.
    fn spots(&self, curve: &Curve, picture: &mut Picture) {
        for point in &curve.points {
            let factor = self.factor(point.wall.median);
            let centre = pos2(self.x(point.workers), self.y(factor));
            let (from, to) = point.middle;
            picture.spots.push(Spot {
                rect: Rect::from_center_size(centre, Vec2::splat(11.0)),
                radius: 5.5,
                does: Does::Act(StageAction::Figure(FigureCommand::Visit(from, to))),
                name: format!(
                    "{}, {} {}: {} ± {}, {factor:.1} times as fast as one thread",
                    curve.load.title(),
                    point.workers,
                    curve.way.phrase(),
                    point.wall.median,
                    point.wall.half()
                ),
                selected: false,
            });
        }
    }
}
