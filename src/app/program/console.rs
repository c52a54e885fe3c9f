//! What a program has written, line by line, and what is typed for it.

use super::{Program, ProgramCommand};
use crate::app::command::Command;
use crate::python::{Ending, KEPT, Stream};
use crate::replay::words::capital;
use crate::trace::Meta;
use crate::widgets::theme::Theme;
use egui::{Label, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};

/// The most lines that are kept.
const LINES: usize = 200_000;
/// The longest line that is shown whole, in bytes.
const LONGEST: usize = 4_000;

/// Who has written a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Program(Stream),
    User,
}

/// What a program has written, bounded.
#[derive(Default)]
pub struct Console {
    lines: Vec<(By, String)>,
    /// The begin of a line of either stream, whose end has not come.
    open: [Vec<u8>; 2],
    bytes: usize,
    cut: bool,
}

impl Console {
    /// Adds what was written.
    pub fn add(&mut self, stream: Stream, bytes: &[u8]) {
        self.bytes += bytes.len();
        let open = usize::from(stream == Stream::Err);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.open[open].extend_from_slice(part);
            if part.ends_with(b"\n") || self.open[open].len() > LONGEST {
                let line = std::mem::take(&mut self.open[open]);
                self.push(By::Program(stream), &line);
            }
        }
    }

    /// Adds what the user typed.
    pub fn typed(&mut self, line: &str) {
        // What asks for it stands above it, though its line has no end.
        for (stream, open) in [Stream::Out, Stream::Err].into_iter().zip(0..) {
            let line = std::mem::take(&mut self.open[open]);
            if !line.is_empty() {
                self.push(By::Program(stream), &line);
            }
        }
        self.push(By::User, line.as_bytes());
    }

    fn push(&mut self, by: By, line: &[u8]) {
        if self.lines.len() >= LINES || self.bytes > 2 * KEPT {
            self.cut = true;
            return;
        }
        self.lines.push((by, shown(line)));
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.open.iter().all(Vec::is_empty)
    }

    /// How many lines there are to show.
    fn len(&self) -> usize {
        self.lines.len() + self.open.iter().filter(|open| !open.is_empty()).count()
    }

    fn line(&self, place: usize) -> (By, String) {
        if let Some((by, line)) = self.lines.get(place) {
            return (*by, line.clone());
        }
        let streams = [Stream::Out, Stream::Err].into_iter().zip(&self.open);
        let mut open = streams.filter(|(_, open)| !open.is_empty());
        let open = open.nth(place - self.lines.len());
        open.map_or((By::User, String::new()), |(stream, open)| (By::Program(stream), shown(open)))
    }
}

/// A line as it is shown: without what would move a terminal's cursor.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\n', '\r']);
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("    "),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

/// How a run stands, in a few words.
fn state(program: &Program, running: bool) -> String {
    if running {
        return "running · no exit status yet".to_owned();
    }
    match &program.ending {
        None => String::new(),
        Some(Ending { failure: Some(_), .. }) => "not run to its end".to_owned(),
        Some(Ending { timed_out: true, .. }) => "ended: it took too long".to_owned(),
        Some(Ending { stuck: true, .. }) => "ended: nobody could go on".to_owned(),
        Some(Ending { stopped: true, .. }) => "stopped".to_owned(),
        Some(Ending { exit_status: Some(status), .. }) => format!("exit status {status}"),
        Some(Ending { signal: Some(signal), .. }) => {
            let signal = u8::try_from(*signal).unwrap_or(0);
            format!("killed by {}", crate::trace::signal_name(signal))
        }
        Some(_) => "over".to_owned(),
    }
}

/// What is to be said of a run beside what it has written: why it was not done, and what could not be seen.
fn remarks(program: &Program, meta: &Meta, running: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    if program.console.cut {
        remarks.push("More was written than is shown.".to_owned());
    }
    let Some(ending) = program.ending.as_ref().filter(|_| !running) else { return remarks };
    remarks.extend(ending.failure.iter().map(|why| format!("{}.", capital(why))));
    remarks.extend(meta.unseen().map(unseen));
    remarks
}

/// That something could not be seen, as it is shown.
pub fn unseen(what: &str) -> String {
    format!("Not seen: {}.", what.trim_end_matches('.'))
}

/// Draws the console into the whole of `ui`, beside a recording of which this is known.
pub fn show(
    ui: &mut Ui,
    program: &Program,
    meta: &Meta,
    running: bool,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Console").font(theme.label()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let said = state(program, running);
            ui.label(RichText::new(said).font(theme.body()).color(theme.muted));
        });
    });
    // A topic's program reads nothing.
    let reads = running && program.name_and_folder().is_some();
    let foot = if reads { 30.0 } else { 0.0 };
    let console = &program.console;
    let area = ScrollArea::both().id_salt("console").auto_shrink(false).stick_to_bottom(true);
    let area = area.max_height((ui.available_height() - foot).max(20.0));
    let row = ui.text_style_height(&egui::TextStyle::Monospace);
    ui.spacing_mut().item_spacing.y = 1.0;
    let remarks = remarks(program, meta, running);
    area.show_rows(ui, row, console.len() + remarks.len(), |ui, range| {
        for place in range {
            if let Some(remark) = place.checked_sub(console.len()).and_then(|n| remarks.get(n)) {
                let words = RichText::new(remark).font(theme.body()).color(theme.muted);
                ui.add(Label::new(words).extend());
                continue;
            }
            let (by, line) = console.line(place);
            let ink = match by {
                By::Program(Stream::Out) => theme.text,
                By::Program(Stream::Err) => theme.danger,
                By::User => theme.accent,
            };
            ui.add(Label::new(RichText::new(line).font(theme.mono_small()).color(ink)).extend());
        }
    });
    if reads {
        let mut line = program.line.clone();
        let edit = TextEdit::singleline(&mut line)
            .font(theme.mono_small())
            .hint_text("type for the program, then Enter")
            .desired_width(ui.available_width());
        let response = ui.add(edit);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Input"));
        if line != program.line {
            commands.push(Command::Program(ProgramCommand::Line(line)));
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
            commands.push(Command::Program(ProgramCommand::Type));
            response.request_focus();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stands_below_what_asked_for_it() {
        let mut console = Console::default();
        for (question, answer) in [("name?", "Ann"), ("age?", "5")] {
            console.add(Stream::Out, question.as_bytes());
            console.typed(answer);
        }
        console.add(Stream::Out, b"hello\n");
        let lines: Vec<String> = (0..console.len()).map(|place| console.line(place).1).collect();
        assert_eq!(lines, ["name?", "Ann", "age?", "5", "hello"]);
    }

    #[test]
    fn lines_come_in_any_pieces_and_are_bounded() {
        let mut console = Console::default();
        for piece in ["one\ntw", "o\nth", "ree"] {
            console.add(Stream::Out, piece.as_bytes());
        }
        let lines: Vec<String> = (0..console.len()).map(|place| console.line(place).1).collect();
        assert_eq!(lines, ["one", "two", "three"]);
        console.add(Stream::Err, b"\x1b[2Jred\xff\n");
        assert_eq!(console.line(2).1, "\\u{1b}[2Jred\u{fffd}");
        console.add(Stream::Out, &vec![b'x'; 3 * KEPT]);
        assert!(console.cut && console.lines.len() < LINES);
    }
}
