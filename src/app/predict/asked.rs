//! Questions that are answered otherwise than by one of a few answers: by a number that is typed, and by an order.

use super::{Answers, Ring};
use crate::app::command::{Command, GuessCommand};
use crate::app::controls::focus_ring;
use crate::app::session::Session;
use crate::topics::Question;
use crate::topics::predict::{Number, order};
use crate::widgets::theme::Theme;
use egui::{Label, Pos2, RichText, Role, TextEdit, Ui, WidgetInfo};

/// The name of the field in which a number is typed.
const YOUR_NUMBER: &str = "Your number";

/// Where a number is typed, with what may be typed beside it. Whether it is one.
pub fn typed(
    ui: &mut Ui,
    session: &Session,
    number: &Number,
    chosen: Option<usize>,
    commands: &mut Vec<Command>,
) -> bool {
    let theme = Theme::of(ui);
    let id = ui.scope_id().with(("typed", session.params.preset()));
    let kept = ui.data(|data| data.get_temp::<String>(id));
    let mut text = kept.unwrap_or_else(|| chosen.map_or(String::new(), |n| n.to_string()));
    let said = ui
        .horizontal_centered(|ui| {
            let edit = TextEdit::singleline(&mut text).desired_width(90.0).font(theme.strong());
            let response = ui.add(edit);
            let is_enabled = ui.is_enabled();
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::TextInput, is_enabled, YOUR_NUMBER);
                info.current_text_value = Some(text.clone());
                info
            });
            focus_ring(ui, response.rect, &response);
            let said = number.typed(&text);
            let note = match &said {
                Ok(_) => String::new(),
                Err(what) => format!("Type {what}."),
            };
            ui.add(Label::new(RichText::new(note).color(theme.muted)));
            if response.changed() {
                ui.data_mut(|data| data.insert_temp(id, text.clone()));
            }
            said
        })
        .inner;
    if let Ok(said) = said
        && chosen != Some(said)
    {
        commands.push(Command::Guess(GuessCommand::Choose(said)));
    }
    said.is_ok()
}

/// What happens, put in order by a click on each; another click takes it out again, with what comes after it. Whether all of
/// it has its place.
pub fn ordered(
    ui: &mut Ui,
    session: &Session,
    question: &Question,
    answers: &Answers,
    top: Pos2,
    commands: &mut Vec<Command>,
) -> bool {
    let all = question.answers.len();
    let id = ui.scope_id().with(("ordered", session.params.preset()));
    let chosen = session.guesses.chosen(session.params.preset());
    let kept = ui.data(|data| data.get_temp::<Vec<usize>>(id)).unwrap_or_default();
    let mut places = match chosen {
        Some(rank) => order::of_rank(rank, all),
        // Of another time that this was asked.
        None if kept.len() == all => Vec::new(),
        _ => kept,
    };
    for (index, answer) in question.answers.iter().enumerate() {
        let place = places.iter().position(|other| *other == index);
        if answers.show(ui, top, index, answer, Ring::Place(place, order::letter(index))) {
            match place {
                Some(place) => places.truncate(place),
                None => places.push(index),
            }
            commands.push(Command::Guess(match places.len() == all {
                true => GuessCommand::Choose(order::rank(&places)),
                false => GuessCommand::Forget,
            }));
        }
    }
    ui.data_mut(|data| data.insert_temp(id, places.clone()));
    places.len() == all
}
