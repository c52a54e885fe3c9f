//! The guesses of a tab: as marks in the sidebar, and all together with what the runs said.

use super::command::{Command, ViewCommand};
use super::controls::focus_ring;
use super::guesses::{Guess, Mark};
use super::session::Session;
use crate::topics::predict::order;
use crate::widgets::text;
use crate::widgets::theme::{GRID, RADIUS, Theme};
use egui::{
    Align2, Painter, Pos2, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// Height of a row in the sidebar.
const ROW: f32 = 22.0;

/// Draws the marks into the sidebar, in no more than this height. A click shows all of it.
pub fn marks(ui: &mut Ui, session: &Session, height: f32, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let all = session.guesses.all();
    if all.is_empty() || height < 3.0 * ROW {
        return;
    }
    let right = all.iter().filter(|guess| guess.mark() == Mark::Right).count();
    // What no run has decided is no mistake.
    let decided = all.iter().filter(|guess| matches!(guess.verdict, Some(Ok(_)))).count();
    let score = match decided {
        0 => "not decided".to_owned(),
        decided => format!("{right} of {decided} right"),
    };
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), ROW + 4.0), Sense::click());
    let name = format!("Your guesses: {score}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let row = rect.shrink2(vec2(20.0, 0.0));
    focus_ring(ui, rect.shrink2(vec2(10.0, 0.0)), &response);
    let painter = ui.painter();
    painter.hline(row.x_range(), rect.top(), Stroke::new(1.0, theme.hairline));
    let ink = if response.hovered() { theme.accent } else { theme.text };
    let middle = row.with_min_y(rect.top() + 4.0);
    text::line(painter, middle, Align2::LEFT_CENTER, "Your guesses", &theme.label(), ink);
    text::line(painter, middle, Align2::RIGHT_CENTER, &score, &theme.small(), theme.muted);
    let mut clicked = response.on_hover_text("Shows them with what the runs said.").clicked();
    let area = ScrollArea::vertical().id_salt("guesses").max_height(height - ROW - 4.0);
    area.auto_shrink([false, true]).show(ui, |ui| {
        for guess in all {
            clicked |= mark_row(ui, guess, session.params.preset() == guess.preset);
        }
    });
    if clicked {
        commands.push(Command::View(ViewCommand::ToggleGuesses));
    }
}

fn mark_row(ui: &mut Ui, guess: &Guess, active: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let mark = guess.mark();
    let name = format!("Guess at {}: {}", guess.preset, mark.name());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let ground = rect.shrink2(vec2(12.0, 1.0));
    if active {
        ui.painter().rect_filled(ground, RADIUS, theme.accent_ground);
    }
    focus_ring(ui, ground, &response);
    let row = rect.shrink2(vec2(20.0, 0.0));
    let ink = if active || response.hovered() { theme.text } else { theme.muted };
    let painter = ui.painter();
    let words = row.with_max_x(row.right() - 20.0);
    text::line(painter, words, Align2::LEFT_CENTER, guess.preset, &theme.body(), ink);
    paint(painter, pos2(row.right() - 7.0, rect.center().y), mark, theme);
    response.on_hover_text(name).clicked()
}

/// One shape for each way a guess can stand.
fn paint(painter: &Painter, at: Pos2, mark: Mark, theme: &Theme) {
    let tick = |ink| {
        let stroke = Stroke::new(1.6, ink);
        painter.line_segment([at + vec2(-2.8, 0.2), at + vec2(-0.8, 2.3)], stroke);
        painter.line_segment([at + vec2(-0.8, 2.3), at + vec2(3.0, -2.4)], stroke);
    };
    match mark {
        Mark::Right => {
            painter.circle_filled(at, 6.0, theme.accent);
            tick(theme.on_accent);
        }
        Mark::MadeTrue => {
            painter.circle_stroke(at, 5.5, Stroke::new(1.4, theme.accent));
            tick(theme.accent);
        }
        Mark::Not => {
            painter.circle_stroke(at, 5.5, Stroke::new(1.4, theme.muted));
        }
        Mark::Open => {
            painter.circle_stroke(at, 5.5, Stroke::new(1.4, theme.accent));
            painter.circle_filled(at, 2.0, theme.accent);
        }
    }
}

/// All guesses of a tab with what the runs said, in a window of their own.
pub fn window(ui: &Ui, session: &Session, open: &mut bool) {
    let theme = Theme::of(ui);
    let screen = ui.ctx().viewport_rect();
    egui::Window::new(format!("Your guesses: {}", session.source.title()))
        .open(open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(ui.ctx(), |ui| {
            let width = (screen.width() - 120.0).min(760.0);
            ui.set_width(width);
            let area = ScrollArea::vertical().max_height(screen.height() - 140.0);
            area.auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.5 * GRID;
                for (place, guess) in session.guesses.all().iter().enumerate() {
                    if place > 0 {
                        ui.separator();
                    }
                    whole(ui, guess, theme);
                }
            });
        });
}

fn whole(ui: &mut Ui, guess: &Guess, theme: &Theme) {
    let mark = guess.mark();
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
        paint(ui.painter(), rect.center(), mark, theme);
        ui.label(RichText::new(guess.preset).font(theme.strong()));
        ui.label(RichText::new(mark.name()).font(theme.small()).color(theme.muted));
    });
    let result = result(guess, "You");
    let asked = asked(guess);
    for (words, ink) in [(&asked, theme.muted), (&result, theme.text)] {
        ui.add(egui::Label::new(RichText::new(words).color(ink)).wrap());
    }
}

/// What was said, and what it was. `who` said it: "You", "I".
fn result(guess: &Guess, who: &str) -> String {
    let said = guess.question.said(guess.said);
    match &guess.verdict {
        Some(Ok(judged)) => format!("{who} said {said}, it was {}. {}", judged.found, judged.why),
        Some(Err(why)) => format!("{who} said {said}. {why}"),
        None => format!("{who} said {said}. The run is under way."),
    }
}

/// A guess for a report: the preset and how the guess stands, the question, and what was said and came out.
pub fn reported(guess: &Guess) -> [String; 3] {
    let head = format!("{}: {}", guess.preset, guess.mark().name());
    [head, asked(guess), result(guess, "I")]
}

/// The question; where answers are to be put in order, with them.
fn asked(guess: &Guess) -> String {
    let mut asked = guess.question.text.clone();
    for (place, answer) in
        guess.question.answers.iter().enumerate().filter(|_| guess.question.is_order)
    {
        asked.push_str(&format!(" {}: {}.", order::letter(place), answer.text));
    }
    asked
}
