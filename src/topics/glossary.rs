//! The glossary: words that an answer needs, each with what it means and a run that shows it.
//!
//! The words are in one file, `assets/glossary.md`: a heading for each, other forms of it after `also:`, what it means, and
//! a link as those of an answer.

use super::answer::Link;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// A word of the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// It.
    pub name: String,
    /// Other forms of it, by which it is found in texts.
    pub forms: Vec<String>,
    /// What it means, in a sentence or two.
    pub means: String,
    /// What shows it.
    pub link: Link,
}

impl Word {
    /// What it means, without the signs of code.
    pub fn plain(&self) -> String {
        self.means.replace('`', "")
    }
}

/// All words, in the order of the file: related ones together.
pub fn words() -> &'static [Word] {
    static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
        let words = read(include_str!("../../assets/glossary.md"));
        words.inspect_err(|error| log::error!("the glossary: {error}")).unwrap_or_default()
    });
    &WORDS
}

/// The word with this name or form, whatever the case.
pub fn word(name: &str) -> Option<&'static Word> {
    let name = name.to_lowercase();
    words().iter().find(|word| forms(word).any(|form| form.to_lowercase() == name))
}

fn forms(word: &Word) -> impl Iterator<Item = &str> {
    std::iter::once(&*word.name).chain(word.forms.iter().map(String::as_str))
}

fn read(text: &str) -> Result<Vec<Word>, String> {
    let parts = text.trim().split("\n## ").map(|part| part.trim_start_matches("## "));
    let read = |part: &str| {
        let mut lines = part.lines().filter(|line| !line.is_empty());
        let name = lines.next().ok_or("a word is empty")?.to_owned();
        let mut forms = Vec::new();
        let (mut means, mut link) = (Vec::new(), None);
        for line in lines {
            if let Some(also) = line.strip_prefix("also: ") {
                forms = also.split(", ").map(str::to_owned).collect();
            } else if let Some(to) = line.strip_prefix("> ") {
                link = Some(Link::read("", to)?);
            } else {
                means.push(line);
            }
        }
        let link = link.ok_or_else(|| format!("`{name}` has no link"))?;
        Ok(Word { name, forms, means: means.join(" "), link })
    };
    parts.map(read).collect()
}

/// Names of words.
pub type Known = HashSet<&'static str>;

/// Where words of the glossary occur in a text, each word where it is first, in the order of the text, but those that are
/// known already; those found are known then. Code between backticks is left out; where forms overlap, the longest counts.
pub fn occurrences(text: &str, known: &mut Known) -> Vec<(Range<usize>, &'static Word)> {
    let mut found = Vec::new();
    let mut at = 0;
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 0 {
            in_words(part, at, known, &mut found);
        }
        at += part.len() + 1;
    }
    found
}

/// The forms that a text is searched for, longest first, in lower case.
fn searched() -> &'static [(String, &'static Word)] {
    static FORMS: LazyLock<Vec<(String, &'static Word)>> = LazyLock::new(|| {
        let all = words().iter().flat_map(|word| forms(word).map(move |form| (form, word)));
        let mut all: Vec<_> = all.map(|(form, word)| (form.to_lowercase(), word)).collect();
        all.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        all
    });
    &FORMS
}

fn in_words(
    text: &str,
    offset: usize,
    known: &mut Known,
    found: &mut Vec<(Range<usize>, &'static Word)>,
) {
    // Of other letters a lower case may be longer: then places would not fit.
    let lower = text.to_ascii_lowercase();
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut at = 0;
    let mut before: Option<char> = None;
    while let Some(letter) = lower[at..].chars().next() {
        let starts = is_letter(letter) && !before.is_some_and(is_letter);
        let here = starts.then(|| {
            searched().iter().find(|(form, _)| {
                let rest = lower[at..].strip_prefix(form.as_str());
                rest.is_some_and(|rest| !rest.starts_with(is_letter))
            })
        });
        match here.flatten() {
            Some((form, word)) => {
                if known.insert(&word.name) {
                    found.push((offset + at..offset + at + form.len(), word));
                }
                before = form.chars().next_back();
                at += form.len();
            }
            None => {
                before = Some(letter);
                at += letter.len_utf8();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(&str, &str)> {
        let found = occurrences(text, &mut Known::new());
        found.into_iter().map(|(place, word)| (&text[place], word.name.as_str())).collect()
    }

    #[test]
    fn the_file_can_be_read() {
        assert!(words().len() >= 40);
        let mut known = HashSet::new();
        for word in words() {
            for form in forms(word) {
                assert!(known.insert(form.to_lowercase()), "{form} twice");
            }
            assert!(word.means.ends_with('.'), "{}", word.name);
            let sentences = word.means.matches(". ").count() + 1;
            assert!(sentences <= 3, "{}", word.name);
        }
    }

    #[test]
    fn words_are_found_once_and_whole() {
        assert_eq!(
            names(
                "Race conditions: a race condition, `lock`, – a lock, deadlocks, block, GIL-free."
            ),
            [("Race conditions", "race condition"), ("lock", "lock"), ("deadlocks", "deadlock")]
        );
        assert_eq!(
            names("The GIL. A condition variable"),
            [("GIL", "GIL"), ("condition variable", "condition")]
        );
        assert_eq!(
            names("threading.Lock and ümläut process"),
            [("Lock", "lock"), ("process", "process")]
        );
    }
}
