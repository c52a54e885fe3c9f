//! The stage: the process tree; memories side by side; who lives on after a crash; the same work in four ways.

mod boxes;
mod compared;
mod crash;
mod facts;
mod grid;
mod large;
mod memory;
mod tree;
mod waiting;
mod ways;
mod words;
mod world;

use super::plan::Program;
use super::tally::{self, WayTaken};
use crate::replay::Phase;
use crate::trace::ActorId;
use crate::widgets::actors::Actors;
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, Stage, StageAction, StageView};
use crate::widgets::stat::{self, Sentence};
use crate::widgets::theme::Theme;
use crate::widgets::timeline::Rows;
use crate::widgets::{kill, phase, text};
use egui::{Align2, Rect, Ui, UiBuilder, pos2, vec2};

/// The stage of topic 3.
pub struct ProcessStage;

/// Height of the title of a part.
const TITLE: f32 = 24.0;
/// Height of the legend, and of the button beside it.
const FOOT: f32 = 30.0;
/// Width of the legend in one line.
const LEGEND: f32 = 470.0;

impl Stage for ProcessStage {
    fn stage_ui(&self, ui: &mut Ui, view: &StageView<'_>) -> Vec<StageAction> {
        let area = ui.max_rect();
        let program = Program::named(view.param("program"));
        let victim = match view.selection {
            Selection::Actor(id) if world::can_be_killed(view, id) => Some(id),
            _ => None,
        };
        let foot = if area.height() > 250.0 || victim.is_some() { FOOT } else { 0.0 };
        let (main, foot) = split_top(area, area.height() - foot);
        let looks = Actors::new(view.theme, view.trace.meta());
        let mut scene = Scene {
            view,
            looks: &looks,
            program,
            ways: ways_so_far(view, program),
            said: match program {
                Program::Memory | Program::Primes => Vec::new(),
                _ => words::said(view, 24),
            },
            actions: Vec::new(),
        };
        match program {
            Program::Messages | Program::Squares | Program::Images => scene.tree(ui, main),
            Program::Memory => scene.memories(ui, main),
            Program::Crash => scene.halves(ui, main),
            Program::Primes => scene.bars(ui, main),
        }
        if foot.height() > 0.0 {
            scene.foot(ui, foot, victim);
        }
        scene.actions
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let meta = view.trace.meta();
        Some(Rows {
            actors: world::rows(meta),
            resources: world::shared(meta, Program::named(view.param("program"))),
        })
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        let program = Program::named(view.param("program"));
        facts::facts(view, program, &ways_so_far(view, program))
    }
}

/// What every part of the stage draws from.
struct Scene<'a> {
    view: &'a StageView<'a>,
    looks: &'a Actors<'a>,
    program: Program,
    /// How the four ways have gone, where they are what runs.
    ways: Vec<WayTaken>,
    /// What was said last, the newest at the end.
    said: Vec<(ActorId, String)>,
    /// What the user did.
    actions: Vec<StageAction>,
}

impl<'a> Scene<'a> {
    fn theme(&self) -> &'a Theme {
        self.view.theme
    }

    /// Selects an actor, or nothing if it was selected.
    fn select(&mut self, actor: ActorId) {
        let selection = match self.view.selection == Selection::Actor(actor) {
            true => Selection::None,
            false => Selection::Actor(actor),
        };
        self.actions.push(StageAction::Select(selection));
    }

    /// Writes the title of a part; answers with the room below.
    fn titled(&self, ui: &Ui, area: Rect, title: &str) -> Rect {
        let (head, rest) = split_top(area, TITLE);
        let (theme, top) = (self.theme(), Align2::LEFT_TOP);
        text::line(ui.painter(), head, top, title, &theme.label(), theme.muted);
        rest
    }

    /// The moment in words, in a box where there is room. Answers with where it ends.
    fn moment(&self, ui: &mut Ui, area: Rect) -> f32 {
        let moment = words::moment(self.view, self.program, &self.ways);
        let badge = moment.actor.map(|id| (self.looks.badge(id), self.looks.colours(id)));
        let badge = badge.as_ref().map(|(badge, colours)| (badge.as_ref(), *colours));
        let sentence = Sentence { badge, title: &moment.title, text: &moment.text };
        let placed = sentence.place(ui.painter(), area.width(), self.theme());
        if placed.size.y <= area.height() {
            stat::sentence_in(ui, area, &sentence);
            area.top() + placed.size.y
        } else {
            ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
                stat::sentence_small(ui, area, &sentence);
            });
            area.bottom()
        }
    }

    /// The legend, and the button that kills the selected process.
    fn foot(&mut self, ui: &mut Ui, area: Rect, victim: Option<ActorId>) {
        let mut legend = area.with_min_y(area.top() + 8.0);
        if let Some(victim) = victim {
            let width = 84.0_f32.min(area.width());
            let rect = Rect::from_min_size(
                pos2(area.right() - width, area.top() + 3.0),
                vec2(width, FOOT - 6.0),
            );
            let clicked = kill::button(ui, rect, victim, self.looks);
            self.actions.extend(clicked);
            legend = legend.with_max_x(rect.left() - 12.0);
            if legend.width() < LEGEND {
                return;
            }
        }
        use Phase as P;
        let phases: &[Phase] = match self.program {
            Program::Messages | Program::Squares => {
                &[P::Sleeping, P::Idle, P::Running, P::Blocked, P::Failed, P::Done]
            }
            Program::Images => &[P::Running, P::Idle, P::Blocked, P::Failed, P::Done],
            Program::Memory => {
                &[P::Sleeping, P::Running, P::Waiting, P::Holding, P::Failed, P::Done]
            }
            Program::Crash => {
                &[P::Sleeping, P::Running, P::Waiting, P::Blocked, P::Failed, P::Done]
            }
            Program::Primes => {
                &[P::Running, P::Holding, P::Waiting, P::Blocked, P::Failed, P::Done]
            }
        };
        ui.scope_builder(UiBuilder::new().max_rect(legend), |ui| {
            ui.shrink_clip_rect(legend);
            phase::legend(ui, phases);
        });
    }
}

/// How the ways have gone up to the cursor, where they are what runs.
fn ways_so_far(view: &StageView<'_>, program: Program) -> Vec<WayTaken> {
    if program != Program::Primes {
        return Vec::new();
    }
    tally::ways(view.trace.meta(), view.state, view.now)
}

/// Whether all is over, and the cursor at the end.
fn at_end(view: &StageView<'_>) -> bool {
    *view.status != RunStatus::Running && view.now >= view.trace.end()
}

fn split_top(area: Rect, height: f32) -> (Rect, Rect) {
    let y = (area.top() + height).clamp(area.top(), area.bottom().max(area.top()));
    (area.with_max_y(y), area.with_min_y(y))
}

/// Room for pictures, and below it for the moment in words: for its box where there is room. It does not depend on the
/// words, so that nothing jumps.
fn split_words(area: Rect) -> (Rect, Rect) {
    let words = match area.height() {
        290.0.. => 108.0,
        150.0.. => 58.0,
        _ => 32.0,
    };
    split_top(area, area.height() - words)
}

/// Two parts beside each other, the first with so much of the width; one above the other where that is too narrow.
fn split_left(area: Rect, part: f32, gap: f32) -> (Rect, Rect) {
    if area.width() < 420.0 {
        let (upper, lower) = split_top(area, part * area.height());
        return (upper, lower.with_min_y(lower.top() + 8.0));
    }
    let x = area.left() + part * (area.width() - gap);
    (area.with_max_x(x), area.with_min_x(x + gap))
}
