//! The tooltip of the timeline.

use super::bars;
use super::layout::{Layout, Row, span_at};
use super::rows::RowKind;
use super::view::TimelineInput;
use crate::replay::{Note, Phase};
use crate::trace::{Nanos, ResourceKind};
use crate::widgets::actors::Actors;
use crate::widgets::phase;
use crate::widgets::theme::Theme;
use egui::{Pos2, Response, Tooltip};

/// Index, start and end of the drawn span of a lane under a point, and the index of the event at its nearer end.
pub(super) fn span_under(
    layout: &Layout,
    input: &TimelineInput<'_>,
    pos: Pos2,
) -> Option<(usize, Nanos, Nanos, usize)> {
    let row = layout.row_at(pos.y)?;
    let spans = &layout.lane(row.kind, input.lanes)?.spans;
    let t = layout.scale.time(pos.x);
    let (index, span) = span_at(spans, t)?;
    if t > input.end || span.shown().is_none() {
        return None;
    }
    let next = spans.get(index + 1);
    let to = next.map_or(input.end, |s| s.start);
    let event = match next {
        Some(next) if to.since(t) < t.since(span.start) => next.event,
        _ => span.event,
    };
    Some((index, span.start, to, event as usize))
}

/// Shows the tooltip for the row under the pointer.
pub(super) fn show(
    plot: &Response,
    row: &Row,
    pos: Pos2,
    layout: &Layout,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
) {
    let lines = details(row, pos, layout, input, actors);
    if lines.is_empty() {
        return;
    }
    Tooltip::for_widget(plot).at_pointer().show(|ui| {
        let theme = Theme::of(ui);
        for (i, line) in lines.iter().enumerate() {
            let (font, colour) =
                if i == 0 { (theme.label(), theme.text) } else { (theme.small(), theme.muted) };
            ui.label(egui::RichText::new(line).font(font).color(colour));
        }
    });
}

/// The lines of the tooltip for a point of a row; the first is the title.
pub fn details(
    row: &Row,
    pos: Pos2,
    layout: &Layout,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
) -> Vec<String> {
    let t = layout.scale.time(pos.x);
    let track = |res: crate::trace::ResourceId| input.lanes.resources.get(res.index());
    let name = |res| input.meta.resource_name(res);
    match row.kind {
        RowKind::Section(_) => Vec::new(),
        RowKind::Actor(_) | RowKind::Place(_) => {
            let lane = layout.lane(row.kind, input.lanes);
            let (Some(actor), Some(lane)) = (layout.actor(row.kind, t), lane) else {
                return Vec::new();
            };
            if let Some(gap) = lane.gap_at(t) {
                let what = match gap.count {
                    0 => bars::LAST_MOMENTS.to_owned(),
                    count => bars::missing_here(count),
                };
                let during = format!("from {} to {}", gap.from, gap.to);
                return vec![format!("{}: {what}", actors.name(actor)), during];
            }
            let Some((index, from, to, event)) = span_under(layout, input, pos) else {
                return Vec::new();
            };
            let span = lane.spans[index];
            if span.note == Note::Act {
                let at = if event == span.event as usize { from } else { to };
                return vec![actors.name(actor), (input.describe)(event), format!("at {at}")];
            }
            let about = match span.note {
                Note::Doing(name) => format!(", {}", input.meta.text(name)),
                _ => span.res.map_or(String::new(), |res| format!(", {}", name(res))),
            };
            let task = lane.task_at(t).map_or(String::new(), |task| format!(", task {}", task.0));
            let what = match span.phase {
                Phase::Idle if input.meta.is_by_spans(actor) => "nothing recorded",
                phase => phase::name(input.meta, actor, phase),
            };
            vec![
                format!("{}: {what}{about}{task}", actors.name(actor)),
                format!("{} (from {from} to {to})", to.since(from)),
                (input.describe)(span.event as usize),
            ]
        }
        RowKind::Owner(res) => {
            let Some(owners) = track(res).map(|t| &t.owners) else {
                return Vec::new();
            };
            let Some(i) = owners.partition_point(|o| o.start <= t).checked_sub(1) else {
                return Vec::new();
            };
            let to = owners.get(i + 1).map_or(input.end, |o| o.start);
            let held = match owners[i].owner {
                Some(owner) => format!("{}: held by {}", name(res), actors.name(owner)),
                None => format!("{}: free", name(res)),
            };
            vec![held, format!("for {}", to.since(owners[i].start))]
        }
        RowKind::Waiters(res) | RowKind::Length(res) => {
            let waiters = matches!(row.kind, RowKind::Waiters(_));
            let steps = track(res).map(|t| if waiters { &t.waiters } else { &t.length });
            let value = steps.and_then(|steps| {
                let i = steps.partition_point(|s| s.at <= t).checked_sub(1)?;
                Some(steps[i].value)
            });
            let value = value.unwrap_or(0);
            let kind = input.meta.resource(res).map(|resource| resource.kind);
            let what = match (waiters, kind, value) {
                (true, ..) => "waiting",
                (false, Some(ResourceKind::Semaphore), 1) => "permit held",
                (false, Some(ResourceKind::Semaphore), _) => "permits held",
                (false, Some(ResourceKind::Pool), 1) => "task not begun",
                (false, Some(ResourceKind::Pool), _) => "tasks not begun",
                (false, _, 1) => "item",
                (false, ..) => "items",
            };
            vec![format!("{}: {value} {what}", name(res)), format!("at {t}")]
        }
    }
}
