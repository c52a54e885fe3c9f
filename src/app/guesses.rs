//! What the user guessed on a tab, and what the runs said to it. Kept as long as the window is open.

use crate::topics::predict::{FollowUp, Question, Seen, Verdict};

/// The guesses of a tab.
#[derive(Default)]
pub struct Guesses {
    /// In the order in which they were made: one for each preset at most.
    kept: Vec<Guess>,
    /// The answer chosen for the next run: of which preset, and its place.
    chosen: Option<(&'static str, usize)>,
    /// The preset whose question was skipped.
    skipped: Option<&'static str>,
    /// The preset of the run under way, or of the last one, where it has a guess.
    run: Option<&'static str>,
    /// The answer is not to be seen beside the run any more.
    closed: bool,
}

/// A guess at one preset.
pub struct Guess {
    /// The preset.
    pub preset: &'static str,
    /// What was asked.
    pub question: Question,
    /// Place of the answer that was chosen, or the number that was typed.
    pub said: usize,
    /// What the first run that decides said; before there is one, why the last did not. `None` before the first.
    pub verdict: Option<Verdict>,
    /// The recording of the run that decided, by its serial number.
    pub run: Option<u64>,
    /// What came out when the same was run again, where that is another answer.
    pub again: Option<String>,
    /// What was asked for afterwards came true in a later run.
    pub made_true: bool,
    /// The hint to the follow-up is to be seen.
    pub hinted: bool,
}

/// How a guess stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// No run has decided yet.
    Open,
    /// It was right.
    Right,
    /// It was not, and what was asked for afterwards has come true.
    MadeTrue,
    /// It was not.
    Not,
}

impl Mark {
    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "not decided",
            Self::Right => "right",
            Self::MadeTrue => "made true",
            Self::Not => "not right",
        }
    }
}

impl Guess {
    /// How it stands.
    pub fn mark(&self) -> Mark {
        match &self.verdict {
            Some(Ok(judged)) if self.question.is_right(self.said, judged) => Mark::Right,
            Some(Ok(_)) if self.made_true => Mark::MadeTrue,
            Some(Ok(_)) => Mark::Not,
            Some(Err(_)) | None => Mark::Open,
        }
    }
}

/// What is to be found out about a run, once it is over.
#[derive(Clone, Default)]
pub struct Asked {
    /// Which answer it makes true.
    pub question: Option<Question>,
    /// Whether it reached what was asked for after an earlier run.
    pub follow_up: Option<FollowUp>,
}

/// What was found out about a run.
#[derive(Default)]
pub struct Answered {
    verdict: Option<Verdict>,
    reached: bool,
}

impl Asked {
    /// Finds it out.
    pub fn answer(&self, seen: &Seen<'_>) -> Answered {
        Answered {
            verdict: self.question.as_ref().map(|question| question.judge(seen)),
            reached: self.follow_up.as_ref().is_some_and(|then| then.is_reached(seen)),
        }
    }
}

impl Guesses {
    /// All of them, in the order in which they were made.
    pub fn all(&self) -> &[Guess] {
        &self.kept
    }

    /// Whether the question of a preset is still to be answered or skipped.
    pub fn wants(&self, preset: &str) -> bool {
        self.skipped != Some(preset) && self.of(preset).is_none()
    }

    /// The answer chosen for the next run of a preset.
    pub fn chosen(&self, preset: &str) -> Option<usize> {
        self.chosen.filter(|(of, _)| *of == preset).map(|(_, answer)| answer)
    }

    /// The guess at the run that is shown, where its answer is to be seen.
    pub fn shown(&self) -> Option<&Guess> {
        self.of(self.run?).filter(|guess| !self.closed && guess.verdict.is_some())
    }

    fn of(&self, preset: &str) -> Option<&Guess> {
        self.kept.iter().find(|guess| guess.preset == preset)
    }

    fn of_mut(&mut self, preset: &str) -> Option<&mut Guess> {
        self.kept.iter_mut().find(|guess| guess.preset == preset)
    }

    /// Chooses an answer for the next run.
    pub fn choose(&mut self, preset: &'static str, answer: usize) {
        self.chosen = Some((preset, answer));
    }

    /// Another preset was chosen: its question is asked, also where it was skipped before.
    pub fn preset_chosen(&mut self) {
        (self.chosen, self.skipped) = (None, None);
    }

    /// The question is another one now.
    pub fn forget_chosen(&mut self) {
        self.chosen = None;
    }

    /// Skips a question.
    pub fn skip(&mut self, preset: &'static str) {
        (self.chosen, self.skipped) = (None, Some(preset));
    }

    /// Puts the answer away.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Shows the hint to what is asked for next.
    pub fn hint(&mut self) {
        if let Some(guess) = self.run.and_then(|preset| self.of_mut(preset)) {
            guess.hinted = true;
        }
    }

    /// A run begins that no question is about.
    pub fn leave(&mut self) {
        (self.run, self.closed) = (None, false);
    }

    /// A run begins. What is to be found out about it.
    pub fn begin(&mut self, preset: &'static str, question: Option<&Question>) -> Asked {
        self.leave();
        let said = self.chosen(preset);
        self.chosen = None;
        if let (Some(said), Some(question)) = (said, question) {
            self.kept.retain(|guess| guess.preset != preset);
            self.kept.push(Guess {
                preset,
                question: question.clone(),
                said,
                verdict: None,
                run: None,
                again: None,
                made_true: false,
                hinted: false,
            });
            self.run = Some(preset);
            return Asked { question: Some(question.clone()), follow_up: None };
        }
        // Who runs it without a guess has skipped it.
        self.skipped = Some(preset);
        let Some(guess) = self.of(preset) else { return Asked::default() };
        let decided = matches!(guess.verdict, Some(Ok(_)));
        let asked = Asked {
            question: question.filter(|other| guess.question.is_like(other)).cloned(),
            follow_up: guess.question.follow_up.clone().filter(|_| decided),
        };
        self.run = Some(preset);
        asked
    }

    /// The run is over, whose recording has this serial number, and this was found out about it.
    pub fn end(&mut self, run: u64, answered: Answered) {
        let Some(guess) = self.run.and_then(|preset| self.of_mut(preset)) else { return };
        guess.made_true |= answered.reached;
        guess.again = None;
        match (&guess.verdict, answered.verdict) {
            (Some(Ok(first)), Some(Ok(now))) if now.answer != first.answer => {
                guess.again = Some(now.found);
            }
            (Some(Ok(_)), _) | (_, None) => {}
            (_, verdict) => (guess.verdict, guess.run) = (verdict, Some(run)),
        }
    }
}
