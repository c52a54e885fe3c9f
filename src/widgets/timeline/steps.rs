//! A number over time as an outline.

use super::merge::{gallop, search};
use super::scale::Scale;
use crate::replay::Step;
use crate::trace::Nanos;
use egui::{Pos2, Rect, pos2};

/// Number of steps up to which all steps of a column are read; of more, a sample and both ends are.
const SAMPLE: usize = 4_096;

/// The outline of the number from left to right, inside `bar`, and the highest number in view, which is as high as the
/// bar. Within a pixel the highest number counts, so that no peak is lost. `end`: how long the last number holds.
pub fn outline(steps: &[Step], end: Nanos, scale: &Scale, bar: Rect) -> (Vec<Pos2>, u32) {
    let columns = columns(steps, end, scale);
    let peak = columns.iter().map(|c| c.1).max().unwrap_or(0);
    let y = |value: u32| {
        let part = value as f32 / peak.max(1) as f32;
        bar.bottom() - part * (bar.height() - 1.0) - 0.5
    };
    let mut points = Vec::with_capacity(2 * columns.len() + 1);
    let mut before: Option<f32> = None;
    for &(x, value) in &columns {
        let level = y(value);
        if let Some(before) = before {
            if (before - level).abs() < 1e-3 {
                continue;
            }
            points.push(pos2(x, before));
        }
        points.push(pos2(x, level));
        before = Some(level);
    }
    if let Some(level) = before {
        let last = scale.x(end).clamp(scale.left, scale.left + scale.width);
        let from = points.last().map_or(last, |p| p.x);
        points.push(pos2(last.max(from), level));
    }
    (points, peak)
}

/// The x of each column in which the number changes, and the number from there on.
fn columns(steps: &[Step], end: Nanos, scale: &Scale) -> Vec<(f32, u32)> {
    let (left, right) = (scale.left, scale.left + scale.width);
    let last = scale.x(end).min(right);
    let edge = scale.time(left);
    let mut out = Vec::new();
    let mut i = search(0, steps.len(), |i| steps[i].at <= edge).saturating_sub(1);
    while i < steps.len() {
        let x = scale.x(steps[i].at).max(left);
        if x > last {
            break;
        }
        let column = scale.time(x + 1.0).max(steps[i].at + Nanos(1));
        let j = gallop(i + 1, steps.len(), |k| steps[k].at < column);
        let stride = (j - i).div_ceil(SAMPLE);
        let sampled = steps[i..j].iter().step_by(stride).map(|s| s.value).max();
        let settled = steps[j - 1].value;
        let high = sampled.unwrap_or(0).max(settled);
        out.push((x, high));
        if high > settled {
            out.push(((x + 1.0).min(last), settled));
        }
        i = j;
    }
    out
}
