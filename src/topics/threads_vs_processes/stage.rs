//! What this topic says of a moment, and the rows of its lanes.

use super::analysis::{Cell, Finding, Shown, Summary};
use super::figure::WaysFigure;
use super::plan::Program;
use super::trials::{Trial, Trials};
use super::{how_many, responsive};
use crate::replay::words::{agree, capital, clause, count};
use crate::topics::contention::cores_of;
use crate::topics::cpython::Part;
use crate::topics::multiprocessing::crash_moment;
use crate::trace::Meta;
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};
use crate::widgets::timeline::Rows;

/// The stage of topic 1: the ways as rows, and the scene of the trial at the cursor.
pub struct WaysStage;

impl Stage for WaysStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        match program(view) {
            Program::Compare => Some(moment(view)),
            Program::Responsive => Some(responsive::moment(view)),
            Program::HowMany => Some(how_many::moment(view)),
            Program::Isolation => crash_moment(view, view.is_done()),
        }
    }

    fn so_far(&self, view: &StageView<'_>) -> Option<String> {
        if program(view) != Program::Compare {
            return None;
        }
        let over = view.followed::<Trials>().over(view.now).count();
        let [shown, _] = so_far(view).findings.map(|finding| finding.filter(|_| over > 0));
        let shown = shown.map(|finding| format!(" {}.", finding.title)).unwrap_or_default();
        Some(format!("{} {} done.{shown}", count(over, "trial"), agree(over, "is", "are")))
    }

    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&WaysFigure)
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let has_trials = matches!(program(view), Program::Compare | Program::HowMany);
        has_trials.then(|| view.followed::<Trials>().rows(view.trace.meta()))
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        match program(view) {
            Program::Compare => facts(view),
            Program::Responsive => responsive::facts(view),
            Program::HowMany => how_many::facts(view),
            Program::Isolation => Vec::new(),
        }
    }
}

/// What the run in view is of.
pub fn program(view: &StageView<'_>) -> Program {
    Program::named(view.param("program"))
}

fn facts(view: &StageView<'_>) -> Vec<(String, String)> {
    let (summary, meta) = (so_far(view), view.trace.meta());
    let mut facts = vec![("cores".to_owned(), cores_of(meta).to_string())];
    facts.extend(Part::of(meta).about().map(|about| ("CPython".to_owned(), about)));
    let ways = summary.cells.iter();
    facts.extend(ways.map(|cell| (cell.of.way.said().title.to_owned(), in_words(&summary, cell))));
    facts
}

/// What the trials come to that are over.
pub fn so_far(view: &StageView<'_>) -> Summary {
    let trials = view.followed::<Trials>();
    Summary::of(view.trace.meta(), &trials, view.choice.instant(view.now))
}

fn in_words(summary: &Summary, cell: &Cell) -> String {
    let speed = summary.speed_up(cell).filter(|_| cell.of.way != cell.of.way.base());
    let speed = speed.map_or_else(String::new, |factor| format!(", {factor:.1} times as fast"));
    let switches = cell.switches.map_or_else(String::new, |n| format!(", {n} context switches"));
    format!("{}{speed}, CPU {}{switches}", cell.wall, cell.cpu)
}

fn moment(view: &StageView<'_>) -> Moment {
    let [ours, theirs] = so_far(view).findings;
    match (ours, view.followed::<Trials>().at(view.now)) {
        (Some(ours), _) if view.is_done() => in_the_end(ours, theirs, view.trace.meta()),
        (_, Some(trial)) => during(trial),
        (_, None) => nothing_yet("What must come out of the tasks"),
    }
}

/// What the ways of this program show, and then those of CPython. That times cannot be compared is said once.
pub fn in_the_end(ours: Finding, theirs: Option<Finding>, meta: &Meta) -> Moment {
    let part = Part::of(meta);
    let (about, is_left_out) = (part.about().unwrap_or_default(), part.left_out.is_some());
    let says_more = |theirs: &Finding| match theirs.shown {
        Shown::TooFew => is_left_out,
        _ => [&ours, theirs].iter().any(|finding| finding.shown != Shown::NotCompared),
    };
    let theirs = match (theirs.filter(says_more), is_left_out) {
        (Some(theirs), true) => format!(" {about}. Until then: {}.", clause(&theirs.title)),
        (Some(theirs), false) => format!(" {about}: {}.", clause(&theirs.title)),
        (None, true) => format!(" {about}."),
        (None, false) => String::new(),
    };
    Moment::new(ours.title, ours.why + &theirs)
}

/// What is said before the first trial; `what` is found out then.
pub fn nothing_yet(what: &str) -> Moment {
    let first = format!("{what} is found out first, so that every trial can be checked.");
    Moment::new("Nothing is measured yet", first)
}

fn during(trial: &Trial) -> Moment {
    let title = capital(&format!("{}, trial {}", trial.of.way.said().title, trial.number));
    let workers = count(trial.workers.len(), "worker");
    Moment::new(title, format!("{} {workers}.", trial.of.way.said().what))
}
