//! A guide: a few questions about the student's own program, what they lead to, and the run that shows it. All of it is data,
//! `assets/guides/<topic>.json`: of the rules in a list the first one counts that fits the answers.

use serde::Deserialize;

/// What a topic asks and advises.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// It in a sentence.
    pub title: &'static str,
    /// The questions, each with its answers.
    pub questions: Vec<Ask>,
    /// Usual programs, with the answers that fit them.
    pub programs: Vec<Program>,
    takes: Vec<Take>,
    runs: Vec<Shows>,
}

/// A question with its answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// It in a few words.
    pub text: &'static str,
    /// The answers to choose from.
    pub answers: Vec<&'static str>,
    /// What they mean for the recommendation.
    reasons: Vec<Reason>,
}

/// A run that shows something: a preset of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Id of the topic.
    pub topic: &'static str,
    /// Id of the preset.
    pub preset: &'static str,
}

/// A usual program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// What it is.
    pub name: &'static str,
    /// The answers that fit it.
    pub answers: Vec<usize>,
    /// What to take for it.
    pub take: &'static str,
    /// Why, in a clause.
    pub because: &'static str,
    /// The run that shows it.
    pub run: Run,
}

/// A recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What to take: "A pool of processes".
    pub take: &'static str,
    /// What that is in Python.
    pub python: &'static str,
    /// Why: of each question one reason.
    pub reasons: Vec<Reason>,
    /// The run that shows it.
    pub run: Run,
}

/// What one answer means for the recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Letters of what may be taken for it to count; empty: of anything.
    #[serde(default)]
    of: &'static str,
    #[serde(default)]
    when: &'static str,
    /// It in a short sentence.
    pub said: &'static str,
    /// What to do about it, or why it is so.
    pub more: &'static str,
    /// It speaks against what is recommended.
    #[serde(default)]
    pub warns: bool,
}

/// What can be taken, and when it is.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Take {
    /// Its letter.
    is: &'static str,
    #[serde(default)]
    when: &'static str,
    name: &'static str,
    python: &'static str,
}

/// The run that shows it, and when it does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shows {
    #[serde(default)]
    when: &'static str,
    run: Run,
}

/// Whether a rule fits the answers: of each question it has the number of an answer, or a dot for any.
fn fits(when: &str, answers: &[usize]) -> bool {
    let mut both = when.bytes().zip(answers);
    both.all(|(wanted, answer)| wanted == b'.' || usize::from(wanted.wrapping_sub(b'0')) == *answer)
}

impl Guide {
    /// Reads the file of a guide.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &'static str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// What follows from an answer to each question, by place; one that is missing or unknown counts as the first.
    pub fn advise(&self, answers: &[usize]) -> Advice {
        let answer = |(question, ask): (usize, &Ask)| {
            answers.get(question).copied().filter(|answer| *answer < ask.answers.len()).unwrap_or(0)
        };
        let answers: Vec<usize> = self.questions.iter().enumerate().map(answer).collect();
        let take = self.takes.iter().find(|take| fits(take.when, &answers));
        let take = take.copied().unwrap_or_default();
        let counts = |reason: &&Reason| {
            (reason.of.is_empty() || reason.of.contains(take.is)) && fits(reason.when, &answers)
        };
        let reason = |ask: &Ask| ask.reasons.iter().find(counts).copied();
        let run = self.runs.iter().find(|shows| fits(shows.when, &answers));
        Advice {
            take: take.name,
            python: take.python,
            reasons: self.questions.iter().filter_map(reason).collect(),
            run: run.map_or_else(Run::default, |shows| shows.run),
        }
    }

    /// All answers but those to one question kept, what other advice there is: the answer and what would be taken.
    pub fn turns(&self, answers: &[usize], question: usize) -> Vec<(&'static str, &'static str)> {
        let now = self.advise(answers).take;
        let all = self.questions.get(question).map_or(&[][..], |ask| &ask.answers);
        let other = all.iter().enumerate().filter_map(|(place, answer)| {
            let mut answers = answers.to_vec();
            *answers.get_mut(question)? = place;
            let take = self.advise(&answers).take;
            (take != now).then_some((*answer, take))
        });
        other.collect()
    }
}
