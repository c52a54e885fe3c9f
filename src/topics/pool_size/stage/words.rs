//! What the stage says in words.

use super::figure::{Figure, Mode};
use super::is_idle;
use super::looks::digits;
use crate::replay::words::count;
use crate::topics::pool_size::analysis::{self, Base};
use crate::topics::pool_size::outcome;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::trials::Trial;
use crate::trace::Nanos;
use crate::widgets::stage::RunStatus;

/// What the moment is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// In one sentence.
    pub title: String,
    /// What is to be said beside it.
    pub text: String,
}

/// With numbers that stay on a line with their units.
pub fn unbroken(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut after_digit = false;
    for (place, letter) in text.char_indices() {
        let unit = || {
            let word = text[place + 1..].split(|c: char| !c.is_alphabetic()).next();
            ["ns", "µs", "ms", "s"].contains(&word.unwrap_or_default())
        };
        let kept = letter == ' ' && after_digit && unit();
        said.push(if kept { '\u{a0}' } else { letter });
        after_digit = letter.is_ascii_digit();
    }
    said
}

/// Title of the figure, and how to read it.
pub fn heading(figure: &Figure<'_>) -> (String, String) {
    let wanted = figure.wanted();
    let least = figure.least();
    let each = format!("{} each", count(wanted, "trial"));
    let trials = match warm_up(figure) {
        // The cursor is in the middle of the run.
        _ if least < wanted => format!("{least} of {each} up to the cursor"),
        0 => each,
        n => format!("{each} after {n} to warm up"),
    };
    let alone = match figure.alone {
        true => format!(": {} alone", figure.backend.title()),
        false => String::new(),
    };
    match figure.mode {
        Mode::SpeedUp => (
            format!("Speed-up by pool size{}{alone}", relative(figure)),
            format!("{trials}; every dot a trial, line at the median"),
        ),
        _ => (
            format!("Time for the whole job, by pool size{alone}"),
            format!(
                "{trials}; every dot a trial, line at the median, box from quartile to quartile"
            ),
        ),
    }
}

fn warm_up(figure: &Figure<'_>) -> usize {
    figure.view.param("warm_up").parse().unwrap_or(0)
}

fn relative(figure: &Figure<'_>) -> String {
    figure
        .base(figure.backend)
        .map_or_else(String::new, |base| format!(", against {}", base_words(base)))
}

/// What a speed-up is relative to.
pub fn base_words(base: Base) -> String {
    match base.size {
        0 => "one after another".to_owned(),
        n => format!("a pool of {n}"),
    }
}

/// The finding, or what else is to be said now.
pub fn moment(figure: &Figure<'_>) -> Moment {
    let view = figure.view;
    if is_idle(view) && *view.status != RunStatus::Running {
        return match view.status {
            RunStatus::Failed(why) => failed(why),
            _ => idle(figure),
        };
    }
    if let RunStatus::Failed(why) = view.status {
        return failed(why);
    }
    let (least, enough) = (figure.least(), analysis::enough(figure.wanted()));
    let conditions = figure.conditions();
    let finding = match least < enough {
        true => None,
        false => analysis::finding(&figure.cells, &conditions),
    };
    let mut notes = Vec::new();
    if *view.status == RunStatus::Stopped {
        let done = figure.over().count();
        notes.push(format!("Stopped after {done} of {}.", count(all(figure), "trial")));
    }
    let left_out = figure.trials.left_out.as_deref();
    notes.extend(left_out.map(|why| format!("{}.", outcome::left_out(why))));
    // One thing more, the nearest to what the user looks at.
    let peer = finding.as_ref().and_then(|finding| finding.peer.as_deref());
    if let Some(trial) = figure.at_cursor() {
        notes.push(trial_words(figure, trial));
    } else if figure.mode == Mode::SpeedUp && finding.is_some() {
        notes.push(amdahl(figure));
    } else if let Some(peer) = peer {
        notes.push(format!("{peer}."));
    }
    if !conditions.disturbance.forbids_comparison() {
        notes.extend(conditions.disturbance.told().map(|told| format!("{told}.")));
    }
    let title = finding.map(|finding| format!("{}.", finding.said));
    Moment {
        title: title.unwrap_or_else(|| measuring(figure, least, enough)),
        text: notes.join(" "),
    }
}

/// What is said while there is no finding yet.
fn measuring(figure: &Figure<'_>, least: usize, enough: usize) -> String {
    let wanted = figure.wanted();
    let compared = figure.sizes.len() > 1 && analysis::main_of(&figure.backends).is_some();
    match (figure.trials.at(figure.view.now), compared) {
        (_, true) if figure.is_wholly_seen() => {
            format!("Too few trials to compare the sizes: {least} of {wanted} of each.")
        }
        (_, false) if figure.is_wholly_seen() => format!("Too few trials: {least} of {wanted}."),
        (None, _) => "Getting ready: finding out how much work is asked for.".to_owned(),
        (Some(trial), _) if trial.warm_up => "Warming up: these trials are thrown away.".to_owned(),
        (Some(_), true) => format!(
            "Being measured: {least} of {} of each size so far, compared from {enough} on.",
            count(wanted, "trial")
        ),
        (Some(_), false) => {
            format!("Being measured: {least} of {} so far.", count(wanted, "trial"))
        }
    }
}

fn failed(why: &str) -> Moment {
    Moment { title: "The run failed:".to_owned(), text: why.to_owned() }
}

fn idle(figure: &Figure<'_>) -> Moment {
    let sizes: Vec<String> = figure.sizes.iter().map(usize::to_string).collect();
    let titles: Vec<&str> = figure.backends.iter().map(|b| b.title()).collect();
    let numbers = figure.numbers();
    let work = match figure.view.param("work").parse() {
        Ok(0) | Err(_) => String::new(),
        Ok(micros) => format!(", with {} of work each", Nanos::from_micros(micros)),
    };
    let pools = match figure.backends.iter().any(|b| b.has_pools()) {
        true => format!(" on pools of {}", list(&sizes)),
        false => String::new(),
    };
    Moment {
        title: "Does a bigger pool finish sooner?".to_owned(),
        text: format!(
            "Run squares the numbers 1 to {numbers}{pools}{work}: by {}, in turn, {} each.",
            list(&titles),
            count(figure.wanted(), "time")
        ),
    }
}

fn list<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words[..] {
        [] => String::new(),
        [one] => one.to_owned(),
        [ref many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

/// How many trials there are to be that count.
pub fn all(figure: &Figure<'_>) -> usize {
    let pools = figure.backends.iter().filter(|b| b.has_pools()).count();
    let cells = pools * figure.sizes.len() + figure.backends.len() - pools;
    cells * figure.wanted()
}

/// The trial at the cursor.
fn trial_words(figure: &Figure<'_>, trial: &Trial) -> String {
    let name = name(trial);
    match trial.ended.filter(|end| *end <= figure.view.now) {
        Some(_) => format!("At the cursor: {name}: {}.", times(trial)),
        None => format!("Under way: {name}."),
    }
}

/// "trial 3, pool of 4, worker processes".
pub fn name(trial: &Trial) -> String {
    let kind = if trial.warm_up { "warm-up" } else { "trial" };
    let group = group(trial.backend, trial.size);
    format!("{kind} {}, {group}", trial.number)
}

/// "pool of 4, worker processes".
pub fn group(backend: Backend, size: usize) -> String {
    let title = backend.title();
    match backend.has_pools() {
        true => format!("pool of {size}, {title}"),
        false => title.to_owned(),
    }
}

/// Its parts and its total.
pub fn times(trial: &Trial) -> String {
    let [start, map, shutdown] = trial.parts;
    match trial.backend.has_pools() {
        true => format!("start {start}, map {map}, shut down {shutdown}, all {}", trial.total()),
        false => trial.total().to_string(),
    }
}

/// What Amdahl's law says of the backend in view, or why it says nothing.
fn amdahl(figure: &Figure<'_>) -> String {
    if !figure.backend.has_pools() {
        return String::new();
    }
    let backend = figure.backend.short();
    match figure.amdahl(figure.backend) {
        Ok(fit) => {
            let sizes: Vec<String> = fit.sizes.iter().map(usize::to_string).collect();
            let through = match fit.sizes[..] {
                // Two points prove no law.
                [_, _] => format!("sizes {} only", list(&sizes)),
                _ => format!("sizes {}", list(&sizes)),
            };
            let says = match fit.serial_part() {
                part if part < 0.005 => "next to nothing that cannot be divided".to_owned(),
                part => format!(
                    "{:.0} % cannot be divided, so at most {} times as fast as a pool of 1",
                    100.0 * part,
                    digits(1.0 / part)
                ),
            };
            format!("Amdahl's law for {backend}, {through}: {says}.")
        }
        Err(why) => format!("No Amdahl curve for {backend}: {why}."),
    }
}

/// Facts for the inspector.
pub fn facts(figure: &Figure<'_>) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if let Some(trial) = figure.at_cursor() {
        facts.push(("at the cursor".to_owned(), name(trial)));
        if trial.ended.is_some_and(|end| end <= figure.view.now) {
            facts.push(("took".to_owned(), times(trial)));
        }
    }
    for cell in &figure.cells {
        let name = match cell.backend {
            Backend::Sequential => cell.backend.title().to_owned(),
            backend => format!("{}, {}", backend.title(), cell.size),
        };
        let total = format!("{} ± {}", cell.total.median, cell.total.half());
        facts.push((name, total));
    }
    facts
}
