//! The events, the one at the cursor marked.

use crate::app::command::Command;
use crate::app::controls::choice;
use crate::app::session::Session;
use crate::replay;
use crate::replay::words::{agree, count};
use crate::trace::{ActorId, Event};
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::selection::Selection;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::Theme;
use egui::{
    Align2, Frame, Margin, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};
use std::fmt::Write as _;

const ROW: f32 = 26.0;
/// More rows than these are not copied: they are for a file.
const COPIED: usize = 20_000;
const COPY: &str = "The rows as text, 20,000 at most: time in nanoseconds, who, what.";

/// What the page keeps from frame to frame.
#[derive(Default)]
pub struct LogPage {
    /// Only the selected actor's events.
    only_selected: bool,
    filtered: Option<Filtered>,
    /// The row brought into view last.
    followed: usize,
}

/// The rows of one actor.
struct Filtered {
    /// The actor, the recording, and how often that recording was changed other than at its end.
    of: (ActorId, u64, u64),
    /// How many events have been searched.
    seen: usize,
    /// Indices of the actor's events.
    rows: Vec<u32>,
}

impl LogPage {
    /// Draws the page.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        let trace = &session.recording.trace;
        if trace.events().is_empty() {
            Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
                ui.label(RichText::new("No events yet: press Run.").color(theme.muted));
            });
            return;
        }
        let selected = match session.selection {
            Selection::Actor(actor) => Some(actor),
            Selection::Event(index) => trace.events().get(index).map(|e| e.actor),
            _ => None,
        };
        let actor = selected.filter(|_| self.only_selected);
        self.filter(session, actor);
        self.head(ui, session, selected);
        let rows = match &self.filtered {
            Some(Filtered { rows, .. }) => rows.len(),
            None => trace.events().len(),
        };
        let applied = session.recording.state().applied;
        let current = self.current_row(applied);
        let actors = Actors::new(theme, trace.meta());
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::both().auto_shrink(false).id_salt("log");
        if current != self.followed {
            self.followed = current;
            let middle = ROW * current as f32 - 0.5 * ui.available_height();
            area = area.vertical_scroll_offset(middle.max(0.0));
        }
        area.show_rows(ui, ROW, rows, |ui, range| {
            for row in range {
                let index = match &self.filtered {
                    Some(Filtered { rows, .. }) => rows.get(row).map_or(0, |i| *i as usize),
                    None => row,
                };
                let Some(event) = trace.events().get(index) else {
                    continue;
                };
                let line =
                    Line { event, index, past: index < applied, current: index + 1 == applied };
                if line.show(ui, session, &actors) {
                    commands.push(Command::Select(Selection::Event(index)));
                }
            }
        });
    }

    fn head(&mut self, ui: &mut Ui, session: &Session, selected: Option<ActorId>) {
        let theme = Theme::of(ui);
        let trace = &session.recording.trace;
        ui.horizontal(|ui| {
            ui.add_space(10.0);
            ui.spacing_mut().item_spacing.x = 2.0;
            if choice(ui, "All", !self.only_selected).clicked() {
                self.only_selected = false;
            }
            let name = selected.map_or("Only the selected".to_owned(), |actor| {
                format!("Only {}", trace.meta().actor_name(actor))
            });
            let only =
                ui.add_enabled_ui(selected.is_some(), |ui| choice(ui, &name, self.only_selected));
            if only.inner.clicked() {
                self.only_selected = true;
            }
            if choice(ui, "Copy", false).on_hover_text(COPY).clicked() {
                ui.ctx().copy_text(self.text(session));
            }
            if trace.dropped() > 0 {
                let dropped = trace.dropped();
                let were = agree(dropped, "was", "were");
                let lost = format!("{} {were} lost", count(dropped, "event"));
                ui.label(RichText::new(lost).color(theme.danger));
            }
        });
    }

    /// The rows as text: time in nanoseconds, who, what.
    fn text(&self, session: &Session) -> String {
        let trace = &session.recording.trace;
        let all = (0..trace.events().len()).take(COPIED);
        let rows: Vec<usize> = match &self.filtered {
            Some(Filtered { rows, .. }) => rows.iter().take(COPIED).map(|i| *i as usize).collect(),
            None => all.collect(),
        };
        let mut text = String::new();
        for index in rows {
            let Some(event) = trace.events().get(index) else { continue };
            let (who, said) = (trace.meta().actor_name(event.actor), said(session, index));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}\t{who}\t{said}", event.at.0);
        }
        text
    }

    /// Finds the rows of one actor. While a run goes on, only the new events are searched.
    fn filter(&mut self, session: &Session, actor: Option<ActorId>) {
        let Some(actor) = actor else {
            self.filtered = None;
            return;
        };
        let recording = &session.recording;
        let of = (actor, recording.serial, recording.trace.rewritten());
        if self.filtered.as_ref().is_none_or(|f| f.of != of) {
            self.filtered = Some(Filtered { of, seen: 0, rows: Vec::new() });
        }
        let Some(filtered) = &mut self.filtered else {
            return;
        };
        let events = recording.trace.events();
        let news = events.get(filtered.seen..).unwrap_or_default();
        let rows = (filtered.seen..).zip(news).filter(|(_, e)| e.actor == actor);
        filtered.rows.extend(rows.map(|(index, _)| u32::try_from(index).unwrap_or(u32::MAX)));
        filtered.seen = events.len();
    }

    /// The row of the last event that has happened at the cursor.
    fn current_row(&self, applied: usize) -> usize {
        match &self.filtered {
            Some(Filtered { rows, .. }) => {
                rows.partition_point(|i| (*i as usize) < applied).saturating_sub(1)
            }
            None => applied.saturating_sub(1),
        }
    }
}

/// The event at a place in its run, in one line.
fn said(session: &Session, index: usize) -> String {
    let recording = &session.recording;
    replay::describe_in(&recording.trace, &recording.replay, index)
}

/// What stands in a row before its words: when, and who.
const BEFORE: f32 = 118.0;

struct Line<'a> {
    event: &'a Event,
    index: usize,
    past: bool,
    current: bool,
}

impl Line<'_> {
    /// Draws the row. Returns whether it was clicked.
    fn show(&self, ui: &mut Ui, session: &Session, actors: &Actors<'_>) -> bool {
        let theme = Theme::of(ui);
        let said = said(session, self.index);
        // What is longer than the page is wide is reached sideways.
        let long = BEFORE + Measure::width(ui.painter(), &said, &theme.body()).ceil() + 12.0;
        let width = ui.available_width().max(long);
        let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
        // One that is cut off can be clicked, but a ring around it would be, too.
        let seen = ui.clip_rect().expand(1.0);
        let is_whole =
            seen.y_range().contains(rect.top()) && seen.y_range().contains(rect.bottom());
        let sense = if is_whole { Sense::click() } else { Sense::CLICK };
        let response = ui.interact(rect, ui.scope_id().with(("event", self.index)), sense);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.current, &said));
        let painter = ui.painter();
        if self.current {
            painter.rect_filled(rect, 0.0, theme.current_line);
        } else if session.selection == Selection::Event(self.index) || response.hovered() {
            painter.rect_filled(rect, 0.0, theme.accent_ground);
        }
        let mid = rect.center().y;
        let time = Rect::from_min_max(
            pos2(rect.left() + 8.0, rect.top()),
            pos2(rect.left() + 84.0, rect.bottom()),
        );
        let at = self.event.at.within(session.recording.trace.end());
        text::line(painter, time, Align2::RIGHT_CENTER, &at, &theme.mono_small(), theme.muted);
        let face = Rect::from_center_size(pos2(rect.left() + 102.0, mid), Vec2::splat(16.0));
        let actor = self.event.actor;
        badge::paint(painter, face, &actors.badge(actor), actors.colours(actor), theme);
        let words =
            Rect::from_min_max(pos2(rect.left() + BEFORE, rect.top()), rect.max - vec2(10.0, 0.0));
        let ink = if self.past { theme.text } else { theme.muted };
        text::line(painter, words, Align2::LEFT_CENTER, &said, &theme.body(), ink);
        response.on_hover_text(format!("{said}\nat {} ns", self.event.at.0)).clicked()
    }
}
