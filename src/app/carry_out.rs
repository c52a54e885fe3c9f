//! Carrying out what the user asked for.

use super::command::{
    AnswerCommand, Command, CompareCommand, FileCommand, GuideCommand, RunCommand,
};
use super::over::Over;
use super::program;
use super::{App, compare};

impl App {
    fn answer(&mut self, command: AnswerCommand) {
        match command {
            AnswerCommand::Show(wanted) => {
                let tab = match wanted.link.sample() {
                    Some(_) => self.program_tab(),
                    None => self.tab_of(&wanted.link.topic),
                };
                if let Some(index) = tab {
                    self.over = Over::Nothing;
                    self.show_tab(index);
                    self.sessions[index].show(wanted, &self.wake);
                }
            }
            AnswerCommand::Word(name) => self.over = Over::Word(name),
            AnswerCommand::Run(topic) => {
                if let (Some(index), Some(sample)) = (self.program_tab(), program::answer_of(topic))
                {
                    self.show_tab(index);
                    self.sessions[index].run_sample(sample, &self.wake);
                }
            }
            command => self.settings.answer(command),
        }
    }

    pub(super) fn execute(&mut self, command: Command) {
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
            Command::FindPython => self.pythons.begin(&self.wake),
            Command::Program(command) => session.command_program(command, &self.wake),
            Command::Playback(command) => session.playback(command),
            Command::Timeline(command) => session.timeline(command),
            Command::Select(selection) => session.select(selection),
            Command::Figure(command) => session.figure(command),
            Command::Guess(command) => session.guess(command),
            Command::Jump(jump) => session.jump(jump),
            Command::Answer(command) => self.answer(command),
            Command::SaveFigure(goal) => self.save_figure(goal),
            Command::SaveRecording => self.save_recording(),
            Command::File(FileCommand::Open(path)) => self.files.open(path, &self.wake),
            Command::File(FileCommand::Export(what, form)) => self.export_data(what, form),
            Command::File(FileCommand::Dismiss(which)) => {
                self.files.dismiss(which.as_deref(), &self.wake);
            }
            Command::Without(parts) => self.settings.without = parts,
            Command::Compare(command) => self.compare(command),
            Command::FigureLook(look) => self.settings.figure = look,
            Command::ReportWords(words) => self.settings.report = words,
            Command::WriteReport => self.write_report(),
            Command::Folder(folder) => self.settings.folder = folder,
            Command::Browse(what) => self.browse(what),
            Command::View(command) => match Over::of(command) {
                Some(window) => self.over.toggle(window),
                None => self.settings.execute(command),
            },
        }
    }
}

/// Comparing.
impl App {
    pub(super) fn compare(&mut self, command: CompareCommand) {
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
