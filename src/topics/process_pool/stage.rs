//! The stage: the queue, the worker processes, the results in order and as they came; two pools compared by their times.

mod again;
mod card;
mod cards;
mod compare;
mod deaths;
mod flow;
mod grid;
mod handed;
mod moment;
mod places;
mod queue;
mod results;
mod tally;
mod words;
mod workers;

use super::done::Done;
use super::plan::{JobKind, Plan};
use super::world::{self, Kind, Side, Sides};
use super::{numbers::Numbers, spec};
use crate::replay::{Phase, PoolState, PoolTasks};
use crate::topics::Params;
use crate::trace::{ActorId, Meta};
use crate::widgets::actors::Actors;
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, Stage, StageAction, StageView};
use crate::widgets::stat::{self, Sentence};
use crate::widgets::theme::Theme;
use crate::widgets::{phase, text};
use again::Again;
use egui::{Align2, Rect, Ui, UiBuilder, pos2};
use handed::Handed;
use places::Places;
use std::sync::Arc;
use tally::Tally;

/// The phases that this topic shows, for the legend.
const PHASES: [Phase; 6] =
    [Phase::Running, Phase::Sleeping, Phase::Idle, Phase::Waiting, Phase::Blocked, Phase::Failed];

/// The stage of topic 2.
pub struct PoolStage;

impl Stage for PoolStage {
    fn stage_ui(&self, ui: &mut Ui, view: &StageView<'_>) -> Vec<StageAction> {
        let sides = sides(view);
        let mut actions = Vec::new();
        if !sides.all.is_empty() {
            Scene::new(ui, view, &sides.all).show(ui, &mut actions);
        }
        actions
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        let sides = sides(view);
        let Some(side) = current(&sides.all, view) else {
            return Vec::new();
        };
        let done = view.kept(|done: &mut Done, trace, replay| done.read_on(trace.meta(), replay));
        let numbers = Numbers::of(side, &done, view.replay, view.now);
        numbers.map_or_else(Vec::new, |n| words::facts(&n.with_memory(side, view.state), side))
    }
}

/// The sides of the trace, for every part of the window that wants to know.
fn sides(view: &StageView<'_>) -> Arc<Sides> {
    view.kept(|sides: &mut Sides, trace, _| sides.read_on(trace))
}

/// The side shown: the last one that has begun.
fn current<'a>(sides: &'a [Side], view: &StageView<'_>) -> Option<&'a Side> {
    let begun = |side: &&Side| {
        let first = side.workers.first();
        first.is_some_and(|w| world::birth(view.replay, *w).is_some_and(|at| at <= view.now))
    };
    sides.iter().rev().find(begun).or(sides.first())
}

/// The parameters of the run that is shown.
fn plan(meta: &Meta) -> Plan {
    let mut params = Params::defaults("process-pool", spec::PARAMS);
    for (key, value) in &meta.params {
        // A recording of another version may have others.
        let _ = params.set(key, value);
    }
    Plan::new(&params)
}

/// What every part of the stage draws from.
struct Scene<'a> {
    view: &'a StageView<'a>,
    looks: Actors<'a>,
    plan: Plan,
    sides: &'a [Side],
    /// The one shown.
    side: &'a Side,
    /// Its tasks and their state, once it has begun.
    tasks: Option<&'a PoolTasks>,
    pool: Option<&'a PoolState>,
    /// What each of its workers has done so far.
    tally: Arc<Tally>,
    /// Attempts that were lost, and whose tasks were handed in again.
    again: Again,
    /// Tasks that travel together.
    chunk: usize,
    /// Tasks that wait at a worker.
    handed: Handed,
}

impl<'a> Scene<'a> {
    fn new(ui: &Ui, view: &'a StageView<'a>, sides: &'a [Side]) -> Self {
        let side = current(sides, view).unwrap_or(&sides[0]);
        let plan = plan(view.trace.meta());
        let tasks = side.pool.and_then(|pool| view.replay.tasks().of(pool));
        let pool = side.pool.and_then(|pool| view.state.resource(pool));
        let chunk = match side.kind {
            Kind::Reused => plan.chunk(),
            Kind::OneEach => 1,
            Kind::LargeChunks => plan.large_chunk(),
        };
        let moment = (side, view.state, view.now);
        let handed = tasks.map(|tasks| Handed::at(moment, tasks, plan.tasks, chunk));
        let fruitless = pool.map_or(0, |state| state.pool.failed + state.pool.cancelled);
        let again = tasks.map(|tasks| Again::at(tasks, view.now, fruitless));
        Self {
            again: again.unwrap_or_default(),
            looks: Actors::new(view.theme, view.trace.meta()),
            handed: handed.unwrap_or_default(),
            chunk,
            tally: tally::at(ui, tasks, view.now),
            pool: pool.map(|state| &state.pool),
            tasks,
            view,
            plan,
            sides,
            side,
        }
    }

    fn show(&self, ui: &mut Ui, actions: &mut Vec<StageAction>) {
        let places = Places::new(ui.max_rect(), self.sides.len() > 1);
        if let Some(strip) = places.strip {
            compare::show(self, ui, strip, actions);
        }
        let queue = self.titled(ui, places.queue, "Task queue");
        let title = match self.side.kind {
            Kind::OneEach => "Processes, one per task",
            Kind::Reused | Kind::LargeChunks => "Worker processes",
        };
        let workers = self.titled(ui, places.workers, title);
        let cards = cards::layout(workers, self.side.size);
        flow::lines(self, ui, queue, &cards, places.results);
        queue::show(self, ui, queue);
        workers::show(self, ui, &cards, actions);
        results::show(self, ui, places.results);
        flow::tokens(self, ui, queue, &cards, places.results);
        if let Some(foot) = places.foot {
            self.foot(ui, foot, actions);
        }
        if let Some(legend) = places.legend {
            ui.scope_builder(UiBuilder::new().max_rect(legend), |ui| {
                ui.add_space(6.0);
                phase::legend(ui, &PHASES);
            });
        }
    }

    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    /// How many tasks have a result, have failed for good, and are cancelled for good.
    fn ended(&self) -> [u64; 3] {
        let again = &self.again;
        self.pool.map_or([0; 3], |pool| {
            let failed = pool.failed.saturating_sub(again.failed);
            let cancelled = pool.cancelled.saturating_sub(again.cancelled);
            [pool.finished, failed, cancelled]
        })
    }

    /// Writes a column's title; answers with the room below.
    fn titled(&self, ui: &Ui, area: Rect, title: &str) -> Rect {
        let y = area.top() + places::TITLE;
        let (font, colour) = (self.theme().label(), self.theme().muted);
        text::line(ui.painter(), area, Align2::LEFT_TOP, title, &font, colour);
        area.with_min_y(y.min(area.bottom()))
    }

    /// Whether everything is over and shown to its end: nothing moves any more.
    fn is_over(&self) -> bool {
        *self.view.status != RunStatus::Running && self.view.now >= self.view.trace.end()
    }

    /// How far a motion that began at `since` has come.
    fn progress(&self, since: crate::trace::Nanos) -> f32 {
        if self.is_over() { 1.0 } else { self.view.progress(since) }
    }

    /// The worker that is selected, where it is one of those shown or was.
    fn selected(&self) -> Option<ActorId> {
        match self.view.selection {
            Selection::Actor(id) if self.side.workers.contains(&id) => Some(id),
            _ => None,
        }
    }

    /// What a task does, in a word or two.
    fn what(&self, item: crate::trace::Item) -> String {
        words::what(self.plan.job, &self.view.trace.meta().item(item))
    }

    /// One line below the columns: how to kill the selected worker, else the last death, else the last words.
    fn foot(&self, ui: &mut Ui, area: Rect, actions: &mut Vec<StageAction>) {
        let selected = self.selected().filter(|id| self.can_be_killed(*id));
        if let Some(worker) = selected {
            workers::kill_button(self, ui, area, worker, actions);
            return;
        }
        let theme = self.theme();
        let (all, shown, colour) = match moment::stopped(self).or_else(|| deaths::last_death(self))
        {
            Some(said) => {
                let shown = said.clone();
                let shown = text::longest(ui.painter(), area.width(), &theme.body(), shown);
                (said[0].clone(), shown, theme.danger)
            }
            None => match moment::said(self) {
                Some(said) => (said.clone(), said, theme.muted),
                None => return,
            },
        };
        let response = ui.interact(area, ui.scope_id().with("last event"), egui::Sense::hover());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, ui.is_enabled(), &all));
        let middle = Align2::LEFT_CENTER;
        text::line(ui.painter(), area, middle, &shown, &theme.body(), colour);
        response.on_hover_text(all);
    }

    /// Whether a worker lives, in a run that goes on.
    fn can_be_killed(&self, worker: ActorId) -> bool {
        let living = self.view.replay.latest().actor(worker);
        *self.view.status == RunStatus::Running
            && living.is_some_and(|a| a.end.is_none() && a.os_id > 0)
    }

    /// The box: what this moment is about.
    fn sentence(&self, ui: &mut Ui, area: Rect) {
        let moment = moment::moment(self);
        let badge = (moment.actor).map(|id| (self.looks.badge(id), self.looks.colours(id)));
        let sentence = Sentence {
            badge: badge.as_ref().map(|(badge, colours)| (badge.as_ref(), *colours)),
            title: &moment.title,
            text: &moment.text,
        };
        let placed = sentence.place(ui.painter(), area.width(), self.theme());
        if placed.size.y > area.height() {
            let text = moment.short.as_deref().unwrap_or(&moment.text);
            stat::sentence_small(ui, area, &Sentence { text, ..sentence });
        } else {
            stat::sentence_in(ui, area, &sentence);
        }
    }

    /// Whether tasks sleep for a time that is known beforehand.
    fn sleeps(&self) -> bool {
        self.plan.job == JobKind::Sleep
    }
}

/// A point of an area's edge.
fn left_of(area: Rect, y: f32) -> egui::Pos2 {
    pos2(area.left(), y)
}
