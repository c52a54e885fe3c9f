//! The stage: threads, the padlock with its line, the list's cells; without the lock, the two registers and who is
//! about to overwrite whom.

mod race;
mod words;
mod world;

use crate::replay::words::count;
use crate::replay::{self, Phase, ResourceState};
use crate::trace::{ActorId, Nanos};
use crate::widgets::actors::Actors;
use crate::widgets::card::{self, Card};
use crate::widgets::cells::{self, Cells, Motion};
use crate::widgets::padlock::{self, Padlock, Part, Waiter};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, Stage, StageAction, StageView};
use crate::widgets::stat::{self, Sentence};
use crate::widgets::theme::{GRID, Theme};
use crate::widgets::{phase, text};
use egui::{Align2, Rect, Ui, UiBuilder, pos2, vec2};
use world::{Guarded, World};

/// The phases that this topic shows, for the legend.
const PHASES: [Phase; 7] = [
    Phase::NotStarted,
    Phase::Running,
    Phase::Holding,
    Phase::Waiting,
    Phase::Sleeping,
    Phase::Failed,
    Phase::Done,
];

/// The stage of topic 4.
pub struct ListStage;

impl Stage for ListStage {
    fn stage_ui(&self, ui: &mut Ui, view: &StageView<'_>) -> Vec<StageAction> {
        let mut actions = Vec::new();
        let area = ui.max_rect();
        let legend = if area.height() > 250.0 { 26.0 } else { 0.0 };
        let (main, foot) = split_bottom(area, legend);
        let worlds = world::worlds(view.trace.meta());
        let looks = Actors::new(view.theme, view.trace.meta());
        let losses = race::losses(ui, view, &worlds);
        let scene = Scene { view, looks: &looks, losses: &losses, side_by_side: worlds.len() > 1 };
        for (index, world) in worlds.iter().enumerate() {
            let area = slice(main, index, worlds.len(), 3.0 * GRID);
            scene.world(ui, area, world, &mut actions);
        }
        if legend > 0.0 {
            ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
                ui.add_space(6.0);
                // In a narrow window all of them would take a second line, which has no room.
                let narrow = ui.available_width() < 560.0;
                phase::legend(ui, if narrow { &PHASES[1..] } else { &PHASES });
            });
        }
        actions
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        let worlds = world::worlds(view.trace.meta());
        worlds.iter().flat_map(|world| words::facts(view, world)).collect()
    }
}

/// What every part of the stage draws from.
struct Scene<'a> {
    view: &'a StageView<'a>,
    looks: &'a Actors<'a>,
    /// The updates that the race lost.
    losses: &'a race::Losses,
    side_by_side: bool,
}

/// Where the parts of one world go.
struct Places {
    threads: Rect,
    guard: Rect,
    list: Rect,
    words: Rect,
}

/// Height of a column's title.
const TITLE: f32 = 26.0;

impl Places {
    /// Three columns where there is room; else threads above, guard and list below.
    fn new(area: Rect) -> Self {
        if area.width() >= 480.0 {
            let threads = (0.24 * area.width()).clamp(112.0, 210.0);
            let guard = (0.25 * area.width()).clamp(124.0, 210.0);
            let gap = (0.03 * area.width()).min(32.0);
            let column = |left: f32, width: f32| {
                let left = area.left() + left;
                Rect::from_min_max(pos2(left, area.top()), pos2(left + width, area.bottom()))
            };
            let rest =
                column(threads + guard + 2.0 * gap, area.width() - threads - guard - 2.0 * gap);
            let list = (0.44 * area.height()).clamp(140.0, 190.0).min(0.5 * area.height());
            let (list, words) = split_top(rest, list);
            let words = words.with_min_y(words.top() + GRID);
            Self { threads: column(0.0, threads), guard: column(threads + gap, guard), list, words }
        } else {
            let (threads, rest) = split_top(area, (0.27 * area.height()).clamp(72.0, 110.0));
            let (middle, words) = split_top(rest, 0.6 * rest.height());
            let words = words.with_min_y(words.top() + 1.5 * GRID);
            let guard = (0.42 * area.width()).min(160.0);
            let x = middle.left() + guard;
            Self {
                threads,
                guard: Rect::from_min_max(middle.min, pos2(x, middle.bottom())),
                list: Rect::from_min_max(pos2(x + 2.0 * GRID, middle.top()), middle.max),
                words,
            }
        }
    }
}

impl Scene<'_> {
    fn world(&self, ui: &mut Ui, area: Rect, world: &World, actions: &mut Vec<StageAction>) {
        let places = Places::new(area);
        let actors = world::threads(self.view.trace.meta(), world, self.side_by_side);
        let title = match (self.side_by_side, world) {
            (false, _) => "Threads",
            (true, World::Guarded(_)) => "With the lock",
            (true, World::Racing(_)) => "Without the lock",
        };
        let threads = self.titled(ui, places.threads, title);
        self.threads(ui, threads, &actors, actions);
        match world {
            World::Guarded(guarded) => {
                self.padlock(ui, places.guard, guarded, actions);
                let list = self.titled(ui, places.list, "shared list");
                self.list(ui, list, guarded);
            }
            World::Racing(racing) => {
                race::registers(self, ui, places.guard, racing, actions);
                let list = self.titled(ui, places.list, "list without a lock");
                race::cells(self, ui, list, racing);
            }
        }
        self.words(ui, places.words, world, &actors);
    }

    fn theme(&self) -> &Theme {
        self.view.theme
    }

    /// Writes a column's title; answers with the room below.
    fn titled(&self, ui: &Ui, area: Rect, title: &str) -> Rect {
        let (head, rest) = split_top(area, TITLE);
        let theme = self.theme();
        text::line(ui.painter(), head, Align2::LEFT_TOP, title, &theme.label(), theme.muted);
        rest
    }

    fn threads(&self, ui: &Ui, area: Rect, actors: &[ActorId], actions: &mut Vec<StageAction>) {
        let view = self.view;
        let meta = view.trace.meta();
        if actors.is_empty() {
            let theme = self.theme();
            let (adders, removers) = (view.param("adders"), view.param("removers"));
            let threads = |n: &str, role| count(n.parse::<u64>().unwrap_or(0), role);
            let said = format!("{}, {}", threads(adders, "adder"), threads(removers, "remover"));
            text::line(ui.painter(), area, Align2::LEFT_TOP, &said, &theme.body(), theme.muted);
            return;
        }
        let names: Vec<(String, String, String)> = actors
            .iter()
            .map(|id| {
                let doing = replay::phrase(meta, view.state, *id, view.now);
                (self.looks.name(*id), self.looks.badge(*id).into_owned(), doing)
            })
            .collect();
        let cards: Vec<Card<'_>> = actors
            .iter()
            .zip(&names)
            .map(|(id, (name, badge, doing))| Card {
                actor: *id,
                name,
                badge,
                doing,
                phase: view.state.actor(*id).map_or(Phase::NotStarted, |a| a.phase),
                colours: self.looks.colours(*id),
                selected: view.selection == Selection::Actor(*id),
            })
            .collect();
        if let Some(actor) = card::show(ui, area, &cards) {
            let selected = view.selection == Selection::Actor(actor);
            let selection = if selected { Selection::None } else { Selection::Actor(actor) };
            actions.push(StageAction::Select(selection));
        }
    }

    fn padlock(&self, ui: &Ui, area: Rect, guarded: &Guarded, actions: &mut Vec<StageAction>) {
        let view = self.view;
        let theme = self.theme();
        let (head, rest) = split_top(area, TITLE);
        text::line(
            ui.painter(),
            head,
            Align2::CENTER_TOP,
            "list lock",
            &theme.label(),
            theme.muted,
        );
        let state = view.state.resource(guarded.lock);
        let owner = state.and_then(|s| s.owners.first().copied());
        let waiting = state.map_or(&[][..], |s| &s.waiters);
        let names: Vec<(ActorId, String, String)> = waiting
            .iter()
            .map(|w| (w.actor, self.looks.name(w.actor), self.looks.badge(w.actor).into_owned()))
            .collect();
        let waiters: Vec<Waiter<'_>> = names
            .iter()
            .zip(waiting)
            .map(|((actor, name, badge), waiter)| Waiter {
                name,
                badge,
                colours: self.looks.colours(*actor),
                waited: view.now.since(waiter.since).to_string(),
            })
            .collect();
        let caption = words::lock_caption(view, guarded, area.width() < 170.0);
        let badge = owner.map(|(actor, _)| (self.looks.badge(actor), self.looks.colours(actor)));
        let shown = Padlock {
            name: "list lock",
            owner: badge.as_ref().map(|(badge, colours)| (badge.as_ref(), *colours)),
            open: if owner.is_some() { 0.0 } else { 1.0 },
            caption: &caption,
            waiters: &waiters,
        };
        match padlock::show(ui, rest, &shown) {
            Some(Part::Lock) => {
                actions.push(StageAction::Select(Selection::Resource(guarded.lock)))
            }
            Some(Part::Waiter(index)) => {
                if let Some((actor, ..)) = names.get(index) {
                    actions.push(StageAction::Select(Selection::Actor(*actor)));
                }
            }
            None => {}
        }
    }

    fn list(&self, ui: &Ui, area: Rect, guarded: &Guarded) {
        let view = self.view;
        let meta = view.trace.meta();
        let nothing = ResourceState::default();
        let list = view.state.resource(guarded.list).unwrap_or(&nothing);
        let gone = |at| words::move_progress(view, guarded.list, at);
        let (motion, moved) = match list.last_move {
            Some((at, _, item, inward)) if gone(at) < 1.0 => {
                let motion = match inward {
                    true => Motion::In(gone(at)),
                    false => Motion::Out(gone(at)),
                };
                (Some(motion), meta.item(item))
            }
            _ => (None, String::new()),
        };
        let coming = usize::from(matches!(motion, Some(Motion::In(_))));
        let len = list.contents.len().saturating_sub(coming);
        let held = count(list.contents.len(), "item");
        let moves = format!("{held} · {} added · {} removed", list.added, list.removed);
        let all = match list.found_empty {
            0 => moves.clone(),
            n => format!("{moves} · {n} found it empty"),
        };
        let caption =
            text::longest(ui.painter(), area.width(), &self.theme().body(), [all, moves, held]);
        let cells = Cells {
            len,
            item: &|index| {
                list.contents.get(index).map_or_else(String::new, |item| meta.item(*item))
            },
            fault: &|_| None,
            motion: motion.map(|motion| (motion, moved.as_str())),
            empty: "empty",
            caption: &caption,
        };
        cells::show(ui, area, &cells);
    }

    /// What this moment is about: the selected thread, a failure, the result, or whoever waits longest.
    fn words(&self, ui: &mut Ui, area: Rect, world: &World, actors: &[ActorId]) {
        let view = self.view;
        let words = words::moment(view, world, actors, self.losses);
        let badge = words.actor.map(|id| (self.looks.badge(id), self.looks.colours(id)));
        let sentence = Sentence {
            badge: badge.as_ref().map(|(badge, colours)| (badge.as_ref(), *colours)),
            title: &words.title,
            text: &words.text,
        };
        let placed = sentence.place(ui.painter(), area.width(), view.theme);
        if placed.size.y > area.height() {
            stat::sentence_small(ui, area, &sentence);
            return;
        }
        stat::sentence_in(ui, area, &sentence);
        let below = area.top() + placed.size.y + 10.0;
        if let (false, Some(said), true) = (
            self.side_by_side,
            words::said(view),
            below + 20.0 < area.bottom() && *view.status != RunStatus::Idle,
        ) {
            let line =
                Rect::from_min_size(pos2(area.left() + 4.0, below), vec2(area.width() - 4.0, 20.0));
            text::line(
                ui.painter(),
                line,
                Align2::LEFT_CENTER,
                &said,
                &view.theme.body(),
                view.theme.muted,
            );
        }
    }
}

fn split_top(area: Rect, height: f32) -> (Rect, Rect) {
    let y = (area.top() + height).min(area.bottom());
    (
        Rect::from_min_max(area.min, pos2(area.right(), y)),
        Rect::from_min_max(pos2(area.left(), y), area.max),
    )
}

fn split_bottom(area: Rect, height: f32) -> (Rect, Rect) {
    let (rest, foot) = split_top(area, (area.height() - height).max(0.0));
    (rest, foot)
}

/// Part `index` of `count` of an area, side by side.
fn slice(area: Rect, index: usize, count: usize, gap: f32) -> Rect {
    let count = count.max(1);
    let width = (area.width() - gap * (count - 1) as f32) / count as f32;
    let left = area.left() + (width + gap) * index as f32;
    Rect::from_min_size(pos2(left, area.top()), vec2(width, area.height()))
}

/// How long ago, as shown.
fn ago(now: Nanos, at: Nanos) -> String {
    format!("{} ago", now.since(at))
}
