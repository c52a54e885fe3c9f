//! `compare`: recordings beside each other.

use super::render::{ThemeName, size};
use super::{CliError, apart, complain, say};
use crate::app::command::Page;
use crate::app::compare;
use crate::app::picture::{self, FigureSpec, Format, Part, PictureSpec};
use crate::app::playback::At;
use crate::app::session::Session;
use crate::export::compare::{Comparison, Part as TablePart, RUNS};
use crate::export::data::{Form, Plan, What};
use crate::export::trace_events::Watch;
use crate::export::{open, save};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// Two to four recordings, or files in the Chrome trace event format
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The table as one JSON object
    #[arg(long)]
    json: bool,
    /// Write a picture of them (.png, .svg, .pdf), or the table (.csv, .json)
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What is on the picture: the whole window, the table, or the lanes
    #[arg(long, value_enum, default_value_t = Part::Window)]
    part: Part,
    /// Light or dark
    #[arg(long, value_enum, default_value_t = ThemeName::Light)]
    theme: ThemeName,
    /// Size of the window in points
    #[arg(long, value_name = "WxH", default_value = "1440x900", value_parser = size)]
    size: [f32; 2],
}

/// What is written, by the name of its file.
enum Out {
    Picture(Format),
    Table(Plan),
}

pub fn run(args: &CompareArgs) -> Result<(), CliError> {
    // What can be wrong with the words is found out before anything is read.
    if !RUNS.contains(&args.files.len()) {
        let error = crate::export::compare::CompareError::Number(args.files.len());
        return Err(CliError::Usage(error.to_string()));
    }
    let out = match &args.out {
        None => None,
        Some(path) => {
            let form = match Format::of(path) {
                Some(format) => Out::Picture(format),
                None => Out::Table(Plan::of(path, Some(What::Outcome)).map_err(|_| {
                    let name = path.display();
                    CliError::Usage(format!("{name} is neither a picture nor a table; end it in .png, .svg, .pdf, .csv or .json"))
                })?),
            };
            for file in &args.files {
                apart(path, file)?;
            }
            save::check(path)?;
            Some((path, form))
        }
    };
    let runs = args.files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    let session = compare::session(runs)?;
    let Some(compared) = session.comparison.clone() else { return Ok(()) };
    let table = &compared.table;
    if args.json {
        say(&table.to_json().to_string())?;
    } else if out.is_none() {
        print(table)?;
    }
    match out {
        None => Ok(()),
        Some((path, Out::Picture(format))) => {
            let size = draw(session, args, format, path)?;
            complain_or_say(args.json, &format!("{}: {size}", path.display()))
        }
        Some((path, Out::Table(plan))) => {
            let table = table.table();
            let text = match plan.form {
                Form::Csv => table.to_csv(),
                Form::Json => table.to_json(),
            };
            save::whole(
                path,
                &plan.packed(text.into_bytes()).map_err(|source| CliError::Write {
                    path: path.display().to_string(),
                    source,
                })?,
            )?;
            complain_or_say(args.json, &format!("{}: the table", path.display()))
        }
    }
}

/// Says where something was written; where standard output has JSON on it, not there.
fn complain_or_say(is_json: bool, text: &str) -> Result<(), CliError> {
    match is_json {
        true => {
            complain(text);
            Ok(())
        }
        false => say(text),
    }
}

/// A recording, with the name of its file.
fn read(file: &Path) -> Result<(String, Session), CliError> {
    let (trace, made, damage) = open::open(file, &Arc::new(Watch::default()))?.trace();
    if let Some(damage) = damage {
        complain(&format!("{}: {damage}", file.display()));
    }
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut session = Session::recorded(&name, trace);
    session.recording.made = made;
    Ok((name, session))
}

fn draw(
    session: Session,
    args: &CompareArgs,
    format: Format,
    path: &Path,
) -> Result<String, CliError> {
    let picture = PictureSpec {
        size: args.size,
        scale: 1.0,
        dark: matches!(args.theme, ThemeName::Dark),
        part: args.part,
        page: Page::Findings,
        at: At::End,
    };
    let session = picture::at(session, &picture);
    let spec = FigureSpec { picture, caption: true, paper: None };
    let (bytes, size) = picture::file(session, &spec, format)?;
    save::whole(path, &bytes)?;
    Ok(size)
}

/// The table as text, in columns.
fn print(table: &Comparison) -> Result<(), CliError> {
    const NAME: usize = 32;
    let mut widths: HashMap<usize, usize> = HashMap::new();
    let values = table.rows.iter().flat_map(|row| row.values.iter().enumerate());
    let heads = table.runs.iter().enumerate().map(|(at, name)| (at, name.chars().count()));
    let texts = values
        .map(|(at, value)| (at, value.as_ref().map_or(1, |value| value.text.chars().count())));
    for (at, width) in heads.chain(texts) {
        let widest = widths.entry(at).or_default();
        *widest = width.min(40).max(*widest);
    }
    let line = |name: &str, cells: &mut dyn Iterator<Item = &str>| {
        let mut line = format!("{name:NAME$}");
        for (at, cell) in cells.enumerate() {
            let width = widths.get(&at).copied().unwrap_or_default();
            line += &format!("  {cell:width$}");
        }
        line.trim_end().to_owned()
    };
    say(&line("", &mut table.runs.iter().map(String::as_str)))?;
    for part in TablePart::ALL {
        let mut of = "";
        for (place, row) in table.part(part).enumerate() {
            if place == 0 {
                say(part.title())?;
            }
            if row.of != of {
                of = &row.of;
                say(&format!("  {of}"))?;
            }
            let mark = if row.differs() && !row.is_measured { '*' } else { ' ' };
            let indent = if row.of.is_empty() { "" } else { "  " };
            let name = format!("{mark} {indent}{}", row.what);
            let cell = |value: &'_ Option<crate::export::compare::Value>| {
                value.as_ref().map_or("–".to_owned(), |value| value.text.clone())
            };
            let cells: Vec<String> = row.values.iter().map(cell).collect();
            say(&line(&name, &mut cells.iter().map(String::as_str)))?;
            if !row.said.is_empty() {
                say(&format!("    {}", row.said))?;
            }
        }
    }
    for sentence in &table.left_out {
        say(sentence)?;
    }
    if table.rows.iter().any(|row| row.differs() && !row.is_measured) {
        say("* differs; what is measured differs from run to run and has no mark")?;
    }
    Ok(())
}
