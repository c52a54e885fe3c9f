//! The window: tabs, run bar, stage, inspector, lanes and transport.
//!
//! Each frame: take in the news of the runs, draw, carry out the commands that drawing answered with. State lives in
//! structs that own their update ([`session::Session`], [`playback::Playback`], [`Settings`]); the app holds them.
//!
//! Invariant: nothing here waits. No lock that a worker takes, no join, no blocking receive, no file.

pub mod allocator;
mod caption;
mod carry_out;
mod chooser;
pub mod command;
pub mod compare;
mod controls;
pub mod dialog;
mod display;
pub mod engine;
pub mod figures;
mod file_windows;
mod files;
mod glossary;
mod guess_list;
pub mod guesses;
pub mod guide;
mod inspector;
mod kept;
mod keys;
mod later;
mod news;
mod over;
mod panels;
pub mod picture;
pub mod playback;
mod predict;
pub mod program;
mod pythons;
pub mod recording;
pub mod report;
mod run_bar;
mod save;
mod saving;
mod search;
pub mod seek;
pub mod session;
mod settings;
mod settings_file;
mod sidebar;
pub mod source;
mod start;
mod transport;
pub mod window;
mod words;

pub use settings::Settings;

use crate::export::data::{Form, What};
use crate::python;
use crate::topics::{ALL, Topic};
use crate::widgets::theme::Theme;
use crate::widgets::{fonts, theme as tokens};
use command::{Command, RunCommand};
use egui::{CentralPanel, Frame, Margin, Panel, Rect, Ui};
use over::Over;
use session::{Session, Wake};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Where the parts of the window were drawn, in points.
#[derive(Clone, Copy, Debug)]
pub struct Regions {
    /// The stage.
    pub stage: Rect,
    /// The lanes.
    pub timeline: Rect,
}

/// The app, apart from the window it is in.
pub struct App {
    sessions: Vec<Session>,
    active: usize,
    settings: Settings,
    inspector: inspector::Inspector,
    regions: Regions,
    wake: Wake,
    time: Option<f64>,
    styled: bool,
    guide: guide::GuideState,
    /// What lies over the window.
    over: Over,
    figures: figures::Figures,
    files: files::Files,
    /// What was chosen to be exported.
    export: (What, Form),
    /// The Pythons that programs and listings are run by.
    pythons: pythons::Pythons,
    comparing: compare::Comparing,
    dialogs: dialog::Dialogs,
    /// Where unsaved runs are kept.
    keep_in: Option<Arc<Path>>,
    /// Of the window, in points.
    size: egui::Vec2,
}

impl App {
    /// An app in which nothing has been run.
    pub fn new(settings: Settings) -> Self {
        allocator::keep_what_frames_use();
        let active = ALL.iter().position(|t| t.id() == settings.topic).unwrap_or(0);
        let topics = ALL.iter().map(|topic| session(*topic, &settings));
        let own = python::IS_THERE.then(|| Session::program(&settings.program));
        let sessions = topics.chain(own).collect();
        Self {
            sessions,
            active,
            settings,
            inspector: inspector::Inspector::default(),
            regions: Regions { stage: Rect::ZERO, timeline: Rect::ZERO },
            wake: Arc::new(|| ()),
            time: None,
            styled: false,
            guide: guide::GuideState::default(),
            over: Over::default(),
            figures: figures::Figures::default(),
            files: files::Files::default(),
            export: over::EXPORT,
            pythons: pythons::Pythons::default(),
            comparing: compare::Comparing::default(),
            dialogs: dialog::Dialogs::default(),
            keep_in: None,
            size: egui::Vec2::ZERO,
        }
    }

    /// The function that background threads call when they have news.
    pub fn set_wake(&mut self, wake: Wake) {
        self.wake = wake;
    }

    /// Keeps the runs that nobody saves in a folder, and looks for those of earlier starts. Call it after
    /// [`set_wake`](Self::set_wake).
    pub fn keep_runs(&mut self, folder: &Path) {
        let folder: Arc<Path> = Arc::from(folder);
        for session in &mut self.sessions {
            session.keep_in = Some(folder.clone());
        }
        self.files.look(&folder, &self.wake);
        self.keep_in = Some(folder);
    }

    /// How many runs of earlier starts are kept that nobody has saved.
    pub fn unsaved(&self) -> usize {
        self.files.unsaved.len()
    }

    /// Says what this is, and where to begin.
    pub fn welcome(&mut self) {
        self.over = Over::Start;
    }

    /// Shows the tab of a topic.
    pub fn show_topic(&mut self, id: &str) {
        if let Some(index) = self.tab_of(id) {
            self.show_tab(index);
        }
    }

    /// Shows a session in its topic's tab, a comparison in that of the one before, and else in a new one.
    pub fn show(&mut self, session: Session) {
        let place = match session.source.topic() {
            Some(topic) => self.tab_of(topic.id()),
            None if session.comparison.is_some() => {
                self.sessions.iter().position(|tab| tab.comparison.is_some())
            }
            None => None,
        };
        match place {
            Some(index) => self.replace_tab(index, session),
            None => {
                self.sessions.push(session);
                self.active = self.sessions.len() - 1;
            }
        }
    }

    fn tab_of(&self, id: &str) -> Option<usize> {
        let is = |session: &Session| session.source.topic().is_some_and(|topic| topic.id() == id);
        self.sessions.iter().position(is)
    }

    /// The tab for programs, where there is one.
    fn program_tab(&self) -> Option<usize> {
        #[cfg(unix)]
        let tab = self.sessions.iter().position(|session| session.program.is_some());
        #[cfg(not(unix))]
        let tab = None;
        tab
    }

    /// Shows a session in the tab with this index, whatever its topic.
    pub fn replace_tab(&mut self, index: usize, mut session: Session) {
        session.keep_in = self.keep_in.clone();
        self.tell_pythons(&mut session);
        if let Some(tab) = self.sessions.get_mut(index) {
            *tab = session;
            self.active = index;
        }
    }

    /// Shows a sentence above everything else, until it is closed.
    pub fn say(&mut self, sentence: &str) {
        self.figures.say(sentence, false);
    }

    /// The session of the shown tab.
    pub fn session(&self) -> &Session {
        &self.sessions[self.active]
    }

    fn session_mut(&mut self) -> &mut Session {
        &mut self.sessions[self.active]
    }

    /// The settings, which are kept between starts.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The settings, with the preset and the parameters of each tab.
    pub fn to_keep(&self) -> Settings {
        let mut settings = self.settings.clone();
        for session in &self.sessions {
            if let Some(program) = &session.program {
                settings.program = program.to_keep();
            }
            let Some(topic) = session.runnable() else { continue };
            let tab = settings.tabs.entry(topic.id().to_owned()).or_default();
            tab.preset = session.params.preset().to_owned();
            tab.params = session.params.to_strings().into_iter().collect();
            tab.engine = session.engine;
        }
        settings
    }

    /// Takes note of the size of the window, in points without the zoom, and whether it fills the screen: then it would have
    /// another one.
    pub(super) fn window_is(&mut self, size: [u16; 2], fills: bool) {
        self.settings.maximized = fills;
        if !fills {
            self.settings.window = size;
        }
    }

    /// Where the stage and the lanes were drawn last.
    pub fn regions(&self) -> Regions {
        self.regions
    }

    /// Stops every run.
    pub fn stop_all(&mut self) {
        for session in &mut self.sessions {
            session.run(RunCommand::Stop, &self.wake);
        }
    }

    /// One frame, into the whole of `ui`.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.style(ui);
        self.size = ui.max_rect().size();
        self.figures.update(ui);
        self.take_files(ui);
        self.take_dialog();
        let again = self.update(ui.input(|input| input.time));
        let mut commands = keys::commands(ui, self.session(), self.sessions.len(), &self.over);
        self.draw(ui, &mut commands);
        let any = !commands.is_empty();
        for command in commands {
            self.execute(command);
        }
        if again || any {
            ui.ctx().request_repaint();
        } else if self.sessions.iter().any(Session::is_running) {
            // A run in another tab only moves its mark.
            ui.ctx().request_repaint_after(Duration::from_millis(250));
        }
    }

    /// Shows the tab for a student's own program, with this one chosen.
    pub fn show_program(&mut self, path: &str) {
        let is_for_it = |session: &Session| matches!(session.source, source::Source::Program);
        let Some(index) = self.sessions.iter().position(is_for_it) else { return };
        self.show_tab(index);
        let command = program::ProgramCommand::Path(path.to_owned());
        self.sessions[index].command_program(command, &self.wake);
    }

    fn style(&mut self, ui: &Ui) {
        let ctx = ui.ctx();
        if !self.styled {
            fonts::install(ctx);
            tokens::apply(ctx);
            // Its keys are among ours, and its steps are kept.
            ctx.options_mut(|options| options.zoom_with_keyboard = false);
            self.styled = true;
        }
        ctx.set_zoom_factor(self.settings.zoom_factor());
        let wanted = self.settings.theme();
        if ctx.theme() != wanted {
            ctx.set_theme(wanted);
        }
    }

    fn draw(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        let (width, height) = (ui.available_width(), ui.available_height());
        // As at 200 % in a window of the usual size.
        let small = width < SMALL || height < LOW;
        Panel::left("tabs")
            .resizable(false)
            .exact_size(if small { sidebar::RAIL } else { sidebar::WIDTH })
            .frame(Frame::new().fill(theme.window))
            .show(ui, |ui| {
                let Self { sessions, active, settings, .. } = self;
                sidebar::show(ui, sessions, *active, settings, small, commands);
            });
        let margin = if small { Margin::symmetric(12, 8) } else { Margin::symmetric(24, 14) };
        Panel::top("run bar")
            .resizable(false)
            .frame(Frame::new().fill(theme.stage).inner_margin(margin))
            .show(ui, |ui| {
                run_bar::show(ui, &self.sessions[self.active], self.guide.shown, commands)
            });
        // In the order of reading, which the keyboard goes in: stage, lanes, inspector.
        let room = ui.available_rect_before_wrap();
        let inspector = self.inspector_width(width).min(0.6 * room.width());
        let (left, right) = room.split_left_right_at_x(room.right() - inspector);
        let lanes = match self.guide() {
            None if !self.is_before_a_program() => self.lanes_height(left.height()),
            // There is no run that it is about.
            _ => 0.0,
        };
        let (above, below) = left.split_top_bottom_at_y(left.bottom() - lanes);
        self.regions.stage = above;
        part(ui, "above", above, theme.stage, |ui| {
            if width >= 1200.0 && chooser::applies(&self.sessions[self.active]) {
                Panel::left("chooser")
                    .resizable(false)
                    .exact_size(chooser::WIDTH)
                    .frame(Frame::new().fill(theme.stage).inner_margin(Margin::symmetric(4, 10)))
                    .show(ui, |ui| {
                        chooser::show(ui, &self.sessions[self.active], commands);
                    });
            }
            CentralPanel::no_frame().show(ui, |ui| {
                self.regions.stage = ui.max_rect();
                self.stage(ui, theme, commands);
            });
        });
        if lanes > 0.0 {
            part(ui, "below", below, theme.stage, |ui| self.lanes(ui, commands));
        }
        part(ui, "inspector", right, theme.panel, |ui| {
            self.inspector.show(ui, &self.sessions[self.active], &self.settings, commands);
        });
        self.borders(ui, (left, below, right));
        self.draw_over(ui, commands);
        let foot = self.figures.notice(ui);
        self.files.show(ui, foot);
        self.show_dialog(ui);
        controls::focus(ui);
    }

    fn show_tab(&mut self, index: usize) {
        if index < self.sessions.len() {
            self.active = index;
            if let Some(topic) = self.session().source.topic() {
                self.settings.topic = topic.id().to_owned();
            }
        }
    }
}

/// A window narrower or lower than this has its tabs as numbers only.
const SMALL: f32 = 900.0;
const LOW: f32 = 520.0;

/// A part of the window, on its ground.
fn part(ui: &mut Ui, name: &str, rect: Rect, ground: egui::Color32, add: impl FnOnce(&mut Ui)) {
    if !rect.is_positive() {
        return;
    }
    let place = egui::UiBuilder::new().id_salt(name).max_rect(rect);
    let mut ui = ui.new_child(place);
    ui.set_clip_rect(rect.intersect(ui.clip_rect()));
    ui.painter().rect_filled(rect, 0.0, ground);
    add(&mut ui);
}

/// A tab as it was left.
fn session(topic: &'static dyn Topic, settings: &Settings) -> Session {
    let mut session = Session::new(topic);
    if let Some(params) = settings.tab(topic.id()).and_then(|tab| tab.params_of(topic)) {
        session.set_params(params);
    }
    if let Some(tab) = settings.tab(topic.id()).filter(|_| python::IS_THERE) {
        session.set_engine(tab.engine);
    }
    session
}
