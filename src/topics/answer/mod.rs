//! A full answer to a topic's question: its points, each with the run and the moment that show it, the whole program, and
//! sentences to judge.
//!
//! The text of an answer is a file, `assets/answers/<topic>.md`, and its program another, `assets/answers/<topic>.py`:
//!
//! ```text
//! # Question
//! The coursework question, word for word; left out where that is the topic's own.
//!
//! # Points
//! - One line: the point.
//!   One or more lines: what belongs to it.
//!   > contended lock=with: several-wait
//!
//! # Sentences
//! - paper "What somebody wrote."
//!   only if: Why it is right, wrong, or right only if.
//!   > sharing-data/value-unlocked: finding lost-update
//! ```
//!
//! `>` links to a run: a preset, of another topic with the topic before it, with parameters set otherwise, and after the colon
//! the [`Moment`] that shows it; `> sample/no_guard.py: finding no-guard` to one of the small programs of the tab for programs, and
//! a moment that is of no topic. A sentence is of a `paper` or `said`. In the program, `#@ 3` at the end of a line says which
//! point the line stands for.

mod moment;

pub use moment::Moment;

use super::predict::Seen;
use super::{Language, Listing, ParamError, Params, Topic, find};
use crate::trace::Trace;

/// The answer in the files of a topic: `answer!("shared-list")`. `None` only where a file cannot be read, which a test
/// keeps from happening.
macro_rules! answer {
    ($topic:literal) => {{
        static ANSWER: std::sync::LazyLock<Option<$crate::topics::answer::Answer>> =
            std::sync::LazyLock::new(|| {
                let text = include_str!(concat!("../../../assets/answers/", $topic, ".md"));
                let program = include_str!(concat!("../../../assets/answers/", $topic, ".py"));
                let read = $crate::topics::answer::Answer::read($topic, text, program);
                read.inspect_err(|error| log::error!("the answer of {}: {error}", $topic)).ok()
            });
        ANSWER.as_ref()
    }};
}
pub(super) use answer;

/// A full answer to a coursework question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question, word for word, where it is another than the topic's.
    pub question: Option<String>,
    /// What a full answer says.
    pub points: Vec<Point>,
    /// The whole program, ready to run; its points are the numbers of those of the answer, from 1.
    pub program: Listing,
    /// Sentences to judge.
    pub sentences: Vec<Sentence>,
}

/// A point of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// It in a line.
    pub head: String,
    /// What belongs to it, in sentences.
    pub more: String,
    /// What shows it.
    pub link: Link,
}

/// A sentence that somebody wrote or believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// It.
    pub text: String,
    /// Whether it stood in a paper that was handed in; others are often said.
    pub of_paper: bool,
    /// What is to be said of it.
    pub truth: Truth,
    /// Why.
    pub reason: String,
    /// What shows that.
    pub link: Link,
}

/// What is to be said of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It is so.
    Right,
    /// It is not so.
    Wrong,
    /// It is so under a condition that the sentence does not name.
    OnlyIf,
}

impl Truth {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::OnlyIf];

    /// As offered, and as the file has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::OnlyIf => "only if",
        }
    }
}

/// What stands in the place of a topic in a link to a small program of the tab for programs.
pub const SAMPLE: &str = "sample";

/// A run, and the moment of it that shows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As the file has it: no other link of the answer is the same.
    pub text: String,
    /// Id of the topic whose run it is; [`SAMPLE`] where it is of none.
    pub topic: String,
    preset: String,
    sets: Vec<(String, String)>,
    moment: Moment,
}

/// The links to runs in a text in Markdown, `[words](<show:contended: released>)`: each as it stands after the colon, and
/// read; of a topic unless another stands before the preset.
pub fn links_in<'a>(
    topic: &'a str,
    text: &'a str,
) -> impl Iterator<Item = (&'a str, Result<Link, String>)> {
    let links = text.split("](<show:").skip(1).filter_map(|rest| rest.split_once(">)"));
    links.map(move |(link, _)| (link, Link::read(topic, link)))
}

impl Link {
    /// Reads `preset key=value: moment`, of a topic unless another stands before the preset.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn read(topic: &str, text: &str) -> Result<Self, String> {
        let (run, moment) =
            text.split_once(": ").ok_or_else(|| format!("`{text}` has no moment"))?;
        let mut words = run.split(' ');
        let preset = words.next().unwrap_or_default();
        let (topic, preset) = preset.split_once('/').unwrap_or((topic, preset));
        let set = |word: &str| {
            let pair = word.split_once('=').ok_or_else(|| format!("`{word}` sets nothing"))?;
            Ok((pair.0.to_owned(), pair.1.to_owned()))
        };
        Ok(Self {
            text: text.to_owned(),
            topic: topic.to_owned(),
            preset: preset.to_owned(),
            sets: words.map(set).collect::<Result<_, String>>()?,
            moment: Moment::read(moment)?,
        })
    }

    /// The topic whose run it is.
    pub fn topic(&self) -> Option<&'static dyn Topic> {
        find(&self.topic)
    }

    /// The file name of the small program that it is a run of, where it is of one.
    pub fn sample(&self) -> Option<&str> {
        (self.topic == SAMPLE).then_some(&*self.preset)
    }

    /// The preset.
    pub fn preset(&self) -> &str {
        &self.preset
    }

    /// The parameters of the run.
    ///
    /// # Errors
    /// The topic does not have the preset or a parameter, or a value is none.
    pub fn params(&self, topic: &dyn Topic) -> Result<Params, ParamError> {
        let mut params = topic.preset(&self.preset)?;
        for (key, value) in &self.sets {
            params.set(key, value)?;
        }
        Ok(params)
    }

    /// Parameters that may be as the user has them: a run shows the same, whatever they are.
    pub const FREE: [&str; 2] = ["time_scale", "trials"];

    /// Whether a trace is of this run, apart from the parameters that are [free](Self::FREE).
    pub fn is_of(&self, topic: &dyn Topic, trace: &Trace) -> bool {
        let meta = trace.meta();
        let recorded = topic.params_of(meta);
        meta.topic == self.topic
            && meta.preset == self.preset
            && self.params(topic).is_ok_and(|wanted| {
                let mut all = wanted.iter();
                all.all(|(spec, value)| {
                    Self::FREE.contains(&spec.key) || recorded.get(spec.key) == Some(value)
                })
            })
    }

    /// Index of the event that shows it, in a run of its topic, or of a program of no topic.
    pub fn find(&self, topic: Option<&dyn Topic>, seen: &Seen<'_>) -> Option<usize> {
        self.moment.find(topic, seen)
    }
}

impl Answer {
    /// Reads the two files of an answer.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn read(topic: &'static str, text: &str, program: &str) -> Result<Self, String> {
        let mut question = None;
        let (mut points, mut sentences) = (Vec::new(), Vec::new());
        for part in text.split("\n# ").map(|part| part.trim_start_matches("# ")) {
            let (title, body) = part.split_once('\n').unwrap_or((part, ""));
            match title.trim() {
                "Question" => question = Some(one_line(body.lines())),
                "Points" => {
                    for entry in entries(body)? {
                        points.push(point(topic, &entry)?);
                    }
                }
                "Sentences" => {
                    for entry in entries(body)? {
                        sentences.push(sentence(topic, &entry)?);
                    }
                }
                other => return Err(format!("no part is called `{other}`")),
            }
        }
        if points.is_empty() || sentences.is_empty() {
            return Err("an answer has points and sentences".to_owned());
        }
        let none = Params::defaults(topic, &[]);
        let program = Listing::new("program.py", Language::Python, program, &none);
        Ok(Self { question, points, program, sentences })
    }

    /// Links of points and sentences.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        let points = self.points.iter().map(|point| &point.link);
        points.chain(self.sentences.iter().map(|sentence| &sentence.link))
    }
}

/// The lines of each entry of a list: the first without its dash, the last a link without its sign.
fn entries(body: &str) -> Result<Vec<Vec<&str>>, String> {
    let mut entries: Vec<Vec<&str>> = Vec::new();
    for line in body.lines().filter(|line| !line.trim().is_empty()) {
        match (line.strip_prefix("- "), line.strip_prefix("  "), entries.last_mut()) {
            (Some(first), ..) => entries.push(vec![first]),
            (None, Some(more), Some(entry)) => entry.push(more),
            _ => return Err(format!("`{line}` belongs to nothing")),
        }
    }
    Ok(entries)
}

/// The link at the end of an entry, and the lines before it.
fn linked<'a>(topic: &str, entry: &[&'a str]) -> Result<(Link, Vec<&'a str>), String> {
    let (last, rest) = entry.split_last().ok_or("an entry is empty")?;
    let link = last.strip_prefix("> ").ok_or_else(|| format!("`{last}` is no link"))?;
    Ok((Link::read(topic, link)?, rest.to_vec()))
}

fn point(topic: &str, entry: &[&str]) -> Result<Point, String> {
    let (link, lines) = linked(topic, entry)?;
    let (head, more) = lines.split_first().ok_or("a point is empty")?;
    Ok(Point { head: (*head).to_owned(), more: one_line(more.iter().copied()), link })
}

fn sentence(topic: &str, entry: &[&str]) -> Result<Sentence, String> {
    let (link, lines) = linked(topic, entry)?;
    let (text, why) = lines.split_first().ok_or("a sentence is empty")?;
    let (by, text) = text.split_once(' ').ok_or_else(|| format!("`{text}` is no sentence"))?;
    let of_paper = match by {
        "paper" => true,
        "said" => false,
        other => return Err(format!("`{other}` writes no sentences")),
    };
    let why = one_line(why.iter().copied());
    let (truth, reason) = why.split_once(": ").ok_or_else(|| format!("`{why}` judges nothing"))?;
    let truth = Truth::ALL.into_iter().find(|one| one.name() == truth);
    Ok(Sentence {
        text: text.trim_matches('"').to_owned(),
        of_paper,
        truth: truth.ok_or_else(|| format!("`{why}` judges nothing"))?,
        reason: reason.to_owned(),
        link,
    })
}

fn one_line<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Question\nWhat is\nit?\n\n# Points\n- One.\n  It is so.\n  And so.\n  > contended lock=with: last released\n\n\
                        # Sentences\n- paper \"So.\"\n  only if: It is.\n  > pool-size/2-4-8: judged\n";

    #[test]
    fn an_answer_is_read() {
        let answer =
            Answer::read("shared-list", GOOD, "x = 1  #@ 1\n").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(answer.question.as_deref(), Some("What is it?"));
        assert_eq!(answer.points[0].head, "One.");
        assert_eq!(answer.points[0].more, "It is so. And so.");
        assert_eq!(answer.points[0].link.topic, "shared-list");
        assert_eq!(answer.sentences[0].truth, Truth::OnlyIf);
        assert_eq!(answer.sentences[0].link.topic, "pool-size");
        assert_eq!(answer.program.points, [("1".to_owned(), 1)]);
        assert_eq!(answer.program.text(), "x = 1\n");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = [
            ("# Points", "# Pointes", "no part"),
            ("- One.", "One.", "belongs to nothing"),
            ("> contended lock=with: last released", "So.", "is no link"),
            ("last released", "last released twice", "no moment"),
            ("last released", "last year", "no moment"),
            ("last released", "finding nothing", "no finding"),
            ("last released", "section 0", "no section"),
            ("lock=with", "lock", "sets nothing"),
            (": last released", "", "no moment"),
            ("only if: ", "perhaps: ", "judges nothing"),
            ("paper", "poem", "writes no sentences"),
        ];
        for (what, by, says) in wrong {
            let text = GOOD.replacen(what, by, 1);
            let error = Answer::read("shared-list", &text, "").err();
            assert!(error.as_deref().is_some_and(|e| e.contains(says)), "{by}: {error:?}");
        }
    }
}
