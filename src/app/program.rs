//! The tab of a student's own program: which one, by which Python and how, what it has written, and its run.

mod bar;
mod console;
mod editor;
mod kept;
mod samples;
mod saved;
mod start;

pub use bar::show as bar;
pub use console::{Console, show as console, unseen};
pub use editor::show as editor;
pub use kept::Kept;
pub use samples::{SAMPLES, Sample, answer_of, sample_of};
pub use start::show as start_page;

use super::later::Later;
use super::pythons::Pythons;
use super::session::Wake;
use crate::python::{
    self, Ending, Interpreter, NoInterpreter, Options, RunHandle, StartMethod, Stdio3, TIME_LIMIT,
};
use crate::record::refused;
use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::task::Poll;
use std::time::Duration;

/// After how many seconds a program is ended where nobody says.
const LIMIT: u32 = TIME_LIMIT.as_secs() as u32;

/// Something the user did about the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramCommand {
    /// Take the program at this path, as it was typed.
    Path(String),
    /// Take one of the samples, by its place.
    Sample(usize),
    /// Its arguments, as a shell would take them.
    Args(String),
    /// Run it by this Python, by its place among those found.
    Interpreter(usize),
    /// Look at another Python, at this path.
    Another(String),
    /// How it starts processes.
    StartMethod(StartMethod),
    /// After how many seconds it is ended; 0: never.
    Limit(u32),
    /// Whether it is run again whenever its file is saved.
    Again(bool),
    /// Show the editor, with this sample in it, or with what is in it already.
    Edit(Option<usize>),
    /// What is in the editor.
    Text(String),
    /// Hide the editor.
    Close,
    /// What is being typed for the program.
    Line(String),
    /// Hand the program what was typed.
    Type,
}

/// A Python that was looked at.
enum Looked {
    /// The user named it.
    Another(Result<Interpreter, NoInterpreter>),
    /// It is that of a virtual environment beside the program, if there is one.
    Beside(Option<Interpreter>),
}

/// A student's program, as it is to be run.
pub struct Program {
    /// Its path, as it was typed.
    pub path: String,
    /// One of the samples in place of that.
    pub sample: Option<usize>,
    /// Its arguments, as they were typed.
    pub args: String,
    /// How it starts processes.
    pub start_method: StartMethod,
    /// After how many seconds it is ended; 0: never.
    pub limit: u32,
    /// Whether it is run again whenever its file is saved.
    pub again: bool,
    /// What was written in the editor.
    pub text: String,
    /// Whether that is what is to be run.
    pub edited: bool,
    /// Whether the editor is shown.
    pub editing: bool,
    /// Programs that were run last, the last one first.
    pub recent: Vec<String>,
    /// The Pythons that were found.
    pub interpreters: Vec<Interpreter>,
    /// The one that is chosen.
    pub chosen: usize,
    /// Why there is none, or why another one is of no use.
    pub trouble: Option<String>,
    /// What the program has written.
    pub console: Console,
    /// What is being typed for the program.
    pub line: String,
    /// How the last run ended.
    pub ending: Option<Ending>,
    /// Whether it is to be run as soon as a Python is found.
    pub wanted: bool,
    looking: Option<Later<Looked>>,
    /// Whether all Pythons of the machine are found.
    is_searched: bool,
    /// The Python that was chosen in an earlier start, until one is chosen in this.
    earlier: String,
    /// Whether the user has chosen one.
    is_picked: bool,
    /// Whether it is that of a virtual environment beside the program, which nobody has chosen.
    is_beside: bool,
    /// Of how many known ones that may be one, when it was looked for last.
    looked_among: usize,
    saves: Option<saved::Saves>,
    /// It was saved and has not been run since.
    saved: bool,
}

impl Default for Program {
    fn default() -> Self {
        Self {
            path: String::new(),
            sample: None,
            args: String::new(),
            start_method: StartMethod::Default,
            limit: LIMIT,
            again: false,
            text: String::new(),
            edited: false,
            editing: false,
            recent: Vec::new(),
            interpreters: Vec::new(),
            chosen: 0,
            trouble: None,
            console: Console::default(),
            line: String::new(),
            ending: None,
            wanted: false,
            looking: None,
            is_searched: false,
            earlier: String::new(),
            is_picked: false,
            is_beside: false,
            looked_among: 0,
            saves: None,
            saved: false,
        }
    }
}

impl Program {
    /// Takes in what is new of its file, and a Python that was looked at.
    pub fn update(&mut self, wake: &Wake) {
        self.watch(wake);
        if self.looking.is_none() && !self.is_beside && self.looked_among < self.interpreters.len()
        {
            self.look_beside(wake);
        }
        let Some(Poll::Ready(looked)) = self.looking.as_ref().map(Later::take) else { return };
        self.looking = None;
        match looked.unwrap_or(Looked::Beside(None)) {
            Looked::Another(Ok(interpreter)) => {
                (self.chosen, self.trouble) = (self.place_of(interpreter), None);
                self.is_beside = false;
            }
            Looked::Another(Err(why)) => self.trouble = Some(why.to_string()),
            Looked::Beside(Some(interpreter)) => {
                let known = self.interpreters.len();
                let place = self.place_of(interpreter);
                if !self.is_picked && self.earlier.is_empty() {
                    (self.chosen, self.is_beside) = (place, place == known);
                }
            }
            Looked::Beside(None) => {}
        }
    }

    /// Takes in the Pythons of the machine, as far as they are found.
    pub(super) fn found(&mut self, pythons: &Pythons) {
        for interpreter in &pythons.found {
            let place = self.place_of(interpreter.clone());
            if interpreter.path.to_string_lossy() == self.earlier {
                self.chosen = place;
                self.earlier.clear();
                self.is_picked = true;
            }
        }
        self.is_searched = !pythons.is_looking();
        if self.interpreters.is_empty() {
            self.trouble.clone_from(&pythons.missing);
        }
    }

    /// The place of a Python among those that are found.
    fn place_of(&mut self, interpreter: Interpreter) -> usize {
        let known = self.interpreters.iter().position(|i| i.path == interpreter.path);
        known.unwrap_or_else(|| {
            self.interpreters.push(interpreter);
            self.interpreters.len() - 1
        })
    }

    fn look(&mut self, wake: &Wake, look: impl FnOnce() -> Looked + Send + 'static) {
        match Later::begin("find python", Some(wake), look) {
            Ok(looking) => self.looking = Some(looking),
            Err(error) => {
                self.trouble =
                    Some(format!("there is no thread to look for Python: {}", refused::why(&error)))
            }
        }
    }

    /// Whether Pythons are looked for.
    pub fn is_looking(&self) -> bool {
        self.looking.is_some() || !self.is_searched
    }

    /// Carries out what the user did; what the program is handed is the answer.
    pub fn execute(&mut self, command: ProgramCommand, wake: &Wake) -> Option<String> {
        match command {
            ProgramCommand::Path(path) => {
                (self.path, self.sample) = (path, None);
                (self.edited, self.editing) = (false, false);
                self.look_beside(wake);
            }
            ProgramCommand::Sample(place) => {
                self.sample = Some(place);
                (self.edited, self.editing) = (false, false);
            }
            ProgramCommand::Limit(seconds) => self.limit = seconds,
            ProgramCommand::Again(again) => self.again = again,
            ProgramCommand::Edit(sample) => {
                if let Some(sample) = sample.and_then(samples::get) {
                    sample.text.clone_into(&mut self.text);
                }
                (self.edited, self.editing) = (true, true);
            }
            ProgramCommand::Text(text) => self.text = text,
            ProgramCommand::Close => self.editing = false,
            ProgramCommand::Args(args) => self.args = args,
            ProgramCommand::Interpreter(place) => {
                (self.chosen, self.is_picked) = (place, true);
                self.is_beside = false;
                self.earlier.clear();
            }
            ProgramCommand::Another(path) => {
                self.is_picked = true;
                self.look(wake, move || {
                    let path = super::save::chosen_folder(&path, || PathBuf::from("python3"));
                    Looked::Another(python::probe(&path))
                });
            }
            ProgramCommand::StartMethod(method) => self.start_method = method,
            ProgramCommand::Line(line) => self.line = line,
            ProgramCommand::Type => {
                let line = format!("{}\n", std::mem::take(&mut self.line));
                self.console.typed(&line);
                return Some(line);
            }
        }
        None
    }

    /// Looks for a virtual environment beside the program. One beside the program before this is not for this one.
    fn look_beside(&mut self, wake: &Wake) {
        if std::mem::take(&mut self.is_beside) && !self.is_picked {
            self.interpreters.remove(self.chosen);
            self.chosen = 0;
        }
        self.looked_among = self.interpreters.len();
        if let Some(script) = self.script().filter(|path| path.extension().is_some()) {
            let known = self.interpreters.clone();
            self.look(wake, move || Looked::Beside(python::of_script(&script, &known)));
        }
    }

    /// The sample that is chosen.
    pub fn sample(&self) -> Option<&'static Sample> {
        self.sample.filter(|_| !self.edited).and_then(samples::get)
    }

    /// What is written here is called so.
    pub fn own_name() -> &'static str {
        "my_program.py"
    }

    /// The path of the user's own file, where that is what is to be run.
    pub fn own(&self) -> Option<PathBuf> {
        self.script().filter(|_| !self.edited && self.sample.is_none())
    }

    /// The path of the program, where it is the user's own.
    fn script(&self) -> Option<PathBuf> {
        let path = self.path.trim().trim_matches('"');
        if path.is_empty() {
            return None;
        }
        let path = super::save::chosen_folder(path, PathBuf::new);
        Some(std::path::absolute(&path).unwrap_or(path))
    }

    /// What is run is called, and the folder that it is run in.
    pub fn name_and_folder(&self) -> Option<(PathBuf, Option<PathBuf>)> {
        if self.edited {
            let is_empty = self.text.trim().is_empty();
            return (!is_empty).then(|| (PathBuf::from(Self::own_name()), None));
        }
        if let Some(sample) = self.sample() {
            return Some((PathBuf::from(sample.name), None));
        }
        let script = self.script()?;
        let folder = script.parent().map(Path::to_owned);
        let name = script.file_name().map_or_else(|| script.clone(), PathBuf::from);
        Some((name, folder))
    }

    /// Why it cannot be run, in a few words.
    pub fn refusal(&self) -> Option<String> {
        if self.name_and_folder().is_none() {
            return Some(
                match self.edited {
                    true => "Write a program first",
                    false => "Open a program first",
                }
                .to_owned(),
            );
        }
        if self.interpreters.is_empty() {
            return Some(match &self.trouble {
                Some(why) => why.clone(),
                None if self.is_looking() => "Looking for Python".to_owned(),
                None => "No Python was found".to_owned(),
            });
        }
        None
    }

    /// What a run would be of.
    pub fn options(&self) -> Option<Options> {
        let (script, folder) = self.name_and_folder()?;
        let interpreter = self.interpreters.get(self.chosen).or(self.interpreters.first())?.clone();
        Some(Options {
            interpreter,
            script,
            args: split(&self.args).into_iter().map(OsString::from).collect(),
            folder,
            own: match self.edited {
                true => Some(Cow::Owned(self.text.clone())),
                false => self.sample().map(|sample| Cow::Borrowed(sample.text)),
            },
            of: None,
            ends_stuck: false,
            start_method: self.start_method,
            since: None,
            time_limit: (self.limit > 0).then(|| Duration::from_secs(self.limit.into())),
            stdio: Stdio3::Piped,
        })
    }

    /// The command of a run, as a terminal would be given it.
    pub fn command(&self) -> String {
        let Some(options) = self.options() else { return String::new() };
        let words = options.command();
        let words: Vec<String> = words.iter().map(|word| quoted(&word.to_string_lossy())).collect();
        words.join(" ")
    }

    /// Starts a run.
    ///
    /// # Errors
    /// It cannot be run, in a sentence.
    pub fn start(&mut self, wake: Wake) -> Result<(Options, RunHandle), String> {
        let refused = || self.refusal().unwrap_or_else(|| "There is nothing to run".to_owned());
        let options = self.options().ok_or_else(refused)?;
        let handle = python::start(options.clone(), move || wake())
            .map_err(|error| format!("there is no thread to run it: {}", refused::why(&error)))?;
        (self.console, self.ending) = (Console::default(), None);
        (self.editing, self.saved) = (false, false);
        if options.own.is_none() {
            self.ran();
        }
        Ok((options, handle))
    }
}

/// Words as a shell takes them: parted by spaces outside of quotes.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('\\', Some('"') | None) => word.get_or_insert_default().extend(chars.next()),
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A word as it is written for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._-/=+:,@%".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, split};

    #[test]
    fn arguments_are_taken_as_by_a_shell() {
        for (text, words) in [
            ("", &[][..]),
            ("  one  two ", &["one", "two"]),
            ("'a b' \"c d\"e ''", &["a b", "c de", ""]),
            ("a\\ b \"x\\\"y\" 'z\\n'", &["a b", "x\"y", "z\\n"]),
            ("\"open", &["open"]),
        ] {
            assert_eq!(split(text), words, "{text}");
            let again: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            assert_eq!(split(&again.join(" ")), words);
        }
    }
}
