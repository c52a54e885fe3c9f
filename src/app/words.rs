//! Texts with links in them: words of the glossary and moments of runs. Links have a dotted underline; pointing at a word
//! says what it means, a click opens it.

use super::command::{AnswerCommand, Command};
use super::seek::Wanted;
use crate::topics::glossary::{self, Known, Word};
use crate::widgets::fonts;
use crate::widgets::theme::{EMPHASIS, Theme};
use egui::text::LayoutJob;
use egui::{
    Color32, CursorIcon, FontId, Galley, Label, Pos2, Rect, Response, Role, Sense, Shape, Stroke,
    StrokeKind, TextFormat, Ui, WidgetInfo, pos2, vec2,
};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// How a part of a text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Semibold.
    pub bold: bool,
    /// Slanted.
    pub italic: bool,
    /// As code, on a ground of its own.
    pub code: bool,
}

/// Where a part of a text leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a word of the glossary.
    Word(&'static Word),
    /// To a moment of a run.
    Run(Wanted),
}

impl Target {
    fn command(&self) -> Command {
        Command::Answer(match self {
            Self::Word(word) => AnswerCommand::Word(&word.name),
            Self::Run(wanted) => AnswerCommand::Show(wanted.clone()),
        })
    }
}

/// A part of a text: set in one style, and leading to one place, if to any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The letters.
    pub text: String,
    /// How they are set.
    pub style: Style,
    /// Where they lead.
    pub target: Option<Target>,
}

/// The parts of a text in which backticks stand around code.
fn of_plain(text: &str) -> Vec<Part> {
    let parts = text.split('`').zip([false, true].into_iter().cycle());
    let part = |(text, code): (&str, bool)| Part {
        text: text.to_owned(),
        style: Style { code, ..Style::default() },
        target: None,
    };
    parts.filter(|(text, _)| !text.is_empty()).map(part).collect()
}

/// A text with code between backticks, as a label over the width there is.
pub fn label(ui: &mut Ui, text: &str, font: FontId, ink: Color32) {
    let words = Words::of(ui, Cow::Owned(of_plain(text)), font, ink, ui.available_width());
    words.label(ui, "label", &mut Vec::new());
}

/// Makes links of the words of the glossary where they first occur, but not of those that are known already. Code and what
/// is a link stay as they are.
pub fn link_words(parts: Vec<Part>, known: &mut Known) -> Vec<Part> {
    let mut linked = Vec::with_capacity(parts.len());
    for part in parts {
        if part.style.code || part.target.is_some() {
            linked.push(part);
            continue;
        }
        let mut at = 0;
        let mut push = |range: Range<usize>, target| {
            let text = part.text[range].to_owned();
            if !text.is_empty() {
                linked.push(Part { text, style: part.style, target });
            }
        };
        for (place, word) in glossary::occurrences(&part.text, known) {
            push(at..place.start, None);
            at = place.end;
            push(place, Some(Target::Word(word)));
        }
        push(at..part.text.len(), None);
    }
    linked
}

/// A text that is laid out, with its links.
pub struct Words<'a> {
    galley: Arc<Galley>,
    parts: Cow<'a, [Part]>,
    ink: Color32,
}

impl<'a> Words<'a> {
    /// Lays a text out, in lines of this width. What stands between backticks is code; words that are known already are
    /// not to be looked up again.
    pub fn new(
        ui: &Ui,
        text: &str,
        font: FontId,
        ink: Color32,
        width: f32,
        known: &mut Known,
    ) -> Self {
        let parts = link_words(of_plain(text), known);
        Self::of(ui, Cow::Owned(parts), font, ink, width)
    }

    /// Lays parts out, in lines of this width.
    pub fn of(ui: &Ui, parts: Cow<'a, [Part]>, font: FontId, ink: Color32, width: f32) -> Self {
        let theme = Theme::of(ui);
        let mono = FontId::new(font.size - 0.5, theme.mono().family);
        let bold = FontId::new(font.size, fonts::semibold());
        let mut job = LayoutJob::default();
        job.wrap.max_width = width.max(1.0);
        for Part { text, style, .. } in parts.iter() {
            let font = match style {
                Style { code: true, .. } => &mono,
                Style { bold: true, .. } => &bold,
                _ => &font,
            };
            let mut format = TextFormat::simple(font.clone(), ink);
            format.italics = style.italic;
            if style.code {
                format.background = theme.field;
            }
            job.append(text, 0.0, format);
        }
        Self { galley: ui.painter().layout_job(job), parts, ink }
    }

    /// Its size.
    pub fn size(&self) -> egui::Vec2 {
        self.galley.size()
    }

    /// Draws it at a place; its links can be clicked. `name` has its links told apart from those of other texts.
    pub fn show(
        &self,
        ui: &mut Ui,
        at: Pos2,
        name: impl egui::AsIdSalt,
        commands: &mut Vec<Command>,
    ) {
        ui.painter().galley(at, Arc::clone(&self.galley), self.ink);
        self.links(ui, at, name, commands);
    }

    /// Draws it where the cursor is, as a label, whose text can be selected.
    pub fn label(&self, ui: &mut Ui, name: impl egui::AsIdSalt, commands: &mut Vec<Command>) {
        let response = ui.add(Label::new(Arc::clone(&self.galley)).selectable(true));
        self.links(ui, response.rect.min, name, commands);
    }

    fn links(&self, ui: &mut Ui, at: Pos2, name: impl egui::AsIdSalt, commands: &mut Vec<Command>) {
        let id = ui.scope_id().with(name);
        let mut letters = 0;
        for (place, part) in self.parts.iter().enumerate() {
            let range = letters..letters + part.text.chars().count();
            letters = range.end;
            let Some(target) = &part.target else { continue };
            let mut any: Option<Response> = None;
            for (row, rect) in self.rects(&range).enumerate() {
                let rect = rect.translate(at.to_vec2());
                underline(ui, rect);
                // The keys stop at a link once, however many lines it takes.
                let sense = if row == 0 {
                    Sense::click()
                } else {
                    Sense::click().difference(Sense::FOCUSABLE)
                };
                let response = ui.interact(rect, id.with((place, row)), sense);
                if row == 0 {
                    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &part.text));
                }
                any = Some(any.map_or(response.clone(), |before| before.union(response)));
            }
            let Some(mut response) = any else { continue };
            if response.has_focus() {
                let stroke = Stroke::new(EMPHASIS, Theme::of(ui).accent);
                let around = response.rect.expand(2.0);
                ui.painter().rect_stroke(around, 3.0, stroke, StrokeKind::Inside);
            }
            response = response.on_hover_cursor(CursorIcon::PointingHand);
            if let Target::Word(word) = target {
                response = response.on_hover_text(word.plain());
            }
            if response.clicked() {
                commands.push(target.command());
            }
        }
    }

    /// The text as shown.
    pub fn plain(&self) -> &str {
        self.galley.text()
    }

    /// Where characters stand, a rectangle for each row.
    fn rects(&self, range: &Range<usize>) -> impl Iterator<Item = Rect> {
        let mut first = 0;
        self.galley.rows.iter().filter_map(move |row| {
            let count = row.glyphs.len();
            let (begin, end) = (range.start.max(first), range.end.min(first + count));
            let (from, to) = (begin.saturating_sub(first), end.saturating_sub(first));
            first += count + usize::from(row.ends_with_newline);
            let glyphs = row.glyphs.get(from..to).filter(|glyphs| !glyphs.is_empty())?;
            let (left, right) = (glyphs.first()?.pos.x, glyphs.last()?.max_x());
            Some(row.rect().with_min_x(row.pos.x + left).with_max_x(row.pos.x + right))
        })
    }
}

/// The sign of a link.
fn underline(ui: &Ui, rect: Rect) {
    let y = rect.bottom() - 0.5;
    let line = [pos2(rect.left() + 0.5, y), pos2(rect.right(), y)];
    ui.painter().extend(Shape::dotted_line(&line, Theme::of(ui).accent, 3.0, 0.7));
}

/// Draws a text over the width there is, with words to look up.
pub fn text(
    ui: &mut Ui,
    text: &str,
    font: FontId,
    ink: Color32,
    known: &mut Known,
    commands: &mut Vec<Command>,
) {
    let words = Words::new(ui, text, font, ink, ui.available_width(), known);
    let size = vec2(ui.available_width(), words.size().y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.plain()));
    words.show(ui, rect.min, response.id, commands);
}
