//! Time to x and back, and the part of time in view.

use crate::trace::Nanos;

/// Time to x and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Time at the left edge, in nanoseconds.
    pub start: f64,
    /// Time in view, in nanoseconds; more than zero.
    pub span: f64,
    /// The left edge, in points.
    pub left: f32,
    /// Width in points; more than zero.
    pub width: f32,
}

impl Scale {
    /// The x of an instant; far outside the view it stays finite.
    pub fn x(&self, t: Nanos) -> f32 {
        let along = (t.0 as f64 - self.start) / self.span;
        // Beyond a few widths only the side matters, and f32 has no precision left.
        (f64::from(self.left) + along * f64::from(self.width)).clamp(-1e5, 1e5) as f32
    }

    /// The instant at an x; before the start of the run it is zero.
    pub fn time(&self, x: f32) -> Nanos {
        let along = f64::from(x - self.left) / f64::from(self.width);
        Nanos((self.start + along * self.span).round().max(0.0) as u64)
    }

    /// Nanoseconds in one point.
    pub fn per_point(&self) -> f64 {
        self.span / f64::from(self.width)
    }
}

/// The part of time in view, and how far the lanes are scrolled. The window's owner keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineView {
    /// Start and length in nanoseconds; `None`: everything, also while it grows.
    window: Option<(f64, f64)>,
    /// How far the user has scrolled the lanes, in points; `None`: they follow the cursor.
    pub(crate) scroll: Option<f32>,
}

/// The shortest time in view, in nanoseconds.
const SHORTEST: f64 = 20.0;

impl TimelineView {
    /// Start and length of the time in view, in nanoseconds, where `end` is the end of what is known.
    pub fn window(&self, end: Nanos) -> (f64, f64) {
        let total = (end.0 as f64).max(SHORTEST);
        match self.window {
            None => (0.0, total),
            Some((start, span)) => {
                let span = span.clamp(SHORTEST, total);
                (start.clamp(0.0, total - span), span)
            }
        }
    }

    /// Whether everything is in view, also while it grows.
    pub fn is_fit(&self) -> bool {
        self.window.is_none()
    }

    /// All of the time in view, and lanes that follow the cursor.
    pub fn fit(&mut self) {
        *self = Self::default();
    }

    /// Shows the time between two instants, with a little before and after.
    pub fn show(&mut self, from: Nanos, to: Nanos, end: Nanos) {
        let span = (to.0.saturating_sub(from.0) as f64 * 1.2).max(SHORTEST);
        let middle = 0.5 * (from.0 as f64 + to.0 as f64);
        self.set(middle - 0.5 * span, span, end);
    }

    /// Zooms by a factor (above 1: closer) so that the instant `about` stays where it is.
    pub fn zoom(&mut self, factor: f64, about: Nanos, end: Nanos) {
        if !(factor.is_finite() && factor > 0.0) {
            return;
        }
        let (start, span) = self.window(end);
        let about = (about.0 as f64).clamp(start, start + span);
        let total = (end.0 as f64).max(SHORTEST);
        let closer = (span / factor).clamp(SHORTEST, total);
        self.set(about - (about - start) * closer / span, closer, end);
    }

    /// Moves by a part of what is in view; positive: later.
    pub fn pan(&mut self, part: f64, end: Nanos) {
        let (start, span) = self.window(end);
        if part.is_finite() && self.window.is_some() {
            self.set(start + part * span, span, end);
        }
    }

    /// Moves as little as needed to have an instant in view, a little away from the edges.
    pub fn reveal(&mut self, t: Nanos, end: Nanos) {
        let (start, span) = self.window(end);
        let (t, edge) = (t.0 as f64, 0.1 * span);
        if t < start {
            self.set(t - edge, span, end);
        } else if t > start + span {
            self.set(t - span + edge, span, end);
        }
    }

    fn set(&mut self, start: f64, span: f64, end: Nanos) {
        let total = (end.0 as f64).max(SHORTEST);
        if span >= total {
            self.window = None;
        } else {
            self.window = Some((start.clamp(0.0, total - span), span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Nanos = Nanos(1_000_000);

    #[test]
    fn zoom_keeps_the_point_and_stays_inside() {
        let mut view = TimelineView::default();
        view.zoom(4.0, Nanos(250_000), END);
        let (start, span) = view.window(END);
        assert_eq!(span, 250_000.0);
        assert!((start + 0.25 * span - 250_000.0).abs() < 1.0);
        view.pan(-100.0, END);
        assert_eq!(view.window(END).0, 0.0);
        view.pan(100.0, END);
        assert_eq!(view.window(END), (750_000.0, 250_000.0));
        view.zoom(1e-9, Nanos(0), END);
        assert!(view.is_fit());
        view.zoom(1e30, Nanos(5), END);
        assert_eq!(view.window(END).1, SHORTEST);
        view.zoom(f64::NAN, Nanos(5), END);
        assert_eq!(view.window(END).1, SHORTEST);
    }

    #[test]
    fn a_view_of_everything_follows_the_end() {
        let view = TimelineView::default();
        assert_eq!(view.window(Nanos(10_000)), (0.0, 10_000.0));
        assert_eq!(view.window(Nanos(20_000)), (0.0, 20_000.0));
    }

    #[test]
    fn reveal_moves_only_when_needed() {
        let mut view = TimelineView::default();
        view.show(Nanos(100_000), Nanos(200_000), END);
        let before = view.clone();
        view.reveal(Nanos(150_000), END);
        assert_eq!(view, before);
        view.reveal(Nanos(900_000), END);
        let (start, span) = view.window(END);
        assert!(start < 900_000.0 && start + span > 900_000.0);
    }
}
