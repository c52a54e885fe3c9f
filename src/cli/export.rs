//! `export`: a run or a file as data.

use super::{CliError, Experiment, apart, complain, say};
use crate::export::data::{Data, Plan, What};
use crate::export::open;
use crate::export::trace_events::Watch;
use crate::replay::{Replay, findings};
use crate::topics::{find, runner};
use crate::trace::RecordedBy;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub struct DataArgs {
    /// Where to write it; a name that ends in .json or .csv, or in .gz after that to pack it
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// What of it (default: the trace for .json, the events for .csv)
    #[arg(long, value_enum)]
    what: Option<What>,
}

pub fn run(experiment: &Experiment, args: &DataArgs) -> Result<(), CliError> {
    let plan = Plan::of(&args.out, args.what).map_err(CliError::Usage)?;
    let (trace, replay, outcome) = match experiment.file() {
        Some(file) => {
            apart(&args.out, file)?;
            let (trace, _, damage) = open::open(file, &Arc::new(Watch::default()))?.trace();
            if let Some(damage) = damage {
                complain(&damage);
            }
            let replay = Replay::new(&trace);
            // What a topic concludes is about its own experiment.
            let topic =
                find(&trace.meta().topic).filter(|_| trace.meta().recorder == RecordedBy::Lab);
            let outcome = topic.map(|topic| topic.outcome(&trace, &replay));
            (trace, replay, outcome)
        }
        #[cfg(unix)]
        None if experiment.wants_python() => {
            let (trace, replay) = experiment.listing_trace()?;
            (trace, replay, None)
        }
        None => {
            let (topic, params) = experiment.read()?;
            let finished = runner::run_to_end(topic, params, experiment.timeout()?)?;
            (finished.trace, finished.replay, Some(finished.result?))
        }
    };
    let findings = findings(&trace, &replay);
    let data =
        Data { trace: &trace, replay: &replay, outcome: outcome.as_ref(), findings: &findings };
    data.save(&args.out, plan)?;
    say(&format!("{}: {}", args.out.display(), plan.what.name()))
}

impl Experiment {
    /// The file that stands in the place of the topic, where one does.
    pub fn file(&self) -> Option<&Path> {
        let path = Path::new(&self.topic);
        let is_file = find(&self.topic).is_none() && (path.extension().is_some() || path.is_file());
        is_file.then_some(path)
    }

    /// Whether a preset, a parameter, or what runs it is given.
    pub fn is_chosen(&self) -> bool {
        #[cfg(unix)]
        if self.wants_python() || self.python.is_some() {
            return true;
        }
        self.preset.is_some() || !self.sets.is_empty()
    }
}
