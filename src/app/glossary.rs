//! A word of the glossary, in a window of its own: what it means, what shows it, and the words beside it.

use super::command::{AnswerCommand, Command};
use super::controls::{Weight, button};
use super::seek::Wanted;
use super::session::Session;
use super::words;
use crate::topics::glossary::{self, Known, Word};
use crate::widgets::theme::{GRID, Theme};
use egui::{Label, RichText, Ui, vec2};

/// Draws the window of a word.
pub fn window(
    ui: &Ui,
    sessions: &[Session],
    name: &str,
    open: &mut bool,
    commands: &mut Vec<Command>,
) {
    let Some(word) = glossary::word(name) else { return };
    let screen = ui.ctx().viewport_rect();
    egui::Window::new("Glossary")
        .open(open)
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(ui.ctx(), |ui| {
            ui.set_width((screen.width() - 120.0).min(560.0));
            ui.spacing_mut().item_spacing = vec2(GRID, GRID);
            one(ui, sessions, word, commands);
            ui.separator();
            others(ui, word, commands);
        });
}

fn one(ui: &mut Ui, sessions: &[Session], word: &'static Word, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.label(RichText::new(&word.name).font(theme.heading()).color(theme.text));
    let mut known = Known::from([word.name.as_str()]);
    words::text(ui, &word.means, theme.body(), theme.text, &mut known, commands);
    let Some(topic) = word.link.topic() else { return };
    let is_it = |session: &&Session| session.source.topic().is_some_and(|t| t.id() == topic.id());
    let at = sessions.iter().position(|session| is_it(&session));
    let (Some(place), preset) = (at, word.link.preset()) else { return };
    let summary = topic.about().presets.iter().find(|p| p.id == preset).map_or("", |p| p.summary);
    let idle = !sessions[place].is_running();
    ui.horizontal(|ui| {
        let shown = button(ui, "Show it", "", Weight::Plain, idle);
        let what = format!("{preset}, tab {}: {summary}", place + 1);
        ui.add(Label::new(RichText::new(what).font(theme.body()).color(theme.muted)).wrap());
        if shown.clicked() && idle {
            let wanted = Wanted { owner: "", link: word.link.clone() };
            commands.push(Command::Answer(AnswerCommand::Show(wanted)));
        }
    });
}

/// All the words there are.
fn others(ui: &mut Ui, word: &'static Word, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
        for other in glossary::words() {
            let text = RichText::new(&other.name).font(theme.body());
            let chosen = other.name == word.name;
            if ui.add(egui::Button::selectable(chosen, text)).clicked() {
                commands.push(Command::Answer(AnswerCommand::Word(&other.name)));
            }
        }
    });
}
