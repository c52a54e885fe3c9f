//! Colours, numbers and steps of the figure.

use crate::replay::Phase;
use crate::topics::pool_size::plan::Backend;
use crate::widgets::theme::Theme;
use egui::Color32;

/// Colour of a backend's dots.
pub fn dots(theme: &Theme, backend: Backend) -> Color32 {
    match backend {
        Backend::Workers => theme.text,
        Backend::Threads => theme.phase(Phase::Blocked).base,
        Backend::Sequential => theme.phase(Phase::Io).base,
        Backend::CPython | Backend::Fork => theme.phase(Phase::Waiting).base,
        Backend::ForkServer => theme.phase(Phase::Failed).base,
        Backend::Spawn => theme.accent,
    }
}

/// Colours of start, map and shutdown.
pub fn parts(theme: &Theme) -> [Color32; 3] {
    [Phase::Holding, Phase::Running, Phase::Sleeping].map(|phase| theme.phase(phase).base)
}

/// What is not what the figure is about, on the stage's ground.
pub fn faded(theme: &Theme, colour: Color32) -> Color32 {
    colour.lerp_to_gamma(theme.stage, if theme.dark { 0.4 } else { 0.5 })
}

/// A number as exact as it means something beside others.
pub fn digits(value: f64) -> String {
    match value.abs() {
        v if v >= 99.95 => format!("{value:.0}"),
        v if v >= 0.995 => format!("{value:.1}"),
        v if v > 0.0 && v < 0.01 => format!("{value:.3}"),
        _ => format!("{value:.2}"),
    }
}

/// A text of a number, and shorter ones that are still within a twentieth of it.
pub fn shorter(text: String) -> Vec<String> {
    let exact: f64 = text.parse().unwrap_or(f64::NAN);
    let decimals = text.split_once('.').map_or(0, |(_, after)| after.len());
    let rounded = (0..decimals).rev().map(|decimals| format!("{exact:.decimals$}"));
    let near = |text: &String| {
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        (value - exact).abs() <= exact.abs() / 20.0
    };
    let rounded: Vec<String> = rounded.filter(near).collect();
    [vec![text], rounded].concat()
}

/// The least step of 1, 2 or 5 times a power of ten that is no less than this.
pub fn step(least: f64) -> f64 {
    let raw = least.max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0];
    let factor = factor.into_iter().find(|f| f * power >= raw * 0.999);
    factor.unwrap_or(10.0) * power
}

/// Where, from −1 to 1, a trial's dot stands beside its column's middle: the same each time, and neighbours apart.
pub fn jitter(number: usize) -> f64 {
    // The golden ratio spreads any number of them evenly.
    (number as f64 * 0.618_033_988_749_895).fract() * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_units_are_round() {
        for (range, wanted) in [(40.0, 10.0), (7.0, 2.0), (0.9, 0.2), (1.0, 0.2), (130.0, 50.0)] {
            assert!((step(range / 5.0) - wanted).abs() < 1e-9, "{range}");
        }
        assert_eq!(digits(0.0), "0.00");
        for (text, all) in [
            ("43.3", vec!["43.3", "43"]),
            ("1.5", vec!["1.5"]),
            ("0.76", vec!["0.76"]),
            ("0.80", vec!["0.80", "0.8"]),
            ("120", vec!["120"]),
            ("0.00", vec!["0.00", "0.0", "0"]),
        ] {
            assert_eq!(shorter(text.to_owned()), all);
        }
    }
}
