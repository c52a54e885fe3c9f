//! What a full answer to the topic's question says: its points as a list to tick, the whole program, sentences to judge.

mod program;
mod sentences;

pub use program::file_name;

use crate::app::Settings;
use crate::app::command::{AnswerCommand, Command};
use crate::app::controls::{focus_ring, into_view};
use crate::app::seek::{Sought, Wanted};
use crate::app::session::Session;
use crate::app::settings::Tab;
use crate::app::words::{self, Words};
use crate::topics::Topic;
use crate::topics::answer::{Answer, Link, Point};
use crate::topics::glossary::Known;
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS, RADIUS_SMALL, Theme};
use egui::{
    Align2, Color32, Frame, Label, Margin, Painter, Rect, Response, RichText, Role, ScrollArea,
    Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// What the page keeps from frame to frame.
#[derive(Default)]
pub struct AnswerPage {
    /// The point whose sentences are to be seen: of which topic, and its place.
    open: Option<(&'static str, usize)>,
    program: program::ProgramPart,
}

/// An answer, and what is known of it in this tab.
struct Shown<'a> {
    session: &'a Session,
    topic: &'static dyn Topic,
    answer: &'static Answer,
    tab: Option<&'a Tab>,
}

impl Shown<'_> {
    fn wanted(&self, link: &Link) -> Wanted {
        Wanted { owner: self.topic.id(), link: link.clone() }
    }

    /// What became of a link of this answer, in the recording that is shown.
    fn sought(&self, link: &Link) -> Option<&Sought> {
        let last = self.session.seek.last();
        last.filter(|sought| {
            sought.wanted.owner == self.topic.id()
                && sought.wanted.link == *link
                && sought.run == self.session.recording.serial
        })
    }
}

impl AnswerPage {
    /// Draws the page.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        settings: &Settings,
        commands: &mut Vec<Command>,
    ) {
        let found = session.runnable().and_then(|topic| Some((topic, topic.answer()?)));
        let Some((topic, answer)) = found else { return };
        let shown = Shown { session, topic, answer, tab: settings.tab(topic.id()) };
        ScrollArea::vertical().auto_shrink(false).id_salt(("answer", topic.id())).show(ui, |ui| {
            Frame::new().inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(GRID, 0.0);
                let mut known = Known::new();
                question(ui, &shown, &mut known, commands);
                self.points(ui, &shown, &mut known, commands);
                rule(ui);
                self.program.show(ui, &shown, settings, commands);
                rule(ui);
                sentences::show(ui, &shown, &mut known, commands);
                into_view(ui);
            });
        });
    }

    fn points(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        known: &mut Known,
        commands: &mut Vec<Command>,
    ) {
        let seen = shown.tab.map_or(0, |tab| tab.seen(shown.answer));
        let all = shown.answer.points.len();
        ui.add_space(1.5 * GRID);
        let (full, short) = (format!("A full answer has {all} points"), format!("{all} points"));
        let wide = ui.available_width() > 280.0;
        title(ui, if wide { &full } else { &short }, &format!("{seen} of {all} seen"));
        ui.add_space(0.5 * GRID);
        for (place, point) in shown.answer.points.iter().enumerate() {
            let here = (shown.topic.id(), place);
            let is_open = self.open == Some(here);
            let clicked = row(ui, shown, (place, point, is_open), known, commands);
            if clicked == Clicked::Point {
                self.open = (!is_open).then_some(here);
            } else if clicked == Clicked::Show {
                self.open = Some(here);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Clicked {
    Nothing,
    Point,
    Show,
}

/// The question, word for word.
fn question(ui: &mut Ui, shown: &Shown<'_>, known: &mut Known, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let text = shown.answer.question.as_deref().unwrap_or(shown.topic.about().question);
    let inner = ui.available_width() - 1.5 * GRID;
    let words = Words::new(ui, text, theme.label(), theme.text, inner, known);
    let size = vec2(ui.available_width(), words.size().y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.plain()));
    let bar = rect.with_max_x(rect.left() + 3.0);
    ui.painter().rect_filled(bar, 1.5, theme.accent);
    words.show(ui, rect.min + vec2(1.5 * GRID, 0.0), "question", commands);
}

/// A heading, and something at its right.
fn title(ui: &mut Ui, text: &str, right: &str) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(text).font(theme.strong()).color(theme.text));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(RichText::new(right).font(theme.small()).color(theme.muted));
        });
    });
}

/// A line from side to side.
fn rule(ui: &mut Ui) {
    let theme = Theme::of(ui);
    ui.add_space(1.5 * GRID);
    let line = ui.max_rect().expand2(vec2(16.0, 0.0)).x_range();
    let stroke = Stroke::new(HAIRLINE, theme.hairline);
    ui.painter().hline(line, ui.cursor().top(), stroke);
    ui.add_space(1.5 * GRID);
}

/// Room at the left of a point for its box and its number, and at its right for the link.
const LEFT: f32 = 42.0;
const BOX: f32 = 14.0;

fn row(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (place, point, is_open): (usize, &Point, bool),
    known: &mut Known,
    commands: &mut Vec<Command>,
) -> Clicked {
    let theme = Theme::of(ui);
    let ticked = shown.tab.is_some_and(|tab| tab.shown.contains(&point.link.text));
    let word = link_word(shown, &point.link);
    let right = ui.painter().layout_no_wrap(word.clone(), theme.body(), Color32::PLACEHOLDER);
    let width = ui.available_width();
    let inner = width - LEFT - right.size().x - 1.5 * GRID;
    let head = Words::new(ui, &point.head, theme.body(), theme.text, inner, known);
    let size = vec2(width, head.size().y + 8.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let number = place + 1;
    let name = format!("Point {number}: {}", head.plain());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, ticked, &name));
    let ground = rect.expand2(vec2(GRID, 0.0));
    if is_open {
        ui.painter().rect_filled(ground, RADIUS, theme.accent_ground);
    } else if response.hovered() {
        ui.painter().rect_filled(ground, RADIUS, theme.field);
    }
    focus_ring(ui, ground.shrink(1.0), &response);
    let top = rect.top() + 4.0;
    let middle = top + 8.0;
    tick_box(ui.painter(), pos2(rect.left() + 7.0, middle), ticked, theme);
    let at = pos2(rect.left() + LEFT - 8.0, middle);
    ui.painter().text(at, Align2::RIGHT_CENTER, number, theme.mono_small(), theme.muted);
    let area = Rect::from_min_max(
        pos2(rect.right() - right.size().x - 4.0, top - 2.0),
        pos2(rect.right() + 4.0, top + 18.0),
    );
    head.show(ui, pos2(rect.left() + LEFT, top), ("point", place), commands);
    let name = format!("Show point {number}");
    let clicked = show_it(ui, shown, &point.link, area, &word, &name, commands);
    if is_open {
        Frame::new().inner_margin(Margin { left: LEFT as i8, right: 0, top: 2, bottom: 8 }).show(
            ui,
            |ui| {
                words::text(ui, &point.more, theme.body(), theme.muted, known, commands);
                note(ui, shown, &point.link);
            },
        );
    }
    match (clicked, response.clicked()) {
        (true, _) => Clicked::Show,
        (false, true) => Clicked::Point,
        (false, false) => Clicked::Nothing,
    }
}

/// What the link says: where its run is in another tab, in which.
fn link_word(shown: &Shown<'_>, link: &Link) -> String {
    if shown.sought(link).is_some_and(|sought| sought.event.is_some()) {
        return "on stage".to_owned();
    }
    if shown.session.seek.is_at(&shown.wanted(link)) {
        return "running…".to_owned();
    }
    let other = link.topic != shown.topic.id();
    let topics = crate::topics::ALL;
    // The tab for programs comes after those of the topics.
    let place = match link.sample() {
        Some(_) => Some(topics.len()),
        None => topics.iter().position(|topic| topic.id() == link.topic),
    };
    match place.filter(|_| other) {
        Some(place) => format!("show in tab {}", place + 1),
        None => "show it".to_owned(),
    }
}

/// The link to what shows something. Whether it was clicked.
fn show_it(
    ui: &mut Ui,
    shown: &Shown<'_>,
    link: &Link,
    area: Rect,
    word: &str,
    name: &str,
    commands: &mut Vec<Command>,
) -> bool {
    let theme = Theme::of(ui);
    let can = !shown.session.is_running() || link.topic != shown.topic.id();
    let response = ui.interact(area, ui.scope_id().with(("show", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, can, name));
    let ink = if can { theme.accent } else { theme.muted };
    let place = ui.painter().text(area.center(), Align2::CENTER_CENTER, word, theme.body(), ink);
    if response.hovered() && can {
        let stroke = Stroke::new(HAIRLINE, theme.accent);
        ui.painter().hline(place.x_range(), place.bottom(), stroke);
    }
    focus_ring(ui, area.shrink(2.0), &response);
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    let clicked = response.on_hover_text(where_it_is(link)).clicked() && can;
    if clicked {
        commands.push(Command::Answer(AnswerCommand::Show(shown.wanted(link))));
    }
    clicked
}

/// The run of a link, in a sentence.
fn where_it_is(link: &Link) -> String {
    #[cfg(unix)]
    if let Some(sample) = link.sample().and_then(crate::app::program::sample_of) {
        let sample = &crate::app::program::SAMPLES[sample];
        return format!("{}: {}", sample.name, sample.does);
    }
    let presets = link.topic().map_or(&[][..], |topic| topic.about().presets);
    let summary = presets.iter().find(|preset| preset.id == link.preset());
    format!("{}: {}", link.preset(), summary.map_or("", |preset| preset.summary))
}

/// That a run has not shown what it was to show.
fn note(ui: &mut Ui, shown: &Shown<'_>, link: &Link) {
    let theme = Theme::of(ui);
    if shown.sought(link).is_some_and(|sought| sought.event.is_none()) {
        let words = "This run did not show it: it came out otherwise. Run it again.";
        ui.add(Label::new(RichText::new(words).font(theme.body()).color(theme.text)).wrap());
    }
}

fn tick_box(painter: &Painter, centre: egui::Pos2, ticked: bool, theme: &Theme) {
    let rect = Rect::from_center_size(centre, Vec2::splat(BOX));
    if ticked {
        painter.rect_filled(rect, RADIUS_SMALL, theme.accent);
        tick(painter, centre, theme.on_accent);
    } else {
        let stroke = Stroke::new(HAIRLINE, theme.muted);
        painter.rect(rect, RADIUS_SMALL, theme.panel, stroke, StrokeKind::Inside);
    }
}

fn tick(painter: &Painter, centre: egui::Pos2, ink: Color32) {
    let stroke = Stroke::new(1.7, ink);
    painter.line_segment([centre + vec2(-3.2, 0.2), centre + vec2(-1.0, 2.5)], stroke);
    painter.line_segment([centre + vec2(-1.0, 2.5), centre + vec2(3.4, -2.7)], stroke);
}

/// A small button without a frame of its own.
fn small_button(ui: &mut Ui, word: &str, name: &str) -> Response {
    let theme = Theme::of(ui);
    let text = ui.painter().layout_no_wrap(word.to_owned(), theme.label(), theme.accent);
    let (rect, response) = ui.allocate_exact_size(text.size() + vec2(18.0, 9.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let ground = if response.hovered() { theme.accent_ground } else { theme.panel };
    let edge = Stroke::new(HAIRLINE, theme.outline);
    ui.painter().rect(rect, RADIUS, ground, edge, StrokeKind::Inside);
    focus_ring(ui, rect, &response);
    let at = Align2::CENTER_CENTER.align_size_within_rect(text.size(), rect);
    ui.painter().galley(at.min, text, theme.accent);
    response
}
