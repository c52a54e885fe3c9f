//! Play, pause, step, loop, speed; where the cursor is.

use super::command::{Command, Jump, TimelineCommand};
use super::controls::{CHOICE_PAD, Sign, choice, sign};
use super::playback::{Mode, PlaybackCommand as Playback, Tempo};
use super::session::Session;
use crate::widgets::text::Measure;
use crate::widgets::theme::Theme;
use egui::{Align, Layout, RichText, Ui, vec2};

/// Height of the bar, in points.
const HEIGHT: f32 = 42.0;

/// Draws the transport bar.
pub fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let line = egui::Stroke::new(1.0, theme.hairline);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line);
    let inner = rect.shrink2(vec2(18.0, 0.0));
    let mut ui = ui.new_child(
        egui::UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center)),
    );
    let ui = &mut ui;
    ui.spacing_mut().item_spacing.x = if rect.width() > WIDE { 4.0 } else { 2.0 };
    let known = session.is_running() || !session.recording.trace.events().is_empty();
    ui.add_enabled_ui(known, |ui| {
        buttons(ui, session, commands);
        if rect.width() > WIDE {
            jumps(ui, session, commands);
        }
        ui.add_space(if rect.width() > 760.0 { 12.0 } else { 4.0 });
        position(ui, session, rect.width());
        speed(ui, session, rect.width() > 760.0, commands);
    });
}

fn buttons(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let moving = session.playback.mode() != Mode::Paused;
    let (play, play_name) = if moving { (Sign::Pause, "Pause") } else { (Sign::Play, "Play") };
    let end_name = if session.is_running() { "Follow live" } else { "To the end" };
    for (shape, name, command) in [
        (Sign::Start, "To the start", Playback::Home),
        (Sign::Back, "Previous event", Playback::StepBack),
        (play, play_name, Playback::Toggle),
        (Sign::Forward, "Next event", Playback::StepForward),
        (Sign::End, end_name, Playback::End),
    ] {
        if sign(ui, shape, name, false).clicked() {
            commands.push(Command::Playback(command));
        }
    }
    if sign(ui, Sign::Loop, "Loop", session.playback.is_looped()).clicked() {
        commands.push(Command::Playback(Playback::ToggleLoop));
    }
}

/// To the events that matter, or to where the pace slows down.
fn jumps(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    for (shape, name, jump) in [
        (Sign::PreviousMark, "Previous event that matters", Jump::Previous),
        (Sign::NextMark, "Next event that matters", Jump::Next),
    ] {
        let there = session.target(jump).is_some();
        if ui.add_enabled_ui(there, |ui| sign(ui, shape, name, false)).inner.clicked() {
            commands.push(Command::Jump(jump));
        }
    }
}

/// The instant shown and the end of the run: in a narrow bar with their unit said once.
fn position(ui: &mut Ui, session: &Session, room: f32) {
    let theme = Theme::of(ui);
    let trace = &session.recording.trace;
    let (now, end) = (session.now(), session.end());
    let mut at = now.within(end);
    let of = match session.playback.mode() {
        Mode::Live if now >= end => "live".to_owned(),
        _ => format!("of {}", end.within(end)),
    };
    let mut has_end = room > WIDE;
    if !has_end && of != "live" {
        let bare = at.split(' ').next().unwrap_or_default().to_owned();
        let wide = |text: &str, font| ui.painter().width(text, &font);
        let both = wide(&bare, theme.mono()) + wide(&of, theme.mono());
        let gap = ui.spacing().item_spacing.x;
        has_end =
            both + 2.0 * gap + BETWEEN + tempo_width(ui, session, false) <= ui.available_width();
        at = if has_end { bare } else { at };
    }
    ui.label(RichText::new(at).font(theme.mono()));
    if has_end || of == "live" {
        ui.add_space(BETWEEN);
        ui.label(RichText::new(of).font(theme.mono()).color(theme.muted));
    }
    if room > 900.0 {
        ui.add_space(10.0);
        let shown = session.playback.shown(&**trace);
        let text = format!("event {} of {}", shown, trace.events().len());
        ui.label(RichText::new(text).font(theme.small()).color(theme.muted));
    }
}

/// Between the instant and the end.
const BETWEEN: f32 = 4.0;
/// Between the time and what is at the right end.
const APART: f32 = 14.0;
/// Width of a bar that has room for more than the least.
const WIDE: f32 = 680.0;

/// The width that the tempo takes in the bar.
fn tempo_width(ui: &Ui, session: &Session, words: bool) -> f32 {
    let name = tempo(session.playback.tempo(), session.playback.speed(), words);
    ui.painter().width(&name, &Theme::of(ui).label())
        + 2.0 * CHOICE_PAD
        + 2.0 * ui.spacing().item_spacing.x
}

/// Tempo and zoom at the right end, as far as there is room: what is left out has its keys.
fn speed(ui: &mut Ui, session: &Session, words: bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let gap = ui.spacing().item_spacing.x;
    let signs = |count: f32| count * (SIGN + gap);
    let name = tempo(session.playback.tempo(), session.playback.speed(), words);
    let named = tempo_width(ui, session, words);
    let between = if words {
        16.0 + ui.painter().width("zoom", &theme.small()) + 2.0 * gap
    } else {
        9.0 + gap
    };
    let mut left = ui.available_width();
    let mut has = |width: f32| {
        let has = width <= left;
        left -= if has { width } else { 0.0 };
        has
    };
    // How fast it goes is always said; the rest has its keys.
    let named = has(named);
    // Apart from the time at the left, where that is not at the cost of how fast it goes.
    let apart = APART.min(left.max(0.0));
    let mut has = |width: f32| {
        let has = width <= left - apart;
        left -= if has { width } else { 0.0 };
        has
    };
    let [tempo, zoom] = [has(signs(2.0)), has(between + signs(3.0))];
    ui.add_space(left.max(0.0));
    if named {
        let by_events = session.playback.tempo() != Tempo::Constant;
        let tip = "Paced by events: what matters stays long enough to be seen, and quiet stretches go by fast. Key P: at \
                   a constant speed.";
        if choice(ui, &name, by_events).on_hover_text(tip).clicked() {
            commands.push(Command::Playback(Playback::TogglePace));
        }
        ui.add_space(gap);
    }
    let mut all = |ui: &mut Ui, signs: &[(Sign, &str, Command)]| {
        for (shape, name, command) in signs {
            if sign(ui, *shape, name, false).clicked() {
                commands.push(command.clone());
            }
        }
    };
    if tempo {
        let playback = Command::Playback;
        all(
            ui,
            &[
                (Sign::Minus, "Slower", playback(Playback::Slower)),
                (Sign::Plus, "Faster", playback(Playback::Faster)),
            ],
        );
    }
    if !zoom {
        return;
    }
    if words {
        ui.add_space(16.0 - gap);
        ui.label(RichText::new("zoom").font(theme.small()).color(theme.muted));
    } else {
        let (rect, _) = ui.allocate_exact_size(vec2(9.0, 18.0), egui::Sense::hover());
        ui.painter().vline(rect.center().x, rect.y_range(), egui::Stroke::new(1.0, theme.outline));
    }
    let timeline = Command::Timeline;
    all(
        ui,
        &[
            (Sign::Minus, "Zoom out", timeline(TimelineCommand::ZoomOut)),
            (Sign::Plus, "Zoom in", timeline(TimelineCommand::ZoomIn)),
            (Sign::Fit, "Show all", timeline(TimelineCommand::Fit)),
        ],
    );
}

/// Width of a sign.
const SIGN: f32 = 28.0;

/// The tempo, in words where there is room.
fn tempo(tempo: Tempo, speed: f64, words: bool) -> String {
    let real = short(speed);
    match tempo {
        Tempo::Events(1.0) if words => "paced by events".to_owned(),
        Tempo::Events(1.0) => "by events".to_owned(),
        Tempo::Events(times) if words => format!("paced by events, {} ×", times_words(times)),
        Tempo::Events(times) => format!("{} ×", times_words(times)),
        Tempo::Constant if words => format!("1 s on screen = {real} real"),
        Tempo::Constant => format!("1 s: {real}"),
    }
}

/// 2, or 1/2.
fn times_words(times: f64) -> String {
    if times < 1.0 { format!("1/{}", (1.0 / times).round()) } else { times.round().to_string() }
}

/// A length of time without needless digits: 1 s, 200 µs.
fn short(ns: f64) -> String {
    let (value, unit) = match ns {
        n if n < 1e3 => (n, "ns"),
        n if n < 1e6 => (n / 1e3, "µs"),
        n if n < 1e9 => (n / 1e6, "ms"),
        n => (n / 1e9, "s"),
    };
    let rounded = (value * 100.0).round() / 100.0;
    format!("{rounded} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tempo_is_said() {
        assert_eq!(tempo(Tempo::Events(1.0), 1e9, true), "paced by events");
        assert_eq!(tempo(Tempo::Events(2.0), 1e9, true), "paced by events, 2 ×");
        assert_eq!(tempo(Tempo::Events(0.25), 1e9, false), "1/4 ×");
        assert_eq!(tempo(Tempo::Constant, 2e5, true), "1 s on screen = 200 µs real");
    }

    #[test]
    fn lengths_have_no_needless_digits() {
        assert_eq!(short(1e9), "1 s");
        assert_eq!(short(200e3), "200 µs");
    }
}
