//! Where the time of each actor went.

use super::title;
use crate::app::session::Session;
use crate::replay::{self, Phase, State};
use crate::trace::{ActorId, Nanos};
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::phase;
use crate::widgets::stage::StageView;
use crate::widgets::theme::Theme;
use crate::widgets::timeline::Rows;
use egui::{Grid, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

/// Number of actors that are shown.
const MOST: usize = 32;

const PHASES: [Phase; 7] = [
    Phase::Running,
    Phase::Holding,
    Phase::Waiting,
    Phase::Blocked,
    Phase::Io,
    Phase::Sleeping,
    Phase::Idle,
];

/// A value that the operating system measured of an actor, as text; `None` where it was not asked.
type Measure = fn(&State, ActorId) -> Option<String>;

const MEASURES: [(&str, Measure); 2] = [
    ("CPU", |state, id| {
        let time = state.actor(id)?.cpu_time?;
        Some(time.to_string())
    }),
    ("memory", |state, id| state.actor(id)?.own_memory.map(replay::bytes)),
];

/// A row per actor, those of the lanes first; a column per phase that occurs.
pub(super) fn show(ui: &mut Ui, session: &Session, view: &StageView<'_>) {
    let theme = Theme::of(ui);
    let recording = &session.recording;
    let meta = recording.trace.meta();
    let all = recording.replay.stats().actors.len();
    let looks = Actors::new(theme, meta);
    let end = session.end();
    let shown = shown(session, view, all);
    let time = |id: &ActorId, phase| {
        let stats = recording.replay.stats().actors.get(id.index());
        stats.map_or(Nanos::ZERO, |stats| stats.time_in(phase, end))
    };
    let mut phases = PHASES.to_vec();
    phases.retain(|phase| shown.iter().any(|id| time(id, *phase) > Nanos::ZERO));
    let latest = recording.replay.latest();
    let mut measures = MEASURES.to_vec();
    measures.retain(|(_, of)| shown.iter().any(|id| of(latest, *id).is_some()));
    title(ui, "Where the time went");
    ScrollArea::horizontal().id_salt("where the time went").show(ui, |ui| {
        Grid::new("actors")
            .num_columns(1 + phases.len() + measures.len())
            .spacing([10.0, 6.0])
            .show(ui, |ui| {
                ui.label(RichText::new("who").font(theme.small()).color(theme.muted));
                let names = phases.iter().map(|phase| match phase {
                    Phase::Blocked => "blocked",
                    phase => phase::name_in_all(meta, *phase),
                });
                for name in names.chain(measures.iter().map(|m| m.0)) {
                    ui.label(RichText::new(name).font(theme.small()).color(theme.muted));
                }
                ui.end_row();
                for &id in &shown {
                    let (rect, response) =
                        ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
                    badge::paint(ui.painter(), rect, &looks.badge(id), looks.colours(id), theme);
                    let name = meta.actor_name(id);
                    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
                    response.on_hover_text(name);
                    let times = phases.iter().map(|phase| match time(&id, *phase) {
                        Nanos::ZERO => None,
                        time => Some(time.to_string()),
                    });
                    let measured = measures.iter().map(|(_, of)| of(latest, id));
                    for text in times.chain(measured) {
                        let text = text.unwrap_or_else(|| "·".to_owned());
                        ui.label(RichText::new(text).font(theme.mono_small()));
                    }
                    ui.end_row();
                }
            });
    });
    if all > shown.len() {
        let more = format!("and {} more", all - shown.len());
        ui.label(RichText::new(more).font(theme.small()).color(theme.muted));
    }
}

fn shown(session: &Session, view: &StageView<'_>, all: usize) -> Vec<ActorId> {
    let lanes = session.recording.replay.lanes();
    let rows = session.stage().rows(view);
    let rows = rows.unwrap_or_else(|| Rows::of(view.trace.meta()));
    let mut shown = rows.actors_at(view.now, lanes);
    let unnamed = view.trace.meta().actors.len()..all;
    shown.extend(unnamed.map(ActorId::from_index));
    shown.truncate(MOST);
    shown
}
