//! The guide of a topic, in place of its stage: questions, the advice with its reasons, and usual programs.

use super::command::{Command, GuideCommand};
use super::controls::{Weight, button, focus_ring};
use crate::topics::guide::{Advice, Guide, Reason};
use crate::widgets::text;
use crate::widgets::theme::{EMPHASIS, GRID, HAIRLINE, RADIUS_LARGE, Theme};
use egui::{
    Align2, Color32, Label, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind,
    Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

/// Whether a guide is shown in place of the stage, and what was answered.
#[derive(Clone, Debug, Default)]
pub struct GuideState {
    /// Whether it is shown.
    pub shown: bool,
    /// The answer to each question, by place.
    pub answers: Vec<usize>,
}

impl GuideState {
    /// An answer to each question: the first one where none was chosen.
    pub fn answers(&self, guide: &Guide) -> Vec<usize> {
        let chosen = |place: usize| self.answers.get(place).copied().unwrap_or(0);
        (0..guide.questions.len()).map(chosen).collect()
    }

    /// Chooses an answer.
    pub fn answer(&mut self, question: usize, answer: usize) {
        if self.answers.len() <= question {
            self.answers.resize(question + 1, 0);
        }
        self.answers[question] = answer;
    }
}

/// Height of a question with its answers, at least.
const QUESTION: f32 = 47.0;
/// Height of a row of the table.
const ROW: f32 = 23.0;
/// Height of the title above the questions, and of what stands below them.
const TITLE: f32 = 24.0;
const TURNS: f32 = 34.0;
/// Least width at which the advice stands beside the questions, not below them.
const BESIDE: f32 = 640.0;
/// Between the questions and the advice.
const GAP: f32 = 3.0 * GRID;

/// The switch between experiment and guide.
pub fn switch(ui: &mut Ui, shown: bool, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    for (name, is_guide) in [("Experiment", false), ("Which should I use?", true)] {
        if super::controls::choice(ui, name, shown == is_guide).clicked() {
            commands.push(Command::Guide(GuideCommand::Show(is_guide)));
        }
    }
}

/// Draws it.
pub fn show(
    ui: &mut Ui,
    area: Rect,
    guide: &Guide,
    state: &GuideState,
    commands: &mut Vec<Command>,
) {
    let answers = state.answers(guide);
    let advice = guide.advise(&answers);
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ScrollArea::vertical().id_salt("guide").auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 0.0);
            let width = ui.available_width();
            let height = TITLE + TURNS + QUESTION * guide.questions.len() as f32;
            let beside = width >= BESIDE;
            let left = if beside { (0.46 * width).min(400.0) } else { width };
            let (asks, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
            let advised = match beside {
                true => asks.with_min_x(asks.left() + left + GAP),
                false => ui.allocate_exact_size(vec2(width, height), Sense::hover()).0,
            };
            ui.scope_builder(
                UiBuilder::new().max_rect(asks.with_max_x(asks.left() + left)),
                |ui| {
                    questions(ui, guide, &answers, commands);
                },
            );
            ui.scope_builder(UiBuilder::new().max_rect(advised), |ui| {
                recommendation(ui, guide, &answers, &advice, commands);
            });
            ui.add_space(2.0 * GRID);
            programs(ui, guide, &answers, commands);
        });
    });
}

fn words(ui: &mut Ui, text: &str, font: egui::FontId, colour: Color32) -> Response {
    ui.add(Label::new(RichText::new(text).font(font).color(colour)).wrap())
}

fn questions(ui: &mut Ui, guide: &Guide, answers: &[usize], commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    words(ui, "Your program", theme.strong(), theme.text);
    ui.add_space(4.0);
    for (question, ask) in guide.questions.iter().enumerate() {
        let decides = !guide.turns(answers, question).is_empty();
        let (line, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), QUESTION), Sense::hover());
        let (title, below) = line.split_top_bottom_at_y(line.top() + 20.0);
        let number = title.with_max_x(title.left() + 16.0);
        let (left, painter) = (Align2::LEFT_CENTER, ui.painter());
        text::line(painter, number, left, &(question + 1).to_string(), &theme.small(), theme.muted);
        let words = title.with_min_x(title.left() + 16.0);
        text::line(painter, words, left, ask.text, &theme.label(), theme.text);
        let mut x = below.left() + 16.0;
        for (place, answer) in ask.answers.iter().enumerate() {
            let chosen = answers.get(question) == Some(&place);
            let name = format!("{} {answer}", ask.text);
            let width = pill(ui, pos2(x, below.top()), answer, &name, chosen, decides, || {
                commands.push(Command::Guide(GuideCommand::Answer { question, answer: place }));
            });
            x += width + 6.0;
        }
    }
    words(ui, &turns(guide, answers), theme.small(), theme.muted);
}

/// What would turn the advice, for the first few questions: "Threads if 1 were ‘waits’ or ‘computes in C’".
fn turns(guide: &Guide, answers: &[usize]) -> String {
    let mut told: Vec<(usize, &str, Vec<String>)> = Vec::new();
    for question in 0..guide.questions.len() {
        for (answer, take) in guide.turns(answers, question) {
            let answer = format!("‘{answer}’");
            match told.last_mut() {
                Some((last, to, all)) if (*last, *to) == (question, take) => all.push(answer),
                _ => told.push((question, take, vec![answer])),
            }
        }
    }
    let one = |(question, take, answers): &(usize, &str, Vec<String>)| {
        format!("{take} if {} were {}", question + 1, answers.join(" or "))
    };
    let told: Vec<String> = told.iter().take(3).map(one).collect();
    match told.is_empty() {
        true => "No other single answer would change the advice.".to_owned(),
        false => format!("{}.", told.join("; ")),
    }
}

/// An answer: filled where it is chosen and another would lead elsewhere.
fn pill(
    ui: &mut Ui,
    at: egui::Pos2,
    answer: &str,
    name: &str,
    chosen: bool,
    decides: bool,
    choose: impl FnOnce(),
) -> f32 {
    let theme = Theme::of(ui);
    let text = ui.painter().layout_no_wrap(answer.to_owned(), theme.body(), Color32::PLACEHOLDER);
    let rect = Rect::from_min_size(at, vec2(text.size().x + 20.0, 22.0));
    let response = ui.interact(rect, ui.scope_id().with(("answer", name)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, name));
    let (ground, edge, ink) = match (chosen, decides) {
        (true, true) => (theme.accent, theme.accent, theme.on_accent),
        (true, false) => (theme.accent_ground, theme.accent, theme.text),
        (false, _) if response.hovered() => (theme.field, theme.muted, theme.text),
        (false, _) => (theme.stage, theme.outline, theme.muted),
    };
    let width = if chosen { 1.5 } else { HAIRLINE };
    ui.painter().rect(rect, 11.0, ground, Stroke::new(width, edge), StrokeKind::Inside);
    let place = Align2::CENTER_CENTER.align_size_within_rect(text.size(), rect);
    ui.painter().galley_with_override_text_color(place.min, text, ink);
    focus_ring(ui, rect, &response);
    if response.clicked() {
        choose();
    }
    rect.width()
}

fn recommendation(
    ui: &mut Ui,
    guide: &Guide,
    answers: &[usize],
    advice: &Advice,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let ground = ui.max_rect();
    ui.painter().rect_filled(ground, RADIUS_LARGE, theme.sentence_ground);
    ui.scope_builder(UiBuilder::new().max_rect(ground.shrink2(vec2(18.0, 10.0))), |ui| {
        words(ui, advice.take, theme.heading(), theme.text);
        words(ui, advice.python, theme.body(), theme.muted);
        ui.add_space(6.0);
        let room = ui.available_height() - 38.0;
        let height = (room / advice.reasons.len().max(1) as f32).min(40.0);
        for (question, reason) in advice.reasons.iter().enumerate() {
            let decides = !guide.turns(answers, question).is_empty();
            draw(ui, reason, height, decides);
        }
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            let run = advice.run;
            if button(ui, "Run the experiment that shows it", "", Weight::Primary, true).clicked() {
                commands.push(Command::Guide(GuideCommand::Run(run)));
            }
            words(ui, run.preset, theme.body(), theme.muted);
        });
    });
}

fn draw(ui: &mut Ui, reason: &Reason, height: f32, decides: bool) {
    let theme = Theme::of(ui);
    let size = vec2(ui.available_width(), height);
    let (row, response) = ui.allocate_exact_size(size, Sense::hover());
    let said = format!("{} {}", reason.said, reason.more);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let painter = ui.painter();
    let centre = pos2(row.left() + 8.0, row.top() + 9.0);
    match (reason.warns, decides) {
        (true, _) => {
            let corners =
                vec![centre + vec2(0.0, -6.0), centre + vec2(6.5, 5.0), centre + vec2(-6.5, 5.0)];
            painter.add(egui::Shape::closed_line(corners, Stroke::new(1.5, theme.danger)));
        }
        (false, true) => {
            painter.circle_filled(centre, 5.0, theme.accent);
        }
        (false, false) => {
            painter.circle_stroke(centre, 5.0, Stroke::new(EMPHASIS, theme.accent));
        }
    }
    let words = row.with_min_x(row.left() + 22.0);
    let left = Align2::LEFT_CENTER;
    let first = words.with_max_y(words.top() + 18.0);
    text::line(painter, first, left, reason.said, &theme.label(), theme.text);
    if height >= 32.0 {
        let second = first.translate(vec2(0.0, 16.0));
        text::line(painter, second, left, reason.more, &theme.small(), theme.muted);
    }
    response.on_hover_text(said);
}

fn programs(ui: &mut Ui, guide: &Guide, answers: &[usize], commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    words(ui, "Usual programs", theme.strong(), theme.text);
    ui.add_space(2.0);
    for program in &guide.programs {
        let size = vec2(ui.available_width(), ROW);
        let (row, response) = ui.allocate_exact_size(size, Sense::click());
        let chosen = program.answers == answers;
        let name = format!("{}: {}, {}", program.name, program.take, program.because);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
        if chosen || response.hovered() {
            ui.painter().rect_filled(row, 4.0, theme.accent_ground);
        }
        let painter = ui.painter();
        let y = row.bottom();
        painter.hline(row.x_range(), y, Stroke::new(HAIRLINE, theme.outline));
        let run = row.with_min_x(row.right() - 108.0);
        let inner = row.with_max_x(run.left() - 8.0);
        let x = |part: f32| inner.left() + part * inner.width();
        let left = Align2::LEFT_CENTER;
        let parts = [
            (0.0, 0.3, program.name, theme.label(), theme.text),
            (0.3, 0.53, program.take, theme.label(), theme.text),
            (0.53, 1.0, program.because, theme.body(), theme.muted),
        ];
        for (from, to, said, font, colour) in parts {
            let place = Rect::from_x_y_ranges(x(from) + 4.0..=x(to) - 4.0, row.y_range());
            text::line(painter, place, left, said, &font, colour);
        }
        focus_ring(ui, row, &response);
        if response.on_hover_text(&name).clicked() {
            commands.push(Command::Guide(GuideCommand::Program(program.answers.clone())));
        }
        let link = ui.interact(run, ui.scope_id().with(("run", program.name)), Sense::click());
        let name = format!("Run {}: {}", program.run.preset, program.name);
        link.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let said = format!("{} ▶", program.run.preset);
        text::line(ui.painter(), run, Align2::RIGHT_CENTER, &said, &theme.body(), theme.accent);
        focus_ring(ui, run, &link);
        if link.clicked() {
            commands.push(Command::Guide(GuideCommand::Run(program.run)));
        }
    }
}
