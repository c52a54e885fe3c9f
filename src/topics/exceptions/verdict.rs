//! What this topic says of the end of a run: what became of the exceptions.

use super::figure::Table;
use super::outcome::ErrorOutcome;
use super::table::{CPYTHON, Truth};
use crate::replay::words::{agree, capital, count};
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
        let outcome = view.outcome::<ErrorOutcome>().filter(|_| view.is_done())?;
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
            (_, 0) => format!("{}, and handled", count(all, "exception")),
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
