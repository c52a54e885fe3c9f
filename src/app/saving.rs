//! Saving: what is shown at the instant at which it is asked for, wherever that is chosen then.

use super::command::FigureGoal;
use super::picture::Format;
use super::{App, figures, files, report};
use crate::export::data::{Form, What};
use crate::export::recording::EXTENSION;
use std::path::Path;

impl App {
    pub(super) fn save_figure(&mut self, goal: FigureGoal) {
        let session = &self.sessions[self.active];
        let Some(wanted) = self.figures.wanted(session, self.size, &self.settings) else { return };
        if goal == FigureGoal::Clipboard {
            return self.figures.begin(wanted, None, &self.wake);
        }
        let extension = wanted.format.extension();
        let files = match wanted.format {
            Format::Png => ("PNG pictures", &["png"][..]),
            Format::Svg => ("SVG pictures", &["svg"][..]),
            Format::Pdf => ("PDF pages", &["pdf"][..]),
        };
        let name = format!("{}.{extension}", wanted.name);
        self.save_as("Save a figure", files, name, |app, place| {
            app.figures.begin(wanted, Some(place), &app.wake);
        });
    }

    pub(super) fn save_recording(&mut self) {
        let session = &self.sessions[self.active];
        if let Some(why) = session.refuses_copy() {
            return self.files.say(why);
        }
        let (shown, kept) = (session.shown(), session.kept().map(Path::to_owned));
        if shown.is_empty() {
            return self.files.say("There is nothing to save yet: run something first.");
        }
        let name = format!("{}.{EXTENSION}", figures::plain(shown.name()));
        self.save_as("Save the recording", ("Recordings", &[EXTENSION]), name, |app, place| {
            let left_out = app.settings.without.clone();
            app.files.save((shown, kept), left_out, place, &app.wake);
        });
    }

    pub(super) fn export_data(&mut self, what: What, form: Form) {
        let session = &self.sessions[self.active];
        if let Some(why) = session.refuses_copy() {
            return self.files.say(why);
        }
        let shown = session.shown();
        if shown.is_empty() {
            return self.files.say("There is nothing to export yet: run something first.");
        }
        let files = match files::data_ending(what, form) {
            "csv" => ("Tables", &["csv"][..]),
            "json" => ("JSON", &["json"][..]),
            _ => ("Traces", &["json.gz"][..]),
        };
        let name = format!("{}.{}", files::data_name(&shown, what), files.1[0]);
        self.save_as("Export data", files, name, move |app, place| {
            app.files.export(shown, (what, form), place, &app.wake);
        });
    }

    pub(super) fn write_report(&mut self) {
        let words = self.settings.report.clone();
        let shown = report::dialog::shown(&self.sessions, words.guesses);
        self.save_in("Folder for the report", |app, place| {
            app.files.report(shown, words, place, &app.wake);
        });
    }
}
