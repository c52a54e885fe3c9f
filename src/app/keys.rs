//! The keyboard.

use super::command::{Command, FigureGoal, Jump, RunCommand, TimelineCommand, ViewCommand, Zoom};
use super::over::Over;
use super::playback::PlaybackCommand as Playback;
use super::session::Session;
use crate::widgets::theme::Theme;
use egui::{EventFilter, Key, Modifiers, Ui};

/// What each key does, as the help shows it.
const HELP: [(&str, &str); 18] = [
    ("Ctrl R", "run"),
    ("Ctrl K", "search"),
    ("Esc", "close what lies over the window; else stop"),
    ("Space", "play or pause"),
    ("← →", "previous or next event"),
    ("N ⇧N", "next or previous event that matters"),
    ("Home End", "to the start, to the end or live"),
    ("↑ ↓", "faster or slower"),
    ("P", "paced by events, or at a constant speed"),
    ("+ − 0", "zoom in, zoom out, show all"),
    ("1 … 9", "the first nine tabs"),
    ("Tab ⇧Tab", "to the next or previous control; Enter presses it"),
    ("Ctrl + − 0", "everything larger, smaller, as at first"),
    ("T", "light or dark"),
    ("Ctrl S", "save the run as a recording"),
    ("Ctrl O", "open a recording, or a trace of another tool"),
    ("F12", "save a figure of this instant"),
    ("F1", "this list"),
];

const TABS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// What the keys pressed in this frame ask for.
pub fn commands(ui: &Ui, session: &Session, tabs: usize, over: &Over) -> Vec<Command> {
    let typing = ui.ctx().text_edit_focused() || over.is_search();
    let popup = egui::Popup::is_any_open(ui.ctx());
    keep_arrows(ui, typing || popup);
    ui.input_mut(|input| {
        let mut commands = Vec::new();
        let mut on = |modifiers, key, command: Command| {
            if input.consume_key(modifiers, key) {
                commands.push(command);
            }
        };
        on(Modifiers::COMMAND, Key::R, Command::Run(RunCommand::Start));
        on(Modifiers::COMMAND, Key::K, Command::View(ViewCommand::ToggleSearch));
        on(Modifiers::COMMAND, Key::S, Command::SaveRecording);
        on(Modifiers::COMMAND, Key::O, Command::View(ViewCommand::ToggleOpen));
        on(Modifiers::NONE, Key::F12, Command::SaveFigure(FigureGoal::File));
        on(Modifiers::NONE, Key::F1, Command::View(ViewCommand::ToggleKeys));
        for (key, zoom) in [
            (Key::Plus, Zoom::In),
            (Key::Equals, Zoom::In),
            (Key::Minus, Zoom::Out),
            (Key::Num0, Zoom::Reset),
        ] {
            on(Modifiers::COMMAND, key, Command::View(ViewCommand::Zoom(zoom)));
        }
        // Esc is for what lies on top: a list that is open, a window, a field that is written in, and then the run.
        if over.is_any() && !popup {
            on(Modifiers::NONE, Key::Escape, Command::View(ViewCommand::CloseOver));
        }
        if typing {
            return commands;
        }
        if session.is_running() && !popup && !over.is_any() {
            on(Modifiers::NONE, Key::Escape, Command::Run(RunCommand::Stop));
        }
        // Wherever the focus is: what has it is pressed with Enter. A list that is open is walked with the arrows.
        if !popup {
            on(Modifiers::NONE, Key::Space, Command::Playback(Playback::Toggle));
            on(Modifiers::NONE, Key::ArrowUp, Command::Playback(Playback::Faster));
            on(Modifiers::NONE, Key::ArrowDown, Command::Playback(Playback::Slower));
            on(Modifiers::NONE, Key::ArrowLeft, Command::Playback(Playback::StepBack));
            on(Modifiers::NONE, Key::ArrowRight, Command::Playback(Playback::StepForward));
            on(Modifiers::NONE, Key::Home, Command::Playback(Playback::Home));
            on(Modifiers::NONE, Key::End, Command::Playback(Playback::End));
        }
        // Shift first: without it the key would be taken in either case.
        on(Modifiers::SHIFT, Key::N, Command::Jump(Jump::Previous));
        on(Modifiers::NONE, Key::N, Command::Jump(Jump::Next));
        for key in [Key::Plus, Key::Equals] {
            on(Modifiers::NONE, key, Command::Timeline(TimelineCommand::ZoomIn));
            on(Modifiers::SHIFT, key, Command::Timeline(TimelineCommand::ZoomIn));
        }
        on(Modifiers::NONE, Key::Minus, Command::Timeline(TimelineCommand::ZoomOut));
        on(Modifiers::NONE, Key::Num0, Command::Timeline(TimelineCommand::Fit));
        on(Modifiers::NONE, Key::P, Command::Playback(Playback::TogglePace));
        on(Modifiers::NONE, Key::T, Command::View(ViewCommand::ToggleTheme));
        for (index, key) in TABS.into_iter().enumerate().take(tabs) {
            on(Modifiers::NONE, key, Command::Tab(index));
        }
        commands
    })
}

/// Keeps the arrows from moving the focus: they move the cursor of the replay. Tab moves the focus.
fn keep_arrows(ui: &Ui, theirs: bool) {
    let arrows = !theirs;
    ui.memory_mut(|memory| {
        if let Some(id) = memory.focused() {
            let filter = EventFilter {
                horizontal_arrows: arrows,
                vertical_arrows: arrows,
                ..EventFilter::default()
            };
            memory.set_focus_lock_filter(id, filter);
        }
    });
}

/// The list of keys, in a window of its own.
pub fn show(ui: &Ui, open: &mut bool) {
    let theme = Theme::of(ui);
    egui::Window::new("Keys")
        .open(open)
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(ui.ctx(), |ui| {
            let room = ui.ctx().viewport_rect().height() - 80.0;
            egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).show(
                ui,
                |ui| {
                    egui::Grid::new("keys").num_columns(2).spacing([32.0, 8.0]).show(ui, |ui| {
                        for (keys, does) in HELP {
                            ui.label(egui::RichText::new(keys).font(theme.mono()));
                            ui.label(does);
                            ui.end_row();
                        }
                    });
                },
            );
        });
}
