//! The report as Markdown, with its figures in files beside it.

use super::outcome::Told;
use super::{Chapter, Report};
use crate::replay::words;
use std::fmt::Write as _;

/// A report as Markdown.
pub(super) fn text(report: &Report) -> String {
    let heading = &report.heading;
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "# {}\n", escape(&heading.title));
    for text in [&heading.author, &heading.course].into_iter().filter(|text| !text.is_empty()) {
        let _ = writeln!(out, "{}\n", escape(text));
    }
    if !heading.command.is_empty() {
        let _ = writeln!(out, "The same report of new runs:\n\n```\n{}\n```\n", heading.command);
    }
    for (number, chapter) in (1..).zip(&report.chapters) {
        self::chapter(&mut out, number, chapter);
    }
    out
}

fn chapter(out: &mut String, number: usize, chapter: &Chapter) {
    let _ = writeln!(
        out,
        "## {number} {}\n\n> {}\n",
        escape(&chapter.title),
        escape(&chapter.question)
    );
    if !chapter.points.is_empty() {
        out.push_str("### What a full answer says\n\n");
        // They are Markdown.
        for (place, point) in (1..).zip(chapter.points) {
            let _ = writeln!(out, "{place}. **{}** {}", point.head, point.more);
        }
        out.push('\n');
    }
    let caption = &chapter.caption;
    let _ =
        writeln!(out, "### The run\n\n{}\n\n{}\n", escape(&caption.title), escape(&caption.origin));
    if !chapter.command.is_empty() {
        let _ = writeln!(out, "```\n{}\n```\n", chapter.command);
    }
    if !chapter.params.is_empty() {
        out.push_str("| parameter | value | |\n|---|---|---|\n");
        for row in &chapter.params {
            let [key, value, help] = row.each_ref().map(|text| escape(text));
            let _ = writeln!(out, "| {key} | {value} | {help} |");
        }
        out.push('\n');
    }
    for (file, figure) in chapter.files(number) {
        let _ = writeln!(out, "![{}](figures/{file})\n", escape(&figure.caption));
        let _ = writeln!(out, "*{}*\n", escape(&figure.caption));
    }
    outcome(out, &chapter.outcome);
    if !chapter.findings.is_empty() {
        out.push_str("### What the whole run proves\n\n");
        for (at, said) in &chapter.findings {
            let _ = writeln!(out, "- {} ({at})", escape(said));
        }
        out.push('\n');
    }
    if !chapter.unseen.is_empty() {
        for said in &chapter.unseen {
            let _ = writeln!(out, "- {}", escape(said));
        }
        out.push('\n');
    }
    if !chapter.guesses.is_empty() {
        out.push_str("### What was guessed\n\n");
        for guess in &chapter.guesses {
            let [head, question, said] = guess.each_ref().map(|text| escape(text));
            let _ = writeln!(out, "- **{head}** {question} {said}");
        }
        out.push('\n');
    }
    for (name, text) in &chapter.programs {
        let _ = writeln!(out, "### {}\n\n```python\n{}\n```\n", escape(name), text.trim_end());
    }
}

fn outcome(out: &mut String, told: &Told) {
    if !told.lines.is_empty() || !told.tables.is_empty() {
        out.push_str("### What came out\n\n");
    }
    if !told.lines.is_empty() {
        out.push_str("| | |\n|---|---|\n");
        for (key, value) in &told.lines {
            let _ = writeln!(out, "| {} | {} |", escape(key), escape(value));
        }
        out.push('\n');
    }
    for table in &told.tables {
        let row = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
            format!("| {} |", cells.join(" | "))
        };
        let rule = "---|".repeat(table.heads.len());
        let _ = writeln!(
            out,
            "**{}**\n\n{}\n|{rule}",
            escape(&words::capital(&table.name)),
            row(&table.heads)
        );
        for cells in &table.rows {
            let _ = writeln!(out, "{}", row(cells));
        }
        out.push('\n');
    }
}

/// A text without what Markdown would take for its own signs.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if "\\`*_[]<>#|".contains(sign) {
            out.push('\\');
        }
        out.push(if sign == '\n' { ' ' } else { sign });
    }
    out
}
