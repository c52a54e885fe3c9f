//! Round times for the axis.

use super::scale::Scale;
use crate::trace::Nanos;

/// A round time on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its x.
    pub x: f32,
    /// What it says: "2 ms".
    pub label: String,
    /// Width of the label. Zero: no room.
    pub width: f32,
    /// Where the label begins: at the tick, or as far before it as it has to for the axis to have room for it.
    pub left: f32,
}

/// Space between a label and the next.
const GAP: f32 = 16.0;
/// Ticks are at least this far apart, for calm.
const APART: f32 = 96.0;

/// Ticks 1, 2 or 5 × 10^n apart, as close as the labels allow. `measure`: width of a text in points.
pub fn ticks(scale: &Scale, measure: &dyn Fn(&str) -> f32) -> Vec<Tick> {
    let from = scale.start.max(0.0).ceil() as u64;
    let to = (scale.start + scale.span).floor().max(0.0) as u64;
    let Some(step) = step(scale, from, to, measure) else {
        return Vec::new();
    };
    let right = scale.left + scale.width;
    let mut ticks = Vec::new();
    let mut t = from.div_ceil(step) * step;
    while t <= to && ticks.len() < 1_000 {
        let x = scale.x(Nanos(t));
        let label = label(t, step, to);
        let width = measure(&label);
        let before = ticks.last().map_or(scale.left, |tick: &Tick| tick.left + tick.width + GAP);
        let left = x.min(right - width);
        let (left, width) = if left >= before.min(x) { (left, width) } else { (x, 0.0) };
        ticks.push(Tick { x, label, width, left });
        let Some(next) = t.checked_add(step) else {
            break;
        };
        t = next;
    }
    ticks
}

fn step(scale: &Scale, from: u64, to: u64, measure: &dyn Fn(&str) -> f32) -> Option<u64> {
    let mut power = 1_u64;
    loop {
        for digit in [1, 2, 5] {
            let step = power.checked_mul(digit)?;
            let apart = step as f64 / scale.per_point();
            // Rules out most steps without measuring.
            if apart < f64::from(APART) {
                continue;
            }
            let widest = measure(&label(to - to % step, step, to)).max(measure(&label(
                from.div_ceil(step) * step,
                step,
                to,
            )));
            if apart >= f64::from(widest + GAP) {
                return Some(step);
            }
        }
        power = power.checked_mul(10)?;
    }
}

/// A time in the unit that fits the end of the view, with as many decimals as the step needs.
fn label(t: u64, step: u64, end: u64) -> String {
    if t == 0 {
        return "0".to_owned();
    }
    let (unit, name) = Nanos(end).unit();
    let (mut decimals, mut rest) = (0, unit);
    while rest > 1 && !step.is_multiple_of(rest) {
        rest /= 10;
        decimals += 1;
    }
    let (whole, part) = (t / unit, t % unit);
    if decimals == 0 {
        format!("{whole} {name}")
    } else {
        format!("{whole}.{:0decimals$} {name}", part / rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(start: f64, span: f64, width: f32) -> Vec<String> {
        let scale = Scale { start, span, left: 0.0, width };
        let all = ticks(&scale, &|t| t.chars().count() as f32 * 6.6);
        all.into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn labels_are_round_and_in_one_unit() {
        assert_eq!(labels(0.0, 9_640_000.0, 700.0), ["0", "2 ms", "4 ms", "6 ms", "8 ms"]);
        assert_eq!(labels(0.0, 2.4e9, 600.0), ["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s"]);
        assert_eq!(labels(0.0, 20.0, 200.0), ["0", "10 ns", "20 ns"]);
        assert_eq!(
            labels(4_724_000.0, 100.0, 500.0),
            ["4.72400 ms", "4.72402 ms", "4.72404 ms", "4.72406 ms", "4.72408 ms", "4.72410 ms"]
        );
    }

    #[test]
    fn the_axis_and_the_instant_above_it_have_one_unit() {
        for end in [850, 9_999, 850_000, 5_010_562, 62_000_000, 3_100_000_000] {
            let last = labels(0.0, end as f64, 900.0).pop().unwrap_or_default();
            let instant = Nanos(end / 3).within(Nanos(end));
            let unit = |text: &str| text.split(' ').nth(1).map(str::to_owned);
            assert_eq!(unit(&last), unit(&instant), "{last} below {instant}");
        }
    }

    #[test]
    fn a_label_stands_at_its_tick_and_the_last_one_ends_with_the_axis() {
        // 14 ms is 26 points before the end, and its label is 33 wide.
        let scale = Scale { start: 0.0, span: 14.527e6, left: 0.0, width: 710.0 };
        let all = ticks(&scale, &|text| text.chars().count() as f32 * 6.6);
        let Some((last, others)) = all.split_last() else { panic!("there are some") };
        assert!(others.iter().all(|tick| tick.left == tick.x), "{others:?}");
        assert!(last.left < last.x && last.x < last.left + last.width, "{last:?}");
        assert_eq!(last.left + last.width, 710.0);
    }

    #[test]
    fn no_room_no_ticks() {
        assert!(labels(0.0, 1e6, 5.0).len() <= 1);
    }
}
