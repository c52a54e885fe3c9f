//! What this topic says of the end of a run: what became of the exceptions.

use super::figure::Table;
use super::outcome::ErrorOutcome;
use super::table::{self, CPYTHON, Truth};
use crate::replay::section_at;
use crate::replay::words::{agree, capital, count};
use crate::topics::pools;
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};

/// The stage of topic 6: the scene with its journey, and these words.
pub struct ErrorStage;

impl Stage for ErrorStage {
    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&Table)
    }

    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let Some(outcome) = view.outcome::<ErrorOutcome>().filter(|_| view.is_done()) else {
            return match view.param("program") {
                "who-learns" => Some(cell_under_way(view)),
                _ => dead_worker(view),
            };
        };
        let mut said = Vec::new();
        if let (Some((title, sentence)), Some(_)) = (&outcome.fault, view.trace.stuck()) {
            return Some(Moment::stuck(title, sentence));
        }
        if outcome.program == "who-learns" {
            let of = |truth| outcome.cells_that_say(truth);
            let theirs = outcome.cells.iter().filter(|cell| cell.of == CPYTHON).count();
            let title = match theirs {
                0 => format!("Of {} here", count(outcome.cells.len(), "cell")),
                cells => format!("Of {} of CPython", count(cells, "cell")),
            };
            // Of an earlier version's recording is not known where that is.
            let click = match outcome.cells.iter().any(|cell| cell.section.is_some()) {
                true => " Click a cell to see its program run in the lanes.",
                false => "",
            };
            let text = format!(
                "Whoever waits gets an exception in {}, waits for ever in {}; nobody learns of it in {}.{click}",
                of(Truth::Caller),
                of(Truth::Waits),
                of(Truth::Nobody),
            );
            let missing = outcome.left_out.iter().map(|left_out| format!(" {left_out}."));
            return Some(Moment::new(title, text + &missing.collect::<String>()));
        }
        let all = outcome.errors.len();
        let killed: Vec<_> = outcome.ends.iter().filter(|end| end.by_force).collect();
        let signals = outcome.signals.len();
        let handled = outcome.signals.iter().filter(|sent| sent.handled).count();
        let title = match (all, outcome.unheard) {
            (0, _) if signals > 0 => format!("{}, {handled} handled", count(signals, "signal")),
            (0, _) if !killed.is_empty() => {
                format!("No exception, but {} did not end well", count(killed.len(), "process"))
            }
            (0, _) => "No exception".to_owned(),
            (_, 0) => {
                format!("{}, {}handled", count(all, "exception"), if all > 1 { "all " } else { "" })
            }
            (_, unheard) if unheard == all => {
                format!("{}, and nobody handled it", count(all, "exception"))
            }
            (_, unheard) => {
                format!("{}, of which nobody handled {unheard}", count(all, "exception"))
            }
        };
        if let Some((_, sentence)) = &outcome.fault {
            said.push(sentence.clone());
        }
        for cell in &outcome.cells {
            let tool = if cell.column == "map" { "Pool.map" } else { "executor" };
            let fault = match cell.row {
                "kill" => "the same kill",
                "exit" => "the same exit",
                _ => "such an exception",
            };
            said.push(match (cell.truth, &cell.told.caller) {
                (Truth::Caller, Some(error)) => {
                    format!("In CPython’s {tool} {fault} raises {error} in whoever asks.")
                }
                (Truth::Waits, _) => {
                    format!("In CPython’s {tool} whoever asks waits for ever after {fault}.")
                }
                _ => {
                    let [truth, detail, ..] = cell.told.words(cell.row);
                    format!("With {fault}, in CPython’s {tool}: {truth}, {detail}.")
                }
            });
        }
        if all == 0 && !killed.is_empty() {
            let each: Vec<_> =
                killed.iter().map(|end| format!("{}: {}", end.name, end.how)).collect();
            said.push(format!("{}; exitcode tells whoever looks.", capital(&each.join(", "))));
        }
        if let Some(status) = outcome.exit_status {
            let whose = if outcome.ends.is_empty() { "program" } else { "main process" };
            said.push(format!("The {whose} came to its end, with exit status {status}."));
        }
        if !outcome.lost.is_empty() {
            let numbers: Vec<_> = outcome.lost.iter().map(u32::to_string).collect();
            let tasks = agree(numbers.len(), "task", "tasks");
            said.push(format!("Without a result: {tasks} {}.", numbers.join(", ")));
        }
        if let [first, second] = outcome.values[..] {
            let before = outcome.before.map_or_else(String::new, |before| {
                format!(", {} together; before they held {before}", first + second)
            });
            said.push(format!("The accounts hold {first} and {second}{before}."));
        }
        if outcome.program == "retry"
            && let Some(last) = &outcome.last_said
        {
            said.insert(0, format!("It printed last: {last}."));
        }
        Some(Moment::new(title, said.join(" ")))
    }
}

/// The cell of the table that is measured.
fn cell_under_way(view: &StageView<'_>) -> Moment {
    let meta = view.trace.meta();
    let of = |id| {
        let cell = table::numbered(meta.section(id)?.number)?;
        let (began, _) = view.state.section(id).filter(|at| at.ended.is_none())?.began?;
        Some((cell, began))
    };
    match section_at(meta, view.state).and_then(of) {
        Some(((whose, row, column), began)) => {
            let whose = if whose == CPYTHON { "CPython" } else { "This program" };
            let title = format!("{whose}: {row} · {column}");
            let text = format!("It has been under way for {}.", view.now.since(began));
            Moment::new(title, text)
        }
        None => Moment::new("One program after another, a cell for each", ""),
    }
}

/// The last worker that ended in the middle of a task of which nobody has learned the end by now.
fn dead_worker(view: &StageView<'_>) -> Option<Moment> {
    let (meta, state) = (view.trace.meta(), view.state);
    let ended = meta.actors_where(|actor| actor.pool.is_some()).filter_map(|worker| {
        let (end, at) = state.actor(worker)?.end?;
        let pool = meta.actor(worker)?.pool?;
        let task = view.replay.lost_with(pool, worker, at)?.id;
        let mut journeys = state.journeys.kept.iter();
        let is_known = journeys.any(|journey| journey.tasks.contains(&(pool, task)));
        // In a pool that is over the exception is what there is to tell.
        let mut others = meta.actors_where(|actor| actor.pool == Some(pool));
        let goes_on = others.any(|id| state.actor(id).is_some_and(|who| who.end.is_none()));
        let how = pools::died(end)?;
        (!is_known && goes_on).then_some((at, worker, how, pool, task))
    });
    let (_, worker, how, pool, task) = ended.max_by_key(|(at, ..)| *at)?;
    let title = format!("{} {how} in task {}", capital(&meta.actor_name(worker)), task.0);
    let has_failed = state.resource(pool).is_some_and(|at| at.pool.lost.contains(&task));
    let then =
        if has_failed { "The task has failed, and nobody has learned of it yet." } else { "" };
    let text = format!("{} {then}", pools::successor(meta, state, worker));
    Some(Moment { actor: Some(worker), title, text: text.trim().to_owned() })
}
