//! The stage, and the lanes below it with the transport.

use super::command::{Command, RunCommand, TimelineCommand};
use super::playback::{PlaybackCommand, Tempo};
use super::session::Session;
use super::source::Source;
use super::{App, compare, guide, predict, transport};
use crate::export::recording::date;
use crate::replay::words::{capital, if_any, in_turn};
use crate::replay::{self, State};
use crate::trace::{ActorId, ActorKind, Meta, SectionId};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{StageAction, StageView};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{RADIUS, Theme};
use crate::widgets::timeline::{Timeline, TimelineAction, TimelineInput};
use egui::{CursorIcon, Pos2, Rect, Sense, Stroke, Ui};

impl App {
    /// Width of the inspector in a window of this width: as the user has it, up to half of that.
    pub(super) fn inspector_width(&self, window: f32) -> f32 {
        let usual = match window {
            w if w < 900.0 => 224.0,
            w if w < 1200.0 => 272.0,
            w if w < 1900.0 => 360.0,
            _ => 420.0,
        };
        let wanted = match self.settings.inspector {
            0 => usual,
            points => f32::from(points),
        };
        let least = f32::min(usual, LEAST_INSPECTOR);
        wanted.clamp(least, (0.5 * window).max(least)).round()
    }

    /// Height of the lanes, given the height of stage and lanes together: the share that the user gave them, whatever the
    /// height of the window.
    pub(super) fn lanes_height(&self, room: f32) -> f32 {
        let share = match self.settings.lanes {
            0 if room < 600.0 => 0.47,
            0 => 0.5,
            thousandths => f32::from(thousandths) / 1000.0,
        };
        let most = (room - LEAST_STAGE).max(LEAST_LANES);
        (share * room).clamp(LEAST_LANES, most).min(room.max(0.0)).round()
    }

    /// Whether the tab for programs is shown, and none has been run in it.
    pub(super) fn is_before_a_program(&self) -> bool {
        let session = self.session();
        let is_empty = session.recording.trace.events().is_empty() && !session.is_running();
        matches!(session.source, Source::Program) && is_empty
    }

    /// The borders between stage, lanes and inspector, which can be moved.
    pub(super) fn borders(&mut self, ui: &Ui, (left, below, right): (Rect, Rect, Rect)) {
        if let Some(at) = border(ui, "inspector", right.left_top(), right.left_bottom()) {
            self.settings.inspector = (right.right() - at.x).max(1.0).round() as u16;
        }
        if below.height() > 0.0
            && let Some(at) = border(ui, "lanes", below.left_top(), below.right_top())
        {
            let share = (left.bottom() - at.y) / left.height().max(1.0);
            self.settings.lanes = (1000.0 * share).clamp(1.0, 999.0).round() as u16;
        }
    }

    /// The lanes below the stage, with the transport.
    pub(super) fn lanes(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        transport::show(ui, &self.sessions[self.active], commands);
        self.regions.timeline = ui.available_rect_before_wrap();
        self.timeline(ui, commands);
    }

    pub(super) fn stage(&self, ui: &mut Ui, theme: &Theme, commands: &mut Vec<Command>) {
        let session = self.session();
        let inner = ui.max_rect().shrink2(egui::vec2(24.0, 16.0));
        if let Some(guide) = self.guide() {
            guide::show(ui, inner, guide, &self.guide, commands);
            return;
        }
        if let Some(question) = session.asks().filter(|_| self.settings.questions) {
            predict::ask(ui, inner, session, question, commands);
            return;
        }
        let inner = match session.earlier() {
            Some(preset) => earlier(ui, inner, preset, theme),
            None => inner,
        };
        if let Some(program) = session.program.as_ref().filter(|program| program.editing) {
            ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
                super::program::editor(ui, program, commands);
            });
            return;
        }
        if let Some(program) = session.program.as_ref().filter(|_| self.is_before_a_program()) {
            ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
                super::program::start_page(ui, program, commands);
            });
            return;
        }
        let inner = match &session.comparison {
            None => inner,
            Some(comparison) => {
                let shown = session.table_shown;
                let rest = compare::switch(ui, inner, shown, commands);
                if shown {
                    return compare::table(ui, rest, &comparison.table);
                }
                rest
            }
        };
        if let Some(said) = recorded(session) {
            above(ui, &said, theme);
        }
        let view = stage_view(session, theme);
        ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
            for action in session.stage().stage_ui(ui, &view) {
                match action {
                    StageAction::Select(selection) => commands.push(Command::Select(selection)),
                    StageAction::Figure(command) => commands.push(Command::Figure(command)),
                    StageAction::Show(from, to) => {
                        commands.push(Command::Playback(PlaybackCommand::Scrub(to)));
                        commands.push(Command::Timeline(TimelineCommand::Show(from, to)));
                    }
                    StageAction::Signal(to, signal) => {
                        commands.push(Command::Run(RunCommand::Signal { to, signal }));
                    }
                }
            }
        });
    }

    /// The guide of the shown tab, where it is shown in place of the stage.
    pub(super) fn guide(&self) -> Option<&'static crate::topics::Guide> {
        self.session().runnable()?.guide().filter(|_| self.guide.shown)
    }

    fn timeline(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        let session = &mut self.sessions[self.active];
        let rows = session.stage().rows(&stage_view(session, theme));
        let end = session.end();
        let trace = &session.recording.trace;
        if trace.events().is_empty() {
            // All of the room is taken, or the panel would shrink.
            let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
            let middle = rect.center();
            let text = match session.source {
                Source::Trace(_) | Source::Comparison => "",
                Source::Topic(_) | Source::Program => "The lanes of a run appear here.",
            };
            ui.painter().text(middle, egui::Align2::CENTER_CENTER, text, theme.body(), theme.muted);
            return;
        }
        let describe = |index: usize| replay::describe_in(trace, &session.recording.replay, index);
        let (state, latest) = (session.recording.state(), session.recording.replay.latest());
        let section = replay::section_at(trace.meta(), state);
        let selected_event = match session.selection {
            Selection::Event(index) => trace.events().get(index).map(|e| (e.actor, e.at)),
            _ => None,
        };
        // It is the same before the actor begins, and names do not jump when it does.
        let detail = |actor: ActorId| os_id(trace.meta(), latest, actor);
        let input = TimelineInput {
            meta: trace.meta(),
            lanes: session.recording.replay.lanes(),
            marks: session.recording.replay.marks(),
            revision: (session.recording.serial, trace.revision()),
            rows: rows.as_ref(),
            end,
            cursor: session.playback.cursor(),
            pace: (session.playback.tempo() != Tempo::Constant).then_some(&session.recording.pace),
            section,
            selection: session.selection,
            selected_event,
            describe: &describe,
            detail: &detail,
        };
        let (lanes, foot) = summary_place(ui.available_rect_before_wrap());
        let place = egui::UiBuilder::new().max_rect(lanes);
        let actions =
            ui.scope_builder(place, |ui| Timeline::show(ui, &mut session.timeline, &input)).inner;
        if let Some(foot) = foot {
            let said = numbers(session, section);
            let font = if foot.height() < SUMMARY - 1.0 { theme.small() } else { theme.body() };
            let fits = |said: &str| ui.painter().width(said, &font) <= foot.width();
            let mut said = said.as_str();
            // The last parts are left out sooner than one is cut.
            while let (false, Some(part)) = (fits(said), said.rfind(PART)) {
                said = &said[..part];
            }
            let left = egui::Align2::LEFT_CENTER;
            text::line(ui.painter(), foot, left, said, &font, theme.muted);
        }
        ui.advance_cursor_after_rect(ui.max_rect());
        for action in actions {
            commands.push(match action {
                TimelineAction::Scrub(at) => Command::Playback(PlaybackCommand::Scrub(at)),
                TimelineAction::Select(selection) => Command::Select(selection),
            });
        }
    }
}

/// Which recording the stage shows, where it is of a file, or of a topic's Python program.
fn recorded(session: &Session) -> Option<String> {
    let recording = &session.recording;
    let program = &recording.trace.meta().program;
    let by = session
        .is_of_a_listing()
        .then(|| format!("{} {}, recorded", program.name, program.version));
    let Some(file) = &recording.file else { return by };
    let when = if_any(recording.made.began, |began| format!(" {}", date(began)));
    let said = by.unwrap_or_else(|| "recorded".to_owned());
    Some(format!("{file}: {said}{when}"))
}

/// Says something in the margin above the stage.
fn above(ui: &mut Ui, said: &str, theme: &Theme) {
    let margin = ui.max_rect().shrink2(egui::vec2(24.0, 0.0));
    let line = margin.with_max_y(margin.top() + 16.0);
    let response = ui.allocate_rect(line, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, said));
    let (right, ink) = (egui::Align2::RIGHT_CENTER, theme.muted);
    text::line(ui.painter(), line, right, said, &theme.small(), ink);
}

/// Says at the top of the stage that it shows another run than the controls are set for. Answers what room is left.
fn earlier(ui: &mut Ui, room: Rect, preset: &str, theme: &Theme) -> Rect {
    let (strip, rest) = room.split_top_bottom_at_y(room.top() + 26.0);
    let said = format!("Earlier run: {preset}. The settings above are for the next one.");
    let response = ui.allocate_rect(strip, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
    ui.painter().rect_filled(strip, RADIUS, theme.sentence_ground);
    let words = strip.shrink2(egui::vec2(12.0, 0.0));
    let ink = theme.text;
    text::line(ui.painter(), words, egui::Align2::LEFT_CENTER, &said, &theme.body(), ink);
    rest.with_min_y(rest.top() + 10.0)
}

/// The sentence of numbers under the lanes: of the section that the cursor is in, or of the run; of tasks up to the cursor, of
/// anything else from begin to end.
fn numbers(session: &Session, section: Option<SectionId>) -> String {
    let (trace, replay) = (&session.recording.trace, &session.recording.replay);
    let meta = trace.meta();
    let (now, end) = (session.now(), session.end());
    let (said, of, so_far) = replay::section_summary(meta, replay, section, now, end);
    if said.is_empty() {
        return said;
    }
    let ended = |id| replay.latest().section(id).is_some_and(|section| section.ended.is_some());
    let is_over = (!session.is_running() || of.is_some_and(ended)) && !so_far;
    let of = match of.map(|id| in_turn(meta, id)) {
        Some(name) if is_over => format!("all of “{name}”"),
        Some(name) => format!("“{name}” so far"),
        None if is_over => "whole run".to_owned(),
        None => "so far".to_owned(),
    };
    format!("{}{PART}{said}", capital(&of))
}

/// Between the parts of that sentence.
const PART: &str = " · ";

/// Room for the sentence under the lanes, where the panel is high enough; less of it where it is low.
fn summary_place(area: Rect) -> (Rect, Option<Rect>) {
    let height = match area.height() {
        least if least < 130.0 => return (area, None),
        low if low < 260.0 => 22.0,
        _ => SUMMARY,
    };
    let (lanes, foot) = area.split_top_bottom_at_y(area.bottom() - height);
    (lanes, Some(foot.shrink2(egui::vec2(18.0, 0.0))))
}

/// Height of the sentence under the lanes, in its usual letters.
const SUMMARY: f32 = 30.0;

/// What the operating system calls an actor: "tid 48211", "PID 48230".
fn os_id(meta: &Meta, state: &State, actor: ActorId) -> String {
    let id = state.actor(actor).map_or(0, |a| a.os_id);
    match meta.actors.get(actor.index()).map(|a| a.kind) {
        _ if id == 0 => String::new(),
        Some(ActorKind::Process) => format!("PID {id}"),
        _ => format!("tid {id}"),
    }
}

/// The least that the parts of a window have, in points.
const LEAST_INSPECTOR: f32 = 240.0;
const LEAST_LANES: f32 = 140.0;
const LEAST_STAGE: f32 = 120.0;

/// A border between two parts, from a corner to another. Where it is dragged to. The keyboard does without it: nothing is
/// hidden behind a border.
fn border(ui: &Ui, name: &str, from: Pos2, to: Pos2) -> Option<Pos2> {
    let theme = Theme::of(ui);
    let grip = Rect::from_two_pos(from, to).expand(4.0);
    let sense = Sense::drag() - Sense::FOCUSABLE;
    let response = ui.interact(grip, ui.scope_id().with(("border", name)), sense);
    let is_upright = from.x == to.x;
    let icon = if is_upright { CursorIcon::ResizeHorizontal } else { CursorIcon::ResizeVertical };
    let response = response.on_hover_and_drag_cursor(icon);
    let ink = match response.dragged() || response.hovered() {
        true => theme.accent,
        false => theme.hairline,
    };
    // Beyond it: a figure of the stage ends there.
    let beyond = if is_upright { egui::vec2(0.5, 0.0) } else { egui::vec2(0.0, 0.5) };
    ui.painter().line_segment([from + beyond, to + beyond], Stroke::new(1.0, ink));
    response.interact_pointer_pos().filter(|_| response.dragged())
}

/// The instant that a session shows, as its stage sees it.
pub(super) fn stage_view<'a>(session: &'a Session, theme: &'a Theme) -> StageView<'a> {
    StageView {
        trace: &session.recording.trace,
        replay: &session.recording.replay,
        state: session.recording.state(),
        now: session.now(),
        motion: session.motion(),
        status: &session.status,
        outcome: session.conclusion.as_deref().map(|conclusion| conclusion as &dyn std::any::Any),
        findings: &session.findings,
        ready: session.ready(),
        selection: session.selection,
        choice: session.choice,
        theme,
        memo: &session.recording.memo,
    }
}
