//! The command line: its types, and which function does what.
//!
//! Exit status: 0 done; 1 failed, with one line on standard error; 2 wrong usage, likewise.

mod compare;
#[cfg(unix)]
mod engine;
mod export;
mod inspect;
mod open;
#[cfg(unix)]
mod python;
mod render;
mod report;
mod run;
mod topics;
mod tour;

use crate::export::ExportError;
use crate::export::compare::CompareError;
use crate::export::open::OpenError;
use crate::topics::runner::RunError;
use crate::topics::{ALL, ParamError, Params, Topic};
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// See threads and processes work: really run, recorded, replayed.
#[derive(Debug, Parser)]
#[command(name = "concurrency-lab", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Open the window on this topic
    #[arg(long, value_name = "ID")]
    topic: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the default preset of every topic without a window, into pictures and an index page
    Tour {
        /// Folder for the pictures
        #[arg(short, long, value_name = "DIR", default_value = "concurrency-lab-tour")]
        out: PathBuf,
    },
    /// List the topics with their presets and parameters
    Topics {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Run an experiment without a window and print its outcome
    Run {
        #[command(flatten)]
        experiment: Experiment,
        /// Record it into a file that `open`, `inspect` and `render` take
        #[arg(long, value_name = "FILE.clab")]
        record: Option<PathBuf>,
        /// Replace a recording that is there
        #[arg(long, requires = "record")]
        force: bool,
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Run a Python program, and record what its threads and processes do
    #[cfg(unix)]
    Python(python::PythonArgs),
    /// Open a recording, or a trace of another tool, in the window
    Open {
        /// A recording, or a file in the Chrome trace event format
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Say what a recording, or a trace of another tool, holds
    Inspect {
        /// A recording, or a file in the Chrome trace event format
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// As one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a run or a file as a trace for Perfetto, or as a table
    Export {
        #[command(flatten)]
        experiment: Experiment,
        #[command(flatten)]
        data: export::DataArgs,
    },
    /// Set recordings beside each other: their lanes, and a table of what differs
    Compare(compare::CompareArgs),
    /// Draw one instant of a run or of a recording
    Render {
        #[command(flatten)]
        experiment: Experiment,
        #[command(flatten)]
        picture: render::PictureArgs,
    },
    /// Run topics and write the report: a page, and Markdown with figures
    Report(report::ReportArgs),
}

/// Which experiment, with which parameters.
#[derive(Debug, Default, Args)]
struct Experiment {
    /// Id of the topic, as `topics` lists them, or a file where the command takes one
    topic: String,
    /// The preset to start from (default: the one its tab begins with)
    #[arg(long, value_name = "P")]
    preset: Option<String>,
    /// Set a parameter; may be given more than once
    #[arg(long = "set", value_name = "K=V")]
    sets: Vec<String>,
    /// Stop it after so many seconds
    #[arg(long, value_name = "S", allow_hyphen_values = true)]
    timeout: Option<String>,
    /// What runs it: this program, or Python, which runs the Python listing and is recorded
    #[cfg(unix)]
    #[arg(long, value_enum, default_value_t)]
    engine: Engine,
    /// The Python to run it by (default: of the active virtual environment, or `python3`)
    #[cfg(unix)]
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
}

/// What runs an experiment.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    #[default]
    Rust,
    Python,
}

impl Experiment {
    fn topic(&self) -> Result<&'static dyn Topic, CliError> {
        find(&self.topic)
    }

    /// A topic that can be run, and its parameters.
    fn read(&self) -> Result<(&'static dyn Topic, Params), CliError> {
        #[cfg(unix)]
        if self.python.is_some() && !self.wants_python() {
            let said = "--python says which Python runs it: add --engine python";
            return Err(CliError::Usage(said.to_owned()));
        }
        let topic = self.topic()?;
        let mut params = match &self.preset {
            Some(preset) => topic.preset(preset)?,
            None => topic.default_params(),
        };
        for pair in &self.sets {
            params.set_pair(pair)?;
        }
        topic.refusal(&params).map_or(Ok(()), |why| Err(ParamError::Together(why)))?;
        Ok((topic, params))
    }

    fn timeout(&self) -> Result<Option<Duration>, CliError> {
        let Some(typed) = &self.timeout else {
            return Ok(None);
        };
        let seconds = typed.parse().ok();
        let limit = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let limit = limit.filter(|limit| !limit.is_zero());
        limit.map(Some).ok_or_else(|| CliError::Timeout(typed.clone()))
    }
}

fn find(id: &str) -> Result<&'static dyn Topic, CliError> {
    crate::topics::find(id).ok_or_else(|| CliError::UnknownTopic(id.to_owned()))
}

/// What went wrong, as one sentence.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error("there is no topic `{0}`; the topics are {known}", known = known_topics())]
    UnknownTopic(String),
    #[error(transparent)]
    Param(#[from] ParamError),
    #[error("`{0}` is no time limit; give a number of seconds above 0, such as 30")]
    Timeout(String),
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Run(#[from] RunError),
    #[cfg(unix)]
    #[error(transparent)]
    NoPython(#[from] crate::python::NoInterpreter),
    #[error("{0}")]
    Python(String),
    #[error("the tour is not whole: {0}")]
    Tour(String),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Compare(#[from] CompareError),
    #[error("could not write {path}: {}; choose another place", crate::export::why(source))]
    Write { path: String, source: std::io::Error },
}

impl CliError {
    fn status(&self) -> u8 {
        match self {
            Self::UnknownTopic(_) | Self::Param(_) | Self::Timeout(_) | Self::Usage(_) => 2,
            #[cfg(unix)]
            Self::NoPython(_) => 1,
            Self::Python(_)
            | Self::Run(_)
            | Self::Tour(_)
            | Self::Export(_)
            | Self::Open(_)
            | Self::Compare(_)
            | Self::Write { .. } => 1,
        }
    }
}

fn known_topics() -> String {
    ALL.iter().map(|t| t.id()).collect::<Vec<_>>().join(", ")
}

/// Carries out the command line, prints its output, and returns the exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    // Before anything that costs: worker processes start in a millisecond, and many of them. No user types this.
    #[cfg(unix)]
    if args.get(1).is_some_and(|arg| arg == "worker") {
        return crate::workers::child::main(&args[2..], crate::topics::JOBS);
    }
    #[cfg(unix)]
    if args.get(1).is_some_and(|arg| arg == crate::python::supervisor::COMMAND) {
        return crate::python::supervisor::main(&args[2..]);
    }
    #[cfg(unix)]
    crate::workers::use_this_program();
    crate::record::os::take_limits_as_errors();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &args),
    };
    let done = match cli.command {
        #[cfg(unix)]
        Some(Command::Python(args)) => {
            return python::run(args).unwrap_or_else(|error| fail(&error));
        }
        None => open::run(cli.topic.as_deref()),
        Some(Command::Open { file }) => open::file(&file),
        Some(Command::Inspect { file, json }) => inspect::run(&file, json),
        Some(Command::Tour { out }) => tour::run(&out),
        Some(Command::Topics { json }) => topics::run(json),
        #[cfg(unix)]
        Some(Command::Run { experiment, record, force, json }) if experiment.wants_python() => {
            engine::run(&experiment, json, record.as_deref().map(|path| (path, force)))
        }
        Some(Command::Run { experiment, record, force, json }) => {
            run::run(&experiment, json, record.as_deref().map(|path| (path, force)))
        }
        Some(Command::Export { experiment, data }) => export::run(&experiment, &data),
        Some(Command::Compare(args)) => compare::run(&args),
        Some(Command::Render { experiment, picture }) => render::run(&experiment, &picture),
        Some(Command::Report(report)) => report::run(&report),
    };
    done.map_or_else(|error| fail(&error), |()| ExitCode::SUCCESS)
}

/// Says what went wrong, and answers with the exit status.
fn fail(error: &CliError) -> ExitCode {
    log::error!("{error:?}");
    complain(&one_line(&error.to_string()));
    ExitCode::from(error.status())
}

/// Help and version go to standard output as they are; a mistake becomes one line. What was typed is in it, and may be
/// anything.
fn usage(error: &clap::Error, typed: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        let printed = error.print().and_then(|()| std::io::stdout().flush());
        return match printed {
            // Nobody reads it any more when standard output is closed.
            Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => {
                let error = CliError::Write { path: "to standard output".to_owned(), source };
                complain(&one_line(&error.to_string()));
                ExitCode::from(error.status())
            }
            _ => ExitCode::SUCCESS,
        };
    }
    let mut text = error.to_string();
    for arg in typed {
        let arg = arg.to_string_lossy();
        let value = arg.split_once('=').map_or(&*arg, |(_, value)| value);
        for odd in [&*arg, value].into_iter().filter(|part| part.contains(char::is_control)) {
            text = text.replace(odd, &printable(odd));
        }
    }
    let said = text.lines().next().unwrap_or_default();
    let said = said.strip_prefix("error: ").unwrap_or(said);
    let missing: Vec<&str> =
        text.lines().skip(1).take_while(|l| l.starts_with("  ")).map(str::trim).collect();
    let missing =
        if missing.is_empty() { String::new() } else { format!(" {}", missing.join(" ")) };
    complain(&format!("{}{missing}; `concurrency-lab --help` says how", printable(said)));
    ExitCode::from(2)
}

fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Words of others, whose control characters would do something to a terminal.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// Prints a line. A closed standard output (`| head`) is the reader's wish, not an error.
fn say(text: &str) -> Result<(), CliError> {
    let text = text.split('\n').map(printable).collect::<Vec<_>>().join("\n");
    match writeln!(std::io::stdout(), "{text}") {
        Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CliError::Write { path: "to standard output".to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Refuses to write over a file that is read.
fn apart(out: &Path, read: &Path) -> Result<(), CliError> {
    let same = std::fs::canonicalize(out)
        .is_ok_and(|out| std::fs::canonicalize(read).is_ok_and(|read| read == out));
    if same {
        let out = out.display();
        return Err(CliError::Usage(format!("{out} is what is read: write to another file")));
    }
    Ok(())
}

/// Says what went wrong. Where standard error cannot be written there is nobody to tell.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "concurrency-lab: {text}");
}
