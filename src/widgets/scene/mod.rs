//! The stage of any trace: its scene at the instant shown, the words of the moment, the legend, and the topic's figure.

pub mod actor_box;
pub mod arrange;
pub mod facts;
pub mod fit;
pub mod journey;
pub mod moment;
pub mod ring;
pub mod ties;

use super::actors::Actors;
use super::phase::Legend;
use super::resource::Look;
use super::stage::{RunStatus, Stage, StageAction, StageView};
use super::stat::{self, Sentence};
use super::theme::GRID;
use super::{kill, phase, text};
use crate::replay::{self, ActorStats, Phase, Scene};
use crate::trace::{ActorId, ActorKind, Nanos, Resource, ResourceKind, Role};
use crate::widgets::selection::Selection;
use arrange::{Arranged, WORDS, arrange, words_growth};
use egui::{FontId, Rangef, Rect, Ui, UiBuilder, Vec2, pos2, vec2};
use moment::{Moment, moment};

/// A topic's own figure, beside the scene.
pub trait Figure: Sync {
    /// How much of the stage it takes.
    fn room(&self, view: &StageView<'_>) -> Room;
    /// The kinds of resources that it shows in place of the scene; futures: the results of pools, too.
    fn covers(&self, view: &StageView<'_>) -> &'static [ResourceKind] {
        let _ = view;
        &[]
    }
    /// Draws it and answers with what the user did.
    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction>;
}

/// Where a figure stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Room {
    /// Nowhere at this instant.
    None,
    /// At the right, this part of the width.
    Beside(f32),
    /// Below the scene, this part of the height.
    Below(f32),
    /// At the left, most of the stage: the scene stands small beside it where there is room for both.
    Most,
    /// Everywhere: what is shown is no scene, and only the words of the moment stand below.
    All,
}

impl Room {
    /// The part of an area that the scene gets with the words of the moment, and the part that the figure gets. Without a
    /// scene the first is for the words alone.
    fn split(self, area: Rect, has_scene: bool) -> (Rect, Option<Rect>) {
        match self {
            Self::None => (area, None),
            Self::Beside(part) => {
                let x = area.right() - part * area.width();
                (area.with_max_x(x - 1.5 * GRID), Some(area.with_min_x(x + 1.5 * GRID)))
            }
            Self::Below(part) => {
                let y = area.bottom() - part * area.height();
                (area.with_max_y(y - GRID), Some(area.with_min_y(y + GRID)))
            }
            Self::Most if has_scene => {
                let width = (0.3 * area.width()).clamp(COLUMN.min, COLUMN.max);
                let x = area.right() - width;
                (area.with_min_x(x + 1.5 * GRID), Some(area.with_max_x(x - 1.5 * GRID)))
            }
            Self::Most | Self::All => {
                // Three lines on their ground.
                let words = (0.13 * area.height()).clamp(54.0, 62.0);
                let y = area.bottom() - words;
                (area.with_min_y(y), Some(area.with_max_y(y - 0.5 * GRID)))
            }
        }
    }

    /// Whether the scene is shown, else only the words of the moment.
    fn has_scene(self, area: Rect) -> bool {
        match self {
            Self::All => false,
            Self::Most => area.width() >= BOTH.x && area.height() >= BOTH.y,
            Self::None | Self::Beside(_) | Self::Below(_) => true,
        }
    }
}

/// Least stage that has room for the scene beside a figure that takes most of it.
const BOTH: Vec2 = vec2(740.0, 280.0);
/// Width of a scene beside a figure that takes most of the stage.
const COLUMN: Rangef = Rangef { min: 240.0, max: 620.0 };

/// How many times larger than by default a figure is drawn that has most of a large stage: in steps, so that fonts come in few
/// sizes.
pub fn figure_growth(room: Vec2) -> f32 {
    let factor = (room.x / FIGURE.x).min(room.y / FIGURE.y).clamp(1.0, LARGEST_FIGURE);
    (10.0 * factor).floor() / 10.0
}

/// Room in which a figure has its usual size, and how many times larger it gets at most.
const FIGURE: Vec2 = vec2(700.0, 420.0);
const LARGEST_FIGURE: f32 = 1.4;

/// Lower than this, a scene keeps its parts closer together.
const LOW: f32 = 200.0;
/// In room lower than this words are small.
const LEAST_WORDS: f32 = 60.0;
/// Space above the legend.
const ABOVE_LEGEND: f32 = 6.0;
/// Lowest stage that has a legend.
const LEGEND_FROM: f32 = 230.0;
/// A stage higher than this has a legend in larger letters, up to so many times.
const USUAL: f32 = 440.0;
const LARGEST_LEGEND: f32 = 1.5;

/// Draws a stage into the whole of `ui`.
pub fn show<S: Stage + ?Sized>(ui: &mut Ui, stage: &S, view: &StageView<'_>) -> Vec<StageAction> {
    let area = ui.max_rect();
    let meta = view.trace.meta();
    let looks = Actors::new(view.theme, meta);
    let painter = ui.painter().clone();
    let look = view.look(&looks, &painter);
    if *view.status == RunStatus::Idle && view.trace.events().is_empty() {
        ready(ui, area, view);
        return Vec::new();
    }
    let mut actions = Vec::new();
    let figure = stage.figure().map(|figure| (figure, figure.room(view)));
    let room = figure.map_or(Room::None, |(_, room)| room);
    let has_scene = room.has_scene(area);
    let main = match has_scene && area.height() >= LEGEND_FROM {
        true => {
            let foot = Foot::new(view, &painter, area);
            let (main, place) = fit::split_top(area, area.height() - foot.height());
            actions.extend(foot.show(ui, place, &looks));
            main
        }
        false => area,
    };
    let (main, own) = room.split(main, has_scene);
    if let (Some((figure, _)), Some(own)) = (figure, own) {
        actions.extend(figure.show(ui, own, view, &look));
    }
    if !main.is_positive() {
        return actions;
    }
    let (mut main, mut free) = (main, None);
    if own.is_none() && has_scene && journey::is_there(&look, main.size()) {
        let strip = journey::room(main);
        main = main.with_max_y(strip.top() - GRID);
        let selected = view.selection.actor(view.trace);
        // Until there is an exception its place is free for words.
        free = journey::free(&look, strip);
        let picture = journey::layout(&look, strip, selected, view.trace.end());
        actions.extend(picture.show(ui, "journey", &looks, view.selection));
    }
    let words = moment(view, &look, stage);
    if !has_scene {
        say(ui, main, view, &looks, &words, (1.0, None));
        return actions;
    }
    let covered = match own {
        Some(_) => figure.map_or(&[][..], |(figure, _)| figure.covers(view)),
        None => &[],
    };
    let scene = Scene::at(meta, view.state);
    // A span that is selected in the lanes selects its actor here.
    let selected = view.selection.actor(view.trace).map_or(view.selection, Selection::Actor);
    if let Some(rest) = in_circle(ui, main, view, &look, &scene, &words, &mut actions) {
        if rest.is_positive() {
            let arranged = arrange(&look, &scene, rest, covered, false);
            actions.extend(arranged.picture.show(ui, "scene", &looks, selected));
        }
        return actions;
    }
    let beside = room == Room::Most;
    let (arranged, room) = with_words(&look, &scene, main, covered, beside);
    let room = free.filter(|_| room.height() < LEAST_WORDS).unwrap_or(room);
    let growth = match own {
        // As large as what they are about.
        Some(own) if beside => words_growth(arranged.growth.max(figure_growth(own.size()))),
        _ => words_growth(arranged.growth),
    };
    let mut picture = ties::ties(&look, &scene, &arranged);
    picture.append(arranged.picture);
    actions.extend(picture.show(ui, "scene", &looks, selected));
    // Below boxes alone words are as wide as these.
    let boxes = arranged.actors.iter().map(|(_, rect)| rect.right()).reduce(f32::max);
    let edge = boxes.filter(|x| arranged.resources.is_empty() && *x >= room.left() + WORDS.x);
    say(ui, room, view, &looks, &words, (growth, edge));
    actions
}

/// Waits that form a circle, as a ring, with the words beside or below it. The room that is left for the rest of the scene;
/// `None` where there is no ring.
fn in_circle(
    ui: &mut Ui,
    area: Rect,
    view: &StageView<'_>,
    look: &Look<'_>,
    scene: &Scene,
    words: &Moment,
    actions: &mut Vec<StageAction>,
) -> Option<Rect> {
    let circle = scene.circle.as_ref()?;
    let others = ring::has_others(look, scene, circle);
    let part = if others { 0.54 } else { 0.64 };
    let (left, right) = area.split_left_right_at_x(area.left() + part * area.width());
    let left = left.with_max_x(left.right() - GRID);
    if left.width() < ring::LEAST.x || left.height() < ring::LEAST.y {
        return None;
    }
    let selected = view.selection.actor(view.trace).map_or(view.selection, Selection::Actor);
    let ring = ring::layout(look, circle, left);
    actions.extend(ring.show(ui, "ring", look.actors, selected));
    let height = if others { 0.45 * right.height() } else { right.height() };
    let (above, rest) = fit::split_top(right, height);
    say(ui, above, view, look.actors, words, (1.0, None));
    Some(if others { rest.with_min_y(rest.top() + GRID) } else { Rect::NOTHING })
}

/// The scene with room for words: inside it where it leaves enough, else below it. The choice does not depend on what
/// the words are, so that nothing jumps.
fn with_words(
    look: &Look<'_>,
    scene: &Scene,
    area: Rect,
    covered: &[ResourceKind],
    beside: bool,
) -> (Arranged, Rect) {
    let whole = arrange(look, scene, area, covered, false);
    if let Some(room) = whole.words {
        return (whole, room);
    }
    // Not at the cost of what is shown.
    let shared = arrange(look, scene, area, covered, true);
    if let (Some(room), true) = (shared.words, shared.full >= whole.full && whole.full > 0) {
        return (shared, room);
    }
    // In a low stage the words are fewer; beside a large figure they are half of what there is.
    let part = if area.width() < 420.0 { 0.36 } else { 0.27 };
    let height = match beside {
        true => (0.52 * area.height()).min(2.4 * WORDS.y),
        false if area.height() < 220.0 => (part * area.height()).clamp(34.0, 40.0),
        false => (part * area.height()).clamp(34.0, WORDS.y + 12.0),
    };
    let (above, below) = fit::split_top(area, area.height() - height);
    let between = if area.height() < LOW { 0.75 * GRID } else { 1.25 * GRID };
    let above = above.with_max_y(above.bottom() - between);
    let mut arranged = arrange(look, scene, above, covered, false);
    // Near what they are about, where that leaves room below it.
    let near = below.with_min_y((arranged.bottom + 1.5 * GRID).min(below.top()));
    let room = arranged.words.take().unwrap_or(near);
    (arranged, room)
}

/// The words of the moment, and the last line of output below them. So many times larger than by default, and up to an edge,
/// where there is room for that.
fn say(
    ui: &mut Ui,
    area: Rect,
    view: &StageView<'_>,
    looks: &Actors<'_>,
    words: &Moment,
    (growth, edge): (f32, Option<f32>),
) {
    let badge = words.actor.map(|id| (looks.badge(id), looks.colours(id)));
    let sentence = Sentence {
        badge: badge.as_ref().map(|(badge, colours)| (badge.as_ref(), *colours)),
        title: &words.title,
        text: &words.text,
        growth,
        pad: 1.0,
    };
    // Short lines are read best; longer ones sooner than small type.
    let edge = edge.unwrap_or(area.left() + growth * 640.0);
    let narrow = area.with_max_x(area.right().min(edge));
    let place = |sentence: &Sentence<'_>, area: Rect| {
        sentence.place(ui.painter(), area.width(), view.theme)
    };
    let area = if place(&sentence, narrow).size.y > area.height() { area } else { narrow };
    // Closer around the words sooner than smaller words.
    let closer = [1.0, 0.75, 0.5].map(|pad| Sentence { pad, ..sentence.clone() });
    let fits = |sentence: &&Sentence<'_>| place(sentence, area).size.y <= area.height();
    let fitting = closer.iter().find(fits);
    if growth > 1.0 && fitting.is_none() {
        return say(ui, area, view, looks, words, (1.0, None));
    }
    let sentence = fitting.unwrap_or(&sentence).clone();
    let placed = place(&sentence, area);
    let line = Rect::from_min_size(
        pos2(area.left(), area.top() + placed.size.y + GRID),
        vec2(area.width(), growth * 20.0),
    );
    let (gaps, has_line) = (gaps(view), line.bottom() <= area.bottom());
    // What is missing is said, whatever else has no room.
    if placed.size.y > area.height() || gaps.is_some() && !has_line {
        let text = match &gaps {
            None => words.text.clone(),
            Some(gaps) => format!("{gaps}. {}", words.text),
        };
        stat::sentence_small(ui, area, &Sentence { text: &text, ..sentence });
        return;
    }
    stat::sentence_in(ui, area, &sentence);
    if !has_line {
        return;
    }
    // What was printed before the part of the run that is under way is about an earlier one.
    let begun = view.state.sections.iter().filter_map(|section| section.began).max();
    let said = view.state.last_said().filter(|said| begun.is_none_or(|(at, _)| at <= said.at));
    let (words, colour) = match (gaps, said) {
        (Some(missing), _) => (missing, view.theme.danger),
        (None, Some(said)) => {
            let line = view.trace.meta().message(said.text, said.args);
            (format!("{} printed: {line}", looks.name(said.actor)), view.theme.muted)
        }
        (None, None) => return,
    };
    let font = FontId::new(growth * view.theme.body().size, view.theme.body().family);
    text::lines(ui.painter(), line.with_max_y(area.bottom()), &words, &font, colour);
}

/// What is not known: of whom nothing is heard while the run goes on, and which events are missing.
fn gaps(view: &StageView<'_>) -> Option<String> {
    let live = *view.status == RunStatus::Running;
    let meta = view.trace.meta();
    // At the cursor, which may be behind: a second has to have passed there, too.
    let is_long = |since| view.now.since(since) >= Nanos(1_000_000_000);
    let silences = view.trace.silences().iter().filter(|one| live && is_long(one.since));
    let silent: Vec<_> = silences.map(|one| replay::silence(meta, one, view.now)).collect();
    match silent.is_empty() {
        true => replay::missing(view.state),
        false => Some(replay::words::capital(&silent.join(", "))),
    }
}

/// Before anything has run: what a run would be, in the middle.
fn ready(ui: &mut Ui, area: Rect, view: &StageView<'_>) {
    let text = format!("{} Press Run.", view.ready);
    let sentence =
        Sentence { badge: None, title: "Ready", text: text.trim(), growth: 1.0, pad: 1.0 };
    let width = area.width().min(440.0);
    let placed = sentence.place(ui.painter(), width, view.theme);
    let room = Rect::from_center_size(area.center(), vec2(width, placed.size.y));
    stat::sentence_in(ui, room.intersect(area), &sentence);
}

/// The foot of a stage: the legend of the phases that occur, and the button that kills the selected process of a run under
/// way.
struct Foot {
    legend: Legend<'static>,
    victim: Option<ActorId>,
}

/// Width of the button.
const KILL: f32 = 110.0;

impl Foot {
    fn new(view: &StageView<'_>, painter: &egui::Painter, area: Rect) -> Self {
        let victim = victim(view);
        let taken = if victim.is_some() { KILL + GRID } else { 0.0 };
        let growth = (area.height() / USUAL).clamp(1.0, LARGEST_LEGEND);
        let phases = phase::named(view.trace.meta(), &phases(view));
        let width = (area.width() - taken).max(0.0);
        Self { legend: Legend::new(painter, &phases, width, growth, view.theme), victim }
    }

    fn height(&self) -> f32 {
        ABOVE_LEGEND + self.legend.size.y
    }

    fn show(&self, ui: &mut Ui, foot: Rect, looks: &Actors<'_>) -> Option<StageAction> {
        let row = foot.with_min_y(foot.top() + ABOVE_LEGEND);
        ui.scope_builder(UiBuilder::new().max_rect(row), |ui| self.legend.show(ui));
        let button = row.with_min_x((row.right() - KILL).max(row.left()));
        let button = button.with_max_y(button.bottom().min(button.top() + 24.0));
        kill::button(ui, button, self.victim?, looks)
    }
}

/// Phases that have occurred in the whole run, in the order of legends.
fn phases(view: &StageView<'_>) -> Vec<Phase> {
    let end = view.trace.end();
    let meta = view.trace.meta();
    let stats = &view.replay.stats().actors;
    let works = |index: usize| {
        let role = meta.actors.get(index).map(|actor| actor.role);
        role.is_none_or(|role| role == Role::Work)
    };
    // Those who only start and serve the others are seen waiting, too, for input as well.
    let waits_so = |phase: &Phase| matches!(phase, Phase::Waiting | Phase::Blocked | Phase::Io);
    let occurs = |phase: &Phase| {
        let mut counted = stats.iter().enumerate().filter(|(i, _)| works(*i) || waits_so(phase));
        counted.any(|(_, actor)| actor.time_in(*phase, end).0 > 0)
            || view.replay.latest().actors.iter().any(|actor| actor.phase == *phase)
    };
    // Waiting for one's own threads to end does not look like waiting.
    let waits = |index: usize| {
        let stats = view.replay.stats().resources.get(index).map_or(0, |stats| stats.waits);
        let now = view.replay.latest().resources.get(index);
        stats > 0 || now.is_some_and(|resource| !resource.waiters.is_empty())
    };
    // At these one is blocked on data.
    let data = |named: &Resource| {
        use ResourceKind::{Future, Pipe, Pool, Queue};
        matches!(named.kind, Future | Pipe | Pool | Queue)
    };
    let mut resources = meta.resources.iter().enumerate();
    let waited = resources.any(|(at, named)| !named.is_an_end() && !data(named) && waits(at));
    // So it is where one waits for what becomes of data, and takes none.
    let watches = |actor: &ActorStats| {
        let time = |phase| actor.time_in(phase, end).0;
        actor.takes_part && time(Phase::Blocked) == 0 && time(Phase::Waiting) > 0
    };
    let waited = waited || stats.iter().any(watches);
    let shown = |phase: &Phase| match phase {
        Phase::NotStarted => false,
        Phase::Waiting => waited,
        _ => true,
    };
    phase::ALL.into_iter().filter(shown).filter(occurs).collect()
}

/// The selected process, while it lives and the run lasts.
fn victim(view: &StageView<'_>) -> Option<ActorId> {
    let id = view.selection.actor(view.trace)?;
    let actor = view.trace.meta().actor(id)?;
    let state = view.replay.latest().actor(id)?;
    let lives = state.os_id > 0 && state.end.is_none();
    let started = actor.kind == ActorKind::Process && actor.parent.is_some();
    (*view.status == RunStatus::Running && started && lives).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_grows_with_a_large_stage_and_stays_as_it_is_in_a_small_one() {
        for (room, factor) in [
            (vec2(530.0, 330.0), 1.0),
            (vec2(1310.0, 610.0), 1.4),
            (vec2(2600.0, 1300.0), LARGEST_FIGURE),
            (vec2(1310.0, 300.0), 1.0),
            (vec2(800.0, 600.0), 1.1),
        ] {
            assert_eq!(figure_growth(room), factor, "{room}");
        }
    }
}
