//! Just enough of Python's and Rust's lexical rules to colour a listing.

pub use crate::trace::Language;
use std::ops::Range;

/// What a piece of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names, operators, blanks.
    Plain,
    /// A word of the language.
    Keyword,
    /// A string or character.
    String,
    /// A comment.
    Comment,
    /// A number.
    Number,
}

const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];
const RUST: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "type",
    "unsafe", "use", "where", "while",
];

/// A listing without its comments, line by line: a line that is one is empty, and each line keeps its number.
pub fn without_comments(text: &str, language: Language) -> String {
    let mut tokeniser = Tokeniser::new(language);
    let mut left = String::with_capacity(text.len());
    for line in text.lines() {
        let start = left.len();
        let pieces = tokeniser.line(line);
        let code = pieces.into_iter().filter(|(_, kind)| *kind != Kind::Comment);
        code.for_each(|(range, _)| left.push_str(&line[range]));
        left.truncate(start + left[start..].trim_end().len());
        left.push('\n');
    }
    left
}

/// What a line began inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    /// A string in three of these quotes.
    Triple(char),
    /// A string that may span lines.
    Long,
    /// Nested block comments, this deep.
    Block(u32),
}

/// Goes through a listing line by line.
#[derive(Clone, Debug)]
pub struct Tokeniser {
    language: Language,
    within: Within,
}

impl Tokeniser {
    /// At the start of a listing.
    pub fn new(language: Language) -> Self {
        Self { language, within: Within::Nothing }
    }

    /// The pieces of the next line, in order; together they are the whole line.
    pub fn line(&mut self, line: &str) -> Vec<(Range<usize>, Kind)> {
        let mut pieces: Vec<(Range<usize>, Kind)> = Vec::new();
        let mut at = 0;
        while at < line.len() {
            let (length, kind) = self.next(&line[at..]);
            match pieces.last_mut() {
                Some((range, last)) if *last == kind => range.end = at + length,
                _ => pieces.push((at..at + length, kind)),
            }
            at += length;
        }
        pieces
    }

    /// Length and kind of the piece at the start of `rest`, which is not empty.
    fn next(&mut self, rest: &str) -> (usize, Kind) {
        match self.within {
            Within::Triple(quote) => return (self.triple(rest, 0, quote), Kind::String),
            Within::Long => return (self.long(rest, 0), Kind::String),
            Within::Block(_) => return (self.block(rest), Kind::Comment),
            Within::Nothing => {}
        }
        let first = rest.chars().next().unwrap_or(' ');
        let python = self.language == Language::Python;
        if (python && first == '#') || (!python && rest.starts_with("//")) {
            return (rest.len(), Kind::Comment);
        }
        if !python && rest.starts_with("/*") {
            return (self.block(rest), Kind::Comment);
        }
        if python && (rest.starts_with("\"\"\"") || rest.starts_with("'''")) {
            return (self.triple(rest, 3, first), Kind::String);
        }
        if first == '"' || (python && first == '\'') {
            if python {
                return (closing(rest, 1, first).unwrap_or(rest.len()), Kind::String);
            }
            return (self.long(rest, 1), Kind::String);
        }
        if first == '\'' {
            return character(rest).map_or((1, Kind::Plain), |n| (n, Kind::String));
        }
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
            let mut end = end.unwrap_or(rest.len());
            // `0..n` is a number and a range.
            if let Some(dots) = rest[..end].find("..") {
                end = dots;
            }
            return (end, Kind::Number);
        }
        if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let word = &rest[..end.unwrap_or(rest.len())];
            // f"…", r'…', b"…"
            let after = rest[word.len()..].chars().next();
            let quoted = after == Some('"') || (python && after == Some('\''));
            if quoted && word.len() <= 2 && word.chars().all(|c| "rRbBfFuU".contains(c)) {
                return (word.len(), Kind::String);
            }
            let words = if python { PYTHON } else { RUST };
            let kind = if words.contains(&word) { Kind::Keyword } else { Kind::Plain };
            return (word.len(), kind);
        }
        (first.len_utf8(), Kind::Plain)
    }

    fn triple(&mut self, rest: &str, from: usize, quote: char) -> usize {
        let end: String = [quote; 3].iter().collect();
        match rest[from..].find(&end) {
            Some(at) => {
                self.within = Within::Nothing;
                from + at + 3
            }
            None => {
                self.within = Within::Triple(quote);
                rest.len()
            }
        }
    }

    fn long(&mut self, rest: &str, from: usize) -> usize {
        match closing(rest, from, '"') {
            Some(end) => {
                self.within = Within::Nothing;
                end
            }
            None => {
                self.within = Within::Long;
                rest.len()
            }
        }
    }

    fn block(&mut self, rest: &str) -> usize {
        let mut depth = match self.within {
            Within::Block(depth) => depth,
            _ => 0,
        };
        let mut at = 0;
        while at < rest.len() {
            if rest[at..].starts_with("/*") {
                depth += 1;
                at += 2;
            } else if rest[at..].starts_with("*/") {
                depth = depth.saturating_sub(1);
                at += 2;
                if depth == 0 {
                    self.within = Within::Nothing;
                    return at;
                }
            } else {
                at += rest[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        self.within = Within::Block(depth);
        rest.len()
    }
}

/// Where a string that began before `from` ends, just after its closing quote.
fn closing(rest: &str, from: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in rest[from..].char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return Some(from + i + c.len_utf8());
        }
    }
    None
}

/// Length of the character literal at the start, if it is one and not a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        return closing(rest, 1, '\'');
    }
    let end = 1 + first.len_utf8();
    rest[end..].starts_with('\'').then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(language: Language, line: &str) -> Vec<(String, Kind)> {
        let found = Tokeniser::new(language).line(line);
        let texts = found.into_iter().map(|(r, k)| (line[r].to_owned(), k));
        texts.filter(|(_, k)| *k != Kind::Plain).collect()
    }

    #[test]
    fn python() {
        let found = pieces(Language::Python, r#"for n in range(0, 10): print(f"a\"{n}") # it's"#);
        let expected = [
            ("for", Kind::Keyword),
            ("in", Kind::Keyword),
            ("0", Kind::Number),
            ("10", Kind::Number),
            (r#"f"a\"{n}""#, Kind::String),
            ("# it's", Kind::Comment),
        ];
        assert_eq!(found, expected.map(|(t, k)| (t.to_owned(), k)));
    }

    #[test]
    fn rust() {
        let found =
            pieces(Language::Rust, "for i in 0..10 { let c: &'a str = \"x\"; '\\n' } // ok");
        let expected = [
            ("for", Kind::Keyword),
            ("in", Kind::Keyword),
            ("0", Kind::Number),
            ("10", Kind::Number),
            ("let", Kind::Keyword),
            ("\"x\"", Kind::String),
            ("'\\n'", Kind::String),
            ("// ok", Kind::Comment),
        ];
        assert_eq!(found, expected.map(|(t, k)| (t.to_owned(), k)));
    }

    #[test]
    fn what_is_left_without_comments_has_the_same_lines() {
        let python = "x = \"#1\"  # why\n    # alone\n\"\"\"a\n# b\"\"\"\ny = 2\n";
        let left = "x = \"#1\"\n\n\"\"\"a\n# b\"\"\"\ny = 2\n";
        assert_eq!(without_comments(python, Language::Python), left);
        let rust = "/// Why.\nlet a = \"//\"; // so\n/* one\n two */ let b = 1; /* c */ b\n";
        assert_eq!(without_comments(rust, Language::Rust), "\nlet a = \"//\";\n\n let b = 1;  b\n");
    }

    #[test]
    fn strings_and_comments_go_on_over_lines() {
        let mut python = Tokeniser::new(Language::Python);
        python.line("x = \"\"\"one");
        assert_eq!(python.line("if two"), [(0..6, Kind::String)]);
        assert_eq!(python.line("\"\"\" if").last(), Some(&(4..6, Kind::Keyword)));
        let mut rust = Tokeniser::new(Language::Rust);
        rust.line("/* a /* b */");
        assert_eq!(rust.line("let */ let")[0], (0..6, Kind::Comment));
    }
}
