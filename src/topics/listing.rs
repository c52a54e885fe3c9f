//! Program listings: the Python program of a preset, and the Rust that really runs, with named points in both.
//!
//! A listing is a source file, with a comment at the end of each line that has to do with the run:
//! `#@ adder.append` (in Rust `//@ adder.append`) names the point of the program the line stands for, and
//! `PAUSE = 1.0  #@ =add_pause` has the value replaced by the parameter's, a time in seconds multiplied by the time scale; with
//! `=limit*` any number is. `#@ ?hold` keeps the line only where the
//! parameter is not 0, `#@ ?costs=random` only where it is that word, and `#@ ?!hold` only where `?hold` does not. Such
//! comments are not shown.
//! In Rust files only the text between `// listing: begin` and `// listing: end` is shown, without the lines that end
//! in `//-` (they only tell the recording which line comes next).

use super::Params;
use crate::trace::{Place, SourcePoint};
use crate::widgets::code::tokens::Language;

fn marker(language: Language) -> &'static str {
    match language {
        Language::Python => "#@ ",
        Language::Rust => "//@ ",
    }
}

/// A listing as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// File name.
    pub file: &'static str,
    /// Its language.
    pub language: Language,
    /// Its lines; line 1 first.
    pub lines: Vec<String>,
    /// Named points: `(name, line number from 1)`.
    pub points: Vec<(String, u32)>,
}

/// A file of a listing: its name, which says its language, and its text.
pub type Source = (&'static str, &'static str);

impl Listing {
    /// Reads listings and fills in the parameters they name.
    pub fn all(sources: Vec<Source>, params: &Params) -> Vec<Self> {
        let listing = |(file, text): Source| {
            let is_rust = file.ends_with(".rs");
            let language = if is_rust { Language::Rust } else { Language::Python };
            Self::new(file, language, text, params)
        };
        sources.into_iter().map(listing).collect()
    }

    /// Reads a listing and fills in the parameters it names.
    pub fn new(file: &'static str, language: Language, text: &str, params: &Params) -> Self {
        let mut listing = Self { file, language, lines: Vec::new(), points: Vec::new() };
        let body = match text.split_once("// listing: begin\n") {
            Some((_, rest)) => rest.split("// listing: end").next().unwrap_or(rest),
            None => text,
        };
        for line in body.lines() {
            listing.push(line, params);
        }
        while listing.lines.last().is_some_and(String::is_empty) {
            listing.lines.pop();
        }
        listing
    }

    fn push(&mut self, line: &str, params: &Params) {
        if line.trim_end().ends_with("//-") {
            return;
        }
        let number = u32::try_from(self.lines.len() + 1).unwrap_or(u32::MAX);
        let Some((code, tags)) = line.split_once(marker(self.language)) else {
            self.lines.push(line.trim_end().to_owned());
            return;
        };
        let mut conditions = tags.split_whitespace().filter_map(|tag| tag.strip_prefix('?'));
        if !conditions.all(|condition| holds(condition, params)) {
            return;
        }
        let mut code = code.trim_end().to_owned();
        for tag in tags.split_whitespace().filter(|tag| !tag.starts_with('?')) {
            match tag.strip_prefix('=') {
                Some(key) => {
                    if let (Some(value), Some((name, _))) =
                        (filled_in(key, params), code.split_once(" = "))
                    {
                        code = format!("{name} = {}", python(&value));
                    }
                }
                None => self.points.push((tag.to_owned(), number)),
            }
        }
        self.lines.push(code);
    }

    /// As the trace keeps it.
    pub fn to_meta(&self) -> crate::trace::Listing {
        crate::trace::Listing {
            file: self.file.to_owned(),
            language: self.language,
            text: self.text(),
        }
    }

    /// The whole text, ready to run.
    pub fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }
}

/// Whether a condition on a parameter holds: `hold` (it is not 0), `costs=random` (it is that word), or with a `!` before
/// it the contrary. A parameter that the topic does not have is 0.
fn holds(condition: &str, params: &Params) -> bool {
    let something = |key: &str| match params.get(key) {
        Some(super::Value::Bool(yes)) => *yes,
        Some(super::Value::Int(number)) => *number != 0,
        Some(super::Value::Float(number)) => *number != 0.0,
        Some(super::Value::Choice(_) | super::Value::Ints(_)) => true,
        None => false,
    };
    match (condition.strip_prefix('!'), condition.split_once('=')) {
        (Some(contrary), _) => !holds(contrary, params),
        (None, Some((key, word))) => {
            matches!(params.get(key), Some(super::Value::Choice(chosen)) if *chosen == word)
        }
        (None, None) => something(condition),
    }
}

/// The value that a tag stands for.
fn filled_in(tag: &str, params: &Params) -> Option<super::Value> {
    if let Some(key) = tag.strip_suffix('*') {
        return params.scaled(key);
    }
    let is_time = params.iter().any(|(spec, _)| spec.key == tag && spec.unit == "s");
    if is_time { params.scaled(tag) } else { params.get(tag).cloned() }
}

/// A value as Python writes it.
fn python(value: &super::Value) -> String {
    match value {
        super::Value::Bool(true) => "True".to_owned(),
        super::Value::Bool(false) => "False".to_owned(),
        super::Value::Choice(word) => format!("\"{word}\""),
        super::Value::Float(number) => format!("{number:?}"),
        super::Value::Ints(list) => list.python(),
        super::Value::Int(number) => number.to_string(),
    }
}

/// The named points of all listings, each with its lines in the order of the listings.
pub fn source_points(listings: &[Listing]) -> Vec<SourcePoint> {
    let mut points: Vec<SourcePoint> = Vec::new();
    for listing in listings {
        for (name, line) in &listing.points {
            let text = listing.lines.get(*line as usize - 1).map_or("", String::as_str);
            let place =
                Place { file: listing.file.to_owned(), line: *line, text: text.trim().to_owned() };
            match points.iter_mut().find(|p| p.name == *name) {
                Some(point) => point.places.push(place),
                None => points.push(SourcePoint { name: name.clone(), places: vec![place] }),
            }
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::ParamSpec;

    const SPECS: &[ParamSpec] = &[ParamSpec::float("pause", "", [2.0, 0.0, 9.0]).in_unit("s")];

    #[test]
    fn marks_name_points_and_fill_in_parameters() {
        let params = Params::defaults("t", SPECS);
        let python = Listing::new(
            "a.py",
            Language::Python,
            "PAUSE = 1.0  #@ =pause\n\nwith lock:  #@ adder.acquire adder.release\n    pass\n",
            &params,
        );
        assert_eq!(python.lines, ["PAUSE = 2.0", "", "with lock:", "    pass"]);
        let rust = Listing::new(
            "a.rs",
            Language::Rust,
            "use x;\n// listing: begin\nlock.acquire(); //@ adder.acquire\n\n// listing: end\nrest\n",
            &params,
        );
        assert_eq!(rust.lines, ["lock.acquire();"]);
        let conditions = "sleep(PAUSE)  #@ ?pause a.pause\npass  #@ ?!pause a.none\n";
        let with = |pause: &str| {
            let mut params = params.clone();
            params.set("pause", pause).unwrap_or_else(|error| panic!("{error}"));
            Listing::new("a.py", Language::Python, conditions, &params)
        };
        assert_eq!(with("0.5").lines, ["sleep(PAUSE)"]);
        assert_eq!(with("0.5").points, [("a.pause".to_owned(), 1)]);
        assert_eq!(with("0").lines, ["pass"]);
        assert_eq!(with("0").points, [("a.none".to_owned(), 1)]);
        let points = source_points(&[python, rust]);
        assert_eq!(points.len(), 2);
        assert_eq!(points[0].name, "adder.acquire");
        let lines: Vec<_> = points[0].places.iter().map(|p| (p.file.as_str(), p.line)).collect();
        assert_eq!(lines, [("a.py", 3), ("a.rs", 1)]);
    }
}
