//! What a student is asked before a run: most often how many, with three ranges to choose from.

mod processes;
mod threads;

use super::outcome::SharingOutcome;
use super::plan::Plan;
use super::programs::Who;
use crate::replay::{FindingKind, ResourceStats, findings};
use crate::topics::Params;
use crate::topics::predict::{Judged, Question, Seen, nearest};
use crate::trace::{ActorId, EventKind, Nanos, ResourceId, ResourceKind, Role, WaitEnd, WaitOp};
use std::collections::BTreeMap;
use std::time::Duration;

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    threads::question(&plan).or_else(|| processes::question(&plan))
}

/// An answer, and the reasoning that leads to it.
type Answer<'a> = (&'a str, &'a str);

/// What is asked for next, a hint, and the answer that is to come true.
type Goal = Option<(&'static str, &'static str, usize)>;

/// What shows why it was so.
enum Shows {
    /// A finding of one of these kinds, in its own words; where there is none, these words.
    Finding(&'static [FindingKind], &'static str),
    /// The first event that is like this, and these words.
    First(fn(&EventKind) -> bool, &'static str),
    /// This event, and these words.
    At(fn(&Seen<'_>) -> Option<usize>, &'static str),
}

/// Why nobody could go on.
const STUCK: &[FindingKind] = &[
    FindingKind::Deadlock,
    FindingKind::SelfDeadlock,
    FindingKind::LostNotification,
    FindingKind::LockLeftHeld,
    FindingKind::UndrainedQueue,
    FindingKind::MissingSentinel,
    FindingKind::MissingTaskDone,
];

impl Shows {
    fn of(&self, seen: &Seen<'_>) -> (String, usize) {
        match self {
            Self::Finding(kinds, otherwise) => {
                let mut all = findings(seen.trace, seen.replay).into_iter();
                let found = all.find(|finding| kinds.contains(&finding.kind));
                let otherwise = || ((*otherwise).to_owned(), seen.last());
                found.map_or_else(otherwise, |finding| (finding.sentence, finding.event))
            }
            Self::At(event, why) => ((*why).to_owned(), event(seen).unwrap_or(seen.last())),
            Self::First(like, why) => ((*why).to_owned(), seen.event_like(like)),
        }
    }
}

/// How many? The first answer is true up to the first bound, the second up to the other, the third above that.
fn number(
    text: impl Into<String>,
    bounds: [usize; 2],
    answers: [Answer<'_>; 3],
    n: impl Fn(&Seen<'_>) -> Option<usize> + Copy + Send + Sync + 'static,
    shows: Shows,
    goal: Goal,
) -> Question {
    tally(text.into(), bounds, answers, n, shows, goal, |n, _| n.to_string())
}

/// How many, to be typed?
fn typed(
    text: impl Into<String>,
    range: [usize; 2],
    near: usize,
    n: impl Fn(&Seen<'_>) -> Option<usize> + Send + Sync + 'static,
    shows: Shows,
) -> Question {
    let judge = move |seen: &Seen<'_>| {
        let n =
            n(seen).ok_or("What is asked about did not happen, so this run decides nothing.")?;
        let (why, event) = shows.of(seen);
        Ok(Judged { answer: n, found: n.to_string(), why, event })
    };
    Question::new(text, judge).number(range, near)
}

/// Which of three? `place` is that of the answer.
fn choice(
    text: impl Into<String>,
    answers: [Answer<'_>; 3],
    place: impl Fn(&Seen<'_>) -> Option<usize> + Copy + Send + Sync + 'static,
    shows: Shows,
    goal: Goal,
) -> Question {
    tally(text.into(), [0, 1], answers, place, shows, goal, |_, answer| answer.to_owned())
}

fn tally(
    text: String,
    bounds: [usize; 2],
    answers: [Answer<'_>; 3],
    n: impl Fn(&Seen<'_>) -> Option<usize> + Copy + Send + Sync + 'static,
    shows: Shows,
    goal: Goal,
    found: fn(usize, &str) -> String,
) -> Question {
    let place = move |n: usize| bounds.iter().filter(|bound| n > **bound).count();
    let texts = answers.map(|(text, _)| text.to_owned());
    let mut question = Question::new(text, move |seen| {
        let n =
            n(seen).ok_or("What is asked about did not happen, so this run decides nothing.")?;
        let ((why, event), answer) = (shows.of(seen), place(n));
        Ok(Judged { answer, found: found(n, &texts[answer]), why, event })
    });
    for (text, because) in answers {
        question = question.answer(text, because);
    }
    let Some((text, hint, wanted)) = goal else { return question };
    question.then(text, hint, move |seen| n(seen).is_some_and(|n| place(n) == wanted))
}

/// How long, nearest to? `None` where the answers would be about the same. The first wait for this shows why.
fn lasts(
    text: String,
    answers: [(Duration, &str); 3],
    took: fn(&Seen<'_>) -> Option<Nanos>,
    (op, why): (WaitOp, fn(&Seen<'_>) -> String),
    (then, hint, wanted): (&str, &'static str, f64),
) -> Option<Question> {
    let times = answers.map(|(time, _)| time.as_secs_f64());
    let differ = times[0] > 0.0 && times.windows(2).all(|two| two[1] > 1.2 * two[0]);
    let mut question = Question::new(text, move |seen| {
        let took = took(seen).ok_or("Nobody came to an end, so this run decides nothing.")?;
        Ok(Judged {
            answer: nearest(took.as_secs_f64(), &times),
            found: took.to_string(),
            why: why(seen),
            event: seen.event_like(
                |kind| matches!(kind, EventKind::WaitBegan { op: of, .. } if *of == op),
            ),
        })
    });
    for (time, because) in answers {
        question = question.answer(length(time), because);
    }
    question = question.then(then, hint, move |seen| {
        took(seen).is_some_and(|took| took.as_secs_f64() < wanted * times[1])
    });
    differ.then_some(question)
}

/// How long does it take several that take turns with one lock? In each round it is taken `wide` times, with an idle
/// time after each.
fn under_lock(what: &str, wide: usize, idle: Duration, plan: &Plan) -> Option<Question> {
    let times = (wide * plan.rounds) as u32;
    let who = match plan.program.who {
        Who::Threads => "threads",
        Who::Processes => "processes",
    };
    let each = plan.work + idle;
    let text = format!(
        "{} {who} {what}, {times} times in all, {} each. How long does it take, nearest to?",
        plan.workers(),
        length(plan.work)
    );
    let answers = [
        (each * (times / plan.workers() as u32), "they do it at once"),
        (plan.work * times, "one at a time has the lock"),
        (plan.work * 2 * times, "one at a time, and as long again to hand it over"),
    ];
    let next = ("Change one control so that it takes less than half of that.", "work: 0 s", 0.5);
    lasts(text, answers, span, (WaitOp::Acquire, turns), next)
}

/// How high is a count of several that count together?
fn counted(
    text: String,
    all: usize,
    why: [&'static str; 3],
    hint: &'static str,
) -> Option<Question> {
    let half = all / 2;
    let texts =
        [format!("{half} or less"), format!("{} to {}", half + 1, all - 1), all.to_string()];
    let question = number(
        text,
        [half, all - 1],
        [0, 1, 2].map(|place| (&*texts[place], why[place])),
        |seen| usize::try_from(outcome(seen)?.count?).ok(),
        Shows::Finding(
            &[FindingKind::LostUpdate, FindingKind::UnguardedUpdate],
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
    let shows = Shows::Finding(&[FindingKind::PassedOver], otherwise);
    let goal = Some(("Change one control so that nobody is passed over.", hint, 0));
    tally(text, [0, 1], answers, times, shows, goal, |times, answer| match times {
        0 | 1 => answer.to_owned(),
        times => format!("{times} times"),
    })
}

/// How many turns were taken with what only so many have at once, and how many of these after a wait.
fn turns(seen: &Seen<'_>) -> String {
    let kinds = [ResourceKind::Lock, ResourceKind::Semaphore];
    let all = || kinds.iter().flat_map(|kind| uses(seen, *kind));
    let taken: u64 = all().map(|one| one.acquisitions).sum();
    let waited: u64 = all().map(|one| one.contended).sum();
    format!(
        "Who finds none free waits: it was taken {taken} times, {waited} of these after a wait."
    )
}

fn length(time: Duration) -> String {
    Nanos::from_secs_f64(time.as_secs_f64()).to_string()
}

fn outcome<'a>(seen: &Seen<'a>) -> Option<&'a SharingOutcome> {
    seen.outcome().ok()
}

/// How long each of those lived that do the work of the program and ended by themselves: from when to when.
fn lives<'a>(seen: &Seen<'a>) -> impl Iterator<Item = (Nanos, Nanos)> {
    let (trace, state) = (seen.trace, seen.replay.latest());
    let workers = trace.meta().actors_where(|actor| actor.role == Role::Work);
    workers.filter_map(|who| {
        let began = |event: &&crate::trace::Event| {
            event.actor == who && matches!(event.kind, EventKind::Started { .. })
        };
        Some((trace.events().iter().find(began)?.at, state.actor(who)?.end?.1))
    })
}

/// From the beginning of the first of them to the end of the last.
fn span(seen: &Seen<'_>) -> Option<Nanos> {
    let from = lives(seen).map(|life| life.0).min()?;
    Some(lives(seen).map(|life| life.1).max()?.since(from))
}

/// How what is of this kind was used.
fn uses<'a>(seen: &Seen<'a>, kind: ResourceKind) -> impl Iterator<Item = &'a ResourceStats> {
    let stats = &seen.replay.stats().resources;
    seen.trace.meta().resources_of(kind).filter_map(|id| stats.get(id.index()))
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
        let waits = || uses(seen, ResourceKind::Event).filter_map(|flag| flag.longest_wait);
        waits().all(|wait| wait.lasted.to_duration() * 2 < pause)
    })
}
