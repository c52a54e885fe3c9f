//! What a student is asked before a run: most often how many, with three ranges to choose from.

mod processes;
mod threads;

use super::outcome::SharingOutcome;
use super::plan::Plan;
use super::programs::Id;
use crate::replay::FindingKind as F;
use crate::replay::words::count;
use crate::topics::Params;
use crate::topics::predict::asks::{Shows, choice, lasts, length, number, order, tally, typed};
use crate::topics::predict::{Question, Seen};
use crate::trace::{
    ActorId, Event, EventKind, Item, Nanos, ResourceId, ResourceKind, WaitEnd, WaitOp,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    threads::question(&plan).or_else(|| processes::question(&plan))
}

/// How long does the work take, nearest to? The first wait for this shows why; in the time of the second answer, times `wanted`, more is asked for.
fn takes(
    text: String,
    answers: [(Duration, &str); 3],
    (op, why): (WaitOp, fn(&Seen<'_>) -> String),
    (then, hint, wanted): (&str, &'static str, f64),
) -> Option<Question> {
    let most = wanted * answers[1].0.as_secs_f64();
    let shows = move |seen: &Seen<'_>| {
        let like =
            |kind: &EventKind| matches!(kind, EventKind::WaitBegan { op: of, .. } if *of == op);
        (why(seen), seen.event_like(like))
    };
    let is_less = move |seen: &Seen<'_>| span(seen).is_some_and(|it| it.as_secs_f64() < most);
    Some(lasts(text, answers, span, shows)?.then(then, hint, is_less))
}

/// How long does it take several that take turns with one lock? In each round it is taken `wide` times, with an idle
/// time after each.
fn under_lock(what: &str, wide: usize, idle: Duration, plan: &Plan) -> Option<Question> {
    let times = (wide * plan.rounds) as u32;
    let (who, work) = (count(plan.workers(), plan.program.who.name()), length(plan.work));
    let text = format!(
        "{who} {what}, {times} times in all, {work} each. How long does it take, nearest to?"
    );
    let answers = [
        ((plan.work + idle) * (times / plan.workers() as u32), "they do it at once"),
        (plan.work * times, "one at a time has the lock"),
        (plan.work * 2 * times, "one at a time, and as long again to hand it over"),
    ];
    let next = ("Change one control so that it takes less than half of that.", "work: 0 s", 0.5);
    takes(text, answers, (WaitOp::Acquire, turns), next)
}

/// How high is a count of several that count together?
fn counted(
    text: String,
    all: usize,
    why: [&'static str; 3],
    hint: &'static str,
) -> Option<Question> {
    let (half, most) = (all / 2, all - 1);
    let texts = [format!("{half} or less"), format!("{} to {most}", half + 1), all.to_string()];
    let question = number(
        text,
        [half, most],
        [0, 1, 2].map(|place| (&*texts[place], why[place])),
        |seen| usize::try_from(outcome(seen)?.count?).ok(),
        Shows::Finding(
            &[F::LostUpdate, F::UnguardedUpdate],
            "Nobody wrote between another’s read and its write this time. Nothing forced that.",
        ),
        None,
    );
    let then = "Change one control so that all are counted. Is the program right then?";
    let question = question.then(then, hint, |seen| {
        outcome(seen).is_some_and(|it| it.count.is_some() && it.count == it.expected)
    });
    (all > 3).then_some(question)
}

/// How often is somebody who waits passed over?
fn passed_over(text: String, hint: &'static str) -> Question {
    let answers = [
        ("never", "there is a line: who comes first is served first"),
        ("once", "somebody may slip in, but not again and again"),
        ("more often", "there is no line: whoever asks when it is free has it"),
    ];
    let times = |seen: &Seen<'_>| Some(outcome(seen)?.passed_over as usize);
    let otherwise = "All were served as they came this time. Nothing promises that.";
    let shows = Shows::Finding(&[F::PassedOver], otherwise);
    let goal = Some(("Change one control so that nobody is passed over.", hint, 0));
    tally(text, [0, 1], answers, times, shows, goal, |_, times, answer| match times {
        0 | 1 => answer.to_owned(),
        times => format!("{times} times"),
    })
}

/// How many turns were taken with what only so many have at once, and how many of these after a wait.
fn turns(seen: &Seen<'_>) -> String {
    let kinds = [ResourceKind::Lock, ResourceKind::Semaphore];
    let all = || kinds.iter().flat_map(|kind| seen.uses(*kind));
    let taken: u64 = all().map(|one| one.acquisitions).sum();
    let waited: u64 = all().map(|one| one.contended).sum();
    format!(
        "Who finds none free waits: it was taken {taken} times, {waited} of these after a wait."
    )
}

fn outcome<'a>(seen: &Seen<'a>) -> Option<&'a SharingOutcome> {
    seen.outcome().ok()
}

/// From the beginning of the first of those who do the work of the program to the end of the last.
fn span(seen: &Seen<'_>) -> Option<Nanos> {
    let state = seen.replay.latest();
    let life = |who| state.actor(who).and_then(|who| Some((who.began?, who.end?.1)));
    let lives: Vec<_> = seen.workers().into_iter().filter_map(life).collect();
    let last = lives.iter().map(|life| life.1).max()?;
    Some(last.since(lives.iter().map(|life| life.0).min()?))
}

/// "both", "all 3".
fn all(number: usize) -> String {
    if number == 2 { "both".to_owned() } else { format!("all {number}") }
}

/// How often somebody was woken by a condition, and waits again before it took anything.
fn woken_in_vain(seen: &Seen<'_>) -> usize {
    let mut woken: BTreeMap<ActorId, ResourceId> = BTreeMap::new();
    let mut vain = 0;
    for event in seen.trace.events() {
        match event.kind {
            EventKind::WaitEnded { res, how: WaitEnd::Woken } => {
                woken.insert(event.actor, res);
            }
            EventKind::ValueChanged { .. } | EventKind::Removed { .. } => {
                woken.remove(&event.actor);
            }
            EventKind::WaitBegan { res, op: WaitOp::Wait } => {
                vain += usize::from(woken.remove(&event.actor) == Some(res));
            }
            _ => {}
        }
    }
    vain
}

/// Asks for nobody to wait even half as long for the flag that is set after a pause.
fn sooner(question: Question, pause: Duration) -> Question {
    let then = "Change one control so that nobody waits even half as long for the flag.";
    question.then(then, "pause: 0.1 s", move |seen| {
        let waits = || seen.uses(ResourceKind::Event).filter_map(|flag| flag.longest_wait);
        waits().all(|wait| wait.lasted.to_duration() * 2 < pause)
    })
}
