//! `tour`: every topic once, into pictures and an index page.

use super::run::headline;
use super::{CliError, say};
use crate::app::command::Page;
use crate::app::picture::{self, Part, PictureSpec};
use crate::app::playback::At;
use crate::app::session::Session;
use crate::export::png;
use crate::topics::runner::{self, RunError};
use crate::topics::{ALL, Outcome, Topic};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// Time scale of the tour: pauses are shorter than in the presets.
const TIME_SCALE: &str = "0.1";

/// Longest time of a topic's run. On a quiet machine none takes a third of it.
const LIMIT: Duration = Duration::from_secs(20);

pub fn run(out: &Path) -> Result<(), CliError> {
    // That nothing can be written there is found out before anything runs.
    std::fs::create_dir_all(out)
        .and_then(|()| tempfile::tempfile_in(out).map(drop))
        .map_err(|source| CliError::Write { path: out.display().to_string(), source })?;
    let mut page = String::from(HEAD);
    let mut failed = None;
    for (number, topic) in (1..).zip(ALL.iter().copied()) {
        let (line, session) = visit(topic, &mut failed);
        let file = format!("{number}-{}.png", topic.id());
        let spec = PictureSpec {
            size: [1440.0, 900.0],
            scale: 1.0,
            dark: false,
            part: Part::Window,
            page: Page::default(),
            at: At::Fraction(0.4),
        };
        let image = picture::draw(session, &spec)?;
        png::write(&out.join(&file), &image)?;
        say(&format!("{number}  {line}"))?;
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<h2>{number} {title}</h2>\n<p>{question}</p>\n<p>{line}</p>\n<img src=\"{file}\" alt=\"{title}\">\n",
            title = escape(topic.about().title),
            question = escape(topic.about().question),
            line = escape(&line),
        );
    }
    page.push_str("</body></html>\n");
    let index = out.join("index.html");
    std::fs::write(&index, page)
        .map_err(|source| CliError::Write { path: index.display().to_string(), source })?;
    say(&format!("pictures and an index page are in {}", out.display()))?;
    failed.map_or(Ok(()), |line| Err(CliError::Tour(line)))
}

/// Runs the topic's default preset. Returns the outcome in a line, and the session to draw.
fn visit(topic: &'static dyn Topic, failed: &mut Option<String>) -> (String, Session) {
    let mut params = topic.default_params();
    if params.get("time_scale").is_some() && params.set("time_scale", TIME_SCALE).is_err() {
        log::warn!("{} has a time scale that takes no {TIME_SCALE}", topic.id());
    }
    let name = headline(topic, &params);
    let (said, session) = match runner::run_to_end(topic, params.clone(), Some(LIMIT)) {
        Ok(finished) => {
            let said = match &finished.result {
                Ok(outcome) => Ok(format!("{} (in {})", summary(outcome), finished.wall)),
                Err(RunError::TimedOut { secs, owed }) => Err(format!(
                    "it was stopped after {secs} s{owed}; alone it has more time: `run {}`",
                    topic.id()
                )),
                Err(error) => Err(error.to_string()),
            };
            (said, Session::finished(topic, params, finished))
        }
        Err(error) => (Err(error.to_string()), Session::new(topic)),
    };
    let line = match said {
        Ok(outcome) => format!("{name}: {outcome}"),
        Err(error) => {
            let line = format!("{name}: failed: {error}");
            failed.get_or_insert_with(|| line.clone());
            line
        }
    };
    (line, session)
}

/// The fields that fit into a line.
fn summary(outcome: &Outcome) -> String {
    let is_table = |value: &serde_json::Value| {
        value
            .as_array()
            .is_some_and(|items| items.iter().any(|item| item.is_object() || item.is_array()))
    };
    let fields = outcome.iter().filter(|(_, value)| !value.is_object() && !is_table(value));
    let fields = fields.map(|(field, value)| format!("{field} {value}"));
    fields.filter(|said| said.len() <= LONGEST).collect::<Vec<_>>().join(", ")
}

/// Length of the longest field of a line, in bytes.
const LONGEST: usize = 160;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Concurrency Lab: a tour</title>
<style>body{font:16px/1.5 sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#161a22}
img{width:100%;border:1px solid #dfe3ea}</style></head><body>
<h1>Concurrency Lab: a tour</h1>
";
