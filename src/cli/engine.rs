//! `run TOPIC --engine python`: the Python listing of a preset, run by Python and recorded.
//!
//! With `--json` the object has the fields of a run by this program, as far as they are known (what the trace of a Python program
//! does not tell of the `outcome` is null), and those of the command `python`.

use super::python::Run;
use super::{CliError, Engine, Experiment, printable, say};
use crate::app::engine;
use crate::app::session::Session;
use crate::export::recording::{self, Writer};
use crate::python::{Options, TIME_LIMIT, chosen_until};
use crate::replay::{Replay, findings};
use crate::topics::{Outcome, Params, Topic};
use crate::trace::Trace;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

impl Experiment {
    /// Whether Python is to run it.
    pub fn wants_python(&self) -> bool {
        self.engine == Engine::Python
    }

    /// The topic, its parameters, and how Python runs its program.
    fn listing(&self) -> Result<(&'static dyn Topic, Params, Options), CliError> {
        let (topic, params) = self.read()?;
        let limit = self.timeout()?.unwrap_or(TIME_LIMIT);
        let begun = Instant::now();
        let interpreter = chosen_until(self.python.as_deref(), None, begun.checked_add(limit))?;
        let options = engine::options(topic, &params, interpreter, Some(limit));
        let options = options.map(|options| Options { since: Some(begun), ..options });
        let options = options.ok_or_else(|| {
            CliError::Usage(format!(
                "{} has no Python program for these parameters; leave --engine out",
                topic.id()
            ))
        })?;
        Ok((topic, params, options))
    }

    /// The trace of a run by Python.
    pub fn listing_trace(&self) -> Result<(Trace, Replay), CliError> {
        let (_, _, options) = self.listing()?;
        let ran = Run::to_the_end(options.clone(), None)?;
        ran.failure(&options).map_or(Ok((ran.trace, ran.replay)), |why| Err(CliError::Python(why)))
    }

    /// A tab in which Python has run it.
    pub fn listing_session(&self) -> Result<Session, CliError> {
        let (topic, params, options) = self.listing()?;
        let ran = Run::to_the_end(options.clone(), None)?;
        if let Some(why) = ran.failure(&options) {
            return Err(CliError::Python(why));
        }
        let Run { trace, replay, output, ending } = ran;
        let interpreter = options.interpreter;
        Ok(Session::listing_ran(topic, params, interpreter, (trace, replay), (ending, &output)))
    }
}

/// Runs it; recorded into a file, which may be replaced or not.
pub fn run(
    experiment: &Experiment,
    as_json: bool,
    record: Option<(&Path, bool)>,
) -> Result<(), CliError> {
    let (topic, params, options) = experiment.listing()?;
    // That it cannot be written is found out before anything runs.
    let writer = record.map(|(path, replace)| Writer::begin(path, options.meta(), replace));
    let writer = writer.transpose()?;
    let ran = Run::to_the_end(options.clone(), writer.as_ref())?;
    let failure = ran.failure(&options);
    let ending = recording::Ending { failure: failure.clone(), wall_ns: ran.ending.wall.0 };
    // What came out is known, whatever became of the file.
    let written = writer.map_or(Ok(()), |writer| writer.finish(ending));
    let outcome = topic.outcome(&ran.trace, &ran.replay);
    let outcome = Some(outcome).filter(|outcome| !outcome.is_empty());
    if as_json {
        say(&report(&params, &ran, outcome, failure.as_deref()).to_string())?;
        failure.map_or(Ok(()), |why| Err(CliError::Python(why)))?;
        return written.map_err(CliError::from);
    }
    let headline = super::run::headline(topic, &params);
    say(&format!("{headline} ran in {} by {}", ran.ending.wall, options.interpreter.name))?;
    if ran.trace.stuck().is_some() {
        say("  ended: nobody could go on")?;
    }
    if let Some(status) = ran.ending.exit_status {
        say(&format!("  exit status: {status}"))?;
    }
    let [stdout, stderr] = ran.output.each_ref().map(|bytes| String::from_utf8_lossy(bytes));
    for line in stdout.lines() {
        say(&format!("  | {line}"))?;
    }
    for line in stderr.lines() {
        let _ = writeln!(std::io::stderr(), "  ! {}", printable(line));
    }
    for (field, value) in outcome.iter().flatten() {
        say(&format!("  {field}: {value}"))?;
    }
    for finding in findings(&ran.trace, &ran.replay) {
        say(&format!("  {} ({}): {}", finding.kind.id(), finding.at, finding.sentence))?;
    }
    for unseen in ran.trace.meta().unseen() {
        say(&format!("  not seen: {}", printable(unseen)))?;
    }
    failure.map_or(Ok(()), |why| Err(CliError::Python(why)))?;
    written.map_err(CliError::from)
}

fn report(params: &Params, ran: &Run, outcome: Option<Outcome>, failed: Option<&str>) -> Value {
    let meta = ran.trace.meta();
    let params: Outcome =
        params.iter().map(|(spec, value)| (spec.key.to_owned(), json!(value))).collect();
    let mut report = ran.report();
    if let Some(fields) = report.as_object_mut() {
        fields.insert("topic".to_owned(), json!(meta.topic));
        fields.insert("preset".to_owned(), json!(meta.preset));
        fields.insert("params".to_owned(), json!(params));
        fields.insert("engine".to_owned(), json!(meta.recorder.engine()));
        fields.insert("failed".to_owned(), json!(failed));
        fields.insert("outcome".to_owned(), json!(outcome));
        fields.insert("stuck".to_owned(), json!(ran.trace.stuck().is_some()));
    }
    report
}
