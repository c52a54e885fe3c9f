//! Rows of names and values, and the box that explains a moment in a sentence.

use super::actors::ActorColours;
use super::theme::{GRID, RADIUS_LARGE, Theme};
use super::{badge, text};
use egui::{
    Align, Align2, Color32, FontId, Galley, Label, Painter, Rect, Response, RichText, Sense, Ui,
    UiBuilder, Vec2, pos2, text::LayoutJob, vec2,
};
use std::sync::Arc;

/// Rows of a name and a value: "holder   adder 2". Values are set in figures of equal width, wrap, and can be copied.
pub fn rows<'a>(ui: &mut Ui, rows: impl IntoIterator<Item = (&'a str, String)>) {
    let theme = Theme::of(ui);
    let rows: Vec<_> = rows.into_iter().collect();
    let font = theme.body();
    let widest = rows.iter().fold(0.0_f32, |widest, (name, _)| {
        widest.max(text::Measure::width(ui.painter(), name, &font))
    });
    let names = widest.min(0.5 * ui.available_width()) + 2.0 * GRID;
    for (name, value) in rows {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let line = ui.painter().fonts_mut(|f| f.row_height(&theme.body()));
            let (rect, _) = ui.allocate_exact_size(vec2(names, line), Sense::hover());
            let words = rect.with_max_x(rect.right() - GRID);
            text::line(ui.painter(), words, Align2::LEFT_CENTER, name, &font, theme.muted);
            let value = RichText::new(in_parts(value)).font(theme.mono()).color(theme.text);
            ui.add(Label::new(value).wrap().selectable(true));
        });
    }
}

/// Longest part of a value that stays on one line, in letters.
const PART: usize = 18;

/// A value of several parts with lines that end between these: "8 sent ahead · 2 under way".
fn in_parts(value: String) -> String {
    if !value.contains(" · ") {
        return value;
    }
    let part = |part: &str| match part.chars().count() {
        0..=PART => part.replace(' ', "\u{a0}"),
        _ => part.to_owned(),
    };
    value.split(" · ").map(part).collect::<Vec<_>>().join("\u{a0}· ")
}

/// A moment in a sentence: "Why is remover 1 waiting?".
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence<'a> {
    /// Badge of the actor it is about.
    pub badge: Option<(&'a str, ActorColours)>,
    /// The question.
    pub title: &'a str,
    /// The answer.
    pub text: &'a str,
    /// How many times larger than by default it is: as the picture beside it.
    pub growth: f32,
    /// The room above and below the words, as a part of the usual one.
    pub pad: f32,
}

const PAD: f32 = 1.75 * GRID;
const FACE: f32 = 22.0;

/// A sentence with its lines broken, ready to be placed.
pub struct Placed {
    title: Arc<Galley>,
    text: Arc<Galley>,
    indent: f32,
    /// Width and height of the box.
    pub size: Vec2,
}

impl Sentence<'_> {
    /// Breaks the lines for a box of the given width.
    pub fn place(&self, painter: &Painter, width: f32, theme: &Theme) -> Placed {
        let growth = self.growth;
        let indent = if self.badge.is_some() { growth * (FACE + GRID) } else { 0.0 };
        let inner = (width - 2.0 * growth * PAD).max(1.0);
        let wrapped = |words: &str, font: FontId, colour, width: f32| {
            let font = FontId::new(growth * font.size, font.family);
            let mut job = LayoutJob::simple(unbroken(words), font, colour, width.max(1.0));
            job.wrap.break_anywhere = false;
            job.halign = Align::LEFT;
            painter.layout_job(job)
        };
        let title = wrapped(self.title, theme.strong(), theme.text, inner - indent);
        let text = wrapped(self.text, theme.body(), theme.muted, inner);
        let head = title.size().y.max(if self.badge.is_some() { growth * FACE } else { 0.0 });
        // A title alone has no line below it.
        let below = match self.text {
            "" => 0.0,
            _ => 0.75 * growth * GRID + text.size().y,
        };
        let size = vec2(width, 2.0 * growth * self.pad * PAD + head + below);
        Placed { title, text, indent, size }
    }

    /// Paints the box with its corner at `at`; returns its area.
    pub fn paint(&self, painter: &Painter, at: egui::Pos2, placed: &Placed, theme: &Theme) -> Rect {
        let rect = Rect::from_min_size(at, placed.size);
        let (pad, side) = (self.growth * vec2(PAD, self.pad * PAD), self.growth * FACE);
        painter.rect_filled(rect, self.growth * RADIUS_LARGE, theme.sentence_ground);
        let head = placed.title.size().y.max(if placed.indent > 0.0 { side } else { 0.0 });
        let top = rect.min + pad;
        if let Some((characters, colours)) = self.badge {
            let face = Rect::from_min_size(top, Vec2::splat(side));
            badge::paint(painter, face, characters, colours, theme);
        }
        let y = top.y + 0.5 * (head - placed.title.size().y);
        let title = pos2(top.x + placed.indent, y);
        painter.galley(title, placed.title.clone(), Color32::PLACEHOLDER);
        let text = pos2(top.x, rect.bottom() - pad.y - placed.text.size().y);
        painter.galley(text, placed.text.clone(), Color32::PLACEHOLDER);
        rect
    }
}

/// Words with numbers that stay on a line with their units, and with the sign or the noun they belong to: "48 − 44 = 4", "adder 1".
fn unbroken(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut after_digit = false;
    for (place, letter) in text.char_indices() {
        let unit = || {
            let word = text[place + 1..].split(|c: char| !c.is_alphabetic()).next();
            ["ns", "µs", "ms", "s"].contains(&word.unwrap_or_default())
        };
        let before = text[..place].chars().next_back();
        let behind = text[place + letter.len_utf8()..].chars().next();
        let is_sign = |letter: Option<char>| letter.is_some_and(|letter| "−=×".contains(letter));
        let numbered = || {
            before.is_some_and(char::is_alphabetic) && behind.is_some_and(|c| c.is_ascii_digit())
        };
        let kept = letter == ' '
            && (after_digit && unit() || is_sign(before) || is_sign(behind) || numbered());
        said.push(if kept { '\u{a0}' } else { letter });
        after_digit = letter.is_ascii_digit();
    }
    said
}

/// The box over the full width that is there, as high as its text.
pub fn sentence(ui: &mut Ui, sentence: &Sentence<'_>) -> Response {
    let theme = Theme::of(ui);
    let placed = sentence.place(ui.painter(), ui.available_width(), theme);
    let (rect, response) = ui.allocate_exact_size(placed.size, Sense::hover());
    announce(ui, &response, sentence);
    sentence.paint(ui.painter(), rect.min, &placed, theme);
    response
}

/// The box at the top of an area of the stage, cut at the area's end.
pub fn sentence_in(ui: &mut Ui, area: Rect, words: &Sentence<'_>) -> Response {
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ui.shrink_clip_rect(area);
        sentence(ui, words)
    })
    .inner
}

/// The sentence where there is no room for the box: small, on a ground where there is room for that, as many lines as fit,
/// and all of them in the tooltip.
pub fn sentence_small(ui: &mut Ui, area: Rect, words: &Sentence<'_>) -> Response {
    let theme = Theme::of(ui);
    let response = ui.allocate_rect(area, Sense::hover());
    announce(ui, &response, words);
    let font = theme.small();
    let line = font.size + 3.0;
    let rows = (area.height() / line) as usize;
    let whole = |width: f32, text: &str| {
        let mut job = LayoutJob::default();
        job.wrap.max_width = width;
        job.wrap.max_rows = rows;
        let mut add = |text: &str, colour| {
            let format = egui::TextFormat {
                line_height: Some(line),
                ..egui::TextFormat::simple(font.clone(), colour)
            };
            job.append(text, 0.0, format);
        };
        add(&unbroken(words.title), theme.text);
        let ends = words.title.ends_with(['.', '?', '!', ':']);
        add(if ends { " " } else { ". " }, theme.text);
        add(&unbroken(text), theme.muted);
        ui.painter().layout_job(job)
    };
    // Whole sentences sooner than all of their beginning.
    let layout = |width: f32| {
        let mut text = words.text;
        loop {
            let galley = whole(width, text);
            match text.rfind(". ").filter(|_| galley.elided) {
                Some(end) => text = &text[..=end],
                None if galley.elided => return whole(width, words.text),
                None => return galley,
            }
        }
    };
    let pad = 1.25 * GRID;
    let inner = area.width() - 2.0 * pad;
    // A closer ground sooner than none, and fewer words sooner than none.
    let fits = |galley: &Galley| {
        let mut above = [pad, 0.6 * pad, 0.2 * pad, 0.0].into_iter();
        above.find(|above| galley.size().y + 2.0 * above <= area.height())
    };
    let all = whole(inner, words.text);
    let galley = if all.elided || fits(&all).is_none() { layout(inner) } else { all };
    if let Some(above) = fits(&galley) {
        let ground = area.with_max_y(area.top() + galley.size().y + 2.0 * above);
        ui.painter().rect_filled(ground, RADIUS_LARGE, theme.sentence_ground);
        ui.painter().galley(area.min + vec2(pad, above), galley, theme.text);
    } else if rows > 0 {
        ui.painter().galley(area.min, layout(area.width()), theme.text);
    }
    response.on_hover_text(format!("{} {}", words.title, words.text))
}

fn announce(ui: &Ui, response: &Response, sentence: &Sentence<'_>) {
    response.widget_info(|| {
        let said = format!("{} {}", sentence.title, sentence.text);
        egui::WidgetInfo::labeled(egui::Role::Label, ui.is_enabled(), said)
    });
}
