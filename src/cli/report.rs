//! `report`: runs and recordings as a report.

use super::{CliError, Experiment, say};
use crate::app::report::{self, Chapter, Heading, Report, quoted};
use crate::app::session::Session;
use crate::export::open as files;
use crate::export::trace_events::Watch;
use crate::topics::ALL;
use crate::topics::runner;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Topics, each with a preset after a slash if not its default, and recordings; by default all topics
    #[arg(value_name = "TOPIC[/PRESET]|FILE.clab")]
    of: Vec<String>,
    /// Folder for the report
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Its title
    #[arg(long, value_name = "TEXT", default_value = report::TITLE)]
    title: String,
    /// Who hands it in
    #[arg(long, value_name = "TEXT", default_value = "")]
    author: String,
    /// For which course
    #[arg(long, value_name = "TEXT", default_value = "")]
    course: String,
    /// Set a parameter of every topic that has it; may be given more than once
    #[arg(long = "set", value_name = "K=V")]
    sets: Vec<String>,
    /// Stop each run after so many seconds
    #[arg(long, value_name = "S", allow_hyphen_values = true)]
    timeout: Option<String>,
    /// Replace a report that is there
    #[arg(long)]
    force: bool,
}

pub fn run(args: &ReportArgs) -> Result<(), CliError> {
    let all: Vec<String> = ALL.iter().map(|topic| topic.id().to_owned()).collect();
    let of = if args.of.is_empty() { &all } else { &args.of };
    // What can be wrong with the words is found out before anything runs.
    let mut experiments = Vec::new();
    for word in of {
        experiments.push(if is_recording(word) { None } else { Some(experiment(word, args)?) });
    }
    check_sets(args, experiments.iter().flatten())?;
    let folder = report::check(&args.out, args.force)?;
    let mut chapters = Vec::new();
    for (word, experiment) in of.iter().zip(&experiments) {
        let session = match experiment {
            Some(experiment) => run_one(experiment)?,
            None => open(word)?,
        };
        chapters.push(Chapter::of(session)?);
        say(&format!("{} of {}: {word}", chapters.len(), of.len()))?;
    }
    let heading = Heading {
        title: args.title.clone(),
        author: args.author.clone(),
        course: args.course.clone(),
        command: command(args),
    };
    let written = report::write(&Report { heading, chapters }, &folder)?;
    for path in written.iter().take(2) {
        say(&path.display().to_string())?;
    }
    Ok(())
}

fn is_recording(word: &str) -> bool {
    Path::new(word).extension().is_some()
}

/// The run that a word asks for.
fn experiment(word: &str, args: &ReportArgs) -> Result<Experiment, CliError> {
    let (topic, preset) = match word.split_once('/') {
        Some((topic, preset)) => (topic, Some(preset.to_owned())),
        None => (word, None),
    };
    let (topic, timeout) = (topic.to_owned(), args.timeout.clone());
    let mut experiment = Experiment { topic, preset, timeout, ..Experiment::default() };
    let topic = experiment.topic()?;
    let has = |pair: &&String| {
        let key = pair.split('=').next().unwrap_or_default();
        topic.about().params.iter().any(|spec| spec.key == key)
    };
    experiment.sets = args.sets.iter().filter(has).cloned().collect();
    experiment.read()?;
    experiment.timeout()?;
    Ok(experiment)
}

/// A parameter that no topic has is a mistake.
fn check_sets<'a>(
    args: &ReportArgs,
    experiments: impl Iterator<Item = &'a Experiment> + Clone,
) -> Result<(), CliError> {
    for pair in &args.sets {
        if !experiments.clone().any(|experiment| experiment.sets.contains(pair)) {
            return Err(CliError::Usage(format!("`{pair}` sets no parameter of these topics")));
        }
    }
    Ok(())
}

fn run_one(experiment: &Experiment) -> Result<Session, CliError> {
    let (topic, params) = experiment.read()?;
    let finished = runner::run_to_end(topic, params.clone(), experiment.timeout()?)?;
    match finished.result {
        Err(error) => Err(error.into()),
        Ok(_) => Ok(Session::finished(topic, params, finished)),
    }
}

fn open(file: &str) -> Result<Session, CliError> {
    let path = Path::new(file);
    let (trace, made, damage) = files::open(path, &Arc::new(Watch::default()))?.trace();
    if let Some(damage) = damage {
        super::complain(&damage);
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut session = Session::recorded(&name, trace);
    session.recording.made = made;
    Ok(session)
}

/// The command that makes the report again.
fn command(args: &ReportArgs) -> String {
    let mut words = vec!["concurrency-lab".to_owned(), "report".to_owned()];
    words.extend(args.of.iter().map(|word| quoted(word)));
    for pair in &args.sets {
        words.extend(["--set".to_owned(), quoted(pair)]);
    }
    // There the report that says so is in its way.
    words.extend(["-o".to_owned(), quoted(&args.out.display().to_string()), "--force".to_owned()]);
    for (option, text) in
        [("--title", &args.title), ("--author", &args.author), ("--course", &args.course)]
    {
        if !text.is_empty() && text != report::TITLE {
            words.extend([option.to_owned(), quoted(text)]);
        }
    }
    words.join(" ")
}
