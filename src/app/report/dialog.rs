//! The choices of a report, in a window: of which runs, and what stands at its head.

use super::folder::PAGE;
use super::{Chapter, Heading, Report, check, quoted, write};
use crate::app::command::{Command, ViewCommand};
use crate::app::controls::{Weight, button, choice};
use crate::app::files::Place;
use crate::app::guess_list;
use crate::app::session::{Session, Shown};
use crate::app::settings::Settings;
use crate::replay::words::count;
use crate::widgets::theme::Theme;
use egui::{Align2, RichText, Ui, vec2};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What the user wrote for the head of reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// Its title.
    pub title: String,
    /// Who hands it in.
    pub author: String,
    /// For which course.
    pub course: String,
    /// Whether the guesses are in them.
    pub guesses: bool,
}

impl Default for Words {
    fn default() -> Self {
        let (title, author) = (super::TITLE.to_owned(), String::new());
        Self { title, author, course: String::new(), guesses: false }
    }
}

/// Whether a tab has something to report: a run that is over.
fn has_run(session: &Session) -> bool {
    !session.is_running() && !session.recording.trace.events().is_empty()
}

/// What a tab shows, and what was guessed there, as it is told.
pub type Reported = (Shown, Vec<[String; 3]>);

/// What the tabs with a run show, with the guesses if they are wanted.
pub fn shown(sessions: &[Session], guesses: bool) -> Vec<Reported> {
    let told = |session: &Session| {
        let all = session.guesses.all().iter().filter(|_| guesses);
        (session.shown(), all.map(guess_list::reported).collect())
    };
    sessions.iter().filter(|session| has_run(session)).map(told).collect()
}

/// A run, as "Lock and list (contended)".
fn name(session: &Session) -> String {
    let (title, preset) = (session.source.title(), &session.recording.trace.meta().preset);
    if preset.is_empty() { title.to_owned() } else { format!("{title} ({preset})") }
}

/// Names of runs, of many only some.
fn in_few(mut names: Vec<String>) -> String {
    const MOST: usize = 4;
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    if more > 0 {
        names.push(count(more, "more run"));
    }
    names.join(", ")
}

/// Draws the choices. `into` is the folder, where nobody is asked for a place.
pub fn window(
    ui: &Ui,
    (sessions, settings): (&[Session], &Settings),
    into: Option<PathBuf>,
    open: &mut bool,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let mut words = settings.report.clone();
    let names: Vec<String> = sessions.iter().filter(|one| has_run(one)).map(name).collect();
    let runs = names.len();
    let frame = egui::Window::new("Report").open(open).collapsible(false).resizable(false);
    frame.anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).show(ui.ctx(), |ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 10.0);
        ui.set_max_width(460.0);
        let said = match runs {
            0 => "There is no run yet: a report is of the runs in the tabs.".to_owned(),
            _ => format!(
                "Of {}: a page for the browser and for print, and Markdown with figures, in a new folder{}.",
                in_few(names),
                match into {
                    Some(into) => format!(" in {}", into.display()),
                    None => "; where, you are asked then".to_owned(),
                }
            ),
        };
        ui.label(RichText::new(said).font(theme.body()).color(theme.muted));
        egui::Grid::new("report").num_columns(2).spacing([18.0, 10.0]).show(ui, |ui| {
            for (name, text) in [
                ("Title", &mut words.title),
                ("Author", &mut words.author),
                ("Course", &mut words.course),
            ] {
                let label = ui.label(RichText::new(name).font(theme.small()).color(theme.muted));
                let edit = egui::TextEdit::singleline(text).desired_width(320.0);
                ui.add(edit).labelled_by(label.id);
                ui.end_row();
            }
            ui.label(RichText::new("My guesses").font(theme.small()).color(theme.muted));
            ui.horizontal(|ui| {
                for (shown, name) in [(false, "Left out"), (true, "In it")] {
                    let choice = choice(ui, name, words.guesses == shown);
                    let said = "What was guessed before the runs, and what they said.";
                    if choice.on_hover_text(said).clicked() {
                        words.guesses = shown;
                    }
                }
            });
            ui.end_row();
        });
        if button(ui, "Write report", "", Weight::Plain, runs > 0).clicked() {
            commands.push(Command::WriteReport);
            commands.push(Command::View(ViewCommand::ToggleReport));
        }
    });
    if words != settings.report {
        commands.push(Command::ReportWords(words));
    }
}

/// Writes a report of what tabs show into a new folder. Answers with a sentence, and whether all is well.
pub fn written(shown: Vec<Reported>, words: &Words, to: &Place) -> (String, bool) {
    let folder = to.folder();
    let name = "concurrency-lab-report";
    let numbered = (2..1_000).map(|number| folder.join(format!("{name}-{number}")));
    let mut folders = std::iter::once(folder.join(name)).chain(numbered);
    let place = folders.find(|path| !path.exists()).unwrap_or_else(|| folder.join(name));
    let of: Vec<String> =
        shown.iter().map(|(shown, _)| shown.name().replacen(' ', "/", 1)).collect();
    let of: Vec<String> = of.iter().map(|word| quoted(word)).collect();
    let heading = Heading {
        title: words.title.clone(),
        author: words.author.clone(),
        course: words.course.clone(),
        command: format!("concurrency-lab report {} -o report", of.join(" ")),
    };
    let chapter = |(shown, guesses): Reported| {
        Chapter::of(shown.session()).map(|chapter| chapter.with_guesses(guesses))
    };
    let chapters = shown.into_iter().map(chapter);
    let report = chapters.collect::<Result<_, _>>().map(|chapters| Report { heading, chapters });
    let report = report.and_then(|report| write(&report, &check(&place, false)?));
    match report {
        Ok(_) => (to.said(&place.join(PAGE)), true),
        Err(error) => {
            (format!("There is no report: {error}. Figure F12 chooses the folder."), false)
        }
    }
}
