//! What the stage says in words.

use super::figure::{Figure, Mode};
use super::looks::digits;
use crate::replay::words::{capital, count};
use crate::topics::pool_size::analysis::{self, Base, Cell};
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::trials::{Places, Trial};
use crate::trace::Nanos;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::RunStatus;

/// The parts of a trial, as shown.
pub const PARTS: [&str; 3] = ["start", "map", "shut down"];

/// Title of the figure, a shorter one; and how to read it in fewer and fewer words.
pub fn heading(figure: &Figure<'_>) -> ([&'static str; 2], [String; 3]) {
    let (wanted, least) = (figure.wanted(), figure.least());
    let each = format!("{} each", count(wanted, "trial"));
    let warm_up = figure.view.param("warm_up").parse().unwrap_or(0);
    let (trials, warm_up) = match warm_up {
        // The cursor is in the middle of the run.
        _ if least < wanted => (format!("{least} of {each} so far"), String::new()),
        0 => (each, String::new()),
        n => (each, format!(" after {n} to warm up")),
    };
    let of = if figure.alone { format!("{}, ", figure.backend.title()) } else { String::new() };
    let (titles, what, dots) = match figure.mode {
        Mode::Time => (
            ["Time for the whole job, by pool size", "Time by pool size"],
            format!("{of}{trials}"),
            "; every dot a trial, line at the median, box from quartile to quartile",
        ),
        Mode::SpeedUp => {
            let base = figure.base(figure.backend);
            let against = base.map(|base| format!("against {}, ", base_words(base)));
            let against = against.unwrap_or_default();
            (
                ["Speed-up by pool size", "Speed-up"],
                format!("{of}{against}{trials}"),
                "; every dot a trial, line at the median",
            )
        }
        Mode::Table => {
            let what = format!("{}, {trials}", figure.backend.title());
            (["Medians by pool size", "Medians"], what, "")
        }
    };
    (titles, [format!("{what}{warm_up}{dots}"), format!("{what}{warm_up}"), what])
}

/// What a speed-up is relative to.
pub fn base_words(base: Base) -> String {
    match base.size {
        0 => "one after another".to_owned(),
        n => format!("a pool of {n}"),
    }
}

/// The trial at the cursor, and what all trials up to there show.
pub fn moment(figure: &Figure<'_>) -> Moment {
    let (least, enough) = (figure.least(), analysis::enough(figure.wanted()));
    let conditions = figure.conditions();
    let finding = match least < enough {
        true => None,
        false => analysis::finding(&figure.cells, &conditions),
    };
    let live = *figure.view.status == RunStatus::Running;
    let trial = figure.at_cursor().filter(|_| !live);
    if let Some(trial) = trial {
        let now = match trial.ended.filter(|end| *end <= figure.view.now) {
            Some(_) => format!("It took {}.", times(trial)),
            None => "It is under way.".to_owned(),
        };
        let said = match finding {
            Some(finding) => format!("So far: {}.", within(&finding.said)),
            None => measuring(figure, least, enough).text,
        };
        return Moment::new(capital(&name(trial)), format!("{now} {said}"));
    }
    let mut moment = match &finding {
        Some(finding) => Moment::new(&*finding.title, finding.to_string()),
        None => measuring(figure, least, enough),
    };
    for note in notes(figure) {
        moment.text = format!("{} {note}", moment.text);
    }
    moment
}

/// What is said after a colon: a name keeps its capital.
fn within(said: &str) -> String {
    match said.strip_prefix("Other ") {
        Some(rest) => format!("other {rest}"),
        None => said.to_owned(),
    }
}

/// What is said of a run that was stopped: the finding only where enough trials are over, and of how many it is.
pub fn so_far(figure: &Figure<'_>) -> String {
    let (least, wanted) = (figure.least(), figure.wanted());
    let finding = match least < analysis::enough(wanted) {
        true => None,
        false => analysis::finding(&figure.cells, &figure.conditions()),
    };
    let said = match finding {
        Some(finding) => {
            let of = count(wanted, "trial");
            format!("From {least} of {of} of each size, which say less than all of them: {finding}")
        }
        None => measuring(figure, least, usize::MAX).text,
    };
    notes(figure).fold(said, |said, note| format!("{said} {note}"))
}

/// Why CPython takes no part, and that trials were disturbed.
fn notes(figure: &Figure<'_>) -> impl Iterator<Item = String> {
    let left_out = figure.part.left_out.clone();
    let disturbance = figure.conditions().disturbance;
    let disturbed = disturbance.told().filter(|_| !disturbance.forbids_comparison());
    [left_out, disturbed].into_iter().flatten().map(|note| format!("{note}."))
}

/// What is said while there is no finding yet.
fn measuring(figure: &Figure<'_>, least: usize, enough: usize) -> Moment {
    let wanted = count(figure.wanted(), "trial");
    let compared = figure.sizes.len() > 1 && analysis::main_of(&figure.backends).is_some();
    let of = if compared { " of each size" } else { "" };
    match figure.trials.at(figure.view.now) {
        _ if figure.is_wholly_seen() => Moment::new(
            "Too few trials to conclude anything",
            format!("{least} of {wanted}{of}: nothing is concluded from so few."),
        ),
        None if figure.view.followed::<Places>().python.is_some()
            && figure.part.left_out.is_none() =>
        {
            Moment::new(
                "Waiting for CPython",
                "python3 starts, and finds out how much work is asked for.",
            )
        }
        None => Moment::new("Getting ready", "Finding out how much work is asked for."),
        Some(trial) if trial.warm_up => Moment::new("Warming up", "These trials are thrown away."),
        Some(_) if compared => Moment::new(
            "Measuring",
            format!(
                "{least} of {wanted} of each size so far. From {enough} on the sizes are compared."
            ),
        ),
        Some(_) => Moment::new("Measuring", format!("{least} of {wanted} so far.")),
    }
}

/// "trial 3, pool of 4, worker processes".
pub fn name(trial: &Trial) -> String {
    let kind = if trial.warm_up { "warm-up" } else { "trial" };
    let group = group(trial.of.backend, trial.of.size);
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
    let [start, map, shutdown] = trial.parts();
    match trial.of.backend.has_pools() {
        true => format!("{}: start {start}, map {map}, shut down {shutdown}", trial.wall()),
        false => trial.wall().to_string(),
    }
}

/// Its parts, each in a line of its own.
pub fn parts(parts: [Nanos; 3]) -> String {
    PARTS.into_iter().zip(parts).map(|(name, time)| format!("\n{name} {time}")).collect()
}

/// What Amdahl's law says of the backend in view, or why it says nothing.
pub fn amdahl(figure: &Figure<'_>) -> String {
    let backend = figure.backend.short();
    match figure.amdahl(figure.backend) {
        Ok(fit) => {
            let sizes: Vec<String> = fit.sizes.iter().map(usize::to_string).collect();
            // Two points prove no law.
            let only = if sizes.len() == 2 { " only" } else { "" };
            let through = format!("sizes {}{only}", sizes.join(", "));
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

/// What the line below the speed-ups says: of Amdahl's law, and why some are left out.
pub fn below(figure: &Figure<'_>) -> String {
    let (said, compared, cells) = (amdahl(figure), &figure.compared, &figure.cells);
    let is_left_out = |cell: &&Cell| compared.speed_up(cells, cell).is_none();
    let mine = cells.iter().filter(|cell| cell.backend == figure.backend);
    match mine.filter(is_left_out).count() {
        0 => said,
        _ if compared.why_not(figure.backend).is_some() => {
            format!("{said} So speed-ups (–) are left out, too.")
        }
        _ => format!("{said} –: {}.", analysis::UNCLEAR),
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
        facts.push((name, cell.total.to_string()));
    }
    facts
}
