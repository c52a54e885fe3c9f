//! The question before a run, on the stage, and its answer after it, beside the stage.

mod after;
mod asked;

pub use after::answer;

use super::command::{Command, GuessCommand, RunCommand};
use super::controls::{Weight, button, focus_ring};
use super::session::Session;
use crate::topics::Question;
use crate::topics::predict::Answer;
use crate::widgets::text;
use crate::widgets::theme::{EMPHASIS, GRID, HAIRLINE, RADIUS, RADIUS_LARGE, Theme};
use asked::{ordered, typed};
use egui::text::LayoutJob;
use egui::{
    Align, Align2, Color32, FontId, Galley, Layout, Pos2, Rect, Role, ScrollArea, Sense, Stroke,
    StrokeKind, TextFormat, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use std::sync::Arc;

/// Margin inside the box.
const PAD: f32 = 2.0 * GRID;
/// Between answers.
const GAP: f32 = GRID;
/// Least width of an answer among four beside each other.
const ANSWER: f32 = 150.0;
/// Room at the left of an answer for its ring.
const RING: f32 = 34.0;
/// Height of the row in which a number is typed.
const FIELD: f32 = 40.0;
/// Height of the row of buttons.
const BUTTONS: f32 = 32.0;
/// The widest box: lines beyond that are hard to read.
const WIDEST: f32 = 860.0;

/// Draws the question in the middle of the stage.
pub fn ask(
    ui: &mut Ui,
    area: Rect,
    session: &Session,
    question: &Question,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let width = area.width().min(WIDEST);
    let inner = width - 2.0 * PAD;
    let title = headline(ui, "Predict", &question.text, inner, theme);
    let summary = wrapped(ui, session.ready(), theme.body(), theme.muted, inner);
    let fixed = 2.0 * PAD + title.size().y + 3.0 * GRID + BUTTONS;
    let about = summary.size().y + GRID;
    let has_room = |height: f32| fixed + height <= area.height();
    // Reasons in a line with their answers, where there is no room for them below these; without what the preset is, and
    // without reasons, where there is not even that: tooltips have both.
    let shown = [(Reasons::Below, about), (Reasons::Behind, about), (Reasons::Behind, 0.0)];
    let lay_out = |reasons| match question.number {
        Some(_) => Answers::none(FIELD),
        None => Answers::new(ui, &question.answers, inner, reasons, theme),
    };
    let all = shown.into_iter().map(|(reasons, about)| (lay_out(reasons), about));
    let fits = |(answers, about): &(Answers, f32)| has_room(about + answers.height);
    let (answers, about) = all.into_iter().find(fits).unwrap_or_else(|| {
        let answers = lay_out(Reasons::None);
        let about = if has_room(about + answers.height) { about } else { 0.0 };
        (answers, about)
    });
    let size = vec2(width, fixed + about + answers.height);
    let asking = Asking { session, question, title, summary, about, answers };
    if size.y <= area.height() {
        return asking.show(ui, Rect::from_center_size(area.center(), size), commands);
    }
    // A stage that the user made very low.
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ScrollArea::vertical().id_salt("question").show(ui, |ui| {
            let (place, _) = ui.allocate_exact_size(size, Sense::hover());
            asking.show(ui, place, commands);
        });
    });
}

/// A question, laid out.
struct Asking<'a> {
    session: &'a Session,
    question: &'a Question,
    title: Arc<Galley>,
    /// What the preset is.
    summary: Arc<Galley>,
    /// Height that the summary gets, with the gap below it; 0 where there is no room for it.
    about: f32,
    answers: Answers,
}

impl Asking<'_> {
    fn show(self, ui: &mut Ui, place: Rect, commands: &mut Vec<Command>) {
        let Self { session, question, title, summary, about, answers } = self;
        let theme = Theme::of(ui);
        ui.painter().rect_filled(place, RADIUS_LARGE, theme.sentence_ground);
        let place = place.shrink(PAD);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if about > 0.0 {
                let size = vec2(place.width(), about);
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, session.ready()));
                ui.painter().galley(rect.min, summary, theme.muted);
            }
            let (rect, response) = ui.allocate_exact_size(title.size(), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &question.text));
            response.on_hover_text(session.ready());
            ui.painter().galley(rect.min, title, theme.text);
            let chosen = session.guesses.chosen(session.params.preset());
            let top = pos2(place.left(), rect.bottom() + 1.5 * GRID);
            let mut is_chosen = chosen.is_some();
            if let Some(number) = &question.number {
                let row = Rect::from_min_size(top, vec2(place.width(), FIELD));
                is_chosen = ui
                    .scope_builder(UiBuilder::new().max_rect(row), |ui| {
                        typed(ui, session, number, chosen, commands)
                    })
                    .inner;
            }
            if question.is_order {
                is_chosen = ordered(ui, session, question, &answers, top, commands);
            } else {
                for (index, answer) in question.answers.iter().enumerate() {
                    let ring = Ring::Of(chosen == Some(index));
                    if answers.show(ui, top, index, answer, ring) {
                        commands.push(Command::Guess(GuessCommand::Choose(index)));
                    }
                }
            }
            let row = place.with_min_y(place.bottom() - BUTTONS);
            let can = session.refusal().is_none();
            let earlier = earlier(session);
            buttons(ui, row, question, is_chosen && can, earlier.as_deref(), commands);
        });
    }
}

/// What the lanes still show, where that is another run.
fn earlier(session: &Session) -> Option<String> {
    let trace = &session.recording.trace;
    let name = &trace.meta().preset;
    (!trace.events().is_empty()).then(|| format!("The lanes show the earlier run, {name}."))
}

fn buttons(
    ui: &mut Ui,
    row: Rect,
    question: &Question,
    is_chosen: bool,
    earlier: Option<&str>,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let place = |layout| UiBuilder::new().max_rect(row).layout(layout);
    let left = ui.scope_builder(place(Layout::left_to_right(Align::Center)), |ui| {
        if button(ui, "Run and compare", "Ctrl R", Weight::Primary, is_chosen).clicked()
            && is_chosen
        {
            commands.push(Command::Run(RunCommand::Start));
        }
        ui.min_rect().right()
    });
    let right = ui.scope_builder(place(Layout::right_to_left(Align::Center)), |ui| {
        if button(ui, "Skip", "", Weight::Plain, true).clicked() {
            commands.push(Command::Guess(GuessCommand::Skip));
        }
        ui.min_rect().left()
    });
    let room = row.with_min_x(left.inner + 1.5 * GRID).with_max_x(right.inner - 1.5 * GRID);
    let notes = match (is_chosen, earlier) {
        (_, Some(earlier)) => [earlier.to_owned(), "Below: the earlier run.".to_owned()],
        (true, None) => ["This run decides. Your guess stays at the left.", "This run decides."]
            .map(str::to_owned),
        (false, None) if question.number.is_some() => {
            ["Type a number, or skip.", "Type, or skip."].map(str::to_owned)
        }
        (false, None) if question.is_order => {
            ["Click what happens first, then what comes next; or skip.", "Click in order, or skip."]
                .map(str::to_owned)
        }
        (false, None) => ["Choose an answer, or skip.", "Choose, or skip."].map(str::to_owned),
    };
    let note = text::longest(ui.painter(), room.width(), &theme.body(), notes);
    let response = ui.allocate_rect(room, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &note));
    text::line(ui.painter(), room, Align2::LEFT_CENTER, &note, &theme.body(), theme.muted);
}

/// A small word in the accent, and a question behind it.
fn headline(ui: &Ui, word: &str, question: &str, width: f32, theme: &Theme) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    job.wrap.max_width = width.max(1.0);
    job.append(word, 0.0, TextFormat::simple(theme.label(), theme.accent));
    job.append(question, 1.25 * GRID, TextFormat::simple(theme.heading(), theme.text));
    ui.painter().layout_job(job)
}

/// Words with their lines broken.
fn wrapped(ui: &Ui, words: &str, font: FontId, ink: Color32, width: f32) -> Arc<Galley> {
    ui.painter().layout(words.to_owned(), font, ink, width.max(1.0))
}

/// Where the reasons of answers stand.
#[derive(Clone, Copy, PartialEq)]
enum Reasons {
    Below,
    /// In a line with the answer, one answer below another.
    Behind,
    None,
}

/// What the ring of an answer shows.
#[derive(Clone, Copy)]
enum Ring {
    /// Whether it is the one that was chosen.
    Of(bool),
    /// Its place in the order, where it has one, and its letter.
    Place(Option<usize>, char),
}

/// The answers, laid out: in a row, two by two, or below each other.
struct Answers {
    each: Vec<(Arc<Galley>, Option<Arc<Galley>>)>,
    columns: usize,
    cell: Vec2,
    /// Between two of them below each other.
    gap: f32,
    height: f32,
}

impl Answers {
    /// None, with room for something else.
    fn none(height: f32) -> Self {
        Self { each: Vec::new(), columns: 1, cell: Vec2::ZERO, gap: 0.0, height }
    }

    fn new(ui: &Ui, answers: &[Answer], width: f32, reasons: Reasons, theme: &Theme) -> Self {
        let all = answers.len().max(1);
        let in_row = |n: usize| (width - GAP * (n - 1) as f32) / n as f32;
        let columns = match reasons {
            Reasons::Behind => 1,
            _ if in_row(all) >= ANSWER || all < 3 => all,
            _ => 2,
        };
        let inner = in_row(columns) - RING - GRID;
        let layout = |answer: &Answer| {
            if reasons == Reasons::Behind {
                let mut job = LayoutJob::default();
                job.wrap.max_width = inner.max(1.0);
                job.append(&answer.text, 0.0, TextFormat::simple(theme.strong(), theme.text));
                job.append(&answer.because, GRID, TextFormat::simple(theme.small(), theme.muted));
                return (ui.painter().layout_job(job), None);
            }
            let text = wrapped(ui, &answer.text, theme.strong(), theme.text, inner);
            let because = wrapped(ui, &answer.because, theme.body(), theme.muted, inner);
            (text, (reasons == Reasons::Below).then_some(because))
        };
        let each: Vec<_> = answers.iter().map(layout).collect();
        let height = |(text, because): &(Arc<Galley>, Option<Arc<Galley>>)| {
            text.size().y + because.as_ref().map_or(0.0, |b| 0.5 * GRID + b.size().y)
        };
        let (pad, gap) = match reasons {
            Reasons::Below => (1.25 * GRID, GAP),
            Reasons::Behind => (0.5 * GRID, 0.5 * GAP),
            Reasons::None => (GRID, GAP),
        };
        let tallest = each.iter().map(height).fold(0.0, f32::max) + 2.0 * pad;
        let rows = all.div_ceil(columns);
        let height = tallest * rows as f32 + gap * (rows - 1) as f32;
        Self { each, columns, cell: vec2(in_row(columns), tallest), gap, height }
    }

    /// Draws one answer. Whether it was chosen just now.
    fn show(&self, ui: &mut Ui, top: Pos2, index: usize, answer: &Answer, ring: Ring) -> bool {
        let theme = Theme::of(ui);
        let (column, row) = ((index % self.columns) as f32, (index / self.columns) as f32);
        let at = top + vec2(column * (self.cell.x + GAP), row * (self.cell.y + self.gap));
        let rect = Rect::from_min_size(at, self.cell);
        let response = ui.allocate_rect(rect, Sense::click());
        let chosen = matches!(ring, Ring::Of(true) | Ring::Place(Some(_), _));
        let is_enabled = ui.is_enabled();
        response.widget_info(|| match ring {
            Ring::Of(_) => {
                WidgetInfo::selected(Role::RadioButton, is_enabled, chosen, &answer.text)
            }
            Ring::Place(None, letter) => {
                WidgetInfo::labeled(Role::Button, is_enabled, format!("{letter}: {}", answer.text))
            }
            Ring::Place(Some(place), letter) => {
                let name = format!("{letter}: {}, number {}", answer.text, place + 1);
                WidgetInfo::labeled(Role::Button, is_enabled, name)
            }
        });
        let ground = if response.hovered() { theme.accent_ground } else { theme.panel };
        let edge = match chosen {
            true => Stroke::new(EMPHASIS, theme.accent),
            false => Stroke::new(HAIRLINE, theme.outline),
        };
        let painter = ui.painter();
        painter.rect(rect, RADIUS + 2.0, ground, edge, StrokeKind::Inside);
        focus_ring(ui, rect, &response);
        let Some((text, because)) = self.each.get(index) else { return false };
        let pad =
            if because.is_some() { 1.25 * GRID } else { 0.5 * (rect.height() - text.size().y) };
        let at = rect.min + vec2(RING, pad);
        let centre = pos2(rect.left() + 0.5 * RING + 1.0, at.y + 8.0);
        let painter = ui.painter();
        let ink = if chosen { theme.accent } else { theme.muted };
        match ring {
            Ring::Of(_) => {
                painter.circle_stroke(centre, 6.5, Stroke::new(1.5, ink));
                if chosen {
                    painter.circle_filled(centre, 3.5, theme.accent);
                }
            }
            Ring::Place(place, letter) => {
                painter.circle(centre, 9.0, Color32::TRANSPARENT, Stroke::new(1.5, ink));
                let said = place.map_or(letter.to_string(), |place| (place + 1).to_string());
                if chosen {
                    painter.circle_filled(centre, 9.0, theme.accent);
                }
                let ink = if chosen { theme.on_accent } else { theme.muted };
                painter.text(centre, Align2::CENTER_CENTER, said, theme.label(), ink);
            }
        }
        painter.galley(at, Arc::clone(text), theme.text);
        if let Some(because) = because {
            let below = at + vec2(0.0, text.size().y + 0.5 * GRID);
            painter.galley(below, Arc::clone(because), theme.muted);
        }
        response.on_hover_text(&answer.because).clicked()
    }
}
