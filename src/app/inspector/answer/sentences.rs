//! Sentences to judge; why comes after that.

use super::{Shown, note, show_it, small_button, tick, title};
use crate::app::command::{AnswerCommand, Command};
use crate::app::words;
use crate::topics::answer::{Sentence, Truth};
use crate::topics::glossary::Known;
use crate::widgets::theme::{GRID, Theme};
use egui::{Rect, RichText, Sense, Ui, vec2};

/// Draws them.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, known: &mut Known, commands: &mut Vec<Command>) {
    let all = &shown.answer.sentences;
    let judged = all.iter().filter(|sentence| judgement(shown, sentence).is_some()).count();
    let wide = ui.available_width() > 280.0;
    let head = if wide { "Right, wrong, or right only if?" } else { "Right or wrong?" };
    title(ui, head, &format!("{judged} of {} judged", all.len()));
    for (place, sentence) in all.iter().enumerate() {
        if place > 0 {
            ui.add(egui::Separator::default().spacing(1.5 * GRID));
        } else {
            ui.add_space(GRID);
        }
        one(ui, shown, (place + 1, sentence), known, commands);
    }
    ui.add_space(2.0 * GRID);
}

/// As what the user judged it.
fn judgement(shown: &Shown<'_>, sentence: &Sentence) -> Option<Truth> {
    let said = shown.tab?.judged.get(&sentence.text)?;
    Truth::ALL.into_iter().find(|truth| truth.name() == said)
}

fn one(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (number, sentence): (usize, &Sentence),
    known: &mut Known,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let by = if sentence.of_paper { "From a paper" } else { "Often said" };
    ui.label(RichText::new(by).font(theme.small()).color(theme.muted));
    // What stands behind the quotation says where it stood.
    let text = match sentence.text.split_once("\" ") {
        Some((quoted, rest)) => format!("“{quoted}” {rest}"),
        None => format!("“{}”", sentence.text),
    };
    words::text(ui, &text, theme.body(), theme.text, known, commands);
    ui.add_space(0.75 * GRID);
    let Some(said) = judgement(shown, sentence) else {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
            for truth in Truth::ALL {
                let name = format!("Sentence {number}: {}", truth.name());
                if small_button(ui, truth.name(), &name).clicked() {
                    let (topic, sentence) = (shown.topic.id(), sentence.text.clone());
                    let judge = AnswerCommand::Judge { topic, sentence, truth };
                    commands.push(Command::Answer(judge));
                }
            }
        });
        return;
    };
    let verdict = match sentence.truth {
        Truth::Right => "Right",
        Truth::Wrong => "Wrong",
        Truth::OnlyIf => "Right only if",
    };
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::hover());
        let right = said == sentence.truth;
        if right {
            tick(ui.painter(), rect.center(), theme.accent);
        }
        ui.label(RichText::new(verdict).font(theme.strong()).color(theme.text));
        let you = match right {
            true => "so you said".to_owned(),
            false => format!("you said: {}", said.name()),
        };
        ui.label(RichText::new(you).font(theme.small()).color(theme.muted));
        let word = super::link_word(shown, &sentence.link);
        let galley = ui.painter().layout_no_wrap(word.clone(), theme.body(), theme.accent);
        let right = ui.max_rect().right();
        let area = Rect::from_min_max(
            egui::pos2(right - galley.size().x - 4.0, rect.top() - 2.0),
            egui::pos2(right + 4.0, rect.top() + 18.0),
        );
        let name = format!("Show sentence {number}");
        show_it(ui, shown, &sentence.link, area, &word, &name, commands);
    });
    ui.add_space(2.0);
    words::text(ui, &sentence.reason, theme.body(), theme.muted, known, commands);
    note(ui, shown, &sentence.link);
}
