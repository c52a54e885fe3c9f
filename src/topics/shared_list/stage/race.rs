//! The list without its lock: head and tail, who has read them and is about to write, and the updates that were lost.

use super::words::Moment;
use super::world::{Racing, World};
use super::{Scene, split_top};
use crate::replay::{LostUpdate, lost_updates};
use crate::trace::{ActorId, EventKind, ItemView, ResourceId, Trace};
use crate::widgets::cells::{self, Cells, Fault};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{StageAction, StageView};
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS_LARGE};
use crate::widgets::{badge, text};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
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
    for (row, (name, res)) in [("tail", racing.tail), ("head", racing.head)]
        .into_iter()
        .enumerate()
    {
        let top = area.top() + row as f32 * (height + gap);
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
        if register(scene, ui, rect, name, res) {
            actions.push(StageAction::Select(Selection::Resource(res)));
        }
    }
}

/// A register: its value large, below it who is about to write what. Answers whether it was clicked.
fn register(scene: &Scene<'_>, ui: &Ui, rect: Rect, name: &str, res: ResourceId) -> bool {
    let (view, theme) = (scene.view, scene.view.theme);
    let height = rect.height();
    let value = number(view, res);
    let readers = readers(view, res);
    let response = ui.interact(rect, ui.scope_id().with(("register", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}, {value}")));
    let painter = ui.painter();
    let selected = view.selection == Selection::Resource(res);
    let edge = if selected {
        theme.accent
    } else {
        theme.outline
    };
    painter.rect(
        rect,
        RADIUS_LARGE,
        theme.panel,
        Stroke::new(HAIRLINE, edge),
        StrokeKind::Inside,
    );
    let inner = rect.shrink2(vec2(
        1.25 * GRID,
        (0.2 * (height - 26.0)).clamp(0.0, 1.25 * GRID),
    ));
    let (head, rest) = split_top(inner, 26.0);
    text::line(
        painter,
        head,
        Align2::LEFT_CENTER,
        name,
        &theme.label(),
        theme.muted,
    );
    let large = theme.symbol(20.0);
    text::line(
        painter,
        head,
        Align2::RIGHT_CENTER,
        &value.to_string(),
        &large,
        theme.text,
    );
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
        text::line(
            painter,
            words,
            Align2::LEFT_CENTER,
            &said,
            &theme.small(),
            ink,
        );
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

fn readers(view: &StageView<'_>, res: ResourceId) -> Vec<Reader> {
    let applied = view.state.applied;
    let from = applied.saturating_sub(LOOK_BACK);
    let events = view.trace.events().get(from..applied).unwrap_or_default();
    let current = view.state.resource(res).map_or(0, |s| s.version);
    // Removers look at the tail without ever writing it; only who writes a register later is about to.
    let writes = |actor: ActorId| {
        let later = view.trace.events().get(applied..).unwrap_or_default();
        later
            .iter()
            .take(LOOK_BACK)
            .find_map(|e| match e.kind {
                EventKind::ValueChanged { res: r, .. } if r == res && e.actor == actor => {
                    Some(true)
                }
                EventKind::ValueRead { res: r, .. } if r == res && e.actor == actor => Some(false),
                _ => None,
            })
            .unwrap_or(false)
    };
    let mut settled: Vec<ActorId> = Vec::new();
    let mut readers = Vec::new();
    for event in events.iter().rev() {
        match event.kind {
            EventKind::ValueChanged { res: r, .. } if r == res => settled.push(event.actor),
            EventKind::ValueRead {
                res: r,
                version,
                value,
            } if r == res && !settled.contains(&event.actor) => {
                settled.push(event.actor);
                if let (ItemView::Int(value), true) = (value.view(), writes(event.actor)) {
                    readers.push(Reader {
                        actor: event.actor,
                        value,
                        stale: version < current,
                    });
                }
            }
            _ => {}
        }
    }
    readers.reverse();
    readers
}

/// The cells from head to tail, with what is wrong about them.
pub fn cells(scene: &Scene<'_>, ui: &Ui, area: Rect, racing: &Racing) {
    let view = scene.view;
    let meta = view.trace.meta();
    let (head, tail) = ends(view, racing);
    let Some(array) = view.state.resource(racing.cells) else {
        return;
    };
    let seen: Vec<&LostUpdate> = scene
        .lost
        .iter()
        .filter(|l| l.by.write < view.state.applied)
        .collect();
    let overwritten: Vec<i64> = seen
        .iter()
        .filter(|l| l.res == racing.tail)
        .filter_map(|l| value_read(view.trace, l.lost.read))
        .collect();
    let len = tail.saturating_sub(head);
    let s = if len == 1 { "" } else { "s" };
    let updates = if area.width() > 160.0 { "updates " } else { "" };
    let caption = format!("{len} item{s} · {} {updates}lost", seen.len());
    let shown = Cells {
        len,
        item: &|index| {
            let item = array.contents.get(head + index);
            item.map_or_else(|| "?".to_owned(), |item| meta.item(*item))
        },
        fault: &|index| {
            let cell = i64::try_from(head + index).unwrap_or(i64::MAX);
            overwritten.contains(&cell).then_some(Fault::Overwritten)
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

/// The lost updates of a race, in the order they were lost; found once for each state of the trace.
pub fn lost(ui: &Ui, trace: &Trace, worlds: &[World]) -> Arc<Vec<LostUpdate>> {
    type Kept = ((u64, usize, u64), Arc<Vec<LostUpdate>>);
    let racing = worlds.iter().find_map(|world| match world {
        World::Racing(racing) => Some(racing),
        World::Guarded(_) => None,
    });
    let Some(racing) = racing else {
        return Arc::default();
    };
    // Another run has another number of events, or at least another end to the nanosecond.
    let key = (trace.revision(), trace.events().len(), trace.end().0);
    let id = egui::Id::unique("lost updates of the shared list");
    let kept: Option<Kept> = ui.data(|data| data.get_temp(id));
    if let Some((_, lost)) = kept.filter(|(of, _)| *of == key) {
        return lost;
    }
    let mut all = lost_updates(trace, racing.tail);
    all.extend(lost_updates(trace, racing.head));
    all.sort_by_key(|l| l.by.write);
    let lost = Arc::new(all);
    ui.data_mut(|data| data.insert_temp::<Kept>(id, (key, lost.clone())));
    lost
}

/// The last collision: two reads and two writes.
pub fn moment(view: &StageView<'_>, lost: &[LostUpdate]) -> Moment {
    let past = lost.partition_point(|l| l.by.write < view.state.applied);
    match past.checked_sub(1).and_then(|last| lost.get(last)) {
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
    let (first, second) = (
        meta.actor_name(lost.lost.actor),
        meta.actor_name(lost.by.actor),
    );
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
