//! The window: tabs, run bar, stage, inspector, lanes and transport.
//!
//! Each frame: take in the news of the runs, draw, carry out the commands that drawing answered with. State lives in
//! structs that own their update ([`session::Session`], [`playback::Playback`], [`Settings`]); the app holds them.
//!
//! Invariant: nothing here waits. No lock that a worker takes, no join, no blocking receive, no file.

pub mod allocator;
mod caption;
mod chooser;
pub mod command;
mod controls;
pub mod figures;
mod files;
mod glossary;
mod guess_list;
pub mod guesses;
pub mod guide;
mod inspector;
mod keys;
mod panels;
pub mod picture;
pub mod playback;
mod predict;
#[cfg(unix)]
pub mod program;
pub mod recording;
pub mod report;
mod run_bar;
mod save;
mod search;
pub mod seek;
pub mod session;
mod settings;
mod sidebar;
pub mod source;
mod start;
mod transport;
pub mod window;
mod words;

pub use settings::Settings;

use crate::topics::{ALL, Topic};
use crate::widgets::theme::Theme;
use crate::widgets::{fonts, theme as tokens};
use command::{AnswerCommand, Command, GuideCommand, RunCommand, ViewCommand};
use egui::{CentralPanel, Frame, Margin, Panel, Rect, Ui};
use panels::Share;
use session::{Session, Wake};
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
    lanes: Share,
    wake: Wake,
    time: Option<f64>,
    styled: bool,
    keys_shown: bool,
    guesses_shown: bool,
    guide: guide::GuideState,
    start_shown: bool,
    search: Option<search::Search>,
    /// The parts of the window are to be as large as at first.
    reset: bool,
    /// The word of the glossary that is shown.
    word: Option<&'static str>,
    figures_shown: bool,
    report_shown: bool,
    figures: figures::Figures,
    files: files::Files,
    /// Of the window, in points.
    size: egui::Vec2,
}

impl App {
    /// An app in which nothing has been run.
    pub fn new(settings: Settings) -> Self {
        allocator::keep_what_frames_use();
        let active = ALL.iter().position(|t| t.id() == settings.topic).unwrap_or(0);
        let topics = ALL.iter().map(|topic| session(*topic, &settings));
        #[cfg(unix)]
        let sessions = topics.chain([Session::program()]).collect();
        #[cfg(not(unix))]
        let sessions = topics.collect();
        Self {
            sessions,
            active,
            settings,
            inspector: inspector::Inspector::default(),
            lanes: Share::default(),
            regions: Regions { stage: Rect::ZERO, timeline: Rect::ZERO },
            wake: Arc::new(|| ()),
            time: None,
            styled: false,
            keys_shown: false,
            guesses_shown: false,
            guide: guide::GuideState::default(),
            start_shown: false,
            search: None,
            reset: false,
            word: None,
            figures_shown: false,
            report_shown: false,
            figures: figures::Figures::default(),
            files: files::Files::default(),
            size: egui::Vec2::ZERO,
        }
    }

    /// The function that background threads call when they have news.
    pub fn set_wake(&mut self, wake: Wake) {
        self.wake = wake;
    }

    /// Says what this is, and where to begin.
    pub fn welcome(&mut self) {
        self.start_shown = true;
    }

    /// Shows the tab of a topic.
    pub fn show_topic(&mut self, id: &str) {
        if let Some(index) = self.tab_of(id) {
            self.show_tab(index);
        }
    }

    /// Shows a session in its topic's tab, or in a new one where it has no topic.
    pub fn show(&mut self, session: Session) {
        match session.source.topic().and_then(|topic| self.tab_of(topic.id())) {
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

    /// Shows a session in the tab with this index, whatever its topic.
    pub fn replace_tab(&mut self, index: usize, session: Session) {
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
            let Some(topic) = session.runnable() else { continue };
            let tab = settings.tabs.entry(topic.id().to_owned()).or_default();
            tab.preset = session.params.preset().to_owned();
            tab.params = session.params.to_strings().into_iter().collect();
        }
        settings
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
        let again = self.update(ui.input(|input| input.time));
        let mut commands = keys::commands(ui, self.session(), self.sessions.len(), self.over());
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

    fn over(&self) -> keys::Over {
        keys::Over {
            keys: self.keys_shown,
            search: self.search.is_some(),
            other: self.word.is_some() || self.start_shown,
        }
    }

    /// Opens what was dropped on the window, and shows what was opened.
    fn take_files(&mut self, ui: &Ui) {
        let dropped = ui.input(|input| input.raw.dropped_files.clone());
        for file in dropped {
            let path = file.path().to_owned();
            match path.extension().is_some_and(|end| end == "py") {
                true => self.show_program(&path.to_string_lossy()),
                false => self.files.open(path, &self.wake),
            }
        }
        for news in self.files.news() {
            match news {
                files::News::Opened(session, damage) => {
                    self.show(*session);
                    if let Some(damage) = damage {
                        self.say(&damage);
                    }
                }
                files::News::Said { text, good } => self.figures.say(&text, good),
            }
        }
    }

    /// Shows the tab for a student's own program, with this one chosen.
    pub fn show_program(&mut self, path: &str) {
        let is_for_it = |session: &Session| matches!(session.source, source::Source::Program);
        let Some(index) = self.sessions.iter().position(is_for_it) else { return };
        self.show_tab(index);
        #[cfg(unix)]
        {
            let command = program::ProgramCommand::Path(path.to_owned());
            self.sessions[index].command_program(command, &self.wake);
        }
        #[cfg(not(unix))]
        let _ = path;
    }

    fn style(&mut self, ui: &Ui) {
        let ctx = ui.ctx();
        if !self.styled {
            fonts::install(ctx);
            tokens::apply(ctx);
            self.styled = true;
        }
        let wanted = self.settings.theme();
        if ctx.theme() != wanted {
            ctx.set_theme(wanted);
        }
    }

    /// Takes in news and moves the cursors; answers whether another frame is needed.
    fn update(&mut self, time: f64) -> bool {
        let dt = self.time.map_or(0.0, |before| time - before);
        self.time = Some(time);
        let mut again = false;
        for (index, session) in self.sessions.iter_mut().enumerate() {
            let shown = index == self.active;
            #[cfg(unix)]
            if let Some(program) = session.program.as_mut().filter(|_| shown) {
                program.update(&self.wake);
            }
            let moving = session.update(if shown { dt } else { 0.0 });
            again |= moving && shown;
            if let Some(sought) = session.take_sought() {
                again = true;
                if sought.event.is_some() {
                    self.settings.shown(sought.wanted.owner, &sought.wanted.link.text);
                }
            }
        }
        again
    }

    fn draw(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        if std::mem::take(&mut self.reset) {
            ui.data_mut(|data| data.remove_by_type::<egui::containers::panel::PanelState>());
            self.lanes = Share::default();
        }
        let narrow = ui.available_width() < 1200.0;
        Panel::left("tabs")
            .resizable(false)
            .exact_size(208.0)
            .frame(Frame::new().fill(theme.window))
            .show(ui, |ui| {
                sidebar::show(ui, &self.sessions, self.active, &self.settings, commands);
            });
        Panel::top("run bar")
            .resizable(false)
            .frame(Frame::new().fill(theme.stage).inner_margin(Margin::symmetric(24, 14)))
            .show(ui, |ui| {
                run_bar::show(ui, &self.sessions[self.active], self.guide.shown, commands)
            });
        Panel::right("inspector")
            .default_size(if narrow { 272.0 } else { 360.0 })
            .size_range(240.0..=(0.3 * ui.available_width()).max(272.0))
            .frame(Frame::new().fill(theme.panel))
            .show(ui, |ui| {
                self.inspector.show(ui, &self.sessions[self.active], &self.settings, commands);
            });
        // A guide is about no run.
        if self.guide().is_none() {
            self.lanes(ui, theme, commands);
        }
        if !narrow && chooser::applies(&self.sessions[self.active]) {
            Panel::left("chooser")
                .resizable(false)
                .exact_size(chooser::WIDTH)
                .frame(Frame::new().fill(theme.stage).inner_margin(Margin::symmetric(4, 10)))
                .show(ui, |ui| {
                    chooser::show(ui, &self.sessions[self.active], commands);
                });
        }
        CentralPanel::no_frame().show(ui, |ui| {
            ui.painter().rect_filled(ui.max_rect(), 0.0, theme.stage);
            self.regions.stage = ui.max_rect();
            self.stage(ui, theme, commands);
        });
        if self.guesses_shown {
            guess_list::window(ui, &self.sessions[self.active], &mut self.guesses_shown);
        }
        glossary::window(ui, &self.sessions, &mut self.word, commands);
        if self.start_shown {
            start::window(ui, &mut self.start_shown, commands);
        }
        if let Some(search) = &mut self.search {
            search.show(ui, commands);
        }
        if self.figures_shown {
            figures::window(ui, &self.settings, &mut self.figures_shown, commands);
        }
        if self.report_shown {
            let (sessions, open) = (&self.sessions, &mut self.report_shown);
            report::dialog::window(ui, sessions, &self.settings, open, commands);
        }
        self.figures.notice(ui);
        if self.keys_shown {
            keys::show(ui, &mut self.keys_shown);
        }
    }

    fn show_tab(&mut self, index: usize) {
        if index < self.sessions.len() {
            self.active = index;
            if let Some(topic) = self.session().source.topic() {
                self.settings.topic = topic.id().to_owned();
            }
        }
    }

    fn answer(&mut self, command: AnswerCommand) {
        match command {
            AnswerCommand::Show(wanted) => {
                if let Some(index) = self.tab_of(&wanted.link.topic) {
                    self.word = None;
                    self.show_tab(index);
                    self.sessions[index].show(wanted, &self.wake);
                }
            }
            AnswerCommand::Word(name) => self.word = Some(name),
            command => self.settings.answer(command),
        }
    }

    fn execute(&mut self, command: Command) {
        let session = &mut self.sessions[self.active];
        match command {
            Command::Tab(index) => self.show_tab(index),
            Command::Run(RunCommand::Start) if session.is_running() => {
                self.figures.say("A run is under way here: Esc stops it.", true);
            }
            Command::Run(command) => {
                // What runs is to be seen.
                self.guide.shown &= command != RunCommand::Start;
                session.run(command, &self.wake);
            }
            Command::Guide(command) => self.guided(command),
            #[cfg(unix)]
            Command::Program(command) => session.command_program(command, &self.wake),
            Command::Playback(command) => session.playback(command),
            Command::Timeline(command) => session.timeline(command),
            Command::Select(selection) => session.select(selection),
            Command::Figure(command) => session.figure(command),
            Command::Guess(command) => session.guess(command),
            Command::Jump(jump) => session.jump(jump),
            Command::Answer(command) => self.answer(command),
            Command::SaveFigure(goal) => {
                self.figures.begin(session, self.size, &self.settings, goal, &self.wake);
            }
            Command::SaveRecording => self.files.save(session, &self.settings, &self.wake),
            Command::FigureLook(look) => self.settings.figure = look,
            Command::ReportWords(words) => self.settings.report = words,
            Command::WriteReport => self.files.report(&self.sessions, &self.settings, &self.wake),
            Command::Folder(folder) => self.settings.folder = folder,
            Command::View(ViewCommand::ToggleFigures) => self.figures_shown = !self.figures_shown,
            Command::View(ViewCommand::ToggleReport) => self.report_shown = !self.report_shown,
            Command::View(ViewCommand::ToggleGuesses) => self.guesses_shown = !self.guesses_shown,
            Command::View(ViewCommand::ToggleKeys) => self.keys_shown = !self.keys_shown,
            Command::View(ViewCommand::ToggleStart) => self.start_shown = !self.start_shown,
            Command::View(ViewCommand::ToggleSearch) => {
                self.search = self.search.is_none().then(search::Search::default);
            }
            Command::View(ViewCommand::ResetLayout) => self.reset = true,
            Command::View(command) => self.settings.execute(command),
        }
    }
}

/// The guide.
impl App {
    fn guided(&mut self, command: GuideCommand) {
        match command {
            GuideCommand::Show(shown) => self.guide.shown = shown,
            GuideCommand::Answer { question, answer } => self.guide.answer(question, answer),
            GuideCommand::Program(answers) => self.guide.answers = answers,
            GuideCommand::Run(run) => {
                self.guide.shown = false;
                self.show_topic(run.topic);
                let session = &mut self.sessions[self.active];
                // One run at a time: that of the tab may be under way.
                session.run(RunCommand::Preset(run.preset), &self.wake);
                session.run(RunCommand::Start, &self.wake);
            }
        }
    }
}

/// A tab as it was left.
fn session(topic: &'static dyn Topic, settings: &Settings) -> Session {
    let mut session = Session::new(topic);
    if let Some(params) = settings.tab(topic.id()).and_then(|tab| tab.params_of(topic)) {
        session.set_params(params);
    }
    session
}
