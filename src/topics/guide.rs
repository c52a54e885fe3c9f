//! A guide: a few questions about the student's own program, what they lead to, and the run that shows it.

/// What a topic asks and advises.
pub struct Guide {
    /// It in a sentence.
    pub title: &'static str,
    /// The questions, each with its answers.
    pub questions: &'static [Ask],
    /// Usual programs, with the answers that fit them.
    pub programs: &'static [Program],
    /// What follows from an answer to each question, by place.
    pub advise: fn(&[usize]) -> Advice,
}

/// A question with its answers.
pub struct Ask {
    /// It in a few words.
    pub text: &'static str,
    /// The answers to choose from.
    pub answers: &'static [&'static str],
}

/// A run that shows something: a preset of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Id of the topic.
    pub topic: &'static str,
    /// Id of the preset.
    pub preset: &'static str,
}

/// A usual program.
pub struct Program {
    /// What it is.
    pub name: &'static str,
    /// The answers that fit it.
    pub answers: &'static [usize],
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
    /// Why.
    pub reasons: Vec<Reason>,
    /// The run that shows it.
    pub run: Run,
}

/// What one answer means for the recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Place of the question.
    pub question: usize,
    /// It in a short sentence.
    pub said: &'static str,
    /// What to do about it, or why it is so.
    pub more: &'static str,
    /// It speaks against what is recommended.
    pub warns: bool,
}

impl Guide {
    /// All answers but those to one question kept, what other advice there is: the answer and what would be taken.
    pub fn turns(&self, answers: &[usize], question: usize) -> Vec<(&'static str, &'static str)> {
        let now = (self.advise)(answers).take;
        let all = self.questions.get(question).map_or(&[][..], |ask| ask.answers);
        let other = all.iter().enumerate().filter_map(|(place, answer)| {
            let mut answers = answers.to_vec();
            *answers.get_mut(question)? = place;
            let take = (self.advise)(&answers).take;
            (take != now).then_some((*answer, take))
        });
        other.collect()
    }
}
