//! What this topic says of a moment, and the rows of its lanes.

use super::ThreadsVsProcesses;
use super::analysis::{Cell, Shown, Summary};
use super::figure::Measured;
use super::plan::{Plan, Program};
use super::responsive::ResponsiveOutcome;
use super::trials::{Trial, Trials};
use super::ways::{Kind, Way};
use super::{how_many, isolation};
use crate::replay::words::{agree, capital, count};
use crate::topics::Topic;
use crate::trace::{ActorId, Followed};
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};
use crate::widgets::timeline::{Line, Place, Rows};
use std::sync::Arc;

/// The stage of topic 1: the ways as rows, and the scene of the trial at the cursor.
pub struct WaysStage;

impl Stage for WaysStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        match Program::named(view.param("program")) {
            Program::Isolation => return isolation::moment(view),
            Program::HowMany => return Some(how_many::moment(view)),
            Program::Compare | Program::Responsive => {}
        }
        if let Some((so_far, _)) = beats(view) {
            return Some(so_far.moment(view.is_done()));
        }
        Some(moment(view))
    }

    fn so_far(&self, view: &StageView<'_>) -> Option<String> {
        if Program::named(view.param("program")) != Program::Compare {
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
        Some(&Measured)
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let program = Program::named(view.param("program"));
        if matches!(program, Program::Responsive | Program::Isolation) {
            return None;
        }
        let trials = trials(view);
        let meta = view.trace.meta();
        let mut lines = Vec::new();
        for section in meta.section_ids() {
            let Some(Kind::Way(work, way)) = Kind::of(meta, section) else { continue };
            let places = places(&trials, work, way);
            if !places.is_empty() {
                lines.push(Line::Section(section));
            }
            let place = |(number, actors): (u32, Vec<ActorId>)| match actors[..] {
                [actor] => Line::Actor(actor, Default::default()),
                _ => Line::Place(Place { number, actors }),
            };
            lines.extend((1..).zip(places).map(place));
        }
        let others = meta.actors_where(|actor| actor.section.is_none());
        let others: Vec<ActorId> = others.collect();
        lines.extend(others.into_iter().map(|actor| Line::Actor(actor, Default::default())));
        Some(Rows { lines })
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        if let Some((so_far, _)) = beats(view) {
            let rows = so_far.rows(view, &so_far).rows;
            return rows.into_iter().map(|row| (row.name, row.said)).collect();
        }
        match Program::named(view.param("program")) {
            Program::Isolation => return Vec::new(),
            Program::HowMany => return how_many::facts(view),
            Program::Compare | Program::Responsive => {}
        }
        let (trials, summary) = so_far(view);
        let mut facts = vec![("cores".to_owned(), trials.cores.to_string())];
        facts.extend(about_cpython(&trials).map(|about| ("CPython".to_owned(), about)));
        let ways = summary.cells.iter();
        facts.extend(ways.map(|cell| (cell.way.title().to_owned(), in_words(&summary, cell))));
        facts
    }
}

/// The beats of a run of `responsive` so far, and of all of it.
pub fn beats(view: &StageView<'_>) -> Option<(ResponsiveOutcome, Arc<ResponsiveOutcome>)> {
    let Plan { program, period, .. } = Plan::new(&ThreadsVsProcesses.params_of(view.trace.meta()));
    if program != Program::Responsive {
        return None;
    }
    let whole = view.kept(|whole: &mut ResponsiveOutcome, trace, _| {
        *whole = ResponsiveOutcome::until(period, trace, trace.end());
    });
    let now = view.choice.instant(view.now);
    let so_far = ResponsiveOutcome::until(period, view.trace, now);
    Some((so_far, whole))
}

/// The trials of a view's trace.
pub fn trials(view: &StageView<'_>) -> Arc<Followed<Trials>> {
    view.followed()
}

/// The trials, and what those that are over come to.
pub fn so_far(view: &StageView<'_>) -> (Arc<Followed<Trials>>, Summary) {
    let trials = trials(view);
    let summary = Summary::of(&trials, view.choice.instant(view.now));
    (trials, summary)
}

/// "CPython 3.11.7, start method fork, GIL on", or why it takes no part.
pub fn about_cpython(trials: &Trials) -> Option<String> {
    let about = |[version, method, gil]: &[String; 3]| {
        format!("{version}, start method {method}, GIL {gil}")
    };
    trials.left_out.clone().or(trials.cpython.as_ref().map(about))
}

fn in_words(summary: &Summary, cell: &Cell) -> String {
    let speed = summary.speed_up(cell).filter(|_| cell.way != cell.way.base());
    let speed = speed.map_or_else(String::new, |factor| format!(", {factor:.1} times as fast"));
    let half = cell.wall.half();
    let switches = cell.switches.map_or_else(String::new, |n| format!(", {n} context switches"));
    format!("{} ± {half}{speed}, CPU {}{switches}", cell.wall.median, cell.cpu)
}

/// The workers of a way by place: the first of all trials, the second, and so on.
fn places(trials: &Trials, work: usize, way: Way) -> Vec<Vec<ActorId>> {
    let of = trials.all.iter().filter(|trial| (trial.work, trial.way) == (work, way));
    let most = of.clone().map(|trial| trial.workers.len()).max().unwrap_or(0);
    let at = |place: usize| {
        let workers = of.clone().filter_map(|trial| trial.workers.get(place));
        workers.map(|worker| worker.actor).collect()
    };
    (0..most).map(at).collect()
}

fn moment(view: &StageView<'_>) -> Moment {
    let (trials, Summary { findings: [ours, theirs], .. }) = so_far(view);
    match (ours, trials.at(view.now)) {
        (Some(ours), _) if view.is_done() => {
            let about = about_cpython(&trials).unwrap_or_default();
            let theirs = match theirs {
                Some(theirs) if theirs.shown == Shown::TooFew && trials.left_out.is_none() => {
                    String::new()
                }
                Some(theirs) if trials.left_out.is_some() => {
                    format!(" {about}. Until then: {}.", lower(&theirs.title))
                }
                Some(theirs) => format!(" {about}: {}.", lower(&theirs.title)),
                None if trials.left_out.is_some() => format!(" {about}."),
                None => String::new(),
            };
            Moment::new(ours.title, format!("{}{theirs}", ours.why))
        }
        (_, Some(trial)) => during(trial),
        (_, None) => Moment::new(
            "Nothing is measured yet",
            "What must come out of the tasks is found out first, so that every trial can be checked.",
        ),
    }
}

fn lower(title: &str) -> String {
    let (first, rest) = title.split_at(title.chars().next().map_or(0, char::len_utf8));
    if title.starts_with("CPython") { title.to_owned() } else { first.to_lowercase() + rest }
}

fn during(trial: &Trial) -> Moment {
    let title = capital(&format!("{}, trial {}", trial.way.title(), trial.number));
    let workers = count(trial.workers.len(), "worker");
    Moment::new(title, format!("{} {workers}.", trial.way.what()))
}
