//! The answer of a run, beside the stage, with what was guessed.

use super::wrapped;
use crate::app::command::{Command, GuessCommand};
use crate::app::controls::{Weight, button};
use crate::app::guesses::{Guess, Mark};
use crate::app::session::Session;
use crate::topics::predict::{Judged, order};
use crate::widgets::selection::Selection;
use crate::widgets::theme::{EMPHASIS, GRID, HAIRLINE, RADIUS, RADIUS_LARGE, Theme};
use egui::{
    Color32, Frame, Label, Margin, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use std::collections::BTreeSet;

/// Draws the answer of a run, with what was guessed.
pub fn answer(ui: &mut Ui, session: &Session, guess: &Guess, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    // In a low window the page below it can wait.
    let height = ui.available_height();
    let most = (0.6 * height).max((height - 120.0).min(360.0));
    let low = height < 560.0;
    Frame::new().inner_margin(Margin::same(10)).show(ui, |ui| {
        let frame = Frame::new().fill(theme.sentence_ground).corner_radius(RADIUS_LARGE);
        frame.inner_margin(Margin::same(12)).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            let area = ScrollArea::vertical().id_salt("guess").max_height(most);
            area.auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(8.0, if low { 4.0 } else { 7.0 });
                let say = |ui: &mut Ui, words: &str| {
                    ui.add(Label::new(RichText::new(words).color(theme.text)).wrap());
                };
                let judged = match &guess.verdict {
                    Some(Ok(judged)) => Some(judged),
                    _ => None,
                };
                strong(ui, &title(guess, judged));
                rows(ui, guess, judged);
                match &guess.verdict {
                    Some(Ok(judged)) => say(ui, &judged.why),
                    Some(Err(why)) => say(ui, why),
                    None => {}
                }
                if let Some(again) = &guess.again {
                    say(ui, &format!("This time it was {again}."));
                }
                actions(ui, session, guess, judged, commands);
                next(ui, guess, judged.is_some(), commands);
            });
        });
    });
    let stroke = Stroke::new(HAIRLINE, theme.hairline);
    ui.painter().hline(ui.max_rect().x_range(), ui.cursor().top(), stroke);
}

fn strong(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    ui.add(Label::new(RichText::new(words).font(theme.strong()).color(theme.text)).wrap());
}

/// "You said 48, it was 24."
fn title(guess: &Guess, judged: Option<&Judged>) -> String {
    let said = guess.question.said(guess.said);
    match judged {
        Some(judged) if judged.answer == guess.said => format!("You were right: {}.", judged.found),
        Some(judged) if guess.question.is_right(guess.said, judged) => {
            format!("You said {said}, it was {}: near enough.", judged.found)
        }
        Some(judged) => format!("You said {said}, it was {}.", judged.found),
        None => format!("You said {said}."),
    }
}

/// The answers in their order; what was said and what it was stand beside theirs.
fn rows(ui: &mut Ui, guess: &Guess, judged: Option<&Judged>) {
    let was = judged.map(|judged| judged.answer);
    if guess.question.is_order {
        return order_rows(ui, guess, was);
    }
    let places: BTreeSet<usize> = match guess.question.number {
        Some(_) => was.into_iter().chain([guess.said]).collect(),
        None => (0..guess.question.answers.len()).collect(),
    };
    for place in places {
        let (said, was) = (place == guess.said, was == Some(place));
        let text = guess.question.said(place);
        let because = guess.question.answers.get(place).map_or("", |answer| &answer.because);
        let tag = match (said, was) {
            (true, true) => "you said, it was",
            (true, false) => "you said",
            (false, true) => "it was",
            (false, false) => "",
        };
        row(ui, &text, because, tag, (said, was));
    }
}

/// What happened, in its order, or in the one that was said; where both are known, with the place that each was said to have.
fn order_rows(ui: &mut Ui, guess: &Guess, was: Option<usize>) {
    let all = guess.question.answers.len();
    let said = order::of_rank(guess.said, all);
    let shown = was.map_or(said.clone(), |was| order::of_rank(was, all));
    for (place, thing) in shown.into_iter().enumerate() {
        let Some(answer) = guess.question.answers.get(thing) else { continue };
        let guessed = said.iter().position(|other| *other == thing).unwrap_or(place);
        let tag = match was {
            Some(_) if guessed == place => "you said, it was".to_owned(),
            Some(_) => format!("you said: number {}", guessed + 1),
            None => String::new(),
        };
        let text = format!("{}: {}", order::letter(thing), answer.text);
        row(ui, &text, &answer.because, &tag, (false, was.is_some() && guessed == place));
    }
}

/// An answer, with a few words about it at the right: framed where it was said, filled where it was so.
fn row(ui: &mut Ui, text: &str, because: &str, tag: &str, (said, was): (bool, bool)) {
    let theme = Theme::of(ui);
    let tag = ui.painter().layout_no_wrap(tag.to_owned(), theme.small(), Color32::PLACEHOLDER);
    let room = ui.available_width() - tag.size().x - 3.0 * GRID;
    let (ground, ink) = match (was, said) {
        (true, _) => (theme.accent, theme.on_accent),
        _ => (theme.panel, if said { theme.text } else { theme.muted }),
    };
    let words = wrapped(ui, text, theme.label(), ink, room);
    let pad = ui.spacing().item_spacing.y.min(0.5 * GRID);
    let size = vec2(ui.available_width(), words.size().y + 2.0 * pad);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let tag = tag.text();
        let sign = if tag.is_empty() { "" } else { ": " };
        WidgetInfo::labeled(Role::Label, true, format!("{text}{sign}{tag}"))
    });
    let edge = match said {
        true => Stroke::new(EMPHASIS, theme.accent),
        false => Stroke::new(HAIRLINE, theme.outline),
    };
    let painter = ui.painter();
    painter.rect(rect, RADIUS, ground, edge, StrokeKind::Inside);
    let middle = rect.center().y;
    painter.galley(pos2(rect.left() + GRID, rect.top() + pad), words, ink);
    let at = pos2(rect.right() - GRID - tag.size().x, middle - 0.5 * tag.size().y);
    let ink = if was { theme.on_accent } else { theme.accent };
    painter.galley_with_override_text_color(at, tag, ink);
    if !because.is_empty() {
        response.on_hover_text(because);
    }
}

fn actions(
    ui: &mut Ui,
    session: &Session,
    guess: &Guess,
    judged: Option<&Judged>,
    commands: &mut Vec<Command>,
) {
    ui.horizontal_wrapped(|ui| {
        // The moment is one of the run that decided; another has others.
        let shown = judged.filter(|_| guess.run == Some(session.recording.serial));
        if let Some(judged) = shown
            && button(ui, "Show the moment", "", Weight::Plain, true).clicked()
        {
            commands.push(Command::Select(Selection::Event(judged.event)));
        }
        if button(ui, "Close", "", Weight::Plain, true).clicked() {
            commands.push(Command::Guess(GuessCommand::Close));
        }
    });
}

/// What to do next.
fn next(ui: &mut Ui, guess: &Guess, decided: bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let Some(then) = guess.question.follow_up.as_ref().filter(|_| decided) else { return };
    ui.add(egui::Separator::default().spacing(4.0));
    strong(ui, &then.text);
    let done = match guess.mark() {
        Mark::MadeTrue | Mark::Right if guess.made_true => Some("Done: this came true."),
        _ => None,
    };
    if let Some(done) = done {
        ui.add(Label::new(RichText::new(done).color(theme.text)).wrap());
    } else if guess.hinted {
        ui.add(Label::new(RichText::new(then.hint).font(theme.mono()).color(theme.text)).wrap());
    } else if button(ui, "Hint", "", Weight::Plain, true).clicked() {
        commands.push(Command::Guess(GuessCommand::Hint));
    }
}
