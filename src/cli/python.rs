//! `python`: a student's program, run and recorded without a window.
//!
//! Its own output passes through, and its exit status is this command's (128 and the signal where one killed it, as shells have
//! it). What was found is said on standard error when it is over. With `--json` nothing passes through, and one object has it all:
//! `exit_status`, `signal`, `timed_out`, `stdout`, `stderr` (each up to 10 MB, `cut` with the bytes beyond), `wall_ns`, `actors`,
//! `resources`, `events`, `dropped`, `findings` and `unseen`, sentences about what could not be recorded.

use super::run::{actors, findings_of};
use super::{CliError, complain, one_line, say};
use crate::export::recording::{self, Part, Writer};
use crate::python::{
    Ending, Options, StartMethod, Stdio3, Stream, TIME_LIMIT, Update, chosen_until, start,
};
use crate::replay::{Replay, findings};
use crate::trace::Trace;
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Which program, and how.
#[derive(Debug, Args)]
pub struct PythonArgs {
    /// Print one JSON object, with the program's output in it
    #[arg(long)]
    json: bool,
    /// End it after so many seconds, or `none`
    #[arg(long, value_name = "S", value_parser = time_limit)]
    timeout: Option<Limit>,
    /// The Python to run it by (default: of the active virtual environment, or `python3`)
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
    /// How it starts processes where it does not say
    #[arg(long, value_name = "M", default_value = "default")]
    start_method: StartMethod,
    /// Record it into a file that `open`, `inspect` and `render` take
    #[arg(long, value_name = "FILE.clab")]
    record: Option<PathBuf>,
    /// Leave this out of the recording: `source`, `output`, `values`, or several with commas; it is written when the run is over
    #[arg(long, value_name = "PARTS", value_delimiter = ',', requires = "record")]
    without: Vec<Part>,
    /// Replace a recording that is there
    #[arg(long, requires = "record")]
    force: bool,
    /// The program, and its arguments
    #[arg(
        value_name = "FILE.py",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    program: Vec<OsString>,
}

/// A time limit, or none.
#[derive(Clone, Copy, Debug)]
struct Limit(Option<Duration>);

fn time_limit(text: &str) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit(None));
    }
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let limit = seconds.filter(|limit| !limit.is_zero());
    limit.map(|limit| Limit(Some(limit))).ok_or_else(|| {
        "that is no time limit; give a number of seconds above 0, or `none`".to_owned()
    })
}

/// A program's file, as Python takes it: what begins with a dash is an option to it, whatever stands before.
fn script(word: OsString) -> PathBuf {
    match word.as_encoded_bytes().starts_with(b"-") {
        true => Path::new(".").join(word),
        false => word.into(),
    }
}

pub fn run(args: PythonArgs) -> Result<ExitCode, CliError> {
    let mut words = args.program.into_iter();
    let script = script(words.next().unwrap_or_default());
    let (begun, time_limit) =
        (Instant::now(), args.timeout.map_or(Some(TIME_LIMIT), |limit| limit.0));
    let until = time_limit.and_then(|limit| begun.checked_add(limit));
    let interpreter = chosen_until(args.python.as_deref(), Some(&script), until)?;
    let options = Options {
        interpreter,
        script,
        args: words.collect(),
        folder: None,
        own: None,
        of: None,
        ends_stuck: false,
        start_method: args.start_method,
        time_limit,
        since: Some(begun),
        stdio: if args.json { Stdio3::Captured } else { Stdio3::Inherited },
    };
    // That it cannot be written is found out before anything runs.
    let writer = args.record.as_deref().map(|path| Writer::begin(path, options.meta(), args.force));
    let writer = writer.transpose()?;
    let left_out: BTreeSet<Part> = args.without.into_iter().collect();
    let run = Run::to_the_end(options.clone(), writer.as_ref().filter(|_| left_out.is_empty()))?;
    // What came out is known, whatever became of the file.
    let written = match writer.zip(args.record) {
        Some((writer, path)) => written(&run, &options, writer, &path, &left_out),
        None => Ok(()),
    };
    if args.json {
        say(&run.report().to_string())?;
    }
    if let Some(why) = &run.ending.failure {
        return Err(CliError::Python(why.clone()));
    }
    if args.json {
        return written.map(|()| ExitCode::SUCCESS);
    }
    run.tell_findings();
    let failure = run.failure(&options).filter(|_| run.ending.timed_out);
    if let Some(why) = failure {
        return Err(CliError::Python(why));
    }
    written?;
    let status = match (run.ending.exit_status, run.ending.signal) {
        (Some(status), _) => status,
        (None, signal) => signal.map_or(1, |signal| 128 + signal),
    };
    Ok(ExitCode::from(u8::try_from(status).unwrap_or(1)))
}

/// Completes the recording of a run, without what is to be left out.
fn written(
    run: &Run,
    options: &Options,
    writer: Writer,
    path: &Path,
    left_out: &BTreeSet<Part>,
) -> Result<(), CliError> {
    let ending = recording::Ending { failure: run.failure(options), wall_ns: run.ending.wall.0 };
    if left_out.is_empty() {
        return writer.finish(ending).map_err(CliError::from);
    }
    // Which texts are whose is known when all of it is there.
    let (less, ending) = recording::without(&run.trace, &ending, left_out);
    let emptied = writer.finish(ending.clone());
    let saved = emptied.and_then(|()| recording::save(path, &less, &ending));
    // A recording in which nothing happened is not one of this run; a device stays.
    if saved.is_err() && std::fs::symlink_metadata(path).is_ok_and(|about| about.is_file()) {
        let _ = std::fs::remove_file(path);
    }
    saved.map_err(CliError::from)
}

/// A run that is over.
pub(super) struct Run {
    pub(super) trace: Trace,
    pub(super) replay: Replay,
    pub(super) output: [Vec<u8>; 2],
    pub(super) ending: Ending,
}

impl Run {
    pub(super) fn to_the_end(options: Options, writer: Option<&Writer>) -> Result<Self, CliError> {
        let mut trace = Trace::new(options.meta());
        let mut replay = Replay::new(&trace);
        let mut output = [Vec::new(), Vec::new()];
        let handle = start(options, || ()).map_err(|error| {
            CliError::Python(format!(
                "the program could not be started: {}",
                crate::record::refused::why(&error)
            ))
        })?;
        let ending = loop {
            match handle.next() {
                Some(Update::Batch(batch)) => {
                    if let Some(writer) = writer {
                        writer.add(batch.clone());
                    }
                    let applied = trace.apply(batch);
                    replay.update(&trace, applied.first_changed);
                }
                Some(Update::Output(stream, mut bytes)) => {
                    output[usize::from(stream == Stream::Err)].append(&mut bytes);
                }
                Some(Update::Ended(ending)) => break ending,
                None => {
                    let failure = Some("the run ended without a word".to_owned());
                    break Ending { failure, ..Ending::default() };
                }
            }
        };
        Ok(Self { trace, replay, output, ending })
    }

    /// Why it was not done, in a sentence.
    pub(super) fn failure(&self, options: &Options) -> Option<String> {
        if self.ending.failure.is_some() {
            return self.ending.failure.clone();
        }
        let limit = options.time_limit.filter(|_| self.ending.timed_out)?;
        let (secs, stuck) = (limit.as_secs_f64(), self.trace.stuck().is_some());
        Some(match stuck {
            true => format!("nobody could go on: the program was ended after {secs} s"),
            false => {
                format!("the program was ended after {secs} s; give it more time with --timeout")
            }
        })
    }

    fn tell_findings(&self) {
        for finding in findings(&self.trace, &self.replay) {
            complain(&one_line(&format!(
                "{} ({}): {}",
                finding.kind.id(),
                finding.at,
                finding.sentence
            )));
        }
        for unseen in self.trace.meta().unseen() {
            complain(&one_line(&format!("not seen: {unseen}")));
        }
    }

    pub(super) fn report(&self) -> serde_json::Value {
        let (trace, ending) = (&self.trace, &self.ending);
        let meta = trace.meta();
        let [stdout, stderr] = self.output.each_ref().map(|bytes| String::from_utf8_lossy(bytes));
        let resources = meta.resources.iter().enumerate().map(|(index, resource)| {
            let id = crate::trace::ResourceId::from_index(index);
            json!({ "name": meta.resource_name(id), "kind": resource.kind })
        });
        let mut unseen: Vec<String> = meta.unseen().map(str::to_owned).collect();
        for (stream, cut) in ["output", "errors"].into_iter().zip(ending.cut) {
            if cut > 0 {
                let kept = crate::python::KEPT / 1_000_000;
                unseen.push(format!("of its {stream} {kept} MB are kept; {cut} bytes are cut off"));
            }
        }
        json!({
            "python": format!("{} {}", meta.program.name, meta.program.version),
            "exit_status": ending.exit_status,
            "signal": ending.signal,
            "timed_out": ending.timed_out,
            "failure": ending.failure,
            "wall_ns": ending.wall.0,
            "stdout": stdout,
            "stderr": stderr,
            "cut": { "stdout": ending.cut[0], "stderr": ending.cut[1] },
            "actors": actors(trace, &self.replay),
            "resources": resources.collect::<Vec<_>>(),
            "events": trace.events().len(),
            "dropped": trace.dropped(),
            "findings": findings_of(trace, &self.replay),
            "unseen": unseen,
        })
    }
}
