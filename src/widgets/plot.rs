//! A plot on a scale that is told. What is drawn in it is said in values; what is read and clicked is a picture in its scale.

use super::theme::Theme;
use egui::{Rangef, Rect, RichText, Sense, Stroke, Ui, UiBuilder};
use egui_plot::{
    AxisHints, GridMark, Line, LineStyle, Plot, PlotBounds, PlotPoints, PlotTransform, PlotUi,
    uniform_grid_spacer,
};

/// The scale of a plot. Along x there are places, which are 1 apart.
pub struct Axes<'a> {
    /// The least values along x and y, and the largest.
    pub bounds: [[f64; 2]; 2],
    /// Width of the numbers along y, and height of all that stands below.
    pub room: [f32; 2],
    /// What stands along x.
    pub title: String,
    /// The name of a place.
    pub place: &'a dyn Fn(f64) -> String,
    /// A number along y.
    pub number: &'a dyn Fn(GridMark) -> String,
    /// Steps from one line along y to the next, where this is the least that has room.
    pub steps: fn(f64) -> [f64; 3],
    /// How far these lines are apart, and how far their numbers are: in between they fade.
    pub apart: [Rangef; 2],
}

/// Draws a plot with its axes into an area; answers with its scale.
pub fn show<'a>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    area: Rect,
    axes: Axes<'a>,
    draw: impl FnOnce(&mut PlotUi<'a>) + 'a,
) -> PlotTransform {
    let Axes { bounds: [least, most], room: [left, below], place, number, steps, .. } = axes;
    let [lines, numbers] = axes.apart;
    let x = AxisHints::new_x()
        .formatter(move |mark, _| place(mark.value))
        .label_spacing(Rangef::new(1.0, 2.0))
        .min_thickness(below)
        .tick_label_color(theme.text)
        .tick_label_font(theme.body())
        .label(RichText::new(axes.title).font(theme.small()).color(theme.muted));
    let y = AxisHints::new_y()
        .formatter(move |mark, _| number(mark))
        .label_spacing(numbers)
        .min_thickness(left)
        .tick_label_color(theme.muted)
        .tick_label_font(theme.mono_small());
    let plot = Plot::new(name)
        .custom_x_axes(vec![x])
        .custom_y_axes(vec![y])
        .x_grid_spacer(uniform_grid_spacer(|_| [1.0; 3]))
        .y_grid_spacer(uniform_grid_spacer(move |input| steps(input.base_step_size)))
        .grid_spacing(lines)
        .grid_color(theme.hairline)
        .show_grid([false, true])
        .show_background(false)
        // The picture has what is pointed at, and the wheel is the page's.
        .show_x(false)
        .show_y(false)
        .sense(Sense::hover())
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false);
    let drawn = ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        plot.show(ui, move |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max(least, most));
            draw(plot);
        })
    });
    drawn.inner.transform
}

/// A line through points.
pub fn line<'a>(
    name: &str,
    points: impl Into<PlotPoints<'a>>,
    stroke: Stroke,
    is_dashed: bool,
) -> Line<'a> {
    let style = if is_dashed { LineStyle::Dashed { length: 4.0 } } else { LineStyle::Solid };
    Line::new(name, points).stroke(stroke).style(style)
}
