//! Curves by the number that shares a work: how many times as fast as one alone, on scales that double. A line through the
//! medians, a dot for every trial, and dashed what could be.

use super::picture::{Does, Picture, Spot};
use super::plot::{self, Axes};
use super::resource::Look;
use super::scene::fit::split_top;
use super::stage::StageAction;
use super::theme::Theme;
use crate::trace::Nanos;
use egui::{Align2, Color32, Rangef, Rect, Stroke, Ui, Vec2, pos2, vec2};
use egui_plot::{GridMark, PlotPoint, PlotUi, Points};

/// Curves in panels, which stand beside or below each other and have one scale and one legend.
pub struct Curves {
    /// At most two.
    pub panels: Vec<Panel>,
    /// What the colours mean.
    pub legend: Vec<(String, Color32)>,
    /// What stands along x.
    pub along: String,
    /// The largest number along x, which is also how many times as fast something can be.
    pub most: usize,
    /// How many times as fast the slowest is: less than 1 where that is slower.
    pub least: f64,
}

/// Curves of one work.
pub struct Panel {
    /// Its name, which is none of another panel's.
    pub id: &'static str,
    /// What is shown.
    pub title: String,
    /// How to read it.
    pub explained: String,
    /// Where factors mean nothing: the time of what is once as fast. Times stand along y then.
    pub one: Option<Nanos>,
    /// As fast as it could be, by the number that shares it.
    pub ideal: Vec<(usize, f64)>,
    /// From the back to the front.
    pub curves: Vec<Curve>,
}

/// One way to do the work.
pub struct Curve {
    /// What it is called.
    pub name: String,
    /// Its colour.
    pub ink: Color32,
    /// How far its dots stand aside, in points, so that those of several curves can be told apart.
    pub aside: f64,
    /// By the number that shares the work, rising.
    pub points: Vec<Point>,
}

/// The trials of one number.
pub struct Point {
    /// How many share the work.
    pub workers: usize,
    /// How many times as fast they are: the median.
    pub factor: f64,
    /// The same of each trial.
    pub trials: Vec<f64>,
    /// What it is, for who points at it.
    pub said: String,
    /// What a click does.
    pub does: StageAction,
}

/// Room for the numbers below, and at the left for factors or times.
const BELOW: f32 = 36.0;
const FACTORS: f32 = 34.0;
const TIMES: f32 = 58.0;
/// Room for the legend of all panels.
const LEGEND: f32 = 20.0;
/// Least room for a line along y with its number, and the room of a dot.
const LINE: f32 = 14.0;
const DOT: f32 = 3.6;

impl Curves {
    /// Draws the plots into an area; answers with all else.
    pub fn show(&self, ui: &mut Ui, look: &Look<'_>, area: Rect) -> Picture {
        let mut picture = Picture::default();
        let (keys, area) = split_top(area, LEGEND);
        self.legend(look, keys, &mut picture);
        let is_wide = area.width() >= 1.1 * area.height();
        let below = (-self.least.log2()).ceil().clamp(1.0, 6.0);
        let doublings = [below, (self.most.max(2) as f64).log2()];
        for (place, shown) in self.panels.iter().enumerate() {
            let panel = match (is_wide, place) {
                (true, 0) => area.with_max_x(area.center().x - 6.0),
                (true, _) => area.with_min_x(area.center().x + 6.0),
                (false, 0) => area.with_max_y(area.center().y - 4.0),
                (false, _) => area.with_min_y(area.center().y + 4.0),
            };
            Drawn { shown, along: &self.along, doublings }.show(ui, look, panel, &mut picture);
        }
        picture
    }

    fn legend(&self, look: &Look<'_>, area: Rect, picture: &mut Picture) {
        let theme = look.theme;
        let mut left = area.left();
        for (name, ink) in &self.legend {
            let middle = area.top() + 8.0;
            picture.line([pos2(left, middle), pos2(left + 16.0, middle)], Stroke::new(2.0, *ink));
            picture.dot(pos2(left + 8.0, middle), 3.0, *ink);
            let width = look.measure.width(name, &theme.small()) + 2.0;
            let rect = Rect::from_min_size(pos2(left + 21.0, area.top()), vec2(width, 16.0));
            picture.text(rect, Align2::LEFT_CENTER, name.clone(), theme.small(), theme.text);
            left = rect.right() + 14.0;
        }
    }
}

/// A panel in its part of the figure.
struct Drawn<'a> {
    shown: &'a Panel,
    along: &'a str,
    /// Doublings from the foot of the scale to one time as fast, and from there to its top, which is also what there is along x.
    doublings: [f64; 2],
}

impl Drawn<'_> {
    /// Where so many workers stand that are so many times as fast, in doublings.
    fn at(&self, workers: usize, factor: f64) -> [f64; 2] {
        let [below, above] = self.doublings;
        [(workers.max(1) as f64).log2(), factor.max(1e-3).log2().clamp(-below, above)]
    }

    fn show(&self, ui: &mut Ui, look: &Look<'_>, area: Rect, picture: &mut Picture) {
        let (theme, shown) = (look.theme, self.shown);
        let (title, rest) = split_top(area, 18.0);
        let (line, rest) = split_top(rest, 24.0);
        let room = [if shown.one.is_some() { TIMES } else { FACTORS }, BELOW];
        let size = rest.size() - Vec2::from(room);
        if size.y < 40.0 || size.x < 60.0 {
            return;
        }
        let left = Align2::LEFT_CENTER;
        picture.text(title, left, shown.title.clone(), theme.strong(), theme.text);
        let line = line.with_max_y(line.top() + 16.0);
        picture.text(line, left, shown.explained.clone(), theme.small(), theme.muted);
        let [below, above] = self.doublings;
        // With room for what stands at the edges.
        let [wide, high] =
            [above / f64::from(size.x - 20.0), (below + above) / f64::from(size.y - 8.0)];
        let axes = Axes {
            bounds: [
                [-10.0 * wide, -below - 4.0 * high],
                [above + 10.0 * wide, above + 4.0 * high],
            ],
            room,
            title: self.along.to_owned(),
            place: &|at| if at < 0.0 { String::new() } else { at.exp2().to_string() },
            number: &|mark| number(mark, shown.one),
            steps: |_| [1.0, 2.0, 4.0],
            apart: [Rangef::new(1.0, 2.0), Rangef::new(LINE, LINE + 0.1)],
        };
        let scale =
            plot::show(ui, theme, shown.id, rest, axes, |plot| self.draw(theme, wide, plot));
        // What there is to read of each number, and to click.
        for point in shown.curves.iter().flat_map(|curve| &curve.points) {
            let at = PlotPoint::from(self.at(point.workers, point.factor));
            picture.spots.push(Spot {
                rect: Rect::from_center_size(scale.position_from_point(&at), Vec2::splat(11.0)),
                radius: 5.5,
                does: Does::Act(point.does),
                name: point.said.clone(),
                selected: false,
            });
        }
    }

    /// As fast as it could be, and of each curve its trials and medians; `wide`: a point on the screen.
    fn draw(&self, theme: &Theme, wide: f64, plot: &mut PlotUi<'_>) {
        let ideal = self.shown.ideal.iter().map(|(workers, factor)| self.at(*workers, *factor));
        let ideal: Vec<_> = ideal.collect();
        plot.line(plot::line("ideal", ideal, Stroke::new(1.0, theme.muted), true));
        for curve in &self.shown.curves {
            let middles = || -> Vec<[f64; 2]> {
                curve.points.iter().map(|point| self.at(point.workers, point.factor)).collect()
            };
            plot.line(plot::line(&curve.name, middles(), Stroke::new(2.0, curve.ink), false));
            let dots = curve.points.iter().flat_map(|point| {
                let dots = point.trials.iter().map(|factor| self.at(point.workers, *factor));
                dots.map(|[x, y]| [x + curve.aside * wide, y])
            });
            let dots = Points::new("trials", dots.collect::<Vec<_>>());
            plot.points(dots.radius(1.6).color(curve.ink.gamma_multiply(0.55)));
            plot.points(Points::new("edges", middles()).radius(DOT + 0.5).color(theme.stage));
            plot.points(Points::new("medians", middles()).radius(DOT - 0.5).color(curve.ink));
        }
    }
}

/// A factor along y: "1/4", "2 ×"; or the time of what is so many times as fast as `one`.
fn number(mark: GridMark, one: Option<Nanos>) -> String {
    match (mark.value.round() as i32, one) {
        (power, Some(one)) => Nanos((one.0 as f64 / f64::from(power).exp2()) as u64).to_string(),
        (power @ ..0, None) => format!("1/{}", 1 << -power),
        (power, None) => format!("{} ×", 1 << power),
    }
}
