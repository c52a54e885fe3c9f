//! The list without its lock: head and tail, who has read them and is about to write, and the updates that were lost.

use super::words::Moment;
use super::world::{Racing, World};
use super::{Scene, split_top};
use crate::replay::words::{agree, capital, count};
use crate::replay::{LostUpdate, lost_updates};
use crate::trace::{ActorId, Event, EventKind, ItemView, ResourceId, Trace};
use crate::widgets::cells::{self, Cells, Fault};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, StageAction, StageView};
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS_LARGE};
use crate::widgets::{badge, text};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use std::collections::HashMap;
use std::sync::Arc;

/// Someone who has read a register and not written it yet.
struct Reader {
    actor: ActorId,
    value: i64,
    /// Somebody has written since.
    stale: bool,
}

/// The two registers, one above the other.
pub fn registers(
    scene: &Scene<'_>,
    ui: &Ui,
    area: Rect,
    racing: &Racing,
    actions: &mut Vec<StageAction>,
) {
    let area = scene.titled(ui, area, "registers");
    let gap = 1.5 * GRID;
    let height = (0.5 * (area.height() - gap)).min(118.0);
    for (row, (name, res)) in [("tail", racing.tail), ("head", racing.head)].into_iter().enumerate()
    {
        let top = area.top() + row as f32 * (height + gap);
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
        if register(scene, ui, rect, racing, (name, res)) {
            actions.push(StageAction::Select(Selection::Resource(res)));
        }
    }
}

/// A register: its value large, below it who is about to write what. Answers whether it was clicked.
fn register(
    scene: &Scene<'_>,
    ui: &Ui,
    rect: Rect,
    racing: &Racing,
    (name, res): (&str, ResourceId),
) -> bool {
    let (view, theme) = (scene.view, scene.view.theme);
    let height = rect.height();
    let value = number(view, res);
    let readers = readers(view, racing, res);
    let response = ui.interact(rect, ui.scope_id().with(("register", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}, {value}")));
    let painter = ui.painter();
    let selected = view.selection == Selection::Resource(res);
    let edge = if selected { theme.accent } else { theme.outline };
    painter.rect(rect, RADIUS_LARGE, theme.panel, Stroke::new(HAIRLINE, edge), StrokeKind::Inside);
    let inner = rect.shrink2(vec2(1.25 * GRID, (0.2 * (height - 26.0)).clamp(0.0, 1.25 * GRID)));
    let (head, rest) = split_top(inner, 26.0);
    text::line(painter, head, Align2::LEFT_CENTER, name, &theme.label(), theme.muted);
    let large = theme.symbol(20.0);
    text::line(painter, head, Align2::RIGHT_CENTER, &value.to_string(), &large, theme.text);
    let row = 24.0;
    let fit = (rest.height() / row) as usize;
    for (index, reader) in readers.iter().take(fit).enumerate() {
        let top = rest.top() + row * index as f32;
        let line = Rect::from_min_size(pos2(rest.left(), top), vec2(rest.width(), row));
        let face =
            Rect::from_center_size(pos2(line.left() + 9.0, line.center().y), Vec2::splat(18.0));
        badge::paint(
            painter,
            face,
            &scene.looks.badge(reader.actor),
            scene.looks.colours(reader.actor),
            theme,
        );
        let words = Rect::from_min_max(pos2(line.left() + 24.0, line.top()), line.max);
        let (said, ink) = match reader.stale {
            true => (format!("read {}: stale", reader.value), theme.danger),
            false => (format!("read {}", reader.value), theme.muted),
        };
        text::line(painter, words, Align2::LEFT_CENTER, &said, &theme.small(), ink);
    }
    response.clicked()
}

/// The value of a register now.
fn number(view: &StageView<'_>, res: ResourceId) -> i64 {
    let state = view.state.resource(res);
    let item = state.and_then(|s| s.contents.front());
    item.and_then(|item| item.as_int()).unwrap_or(0)
}

/// Where the list begins and ends now.
pub fn ends(view: &StageView<'_>, racing: &Racing) -> (usize, usize) {
    let end = |res| usize::try_from(number(view, res)).unwrap_or(0);
    (end(racing.head), end(racing.tail))
}

/// How many events back a reader is looked for; who has read longer ago than that is not shown.
const LOOK_BACK: usize = 600;

/// Who has read a register and has not written it since, the first reader first. Told from the past alone, so that an
/// instant looks the same during the run and after it.
fn readers(view: &StageView<'_>, racing: &Racing, res: ResourceId) -> Vec<Reader> {
    let applied = view.state.applied;
    let from = applied.saturating_sub(LOOK_BACK);
    let events = view.trace.events().get(from..applied).unwrap_or_default();
    let current = view.state.resource(res).map_or(0, |s| s.version);
    let mut settled: Vec<ActorId> = Vec::new();
    let mut readers = Vec::new();
    for event in events.iter().rev() {
        if settled.contains(&event.actor) {
            continue;
        }
        match event.kind {
            // It wrote what it had read, or said that there was nothing to do about it.
            EventKind::ValueChanged { .. } | EventKind::Message { .. } => settled.push(event.actor),
            // Who reads the head is a remover: it looks at the tail, too, and never writes it.
            EventKind::ValueRead { res: r, .. } if r == racing.head && res == racing.tail => {
                settled.push(event.actor);
            }
            EventKind::ValueRead { res: r, version, value } if r == res => {
                if removes(events, event.actor, racing) == (res == racing.head)
                    && let ItemView::Int(value) = value.view()
                {
                    readers.push(Reader { actor: event.actor, value, stale: version < current });
                }
                settled.push(event.actor);
            }
            _ => {}
        }
    }
    readers.reverse();
    readers
}

/// Whether an actor has ever read the head, as only removers do.
fn removes(events: &[Event], actor: ActorId, racing: &Racing) -> bool {
    let mut its = events.iter().filter(|e| e.actor == actor);
    its.any(|e| matches!(e.kind, EventKind::ValueRead { res, .. } if res == racing.head))
}

/// The cells from head to tail, with what is wrong about them.
pub fn cells(scene: &Scene<'_>, ui: &Ui, area: Rect, racing: &Racing) {
    let view = scene.view;
    let meta = view.trace.meta();
    let (head, tail) = ends(view, racing);
    let Some(array) = view.state.resource(racing.cells) else {
        return;
    };
    let applied = view.state.applied;
    let lost = scene.losses.until(applied);
    let len = tail.saturating_sub(head);
    let items = count(len, "item");
    let full = format!("{items} · {} lost", count(lost, "update"));
    let short = format!("{items} · {lost} lost");
    let caption = text::longest(ui.painter(), area.width(), &view.theme.body(), [full, short]);
    let shown = Cells {
        len,
        item: &|index| {
            let item = array.contents.get(head + index);
            item.map_or_else(|| "?".to_owned(), |item| meta.item(*item))
        },
        fault: &|index| {
            let cell = i64::try_from(head + index).unwrap_or(i64::MAX);
            let by = scene.losses.overwritten.get(&cell);
            by.is_some_and(|by| *by < applied).then_some(Fault::Overwritten)
        },
        motion: None,
        empty: "empty",
        caption: &caption,
    };
    cells::show(ui, area, &shown);
}

fn value_read(trace: &Trace, event: usize) -> Option<i64> {
    match trace.events().get(event)?.kind {
        EventKind::ValueRead { value, .. } => value.as_int(),
        _ => None,
    }
}

fn value_written(trace: &Trace, event: usize) -> Option<i64> {
    match trace.events().get(event)?.kind {
        EventKind::ValueChanged { new, .. } => new.as_int(),
        _ => None,
    }
}

/// The updates that a race lost.
#[derive(Default)]
pub struct Losses {
    /// In the order they were lost.
    all: Vec<LostUpdate>,
    /// Cells whose item was overwritten, with the event that did it.
    overwritten: HashMap<i64, usize>,
}

impl Losses {
    fn of(trace: &Trace, racing: &Racing) -> Self {
        let mut all = lost_updates(trace, racing.tail);
        let overwritten =
            all.iter().filter_map(|l| Some((value_read(trace, l.lost.read)?, l.by.write)));
        let overwritten = overwritten.collect();
        all.extend(lost_updates(trace, racing.head));
        all.sort_by_key(|l| l.by.write);
        Self { all, overwritten }
    }

    /// How many had been lost after so many events.
    fn until(&self, applied: usize) -> usize {
        self.all.partition_point(|l| l.by.write < applied)
    }
}

/// While a run goes on, losses are looked for again with each news of it up to so many events; in a longer one they
/// are looked for when it is over.
const LIVE_EVENTS: usize = 20_000;

/// The losses of a race, found once for each state of the trace.
pub fn losses(ui: &Ui, view: &StageView<'_>, worlds: &[World]) -> Arc<Losses> {
    type Kept = ((u64, usize, u64), Arc<Losses>);
    let trace = view.trace;
    let racing = worlds.iter().find_map(|world| match world {
        World::Racing(racing) => Some(racing),
        World::Guarded(_) => None,
    });
    let Some(racing) = racing else {
        return Arc::default();
    };
    if *view.status == RunStatus::Running && trace.events().len() > LIVE_EVENTS {
        return Arc::default();
    }
    // Another run has another number of events, or at least another end to the nanosecond.
    let key = (trace.revision(), trace.events().len(), trace.end().0);
    let id = egui::Id::unique("lost updates of the shared list");
    let kept: Option<Kept> = ui.data(|data| data.get_temp(id));
    if let Some((_, losses)) = kept.filter(|(of, _)| *of == key) {
        return losses;
    }
    let losses = Arc::new(Losses::of(trace, racing));
    ui.data_mut(|data| data.insert_temp::<Kept>(id, (key, losses.clone())));
    losses
}

/// The last collision: two reads and two writes.
///
/// `over`: all threads of the race have ended, while others still run.
pub fn moment(view: &StageView<'_>, racing: &Racing, losses: &Losses, over: bool) -> Moment {
    let past = losses.until(view.state.applied);
    if over {
        let (head, tail) = ends(view, racing);
        return Moment {
            actor: None,
            title: format!("{} {} lost", count(past, "update"), agree(past, "was", "were")),
            text: format!(
                "Every thread of the race has ended. The list holds {}.",
                tail.saturating_sub(head)
            ),
        };
    }
    match past.checked_sub(1).and_then(|last| losses.all.get(last)) {
        Some(lost) => Moment {
            actor: Some(lost.by.actor),
            title: "An update was lost".to_owned(),
            text: witness(view.trace, lost),
        },
        None => Moment {
            actor: None,
            title: "No collision yet".to_owned(),
            text: "Each thread reads a register, works, and writes it back. Whoever writes in between is overwritten."
                .to_owned(),
        },
    }
}

/// The two reads and two writes of a lost update, in a sentence.
fn witness(trace: &Trace, lost: &LostUpdate) -> String {
    let meta = trace.meta();
    let register = meta.resource_name(lost.res);
    let [first, second] = [lost.lost.actor, lost.by.actor].map(|id| capital(&meta.actor_name(id)));
    let read = |event| value_read(trace, event).unwrap_or(0);
    let written = |event| value_written(trace, event).unwrap_or(0);
    format!(
        "{first} read {register} = {} and wrote {}. {second}, who had read {register} = {} before that, wrote {} over it.",
        read(lost.lost.read),
        written(lost.lost.write),
        read(lost.by.read),
        written(lost.by.write),
    )
}
