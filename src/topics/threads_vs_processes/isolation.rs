//! `isolation`: one of several processes crashes, and one of several threads of one process. The program is that of topic 3.

use super::plan::Plan;
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::topics::multiprocessing::{Multiprocessing, ProcessOutcome, crash_moment, crash_params};
use crate::topics::{Conclusion, Lab, Listing, Params, Question, Topic};
use crate::trace::Trace;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::StageView;

fn params(plan: &Plan) -> Params {
    crash_params(plan.tasks.len(), plan.failure, plan.scale)
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    Multiprocessing.run(&params(plan), lab)
}

/// Its listings.
pub fn listings(plan: &Plan) -> Vec<Listing> {
    Multiprocessing.listings(&params(plan))
}

/// What came out of it.
pub fn conclude(plan: &Plan, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
    Box::new(ProcessOutcome::with(&params(plan), trace, replay))
}

/// What is said of a moment of it.
pub fn moment(view: &StageView<'_>) -> Option<Moment> {
    crash_moment(view, view.is_done())
}

/// The question before it.
pub fn question(plan: &Plan) -> Option<Question> {
    let mut question = Multiprocessing.question(&params(plan))?;
    let many = plan.tasks.len();
    question.text = format!(
        "{many} processes work, and {many} threads of one more process. In each of the two groups one crashes. Who of the others finishes?"
    );
    Some(question)
}
