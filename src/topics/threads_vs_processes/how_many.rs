//! `how-many`: the same work by 1, 2, 4 and so on up to 64 threads and processes. Where does more of them gain nothing?

mod curves;
mod figure;

pub use curves::HowManyOutcome;
pub use figure::curves;

use super::plan::Plan;
use super::predict::began;
use super::stage::nothing_yet;
use super::trials::{Cell, Trials};
use super::ways::Way;
use crate::replay::words::{capital, if_any};
use crate::topics::predict::{Judged, Question};
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::StageView;

/// Tasks that wait: each sleeps once.
pub const WAITS: usize = 64;

/// What is shared out. The place of one is the number of the work in [`Trials`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Sleeping.
    Wait,
    /// Counting primes.
    Compute,
}

impl Load {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Wait, Self::Compute];

    /// The ways that are measured. Who waits lets go of a GIL, so that is measured with computing only.
    pub fn ways(self) -> &'static [Way] {
        match self {
            Self::Wait => &[Way::Threads, Way::Processes],
            Self::Compute => &[Way::Threads, Way::Gil, Way::Processes],
        }
    }

    /// All works, each with each of its ways.
    pub fn each() -> impl Iterator<Item = (Self, Way)> {
        Self::ALL.into_iter().flat_map(|load| load.ways().iter().map(move |way| (load, *way)))
    }

    /// Its name in outcomes.
    pub fn id(self) -> &'static str {
        ["wait", "compute"][self as usize]
    }

    /// Its name on screen.
    pub fn title(self) -> &'static str {
        ["tasks that wait", "tasks that compute"][self as usize]
    }
}

/// 1, 2, 4 and so on up to the largest number.
pub fn counts(most: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1), |count| Some(2 * count)).take_while(move |count| *count <= most)
}

fn so_far(view: &StageView<'_>) -> HowManyOutcome {
    let now = view.choice.instant(view.now);
    HowManyOutcome::until(&view.followed::<Trials>(), now)
}

/// What is said of a moment.
pub fn moment(view: &StageView<'_>) -> Moment {
    let outcome = so_far(view);
    match view.followed::<Trials>().at(view.now) {
        _ if view.is_done() => Moment::new(outcome.title(), outcome.why()),
        None => nothing_yet("What must come out"),
        Some(trial) => {
            let load = Load::ALL.get(trial.of.work).map_or("", |load| load.title());
            let text = match trial.of.work {
                0 => format!("{WAITS} tasks that sleep are shared out to them."),
                _ => "The same primes are shared out to them.".to_owned(),
            };
            let title = format!("{}: {}", capital(load), trial.of.way.said().phrase);
            Moment::new(title, format!("{text} At work: {}.", trial.workers.len()))
        }
    }
}

/// The curves as a table.
pub fn facts(view: &StageView<'_>) -> Vec<(String, String)> {
    let outcome = so_far(view);
    let mut facts = vec![("cores".to_owned(), outcome.cores.to_string())];
    for (load, way) in Load::each() {
        let said = |cell: &Cell| format!("{}: {}", cell.workers, cell.wall.median);
        let each: Vec<String> = outcome.curve(load, way).iter().map(said).collect();
        facts.push((format!("{}, {}", load.title(), way.said().title), each.join(", ")));
    }
    facts
}

/// The question before a run.
pub fn question(plan: &Plan) -> Option<Question> {
    let most = counts(plan.most).last().filter(|most| *most >= 16)?;
    let text = format!(
        "The same computing is shared out to 1, 2, 4 and so on up to {most} processes. Up to which number does it get clearly faster?"
    );
    let question = Question::new(text, move |seen| {
        let outcome: &HowManyOutcome = seen.outcome()?;
        let unknown = "There are too few trials to tell, so this run decides nothing.";
        let bend = outcome.measured(Load::Compute, Way::Processes).ok_or(unknown)?;
        let cores = outcome.cores.max(1);
        let waits = if_any(outcome.measured(Load::Wait, Way::Threads).unwrap_or(0), |most| {
            format!(" Waiting needs none: by threads it got faster up to {most}.")
        });
        let note = outcome.disturbance.note();
        Ok(Judged {
            answer: match bend {
                bend if bend <= cores.next_power_of_two() => 0,
                bend if bend < most => 1,
                _ => 2,
            },
            found: format!("up to {bend}"),
            why: format!(
                "Who computes needs a processor, and this program may use {cores}.{waits}{note}"
            ),
            event: began(seen, Load::Compute as usize, Way::Processes),
        })
    });
    let question = question
        .answer("about as many as processors", "who computes needs a processor")
        .answer("several times as many", "while one is off, another goes on")
        .answer(format!("all the way up to {most}"), "more processes, more speed");
    let next = "Change one control so that one process is as fast as any number.";
    Some(question.then(next, "primes below: 1000", |seen| {
        let outcome = seen.outcome::<HowManyOutcome>();
        outcome.is_ok_and(|it| it.bend(Load::Compute, Way::Processes) == Some(1))
    }))
}

#[cfg(test)]
mod tests;
