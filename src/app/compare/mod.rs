//! Runs set beside each other: those that are kept for it, the window that chooses them, and the tab that shows them.

mod view;
mod window;

pub use view::{switch, table};
pub use window::{Comparing, Entry};

use super::recording::Recording;
use super::session::Session;
use super::source::Source;
use crate::export::compare::{self, CompareError, Comparison, Side};
use crate::replay::Finding;
use crate::widgets::stage::RunStatus;
use std::sync::Arc;

/// What a comparison tab shows beside its lanes.
pub struct Compared {
    /// What differs.
    pub table: Comparison,
    /// What each run proves, with the moments in the joined trace.
    pub findings: Vec<Finding>,
}

/// A tab in which runs stand beside each other, each with what it is called.
///
/// # Errors
/// Runs that cannot be compared.
pub fn session(runs: Vec<(String, Session)>) -> Result<Session, CompareError> {
    let params: Vec<Vec<(String, String)>> =
        runs.iter().map(|(_, session)| params(session)).collect();
    let went: Vec<String> = runs.iter().map(|(_, session)| went(session)).collect();
    let called: Vec<&str> = runs.iter().map(|(called, _)| &called[..]).collect();
    let own: Vec<&[(String, String)]> = params.iter().map(Vec::as_slice).collect();
    let names = compare::names(&called, &own);
    let sides = runs.iter().zip(&names).zip(params.iter().zip(&went));
    let sides: Vec<Side<'_>> = sides
        .map(|(((_, session), name), (params, went))| Side {
            name,
            went,
            trace: &session.recording.trace,
            replay: &session.recording.replay,
            made: &session.recording.made,
            params,
            outcome: session.outcome.as_ref(),
            findings: &session.findings,
        })
        .collect();
    let (trace, findings) = compare::join(&sides)?;
    let table = Comparison::of(&sides)?;
    Ok(Session::compared(trace, Arc::new(Compared { table, findings })))
}

/// How a run went.
fn went(session: &Session) -> String {
    let Recording { trace, made, .. } = &session.recording;
    match (&session.status, &made.broke_off) {
        (RunStatus::Failed(why), _) | (_, Some(why)) => format!("broke off: {why}"),
        _ if trace.stuck().is_some() => "ended: nobody could go on".to_owned(),
        (RunStatus::Stopped, _) => "was stopped".to_owned(),
        // Of another tool's trace that is not known.
        _ if made.began == 0 => "not known".to_owned(),
        _ => "to its end".to_owned(),
    }
}

/// What the run of a tab is called beside others of the same topic, or of another one.
pub fn called(session: &Session) -> String {
    let meta = session.recording.trace.meta();
    match &session.source {
        Source::Topic(topic) => format!("{}, {}", topic.about().title, meta.preset),
        Source::Trace(name) => name.clone(),
        Source::Program => meta.listings.first().map_or("My program", |l| &l.file).to_owned(),
        Source::Comparison => "comparison".to_owned(),
    }
}

/// Whether the run of a tab can be set beside others: it is over, and it is one run.
pub fn can_be_kept(session: &Session) -> bool {
    !session.is_running()
        && !session.recording.trace.events().is_empty()
        && session.comparison.is_none()
}

/// The parameters that matter, with their values and units.
fn params(session: &Session) -> Vec<(String, String)> {
    let meta = session.recording.trace.meta();
    let Some(topic) = session.source.topic() else { return meta.params.clone() };
    let params = topic.params_of(meta);
    let matters = params.iter().filter(|(spec, _)| topic.applies(spec.key, &params));
    matters
        .map(|(spec, value)| {
            (spec.key.to_owned(), format!("{value} {}", spec.unit).trim_end().to_owned())
        })
        .collect()
}
