//! What a run is saved without.

use super::Ending;
use crate::replay::words::list;
use crate::trace::{Batch, End, EventKind, Item, ItemView, Meta, TextId, Trace};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

/// What can be left out of a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The text of the program.
    Source,
    /// What it put out.
    Output,
    /// What was in variables, queues, lists and arrays, and what tasks were given and gave back.
    Values,
}

impl Part {
    /// All, in the order in which they are named.
    pub const ALL: [Self; 3] = [Self::Source, Self::Output, Self::Values];

    /// As shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "text",
            Self::Output => "output",
            Self::Values => "values",
        }
    }

    /// The same where it stands alone.
    pub fn long_name(self) -> &'static str {
        match self {
            Self::Source => "the program's text",
            Self::Output => "its output",
            Self::Values => "values",
        }
    }
}

/// What stands in place of what is left out.
const LEFT_OUT: &str = "(left out)";

/// From how many bytes on a text is looked for in a sentence: a shorter one is part of other words.
const TOLD: usize = 4;

/// What a file holds of the program, without these parts: a clause for whoever passes it on.
pub fn holds(left_out: &BTreeSet<Part>) -> String {
    let mut names: Vec<String> = Part::ALL
        .iter()
        .filter(|part| !left_out.contains(part))
        .map(|part| part.name().to_owned())
        .collect();
    names.push("paths".to_owned());
    format!("it holds the program's {}", list(&names))
}

/// The same run, and how it ended, without these parts: its events, names and places stay. Of an error only the kind does,
/// unless both its output and its values stay. A traceback quotes the program, so with the program's text go the lines of
/// the output that are lines of it.
pub fn without(trace: &Trace, ending: &Ending, left_out: &BTreeSet<Part>) -> (Trace, Ending) {
    let [source, output, values] = Part::ALL.map(|part| left_out.contains(&part));
    let mut meta = trace.meta().clone();
    let mut events = trace.events().to_vec();
    let mut quoted = HashSet::new();
    if source {
        let listings = meta.listings.iter_mut().map(|listing| &mut listing.text);
        let places = meta.sources.iter_mut().flat_map(|point| &mut point.places);
        for text in listings.chain(places.map(|place| &mut place.text)) {
            let lines = text.lines().map(|line| line.trim().to_owned());
            quoted.extend(lines.filter(|line| !line.is_empty()));
            text.clear();
        }
    }
    let hidden = add(&mut meta, LEFT_OUT.to_owned());
    let hide = |item: &mut Item| {
        // Nothing tells that work is over, say, and no more.
        if *item != Item::NOTHING {
            *item = Item::text(hidden);
        }
    };
    if values {
        meta.actors.iter_mut().for_each(|actor| actor.left.clear());
        meta.resources.iter_mut().flat_map(|resource| &mut resource.initial).for_each(hide);
    }
    let mut used = HashSet::new();
    for event in &mut events {
        if values {
            event.kind.each_value(hide);
        }
        if source && matches!(event.kind, EventKind::Message { .. }) {
            event.kind =
                event.kind.map_texts(|text| match without_lines(meta.text(text), &quoted) {
                    Some(rest) => add(&mut meta, rest),
                    None => text,
                });
        }
        match &mut event.kind {
            EventKind::Message { text, args } if output => {
                (*text, *args) = (hidden, [Item::NOTHING; 2]);
            }
            EventKind::Ended(End::Error(text))
            | EventKind::TaskFailed { error: text, .. }
            | EventKind::Raised { text, .. }
                if output || values =>
            {
                let kind = kind_of_error(meta.text(*text)).to_owned();
                *text = add(&mut meta, kind);
            }
            _ => {}
        }
        let _ = event.kind.map_texts(|text| {
            used.insert(text);
            text
        });
    }
    let initial = meta.resources.iter().flat_map(|resource| &resource.initial);
    used.extend(initial.filter_map(|item| match item.view() {
        ItemView::Text(text) => Some(text),
        ItemView::Int(_) | ItemView::Nothing => None,
    }));
    let is_used = |index| used.contains(&TextId::from_index(index));
    let texts = meta.texts.iter_mut().enumerate().filter(|(index, _)| !is_used(*index));
    let mut gone: Vec<String> = texts.map(|(_, text)| std::mem::take(text)).collect();
    // A sentence may be in another.
    gone.sort_by_key(|text| Reverse(text.len()));
    gone.retain(|text| text.len() >= TOLD);
    let mut ending = ending.clone();
    ending.failure = ending.failure.map(|failure| without_texts(&failure, &gone));
    let mut less = Trace::new(meta);
    less.apply(Batch {
        events,
        warnings: trace.warnings().to_vec(),
        silences: Some(trace.silences().to_vec()),
        stuck: trace.stuck(),
        until: trace.end(),
        ..Batch::default()
    });
    (less, ending)
}

/// The text with what is left out in place of each of these lines, however it is indented; nothing where none is in it.
fn without_lines(text: &str, quoted: &HashSet<String>) -> Option<String> {
    let is_quoted = |line: &str| quoted.contains(line.trim());
    let rest = |line| if is_quoted(line) { LEFT_OUT } else { line };
    text.lines().any(is_quoted).then(|| text.lines().map(rest).collect::<Vec<_>>().join("\n"))
}

/// The sentence with what is left out in place of each of these texts, where it stands as words of its own.
fn without_texts(sentence: &str, gone: &[String]) -> String {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let (mut said, mut rest) = (String::new(), sentence);
    while let Some(letter) = rest.chars().next() {
        let begins = !is_word(said.chars().next_back()) || !is_word(Some(letter));
        let is_here = |text: &&String| {
            rest.strip_prefix(text.as_str()).is_some_and(|after| {
                !is_word(text.chars().next_back()) || !is_word(after.chars().next())
            })
        };
        match gone.iter().find(is_here).filter(|_| begins) {
            Some(text) => {
                said.push_str(LEFT_OUT);
                rest = &rest[text.len()..];
            }
            None => {
                said.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    said
}

fn add(meta: &mut Meta, text: String) -> TextId {
    meta.texts.push(text);
    TextId::from_index(meta.texts.len() - 1)
}

/// "ValueError" of "ValueError: it is 7"; of a sentence nothing.
fn kind_of_error(text: &str) -> &str {
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_');
    let end = text.find(|letter| !is_of_name(letter)).unwrap_or(text.len());
    match text[end..].chars().next() {
        None | Some(':') => &text[..end],
        Some(_) => LEFT_OUT,
    }
}
