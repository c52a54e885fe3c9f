//! Where the cursor is and how it moves. Pure: time is passed in.

use crate::replay::Pace;
use crate::trace::Nanos;
use serde::{Deserialize, Serialize};

/// Commands of the transport.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlaybackCommand {
    /// Play or pause; at the end, play from the start.
    Toggle,
    /// Stop where the cursor is.
    Pause,
    /// To the next event.
    StepForward,
    /// To the previous event.
    StepBack,
    /// To the start.
    Home,
    /// To the end; during a run this follows it live.
    End,
    /// To an instant.
    Scrub(Nanos),
    /// Twice (or, at a constant speed, 2.5 times) as fast.
    Faster,
    /// Half as fast.
    Slower,
    /// Paced by events, or at a constant speed.
    TogglePace,
    /// Turn the loop on or off: at the end, play again from the start.
    ToggleLoop,
}

/// How the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It stays.
    Paused,
    /// It moves at its [`Tempo`].
    Playing,
    /// It follows a run under way: at a constant speed it is pinned to its end, and paced by events it comes behind
    /// where much happens at once.
    Live,
}

/// How fast the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tempo {
    /// So that what matters is seen, however short it was: by the run's [`Pace`], so many times as fast.
    Events(f64),
    /// At [`Playback::speed`].
    Constant,
}

/// The cursor of one recording.
#[derive(Clone, Debug)]
pub struct Playback {
    mode: Mode,
    /// Nanoseconds of trace, kept with its fraction so that slow motion does not stall.
    cursor: f64,
    tempo: Tempo,
    /// While it follows a run: it was put to the end, and stays there however much happens at once.
    pinned: bool,
    /// Trace nanoseconds for each second on screen, at a constant speed.
    speed: f64,
    looped: bool,
    /// How many events are shown; a step lands between two events of equal time.
    shown: Option<usize>,
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            mode: Mode::Paused,
            cursor: 0.0,
            tempo: Tempo::Events(1.0),
            pinned: false,
            speed: 1e9,
            looped: false,
            shown: None,
        }
    }
}

/// Slowest and fastest: 10 ns and 1,000 s of trace for each second on screen.
const SPEEDS: std::ops::RangeInclusive<f64> = 10.0..=1e12;

/// How long a whole run takes on screen at the constant speed chosen for it.
const FILLS: f64 = 8.0;

/// How many times as fast as paced a replay goes, at most; and as slow.
const FASTEST: f64 = 16.0;

/// The longest motion in time of the trace, as a part of the whole.
const SILENCE: f64 = 0.01;
/// How long a motion takes, in seconds on screen.
const MOTION: f64 = 0.25;

/// The times of a trace's events, as playback needs them.
pub trait Events {
    /// Number of events.
    fn count(&self) -> usize;
    /// Time of an event.
    fn at(&self, index: usize) -> Nanos;
    /// Number of events at or before `t`.
    fn count_until(&self, t: Nanos) -> usize;
}

impl Events for crate::trace::Trace {
    fn count(&self) -> usize {
        self.events().len()
    }
    fn at(&self, index: usize) -> Nanos {
        self.events().get(index).map_or(Nanos::ZERO, |e| e.at)
    }
    fn count_until(&self, t: Nanos) -> usize {
        Self::count_until(self, t)
    }
}

impl Playback {
    /// At the start of a run under way, at the same tempo as before.
    pub fn live(&self) -> Self {
        Self { mode: Mode::Live, tempo: self.tempo, ..Self::default() }
    }

    /// The instant shown.
    pub fn cursor(&self) -> Nanos {
        Nanos(self.cursor as u64)
    }

    /// How the cursor moves.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// How fast the cursor moves.
    pub fn tempo(&self) -> Tempo {
        self.tempo
    }

    /// How long a motion takes that is over now, in time of the trace.
    pub fn motion(&self, pace: &Pace, end: Nanos) -> Nanos {
        match self.tempo {
            Tempo::Constant => Nanos((self.speed() * MOTION) as u64),
            // In seconds on screen it takes as long wherever it is, so in time of the trace it does not.
            Tempo::Events(_) => {
                let began = pace.at(pace.screen(self.cursor, end) - MOTION * pace.rate(end), end);
                // Through a silence a moment on screen is long: nothing is still on its way for that.
                let most = SILENCE * end.0 as f64;
                Nanos((self.cursor - began).min(most).max(1.0) as u64)
            }
        }
    }

    /// Where the cursor is `dt` seconds later, in a run that is known up to `end`.
    fn moved(&self, dt: f64, end: Nanos, live: bool, pace: &Pace) -> f64 {
        match self.tempo {
            Tempo::Constant => self.cursor + dt * self.speed,
            Tempo::Events(times) => {
                let rate = if live { 1.0 } else { pace.rate(end) };
                pace.at(pace.screen(self.cursor, end) + dt * rate * times, end).max(self.cursor)
            }
        }
    }

    /// Trace nanoseconds for each second on screen, at a constant speed; 1e9 while live.
    pub fn speed(&self) -> f64 {
        if self.mode == Mode::Live { 1e9 } else { self.speed }
    }

    /// Whether it is looped: at the end it plays again from the start.
    pub fn is_looped(&self) -> bool {
        self.looped
    }

    /// How many events have happened at the cursor.
    pub fn shown(&self, events: &impl Events) -> usize {
        let until = events.count_until(self.cursor());
        self.shown.map_or(until, |shown| shown.min(events.count()))
    }

    /// Chooses a speed at which `length` fills a few seconds (1, 2 or 5 times a power of ten).
    pub fn fit_speed(&mut self, length: Nanos) {
        self.speed = nice(length.0 as f64 / FILLS).clamp(*SPEEDS.start(), *SPEEDS.end());
    }

    /// Takes note that the run has ended. Paced by events, what is left of it is shown. At a constant speed a short run is
    /// played again from the start, in slow motion; of a long one the cursor stays at the end, as it was watched live.
    pub fn run_ended(&mut self, end: Nanos) {
        let was_live = self.mode == Mode::Live;
        self.fit_speed(end);
        if was_live && self.pinned && self.tempo != Tempo::Constant {
            (self.mode, self.cursor) = (Mode::Paused, end.0 as f64);
        } else if was_live && self.tempo != Tempo::Constant {
            self.mode = Mode::Playing;
        } else if was_live {
            self.mode = if end.as_secs_f64() < FILLS / 4.0 {
                self.cursor = 0.0;
                Mode::Playing
            } else {
                self.cursor = end.0 as f64;
                Mode::Paused
            };
        }
    }

    /// Moves the cursor by `dt` seconds on screen. `end`: of the trace so far; `live`: the clock of a run under way.
    /// Answers whether it will move again, so that another frame is needed.
    pub fn advance(&mut self, dt: f64, end: Nanos, live: Option<Nanos>, pace: &Pace) -> bool {
        let dt = dt.clamp(0.0, 1.0);
        match (self.mode, live) {
            (Mode::Paused, _) => false,
            (Mode::Live, Some(now)) => {
                self.shown = None;
                self.cursor = match self.tempo {
                    Tempo::Events(_) if self.pinned => now.0 as f64,
                    Tempo::Constant => now.0 as f64,
                    Tempo::Events(_) => self.moved(dt, now, true, pace).min(now.0 as f64),
                };
                true
            }
            (Mode::Live, None) => {
                self.mode = Mode::Paused;
                self.cursor = end.0 as f64;
                false
            }
            (Mode::Playing, live) => {
                self.shown = None;
                let known = live.unwrap_or(end);
                self.cursor = self.moved(dt, known, live.is_some(), pace);
                let last = known.0 as f64;
                if self.cursor >= last {
                    self.cursor = last;
                    match live {
                        Some(_) => self.mode = Mode::Live,
                        None if self.looped && last > 0.0 => self.cursor = 0.0,
                        None => self.mode = Mode::Paused,
                    }
                }
                self.mode != Mode::Paused
            }
        }
    }

    /// Carries out a command of the transport.
    pub fn apply(
        &mut self,
        command: PlaybackCommand,
        events: &impl Events,
        end: Nanos,
        live: bool,
    ) {
        use PlaybackCommand as C;
        match command {
            C::Toggle if self.mode != Mode::Paused => {
                self.pause();
            }
            C::Toggle => {
                if self.cursor() >= end && !live {
                    self.cursor = 0.0;
                }
                self.shown = None;
                self.mode = Mode::Playing;
            }
            C::Pause => self.pause(),
            C::StepForward => {
                let shown = self.shown(events);
                self.show(events, shown + 1);
            }
            C::StepBack => {
                let shown = self.shown(events);
                self.show(events, shown.saturating_sub(1));
            }
            C::Home => self.scrub(Nanos::ZERO),
            C::End if live => {
                self.shown = None;
                self.cursor = end.0 as f64;
                (self.mode, self.pinned) = (Mode::Live, true);
            }
            C::End => self.scrub(end),
            C::Scrub(to) => self.scrub(to.min(end)),
            C::Faster => match &mut self.tempo {
                Tempo::Events(times) => *times = (*times * 2.0).min(FASTEST),
                Tempo::Constant => self.speed = nice(self.speed * 2.0).min(*SPEEDS.end()),
            },
            C::Slower => match &mut self.tempo {
                Tempo::Events(times) => *times = (*times / 2.0).max(1.0 / FASTEST),
                Tempo::Constant => self.speed = nice(self.speed / 2.2).max(*SPEEDS.start()),
            },
            C::TogglePace => {
                self.tempo = match self.tempo {
                    Tempo::Events(_) => Tempo::Constant,
                    Tempo::Constant => Tempo::Events(1.0),
                }
            }
            C::ToggleLoop => self.looped = !self.looped,
        }
    }

    /// Shows exactly the first `n` events, at the time of the last of them.
    pub fn show(&mut self, events: &impl Events, n: usize) {
        let n = n.min(events.count());
        self.pause();
        self.cursor = n.checked_sub(1).map_or(0.0, |last| events.at(last).0 as f64);
        self.shown = Some(n);
    }

    /// It stays, and does not jump to the end of a run that it follows later.
    fn pause(&mut self) {
        (self.mode, self.pinned) = (Mode::Paused, false);
    }

    fn scrub(&mut self, to: Nanos) {
        self.pause();
        self.shown = None;
        self.cursor = to.0 as f64;
    }
}

/// The nearest of 1, 2, 5 × 10ⁿ.
fn nice(value: f64) -> f64 {
    if value.is_nan() || value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let digit = match value / power {
        d if d < 1.5 => 1.0,
        d if d < 3.5 => 2.0,
        d if d < 7.5 => 5.0,
        _ => 10.0,
    };
    digit * power
}

/// Where a picture is taken: an instant, a part of the whole, or the end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum At {
    /// At this instant.
    Time(Nanos),
    /// At this fraction of the run, 0 to 1.
    Fraction(f64),
    /// At the end.
    End,
}

impl At {
    /// The instant, in a run of this length.
    pub fn of(self, end: Nanos) -> Nanos {
        match self {
            Self::Time(at) => at.min(end),
            Self::Fraction(part) => Nanos((end.0 as f64 * part) as u64),
            Self::End => end,
        }
    }
}

impl std::str::FromStr for At {
    type Err = String;

    /// `end`, `40%`, or a length of time: `1.5s`, `300ms`, `12us`, `900ns`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is no instant: write `end`, a part such as `40%`, or a time such as `1.5s`, `300ms`, `12us`, `900ns`"
            )
        };
        match text {
            "end" => return Ok(Self::End),
            "0" => return Ok(Self::Time(Nanos::ZERO)),
            _ => {}
        }
        let number = text.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '.');
        let value: f64 = number.parse().map_err(|_| wrong())?;
        let value = (value >= 0.0 && value.is_finite()).then_some(value).ok_or_else(wrong)?;
        let nanos = |unit: f64| Ok(Self::Time(Nanos((value * unit) as u64)));
        match &text[number.len()..] {
            "%" if value <= 100.0 => Ok(Self::Fraction(value / 100.0)),
            "s" => nanos(1e9),
            "ms" => nanos(1e6),
            "us" | "µs" => nanos(1e3),
            "ns" => nanos(1.0),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Events for Vec<u64> {
        fn count(&self) -> usize {
            self.len()
        }
        fn at(&self, index: usize) -> Nanos {
            Nanos(self[index])
        }
        fn count_until(&self, t: Nanos) -> usize {
            self.partition_point(|at| *at <= t.0)
        }
    }

    fn events() -> Vec<u64> {
        vec![0, 10, 10, 30]
    }

    fn constant() -> Playback {
        Playback { tempo: Tempo::Constant, ..Playback::default() }
    }

    #[test]
    fn steps_stop_at_every_event_even_where_times_are_equal() {
        let (events, end) = (events(), Nanos(30));
        let mut playback = Playback::default();
        playback.apply(PlaybackCommand::Home, &events, end, false);
        assert_eq!(playback.shown(&events), 1, "the start includes what happened at 0");
        let mut seen = vec![];
        for _ in 0..4 {
            playback.apply(PlaybackCommand::StepForward, &events, end, false);
            seen.push((playback.shown(&events), playback.cursor().0));
        }
        assert_eq!(seen, [(2, 10), (3, 10), (4, 30), (4, 30)]);
        for _ in 0..6 {
            playback.apply(PlaybackCommand::StepBack, &events, end, false);
        }
        assert_eq!((playback.shown(&events), playback.cursor().0), (0, 0));
    }

    #[test]
    fn plays_to_the_end_and_stops_or_starts_again() {
        let (events, end) = (events(), Nanos(30));
        let (mut playback, pace) = (constant(), Pace::default());
        playback.fit_speed(Nanos(80));
        assert_eq!(playback.speed(), 10.0);
        playback.apply(PlaybackCommand::Toggle, &events, end, false);
        assert!(playback.advance(1.0, end, None, &pace));
        assert_eq!(playback.cursor(), Nanos(10));
        playback.advance(1.0, end, None, &pace);
        assert!(!playback.advance(1.0, end, None, &pace), "nothing moves at the end");
        assert_eq!((playback.cursor(), playback.mode()), (end, Mode::Paused));
        playback.apply(PlaybackCommand::ToggleLoop, &events, end, false);
        playback.apply(PlaybackCommand::Toggle, &events, end, false);
        assert_eq!(playback.cursor(), Nanos::ZERO, "play at the end starts again");
        for _ in 0..3 {
            assert!(playback.advance(1.0, end, None, &pace));
        }
        assert_eq!(playback.cursor(), Nanos::ZERO);
    }

    #[test]
    fn follows_a_run_live_until_told_otherwise() {
        let (events, end) = (events(), Nanos(30));
        let (mut playback, pace) = (constant().live(), Pace::default());
        assert!(playback.advance(0.1, end, Some(Nanos(99)), &pace));
        assert_eq!(playback.cursor(), Nanos(99));
        playback.apply(PlaybackCommand::Toggle, &events, end, true);
        assert!(!playback.advance(0.1, end, Some(Nanos(200)), &pace));
        assert_eq!(playback.cursor(), Nanos(99));
        playback.apply(PlaybackCommand::End, &events, end, true);
        assert!(playback.advance(0.1, end, Some(Nanos(300)), &pace));
        playback.run_ended(Nanos(300));
        assert_eq!(playback.mode(), Mode::Playing, "a short run is shown again in slow motion");
        assert_eq!(playback.cursor(), Nanos::ZERO);
    }

    #[test]
    fn reads_instants() {
        for (text, at) in [
            ("end", At::End),
            ("0", At::Time(Nanos::ZERO)),
            ("40%", At::Fraction(0.4)),
            ("1.5s", At::Time(Nanos(1_500_000_000))),
            ("300ms", At::Time(Nanos(300_000_000))),
            ("12us", At::Time(Nanos(12_000))),
            ("900ns", At::Time(Nanos(900))),
        ] {
            assert_eq!(text.parse(), Ok(at));
        }
        for text in ["", "x", "5", "-1s", "140%", "1.5 parsecs", "NaNs", "%", "µ"] {
            assert!(text.parse::<At>().is_err(), "{text}");
        }
    }
}
