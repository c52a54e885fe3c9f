//! The usual questions: how many, which, how long, in which order. They differ in words, and in what is read from the trace.

use super::{Judged, Question, Seen, nearest};
use crate::replay::{Finding, FindingKind, findings};
use crate::trace::{EventKind, Nanos};
use std::time::Duration;

/// An answer, and the reasoning that leads to it.
pub type Choice<'a> = (&'a str, &'a str);

/// What is asked for next, a hint, and the answer that is to come true.
pub type Goal = Option<(&'static str, &'static str, usize)>;

/// Why a run decides nothing.
const NOTHING: &str = "What is asked about did not happen, so this run decides nothing.";

/// What shows why it was so.
pub enum Shows {
    /// A finding of one of these kinds, in its own words; where there is none, these words.
    Finding(&'static [FindingKind], &'static str),
    /// Why nobody could go on, in its own words; where somebody could, these words.
    Stuck(&'static str),
    /// The first event that is like this, and these words.
    First(fn(&EventKind) -> bool, &'static str),
    /// This event, and the words for the answer: the last ones for all from there on.
    Each(fn(&Seen<'_>) -> Option<usize>, &'static [&'static str]),
    /// This event, and these words.
    At(fn(&Seen<'_>) -> Option<usize>, &'static str),
}

impl Shows {
    fn of(&self, seen: &Seen<'_>, answer: usize) -> (String, usize) {
        let finding = |is_it: &dyn Fn(&Finding) -> bool, otherwise: &str| {
            let found = findings(seen.trace, seen.replay).into_iter().find(is_it);
            let otherwise = || (otherwise.to_owned(), seen.last());
            found.map_or_else(otherwise, |finding| (finding.sentence, finding.event))
        };
        match self {
            Self::Finding(kinds, otherwise) => {
                finding(&|finding| kinds.contains(&finding.kind), otherwise)
            }
            // What nobody can go on from comes first.
            Self::Stuck(otherwise) => finding(&|_| seen.trace.stuck().is_some(), otherwise),
            Self::Each(event, all) => {
                let why = all.get(answer).or(all.last()).map_or("", |why| *why);
                (why.to_owned(), event(seen).unwrap_or(seen.last()))
            }
            Self::At(event, why) => ((*why).to_owned(), event(seen).unwrap_or(seen.last())),
            Self::First(like, why) => ((*why).to_owned(), seen.event_like(like)),
        }
    }
}

/// How many? The first answer is true up to the first bound, the second up to the other, the third above that.
pub fn number(
    text: impl Into<String>,
    bounds: [usize; 2],
    answers: [Choice<'_>; 3],
    n: impl Fn(&Seen<'_>) -> Option<usize> + Copy + Send + Sync + 'static,
    shows: Shows,
    goal: Goal,
) -> Question {
    tally(text, bounds, answers, n, shows, goal, |_, n, _| n.to_string())
}

/// How many, to be typed?
pub fn typed(
    text: impl Into<String>,
    range: [usize; 2],
    near: usize,
    n: impl Fn(&Seen<'_>) -> Option<usize> + Send + Sync + 'static,
    shows: Shows,
) -> Question {
    let judge = move |seen: &Seen<'_>| {
        let n = n(seen).ok_or(NOTHING)?;
        let (why, event) = shows.of(seen, n);
        Ok(Judged { answer: n, found: n.to_string(), why, event })
    };
    Question::new(text, judge).number(range, near)
}

/// Which? `place` is that of the answer.
pub fn choice<const N: usize>(
    text: impl Into<String>,
    answers: [Choice<'_>; N],
    place: impl Fn(&Seen<'_>) -> Option<usize> + Copy + Send + Sync + 'static,
    shows: Shows,
    goal: Goal,
) -> Question {
    let bounds: Vec<usize> = (0..N - 1).collect();
    tally(text, bounds, answers, place, shows, goal, |_, _, answer| answer.to_owned())
}

/// Up to which of the bounds is it, and what was found, in words of the number and the answer?
pub fn tally<const N: usize>(
    text: impl Into<String>,
    bounds: impl AsRef<[usize]>,
    answers: [Choice<'_>; N],
    n: impl Fn(&Seen<'_>) -> Option<usize> + Copy + Send + Sync + 'static,
    shows: Shows,
    goal: Goal,
    found: fn(&Seen<'_>, usize, &str) -> String,
) -> Question {
    let bounds = bounds.as_ref().to_vec();
    let place = move |n: usize| bounds.iter().filter(|bound| n > **bound).count();
    let (texts, judged) = (answers.map(|(text, _)| text.to_owned()), place.clone());
    let question = Question::new(text, move |seen| {
        let n = n(seen).ok_or(NOTHING)?;
        let answer = judged(n);
        let (why, event) = shows.of(seen, answer);
        Ok(Judged { answer, found: found(seen, n, &texts[answer]), why, event })
    })
    .answers(answers);
    let Some((text, hint, wanted)) = goal else { return question };
    question.then(text, hint, move |seen| n(seen).is_some_and(|n| place(n) == wanted))
}

/// How long, nearest to? `None` where the answers would be about the same. `why`: in a sentence, and the event that shows it.
pub fn lasts(
    text: impl Into<String>,
    answers: [(Duration, &str); 3],
    took: impl Fn(&Seen<'_>) -> Option<Nanos> + Send + Sync + 'static,
    why: impl Fn(&Seen<'_>) -> (String, usize) + Send + Sync + 'static,
) -> Option<Question> {
    let times = answers.map(|(time, _)| time.as_secs_f64());
    let differ = times[0] > 0.0 && times.windows(2).all(|two| two[1] > 1.1 * two[0]);
    let question = Question::new(text, move |seen| {
        let took = took(seen).ok_or(NOTHING)?;
        let (why, event) = why(seen);
        let answer = nearest(took.as_secs_f64(), &times);
        Ok(Judged { answer, found: took.to_string(), why, event })
    });
    let answers = answers.map(|(time, because)| (length(time), because));
    differ.then(|| question.answers(answers))
}

/// How long does one take against another? Less than the first of these times as long, less than the second, or more.
/// `why`: in a sentence, and the event that shows it.
pub fn against(
    text: impl Into<String>,
    times: [f64; 2],
    answers: [Choice<'_>; 3],
    took: impl Fn(&Seen<'_>) -> Result<[Nanos; 2], String> + Send + Sync + 'static,
    why: impl Fn(&Seen<'_>) -> Result<(String, usize), String> + Send + Sync + 'static,
) -> Question {
    Question::new(text, move |seen| {
        let [a, b] = took(seen)?;
        let ratio = a.ratio_to(b);
        let answer = times.iter().filter(|times| ratio >= **times).count();
        let (why, event) = why(seen)?;
        Ok(Judged { answer, found: format!("{a} against {b}"), why, event })
    })
    .answers(answers)
}

/// How long something takes, in words: "0.25 s".
pub fn length(time: Duration) -> String {
    Nanos::from_duration(time).to_string()
}

/// A fifth less, and a quarter more: the times between which it is about as long.
pub const ABOUT: [f64; 2] = [0.8, 1.25];

/// In which order does it happen? `events`: the event of each, by index. What happens as number `shows` of those named shows
/// why it was so.
pub fn order<const N: usize>(
    text: impl Into<String>,
    happens: [Choice<'_>; N],
    events: impl Fn(&Seen<'_>) -> Option<[usize; N]> + Send + Sync + 'static,
    (shows, why): (usize, &'static str),
) -> Question {
    let mut question = Question::new(text, move |seen| {
        let events = events(seen).ok_or(NOTHING)?;
        let mut order: Vec<usize> = (0..N).collect();
        order.sort_by_key(|place| events[*place]);
        let (answer, found) = (super::order::rank(&order), super::order::letters(&order));
        Ok(Judged { answer, found, why: why.to_owned(), event: events[shows] })
    });
    question.is_order = true;
    question.answers(happens)
}
