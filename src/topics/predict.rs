//! Questions that a student answers before a run, and what the run says to them.
//!
//! Who says first what will happen sees more of what happens (Crouch et al. 2004; Miller et al. 2013). A topic has a
//! question for each of its presets ([`Topic::question`](super::Topic::question)): three or four answers that split all
//! outcomes, so that any run decides, one of them what is usually believed; or a number to type; or things that happen, to be put in
//! order. Which one was true is found in the trace of the run, what is derived from it, and the topic's conclusion, and nowhere else.

pub mod asks;
mod nearest;
pub mod order;

pub use nearest::{nearest, of_tasks};

use crate::replay::words::capital;
use crate::replay::{Replay, ResourceStats, Task};
use crate::topics::results;
use crate::trace::{ActorId, End, Event, EventKind, Nanos, ResourceKind, Role, Trace};
use std::any::Any;
use std::sync::Arc;

/// A question about a run that has not been made.
#[derive(Clone)]
pub struct Question {
    /// It in a sentence.
    pub text: String,
    /// The answers to choose from; none where a number is to be typed. Where an order is asked for, what is to be put in it.
    pub answers: Vec<Answer>,
    /// The answers are to be put in order: the [number](order::rank) of that order is what is said.
    pub is_order: bool,
    /// The number to type, where that is asked for.
    pub number: Option<Number>,
    /// What to do next; nothing where the topic has nothing to ask for.
    pub follow_up: Option<FollowUp>,
    judge: Arc<dyn Fn(&Seen<'_>) -> Verdict + Send + Sync>,
}

/// A number to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The least one and the greatest one.
    pub range: [usize; 2],
    /// A guess that is no farther off is right.
    pub near: usize,
}

impl Number {
    /// Whether a text says one that may be typed: which one.
    ///
    /// # Errors
    /// What may be typed, in a few words.
    pub fn typed(&self, text: &str) -> Result<usize, String> {
        let [from, to] = self.range;
        let number = text.trim().parse().ok().filter(|number| (from..=to).contains(number));
        number.ok_or_else(|| format!("a whole number from {from} to {to}"))
    }
}

/// An answer to choose, or something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// It in a few words: "33 to 47".
    pub text: String,
    /// The reasoning that leads to it, right or wrong.
    pub because: String,
}

/// Which answer a run made true; or why it decides nothing, in a sentence.
pub type Verdict = Result<Judged, String>;

/// The answer that a run made true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Place of the answer among those of the question; where a number is typed, the number; of an order, its number.
    pub answer: usize,
    /// What was found, in a few words that follow "it was": "24".
    pub found: String,
    /// Why, in a sentence that is true of this run.
    pub why: String,
    /// Index of the event that shows it.
    pub event: usize,
}

/// What is asked for after the answer: one control is to be changed, so that something comes true.
#[derive(Clone)]
pub struct FollowUp {
    /// It in a sentence: "Change one control so that all 48 come out."
    pub text: String,
    /// A control, and how it is set: "lock: with".
    pub hint: &'static str,
    reached: Arc<dyn Fn(&Seen<'_>) -> bool + Send + Sync>,
}

/// A run that is over, as judges see it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Its trace.
    pub trace: &'a Trace,
    /// What is derived from it.
    pub replay: &'a Replay,
    /// What the topic concluded; see [`Seen::outcome`].
    pub conclusion: &'a dyn Any,
}

impl<'a> Seen<'a> {
    /// What the topic concluded, as the topic's own type.
    ///
    /// # Errors
    /// A sentence for the student: there is none of this type.
    pub fn outcome<T: Any>(&self) -> Result<&'a T, String> {
        self.conclusion
            .downcast_ref()
            .ok_or_else(|| "The outcome of this run is not known.".to_owned())
    }

    /// A parameter of the run, as text; empty where the run has none.
    pub fn param(&self, key: &str) -> &'a str {
        self.trace.meta().param(key).unwrap_or_default()
    }

    /// Index of the first event from an instant on; of the last one where there is none.
    pub fn event_at(&self, at: Nanos) -> usize {
        self.trace.events().partition_point(|event| event.at < at).min(self.last())
    }

    /// Index of the first event that is like this; of the last one where there is none.
    pub fn event_like(&self, like: impl Fn(&EventKind) -> bool) -> usize {
        let mut events = self.trace.events().iter();
        events.position(|event| like(&event.kind)).unwrap_or(self.last())
    }

    /// Index of the next event from one on that is like this.
    pub fn next(&self, from: usize, like: impl Fn(&Event) -> bool) -> Option<usize> {
        let place = self.trace.events().get(from..)?.iter().position(like)?;
        Some(from + place)
    }

    /// Who does the work of the program, in the order of their start.
    pub fn workers(&self) -> Vec<ActorId> {
        self.trace.meta().actors_where(|actor| actor.role == Role::Work).collect()
    }

    /// Attempts at the tasks of the first pool, in the order they were handed in.
    pub fn tasks(&self) -> &'a [Task] {
        results::tasks(self.trace.meta(), self.replay).map_or(&[], |tasks| &tasks.all)
    }

    /// How what is of this kind was used.
    pub fn uses(&self, kind: ResourceKind) -> impl Iterator<Item = &'a ResourceStats> {
        let (stats, meta) = (&self.replay.stats().resources, self.trace.meta());
        meta.resources_of(kind).filter_map(|id| stats.get(id.index()))
    }

    /// Index of the last event.
    pub fn last(&self) -> usize {
        self.trace.events().len().saturating_sub(1)
    }

    /// Why the run decides nothing, whatever is asked; `None` where it is whole.
    fn trouble(&self) -> Option<String> {
        let meta = self.trace.meta();
        let main = meta.actors_where(|actor| actor.role == Role::Main).next();
        let end = main.and_then(|id| self.replay.latest().actor(id)?.end);
        match end.map(|(end, _)| end) {
            _ if self.trace.dropped() > 0 || self.replay.stats().is_partial() => {
                Some("Events of this run are missing, so it decides nothing.".to_owned())
            }
            Some(End::Normal) => None,
            // The watchdog ended it, because nobody could go on: that is all that comes of it.
            None if self.trace.stuck().is_some() => None,
            Some(End::Error(text)) => {
                let why = capital(meta.text(text).trim_end_matches('.'));
                Some(format!("The run failed, so it decides nothing. {why}."))
            }
            _ => Some("The run was stopped before its end, so it decides nothing.".to_owned()),
        }
    }
}

impl Question {
    /// A question with what says which answer a run made true.
    pub fn new(
        text: impl Into<String>,
        judge: impl Fn(&Seen<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        let (text, judge) = (text.into(), Arc::new(judge));
        Self { text, answers: Vec::new(), is_order: false, number: None, follow_up: None, judge }
    }

    /// With a number to type in the place of answers: from `range[0]` to `range[1]`; one that is no more than `near` off is
    /// right.
    pub fn number(mut self, range: [usize; 2], near: usize) -> Self {
        self.number = Some(Number { range, near });
        self
    }

    /// What somebody said, in words: an answer, a number, or the letters of an order.
    pub fn said(&self, said: usize) -> String {
        match &self.number {
            Some(_) => said.to_string(),
            None if self.is_order => order::letters(&order::of_rank(said, self.answers.len())),
            None => self.answers.get(said).map_or(String::new(), |answer| answer.text.clone()),
        }
    }

    /// Whether what somebody said is what a run made true.
    pub fn is_right(&self, said: usize, judged: &Judged) -> bool {
        said.abs_diff(judged.answer) <= self.number.as_ref().map_or(0, |number| number.near)
    }

    /// With an answer, and the reasoning that leads to it.
    pub fn answer(mut self, text: impl Into<String>, because: impl Into<String>) -> Self {
        self.answers.push(Answer { text: text.into(), because: because.into() });
        self
    }

    /// With several answers, as [`Question::answer`].
    pub fn answers<T: Into<String>, B: Into<String>>(
        self,
        answers: impl IntoIterator<Item = (T, B)>,
    ) -> Self {
        answers.into_iter().fold(self, |question, (text, because)| question.answer(text, because))
    }

    /// With something to ask for next: in words, a hint, and whether a run with one control changed has reached it.
    pub fn then(
        mut self,
        text: impl Into<String>,
        hint: &'static str,
        reached: impl Fn(&Seen<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.follow_up = Some(FollowUp { text: text.into(), hint, reached: Arc::new(reached) });
        self
    }

    /// Which answer a run made true.
    ///
    /// # Errors
    /// Why the run decides nothing, in a sentence: it was stopped, it failed, events of it are missing, or what is asked
    /// about did not happen.
    pub fn judge(&self, seen: &Seen<'_>) -> Verdict {
        if let Some(trouble) = seen.trouble() {
            return Err(trouble);
        }
        let judged = (self.judge)(seen)?;
        let is_one = match &self.number {
            Some(number) => (number.range[0]..=number.range[1]).contains(&judged.answer),
            None if self.is_order => judged.answer < order::count(self.answers.len()),
            None => judged.answer < self.answers.len(),
        };
        let known = is_one && judged.event <= seen.last();
        debug_assert!(known, "{judged:?} to {}", self.text);
        if known { Ok(judged) } else { Err("This run cannot be read.".to_owned()) }
    }

    /// Whether another question has the same words: a guess at one is a guess at the other.
    pub fn is_like(&self, other: &Self) -> bool {
        self.text == other.text && self.answers == other.answers && self.number == other.number
    }
}

impl FollowUp {
    /// Whether a run has reached it.
    pub fn is_reached(&self, seen: &Seen<'_>) -> bool {
        seen.trouble().is_none() && (self.reached)(seen)
    }
}
