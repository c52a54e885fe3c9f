//! Explain, Answer, Code, Findings, Log, Numbers.

mod answer;
mod code;
mod explain;
mod findings;
mod log;
mod numbers;

pub use answer::file_name;

use super::Settings;
use super::command::{Command, Page, ViewCommand};
use super::controls::{CHOICE_PAD, choice_padded};
use super::predict;
use super::session::Session;
use crate::widgets::text::Measure;
use crate::widgets::theme::Theme;
use egui::{Frame, Label, Margin, RichText, Ui, vec2};

/// What the inspector keeps from frame to frame.
#[derive(Default)]
pub struct Inspector {
    explain: explain::ExplainPage,
    answer: answer::AnswerPage,
    log: log::LogPage,
}

impl Inspector {
    /// Draws the chosen page.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        settings: &Settings,
        commands: &mut Vec<Command>,
    ) {
        let theme = Theme::of(ui);
        // There is none to a program of one's own, nor to a file.
        let is_answered = session.runnable().is_some_and(|topic| topic.answer().is_some());
        let is_there = |page: &Page| *page != Page::Answer || is_answered;
        let shown = Some(settings.page).filter(is_there).unwrap_or(Page::Explain);
        Frame::new().inner_margin(Margin::symmetric(12, 10)).show(ui, |ui| {
            let pages: Vec<Page> = Page::ALL.into_iter().filter(is_there).collect();
            let pad = tab_pad(ui, &pages);
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(TAB_GAP, TAB_GAP);
                for page in pages {
                    if choice_padded(ui, page.name(), page == shown, pad).clicked() {
                        commands.push(Command::View(ViewCommand::Inspector(page)));
                    }
                }
            });
        });
        let top = ui.cursor().top();
        let stroke = egui::Stroke::new(1.0, theme.hairline);
        ui.painter().hline(ui.max_rect().x_range(), top, stroke);
        // While a question is asked the answer to another one would only be in its way.
        let asks = settings.questions && session.asks().is_some();
        let over = settings.questions && !session.is_running() && !asks;
        if let Some(guess) = session.guesses.shown().filter(|_| over) {
            predict::answer(ui, session, guess, commands);
        }
        if let Some(program) = session.program.as_ref().or(session.listing.as_ref())
            && (session.is_running() || !program.console.is_empty() || program.ending.is_some())
        {
            // The programs of topics write less.
            let height: f32 = if session.program.is_some() { 170.0 } else { 116.0 };
            // Not at the cost of the page in a low window.
            let height = height.min(0.35 * ui.available_height()).max(80.0);
            egui::Panel::bottom("console")
                .resizable(true)
                .default_size(height)
                .size_range(80.0..=(0.6 * ui.available_height()).max(81.0))
                .frame(Frame::new().inner_margin(Margin::symmetric(16, 10)))
                .show(ui, |ui| {
                    let (meta, running) = (session.recording.trace.meta(), session.is_running());
                    crate::app::program::console(ui, program, meta, running, commands);
                });
        }
        ui.add_space(if shown == Page::Explain { 0.0 } else { 6.0 });
        if let (Page::Findings | Page::Log | Page::Numbers, Some(preset)) =
            (shown, session.earlier())
        {
            let words = format!("Of the earlier run: {preset}.");
            Frame::new().inner_margin(Margin::symmetric(20, 6)).show(ui, |ui| {
                ui.add(Label::new(RichText::new(words).color(theme.text)).wrap());
            });
        }
        match shown {
            // Whoever reads the answer does not guess.
            Page::Explain if asks => {
                Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
                    let words = "The explanation is here once the question is answered or skipped.";
                    ui.add(Label::new(RichText::new(words).color(theme.muted)).wrap());
                });
            }
            Page::Explain => self.explain.show(ui, session, commands),
            Page::Answer => self.answer.show(ui, session, settings, commands),
            Page::Code => {
                let language = settings.language();
                // A comment may give the answer.
                let comments = if asks { code::Comments::Withheld } else { code::Comments::Shown };
                let upcoming = session.upcoming().filter(|_| asks);
                code::show(ui, session, upcoming, comments, language, commands);
            }
            Page::Findings => findings::show(ui, session, commands),
            Page::Log => self.log.show(ui, session, commands),
            Page::Numbers => numbers::show(ui, session),
        }
    }
}

/// Between two tabs.
const TAB_GAP: f32 = 2.0;
/// Least room beside the name of a tab.
const TAB_PAD: f32 = 5.0;

/// Room beside the names of the tabs: less than usual where all of them are in one row then.
fn tab_pad(ui: &Ui, pages: &[Page]) -> f32 {
    let font = Theme::of(ui).label();
    let width = |page: &Page| Measure::width(ui.painter(), page.name(), &font).ceil();
    let gaps = TAB_GAP * pages.len().saturating_sub(1) as f32;
    let spare = ui.available_width() - pages.iter().map(width).sum::<f32>() - gaps - 1.0;
    match 0.5 * spare / pages.len().max(1) as f32 {
        pad if pad >= TAB_PAD => pad.min(CHOICE_PAD),
        _ => CHOICE_PAD,
    }
}
