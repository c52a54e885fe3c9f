//! The figure: how many times as fast as one thread, by the number that shares the work; both on scales that double.

use super::curves::{Curve, HowManyOutcome};
use super::{Load, counts, so_far};
use crate::replay::Phase;
use crate::replay::words::capital;
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::Nanos;
use crate::widgets::picture::{Does, Picture, Spot};
use crate::widgets::plot::{self, Axes};
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::stage::{FigureCommand, StageAction, StageView};
use crate::widgets::theme::Theme;
use egui::{Align2, Color32, Rangef, Rect, Stroke, Ui, Vec2, pos2, vec2};
use egui_plot::{GridMark, Line, LineStyle, PlotPoint, PlotUi, Points};

/// Room for the numbers at the left and below.
const NUMBERS: [f32; 2] = [34.0, 36.0];
/// Room for the legend of all panels.
const LEGEND: f32 = 20.0;
/// Least room for a line along y with its number, and the room of a dot.
const LINE: f32 = 14.0;
const DOT: f32 = 3.6;

fn colour(theme: &Theme, way: Way) -> Color32 {
    match way {
        Way::Gil => theme.phase(Phase::Waiting).base,
        Way::Processes => theme.accent,
        _ => theme.phase(Phase::Running).base,
    }
}

/// Draws the plots of a run so far into an area; answers with all else of the figure.
pub fn show(ui: &mut Ui, view: &StageView<'_>, look: &Look<'_>, area: Rect) -> Picture {
    let (trials, outcome) = so_far(view);
    let least = HowManyOutcome::until(&trials, Nanos::MAX).least_factor();
    let most = counts(view.param("most").parse().unwrap_or(1)).last().unwrap_or(1);
    let mut picture = Picture::default();
    let (keys, area) = split_top(area, LEGEND);
    legend(look, keys, &mut picture);
    let is_wide = area.width() >= 1.1 * area.height();
    for (place, load) in Load::ALL.into_iter().enumerate() {
        let panel = match (is_wide, place) {
            (true, 0) => area.with_max_x(area.center().x - 6.0),
            (true, _) => area.with_min_x(area.center().x + 6.0),
            (false, 0) => area.with_max_y(area.center().y - 4.0),
            (false, _) => area.with_min_y(area.center().y + 4.0),
        };
        let below = (-least.log2()).ceil().clamp(1.0, 6.0);
        let doublings = [below, (most.max(2) as f64).log2()];
        Panel { outcome: &outcome, load, doublings }.show(ui, look, panel, &mut picture);
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
struct Panel<'a> {
    outcome: &'a HowManyOutcome,
    load: Load,
    /// Doublings from the foot of the scale to one time as fast, and from there to its top, which is also what there is along x.
    doublings: [f64; 2],
}

impl Panel<'_> {
    fn curves(&self) -> impl Iterator<Item = &Curve> {
        self.outcome.curves.iter().filter(|curve| curve.load == self.load)
    }

    /// How many times as fast as one thread.
    fn factor(&self, wall: Nanos) -> f64 {
        self.outcome.base(self.load).map_or(1.0, |base| base.ratio_to(wall))
    }

    /// Where so many workers stand that are so many times as fast, in doublings.
    fn at(&self, workers: usize, factor: f64) -> [f64; 2] {
        let [below, above] = self.doublings;
        [(workers.max(1) as f64).log2(), factor.max(1e-3).log2().clamp(-below, above)]
    }

    fn show(&self, ui: &mut Ui, look: &Look<'_>, area: Rect, picture: &mut Picture) {
        let theme = look.theme;
        let (title, rest) = split_top(area, 18.0);
        let (line, rest) = split_top(rest, 24.0);
        let size = rest.size() - Vec2::from(NUMBERS);
        if size.y < 40.0 || size.x < 60.0 {
            return;
        }
        let left = Align2::LEFT_CENTER;
        picture.text(title, left, capital(self.load.title()), theme.strong(), theme.text);
        let one = self.outcome.base(self.load).map_or_else(String::new, |base| format!(", {base}"));
        let said = format!("times as fast as one thread{one}");
        picture.text(line.with_max_y(line.top() + 16.0), left, said, theme.small(), theme.muted);
        let [below, above] = self.doublings;
        // With room for what stands at the edges.
        let [wide, high] =
            [above / f64::from(size.x - 20.0), (below + above) / f64::from(size.y - 8.0)];
        let axes = Axes {
            bounds: [
                [-10.0 * wide, -below - 4.0 * high],
                [above + 10.0 * wide, above + 4.0 * high],
            ],
            room: NUMBERS,
            title: "threads or processes that share it".to_owned(),
            place: &|at| if at < 0.0 { String::new() } else { at.exp2().to_string() },
            number: &number,
            steps: |_| [1.0, 2.0, 4.0],
            apart: [Rangef::new(1.0, 2.0), Rangef::new(LINE, LINE + 0.1)],
        };
        let scale =
            plot::show(ui, theme, self.load.id(), rest, axes, |plot| self.draw(theme, wide, plot));
        // What there is to read of each number, and to click: its trial in the lanes.
        for (curve, point) in
            self.curves().flat_map(|curve| curve.points.iter().map(move |p| (curve, p)))
        {
            let (factor, (from, to)) = (self.factor(point.wall.median), point.middle);
            let at = PlotPoint::from(self.at(point.workers, factor));
            let (load, way) = (curve.load.title(), curve.way.phrase());
            let (median, half) = (point.wall.median, point.wall.half());
            picture.spots.push(Spot {
                rect: Rect::from_center_size(scale.position_from_point(&at), Vec2::splat(11.0)),
                radius: 5.5,
                does: Does::Act(StageAction::Figure(FigureCommand::Visit(from, to))),
                name: format!(
                    "{load}, {} {way}: {median} ± {half}, {factor:.1} times as fast as one thread",
                    point.workers
                ),
                selected: false,
            });
        }
    }

    /// As fast as it could be, and of each way its trials and medians; `wide`: a point on the screen.
    fn draw(&self, theme: &Theme, wide: f64, plot: &mut PlotUi<'_>) {
        // Each worker adds one, as far as there is a processor for it where that is needed.
        let able = |workers: usize| match self.load {
            Load::Wait => workers,
            Load::Compute => workers.min(self.outcome.cores.max(1)),
        };
        let most = self.doublings[1].exp2() as usize;
        let ideal: Vec<_> = counts(most).map(|n| self.at(n, able(n) as f64)).collect();
        let dashed = LineStyle::Dashed { length: 4.0 };
        plot.line(Line::new("ideal", ideal).stroke(Stroke::new(1.0, theme.muted)).style(dashed));
        for curve in self.curves() {
            let ink = colour(theme, curve.way);
            let aside = match curve.way {
                Way::Gil => 0.0,
                Way::Processes => 4.0 * wide,
                _ => -4.0 * wide,
            };
            let of = |workers: usize, wall: Nanos| self.at(workers, self.factor(wall));
            let middles = || -> Vec<[f64; 2]> {
                curve.points.iter().map(|point| of(point.workers, point.wall.median)).collect()
            };
            plot.line(Line::new(curve.way.title(), middles()).stroke(Stroke::new(2.0, ink)));
            let dots = curve.points.iter().flat_map(|point| {
                point.walls.iter().map(|wall| of(point.workers, *wall)).map(|[x, y]| [x + aside, y])
            });
            let dots = Points::new("trials", dots.collect::<Vec<_>>());
            plot.points(dots.radius(1.6).color(ink.gamma_multiply(0.55)));
            plot.points(Points::new("edges", middles()).radius(DOT + 0.5).color(theme.stage));
            plot.points(Points::new("medians", middles()).radius(DOT - 0.5).color(ink));
        }
    }
}

/// A factor along y: "1/4", "2 ×".
fn number(mark: GridMark) -> String {
    match mark.value.round() as i32 {
        power @ ..0 => format!("1/{}", 1 << -power),
        power => format!("{} ×", 1 << power),
    }
}
