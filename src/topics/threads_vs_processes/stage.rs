//! What this topic says of a moment, and the rows of its lanes.

use super::analysis::{Cell, Finding, Shown, Summary};
use super::figure::WaysFigure;
use super::plan::Program;
use super::trials::{Trial, Trials};
use super::{how_many, isolation, responsive};
use crate::replay::words::{agree, capital, count};
use crate::topics::cpython::Part;
use crate::trace::{Followed, Meta};
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};
use crate::widgets::timeline::Rows;
use std::sync::Arc;

/// The stage of topic 1: the ways as rows, and the scene of the trial at the cursor.
pub struct WaysStage;

impl Stage for WaysStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        match program(view) {
            Program::Compare => Some(moment(view)),
            Program::Responsive => Some(responsive::moment(view)),
            Program::HowMany => Some(how_many::moment(view)),
            Program::Isolation => isolation::moment(view),
        }
    }

    fn so_far(&self, view: &StageView<'_>) -> Option<String> {
        if program(view) != Program::Compare {
            return None;
        }
        let (trials, Summary { findings: [ours, _], .. }) = so_far(view);
        let over = trials.over(view.now).count();
        let done = format!("{} {} done.", count(over, "trial"), agree(over, "is", "are"));
        Some(match ours.filter(|_| over > 0) {
            Some(finding) => format!("{done} {}.", finding.title),
            None => done,
        })
    }

    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&WaysFigure)
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        if matches!(program(view), Program::Responsive | Program::Isolation) {
            return None;
        }
        Some(trials(view).rows(view.trace.meta()))
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
    let (trials, summary) = so_far(view);
    let mut facts = vec![("cores".to_owned(), trials.cores.to_string())];
    facts.extend(Part::of(view.trace.meta()).about().map(|about| ("CPython".to_owned(), about)));
    let ways = summary.cells.iter();
    facts.extend(ways.map(|cell| (cell.of.way.said().title.to_owned(), in_words(&summary, cell))));
    facts
}

/// The trials of a view's trace.
pub fn trials(view: &StageView<'_>) -> Arc<Followed<Trials>> {
    view.followed()
}

/// The trials, and what those that are over come to.
pub fn so_far(view: &StageView<'_>) -> (Arc<Followed<Trials>>, Summary) {
    let trials = trials(view);
    let summary = Summary::of(view.trace.meta(), &trials, view.choice.instant(view.now));
    (trials, summary)
}

fn in_words(summary: &Summary, cell: &Cell) -> String {
    let speed = summary.speed_up(cell).filter(|_| cell.of.way != cell.of.way.base());
    let speed = speed.map_or_else(String::new, |factor| format!(", {factor:.1} times as fast"));
    let half = cell.wall.half();
    let switches = cell.switches.map_or_else(String::new, |n| format!(", {n} context switches"));
    format!("{} ± {half}{speed}, CPU {}{switches}", cell.wall.median, cell.cpu)
}

fn moment(view: &StageView<'_>) -> Moment {
    let (trials, Summary { findings: [ours, theirs], .. }) = so_far(view);
    match (ours, trials.at(view.now)) {
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
        _ => !(ours.is_disturbed() && theirs.is_disturbed()),
    };
    let theirs = match (theirs.filter(says_more), is_left_out) {
        (Some(theirs), true) => format!(" {about}. Until then: {}.", lower(&theirs.title)),
        (Some(theirs), false) => format!(" {about}: {}.", lower(&theirs.title)),
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

fn lower(title: &str) -> String {
    let (first, rest) = title.split_at(title.chars().next().map_or(0, char::len_utf8));
    if title.starts_with("CPython") { title.to_owned() } else { first.to_lowercase() + rest }
}

fn during(trial: &Trial) -> Moment {
    let title = capital(&format!("{}, trial {}", trial.of.way.said().title, trial.number));
    let workers = count(trial.workers.len(), "worker");
    Moment::new(title, format!("{} {workers}.", trial.of.way.said().what))
}
