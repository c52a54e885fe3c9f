//! Text in which the words of the glossary have a dotted underline: pointing at one says what it means, a click opens it.

use super::command::{AnswerCommand, Command};
use crate::topics::glossary::{self, Known, Word};
use crate::widgets::theme::{EMPHASIS, Theme};
use egui::text::LayoutJob;
use egui::{
    Color32, CursorIcon, FontFamily, FontId, Galley, Rect, Role, Sense, Shape, Stroke, StrokeKind,
    TextFormat, Ui, WidgetInfo, pos2, vec2,
};
use std::ops::Range;
use std::sync::Arc;

/// A text that is laid out, with its words.
pub struct Words {
    galley: Arc<Galley>,
    /// The text as shown.
    plain: String,
    /// Which characters each word takes.
    words: Vec<(Range<usize>, &'static Word)>,
    ink: Color32,
}

impl Words {
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
        let theme = Theme::of(ui);
        let mono = FontId::new(font.size - 0.5, theme.mono().family);
        let mut job = LayoutJob::default();
        job.wrap.max_width = width.max(1.0);
        for (place, part) in text.split('`').enumerate() {
            let font = if place % 2 == 0 { &font } else { &mono };
            job.append(part, 0.0, TextFormat::simple(font.clone(), ink));
        }
        // Backticks are not shown, so places count without them.
        let shown = |at: usize| text[..at].chars().filter(|c| *c != '`').count();
        let words = glossary::occurrences(text, known);
        let words = words.into_iter().map(|(at, word)| (shown(at.start)..shown(at.end), word));
        let plain = job.text.clone();
        Self { words: words.collect(), plain, galley: ui.painter().layout_job(job), ink }
    }

    /// Its size.
    pub fn size(&self) -> egui::Vec2 {
        self.galley.size()
    }

    /// Draws it at a place; its words can be clicked. `name` has the words told apart from those of other texts.
    pub fn show(
        &self,
        ui: &mut Ui,
        at: egui::Pos2,
        name: impl egui::AsIdSalt,
        commands: &mut Vec<Command>,
    ) {
        let theme = Theme::of(ui);
        ui.painter().galley(at, Arc::clone(&self.galley), self.ink);
        let id = ui.scope_id().with(name);
        for (place, (range, word)) in self.words.iter().enumerate() {
            let rects = self.rects(range).map(|rect| rect.translate(at.to_vec2()));
            let mut any: Option<egui::Response> = None;
            for (row, rect) in rects.enumerate() {
                underline(ui, rect, theme);
                let response = ui.interact(rect, id.with((place, row)), Sense::click());
                if row == 0 {
                    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &word.name));
                }
                any = Some(any.map_or(response.clone(), |before| before.union(response)));
            }
            let Some(response) = any else { continue };
            if response.has_focus() {
                let stroke = Stroke::new(EMPHASIS, theme.accent);
                let around = response.rect.expand(2.0);
                ui.painter().rect_stroke(around, 3.0, stroke, StrokeKind::Inside);
            }
            let response = response.on_hover_cursor(CursorIcon::PointingHand);
            if response.on_hover_text(word.plain()).clicked() {
                commands.push(Command::Answer(AnswerCommand::Word(&word.name)));
            }
        }
    }

    /// The text as shown.
    pub fn plain(&self) -> &str {
        &self.plain
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

/// A colour as that of text, but for what no eye sees: links are told apart by it.
fn link_ink(theme: &Theme) -> Color32 {
    let [r, g, b, _] = theme.text.to_array();
    Color32::from_rgb(r, g, b ^ 1)
}

/// The same for text in bold.
fn bold_ink(theme: &Theme) -> Color32 {
    let [r, g, b, _] = theme.text.to_array();
    Color32::from_rgb(r, g ^ 1, b)
}

/// Has links look like the text around them, and tells bold text from it.
pub fn mark_links(ui: &mut Ui) {
    let theme = Theme::of(ui);
    ui.visuals_mut().hyperlink_color = link_ink(theme);
    ui.visuals_mut().widgets.active.fg_stroke.color = bold_ink(theme);
}

/// Strikes the bold text twice that was drawn since there were so many shapes: what draws Markdown knows bold as a colour
/// only.
pub fn thicken(ui: &Ui, before: usize) {
    let ink = bold_ink(Theme::of(ui));
    let (mut bold, mut place) = (Vec::new(), 0);
    ui.painter().for_each_shape(|clipped| {
        if let Shape::Text(text) = &clipped.shape
            && place >= before
            && text.galley.job.sections.iter().any(|part| {
                part.format.color == ink && part.format.font_id.family == FontFamily::Proportional
            })
        {
            bold.push((text.pos, Arc::clone(&text.galley)));
        }
        place += 1;
    });
    for (at, galley) in bold {
        ui.painter().galley(at + vec2(0.45, 0.0), galley, ink);
    }
}

/// How many shapes have been drawn where this is drawn.
pub fn shapes(ui: &Ui) -> usize {
    let mut count = 0;
    ui.painter().for_each_shape(|_| count += 1);
    count
}

/// Underlines the links that were drawn since there were so many shapes, and says what the one pointed at means.
pub fn underline_links(ui: &Ui, before: usize) {
    let theme = Theme::of(ui);
    let ink = link_ink(theme);
    let (mut rows, mut place): (Vec<(Rect, String)>, usize) = (Vec::new(), 0);
    ui.painter().for_each_shape(|clipped| {
        if let Shape::Text(text) = &clipped.shape
            && place >= before
            && text.fallback_color == ink
        {
            for row in &text.galley.rows {
                let rect = row.rect_without_leading_space().translate(text.pos.to_vec2());
                if rect.width() > 1.0 && clipped.clip_rect.intersects(rect) {
                    rows.push((rect, text.galley.text().to_owned()));
                }
            }
        }
        place += 1;
    });
    for (rect, name) in rows {
        underline(ui, rect, theme);
        let Some(word) = glossary::word(&name).filter(|_| ui.rect_contains_pointer(rect)) else {
            continue;
        };
        let id = ui.scope_id().with("word");
        let anchor = egui::PopupAnchor::ParentRect(rect);
        egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, anchor).gap(4.0).show(
            |ui| {
                ui.set_max_width(300.0);
                ui.label(word.plain());
            },
        );
    }
}

/// The sign of a word that can be looked up.
fn underline(ui: &Ui, rect: Rect, theme: &Theme) {
    let y = rect.bottom() - 0.5;
    let line = [pos2(rect.left() + 0.5, y), pos2(rect.right(), y)];
    ui.painter().extend(Shape::dotted_line(&line, theme.accent, 3.0, 0.7));
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
