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
pub mod compare;
mod controls;
mod display;
#[cfg(unix)]
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
mod over;
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
mod settings_file;
mod sidebar;
pub mod source;
mod start;
mod transport;
pub mod window;
mod words;

pub use settings::Settings;

use crate::export::data::{Form, What};
use crate::replay::words::{agree, count};
use crate::topics::{ALL, Topic};
#[cfg(unix)]
use crate::trace::Engine;
use crate::widgets::theme::Theme;
use crate::widgets::{fonts, theme as tokens};
use command::{AnswerCommand, Command, CompareCommand, FileCommand, GuideCommand, RunCommand};
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
    /// The Python that listings are run by.
    #[cfg(unix)]
    python: engine::Look,
    comparing: compare::Comparing,
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
        #[cfg(unix)]
        let sessions = topics.chain([Session::program(&settings.program)]).collect();
        #[cfg(not(unix))]
        let sessions = topics.collect();
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
            #[cfg(unix)]
            python: engine::Look::default(),
            comparing: compare::Comparing::default(),
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

    /// Shows a session in the tab with this index, whatever its topic.
    pub fn replace_tab(&mut self, index: usize, mut session: Session) {
        session.keep_in = self.keep_in.clone();
        #[cfg(unix)]
        if self.python.python != engine::Python::Unknown {
            session.set_python(&self.python.python, &self.wake);
        }
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
            #[cfg(unix)]
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

    /// Opens what was dropped on the window, and shows what was opened.
    fn take_files(&mut self, ui: &Ui) {
        let dropped = ui.input(|input| input.raw.dropped_files.clone());
        for file in dropped {
            let path = file.path().to_owned();
            match path.extension().is_some_and(|end| end == "py") {
                true => self.show_program(&path.to_string_lossy()),
                false if matches!(self.over, Over::Compare) => {
                    self.compare(CompareCommand::Add(path))
                }
                false => self.files.open(path, &self.wake),
            }
        }
        for news in self.files.news() {
            match news {
                files::News::Opened { session, damage, path } => {
                    let is_unsaved = self.files.unsaved.iter().any(|run| run.path == path);
                    if !is_unsaved {
                        self.settings.opened(&path);
                    }
                    self.show(*session);
                    if let Some(damage) = damage {
                        self.say(&damage);
                    }
                }
                files::News::Unsaved(runs) => {
                    if !runs.is_empty() {
                        let number = count(runs.len(), "earlier run");
                        let are = agree(runs.len(), "is", "are");
                        let text =
                            format!("{number} {are} not saved: Open Ctrl O has what is kept.");
                        self.figures.say(&text, true);
                    }
                    self.files.unsaved = runs;
                }
                files::News::Compared(session) => {
                    self.over = Over::Nothing;
                    self.show(*session);
                }
                files::News::Done => {}
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

    /// Takes in news and moves the cursors; answers whether another frame is needed.
    fn update(&mut self, time: f64) -> bool {
        let dt = self.time.map_or(0.0, |before| time - before);
        self.time = Some(time);
        #[cfg(unix)]
        self.look_for_python();
        let mut again = false;
        for (index, session) in self.sessions.iter_mut().enumerate() {
            let shown = index == self.active;
            #[cfg(unix)]
            if let Some(program) = session.program.as_mut().filter(|_| shown) {
                program.update(&self.wake);
                session.run_wanted(&self.wake);
            }
            #[cfg(unix)]
            if let Some(program) = session.program.as_mut().filter(|_| shown)
                && program.wants_again()
            {
                // One run after the other: what runs is stopped first.
                let command = match session.is_running() {
                    true => RunCommand::Stop,
                    false => RunCommand::Start,
                };
                session.run(command, &self.wake);
                again = true;
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

    /// Finds out which Python there is, once a tab is to be run by it.
    #[cfg(unix)]
    fn look_for_python(&mut self) {
        let tabs = self.sessions.iter().filter(|session| session.runnable().is_some());
        if tabs.into_iter().any(|session| session.engine == Engine::Python) {
            self.python.begin(&self.wake);
        }
        if self.python.update() {
            for session in &mut self.sessions {
                session.set_python(&self.python.python, &self.wake);
            }
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
            None => self.lanes_height(left.height()),
            // A guide is about no run.
            Some(_) => 0.0,
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

    fn answer(&mut self, command: AnswerCommand) {
        match command {
            AnswerCommand::Show(wanted) => {
                if let Some(index) = self.tab_of(&wanted.link.topic) {
                    self.over = Over::Nothing;
                    self.show_tab(index);
                    self.sessions[index].show(wanted, &self.wake);
                }
            }
            AnswerCommand::Word(name) => self.over = Over::Word(name),
            #[cfg(unix)]
            AnswerCommand::Run(topic) => {
                let tab = self.sessions.iter().position(|session| session.program.is_some());
                if let (Some(index), Some(sample)) = (tab, program::answer_of(topic)) {
                    self.show_tab(index);
                    self.sessions[index].run_sample(sample, &self.wake);
                }
            }
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
            Command::FindPython => self.python.begin(&self.wake),
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
            Command::File(FileCommand::Open(path)) => self.files.open(path, &self.wake),
            Command::File(FileCommand::Export(what, form)) => {
                self.files.export(session, &self.settings, (what, form), &self.wake);
            }
            Command::File(FileCommand::Dismiss(which)) => {
                self.files.dismiss(which.as_deref(), &self.wake);
            }
            Command::Compare(command) => self.compare(command),
            Command::FigureLook(look) => self.settings.figure = look,
            Command::ReportWords(words) => self.settings.report = words,
            Command::WriteReport => self.files.report(&self.sessions, &self.settings, &self.wake),
            Command::Folder(folder) => self.settings.folder = folder,
            Command::View(command) => match Over::of(command) {
                Some(window) => self.over.toggle(window),
                None => self.settings.execute(command),
            },
        }
    }
}

/// Comparing.
impl App {
    fn compare(&mut self, command: CompareCommand) {
        let session = &mut self.sessions[self.active];
        let done = match command {
            CompareCommand::Toggle => {
                self.over.toggle(Over::Compare);
                Ok(())
            }
            CompareCommand::Keep => self.comparing.keep(session),
            CompareCommand::Add(path) => self.comparing.add(compare::Entry::File(path)),
            CompareCommand::Remove(index) => {
                if index < self.comparing.entries.len() {
                    self.comparing.entries.remove(index);
                }
                Ok(())
            }
            CompareCommand::Start => {
                self.files.compare(self.comparing.chosen(session), &self.wake);
                Ok(())
            }
            CompareCommand::Table(shown) => {
                session.table_shown = shown;
                Ok(())
            }
        };
        if let Err(why) = done {
            self.figures.say(why, false);
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
    #[cfg(unix)]
    if let Some(tab) = settings.tab(topic.id()) {
        session.set_engine(tab.engine);
    }
    session
}
