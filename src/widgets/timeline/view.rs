//! The timeline as a widget.

use super::hover;
use super::layout::{self, Content, Layout, Row};
use super::merge::Look;
use super::names;
use super::paint::{self, Bars};
use super::rows::{RowKind, Rows};
use super::scale::TimelineView;
use crate::replay::{Lanes, Marks, Pace};
use crate::trace::{ActorId, Meta, Nanos, SectionId};
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::phase;
use crate::widgets::selection::Selection;
use crate::widgets::text::Measure;
use crate::widgets::theme::Theme;
use egui::{CursorIcon, Id, Key, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};
use std::sync::Arc;

/// What a timeline shows.
pub struct TimelineInput<'a> {
    /// Names.
    pub meta: &'a Meta,
    /// What happened.
    pub lanes: &'a Lanes,
    /// What of it matters.
    pub marks: &'a Marks,
    /// Another number whenever the names or the lanes are others than before: what is drawn is kept until then. Take
    /// [`Trace::revision`](crate::trace::Trace::revision) and something that tells one trace from another.
    pub revision: (u64, u64),
    /// Which rows to show, or those of any trace.
    pub rows: Option<&'a Rows>,
    /// Where the last spans end: the end of the trace, or now while it runs.
    pub end: Nanos,
    /// The instant shown.
    pub cursor: Nanos,
    /// How long each part is on screen, where that is not the same for all: the slow ones are marked.
    pub pace: Option<&'a Pace>,
    /// The section that the cursor is in: its lanes are in view, where the user has not scrolled.
    pub section: Option<SectionId>,
    /// What is selected.
    pub selection: Selection,
    /// Actor and time of the selected event.
    pub selected_event: Option<(ActorId, Nanos)>,
    /// An event in words, by its index.
    pub describe: &'a dyn Fn(usize) -> String,
    /// A detail below an actor's name: "tid 48211".
    pub detail: &'a dyn Fn(ActorId) -> String,
}

/// What the user did on the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimelineAction {
    /// Moved the cursor to this instant.
    Scrub(Nanos),
    /// Selected something.
    Select(Selection),
}

/// The timeline widget.
pub struct Timeline;

impl Timeline {
    /// Fills the room there is. Zoom, pan and scrolling are applied to `view`; the rest is returned.
    ///
    /// The wheel zooms about the pointer (or scrolls lanes that do not fit, unless Ctrl is down), Shift or a
    /// horizontal wheel pans; dragging lanes pans, dragging the axis or the cursor scrubs; a click on a span selects
    /// the nearest event, elsewhere in the lane the actor; a double click zooms to the span.
    pub fn show(
        ui: &mut Ui,
        view: &mut TimelineView,
        input: &TimelineInput<'_>,
    ) -> Vec<TimelineAction> {
        let area = ui.available_rect_before_wrap();
        let whole = ui.allocate_rect(area, Sense::hover());
        let id = ui.scope_id().with("timeline");
        let theme = Theme::of(ui);
        let actors = Actors::new(theme, input.meta);
        let mut drawn = draw(ui, id, area, view, input, &actors, theme);
        let layout = &drawn.layout;
        let mut actions = Vec::new();
        let plot = interact_plot(ui, id, view, input, layout, &mut actions);
        interact_axis(ui, id, input, layout, &mut actions);
        if wheel(ui, area, view, input.end, layout) || plot.dragged() || plot.double_clicked() {
            // The change shows in this frame already.
            drawn = draw(ui, id, area, view, input, &actors, theme);
        }
        let layout = &drawn.layout;
        view.scroll = view.scroll.map(|at| at.clamp(0.0, layout.scroll_max));
        whole.widget_info(|| WidgetInfo {
            label: Some("timeline".to_owned()),
            value: Some(input.cursor.as_secs_f64()),
            ..WidgetInfo::new(Role::Slider)
        });
        ui.accesskit_value(&whole, &format!("{} of {}", input.cursor, input.end));
        let painter = ui.painter_at(area);
        paint::paint(&painter, layout, &drawn.bars, input, &actors, theme);
        names(ui, id, input, layout, &actors, &mut actions);
        if let Some(pos) = plot.hover_pos()
            && !plot.dragged()
            && let Some(row) = layout.row_at(pos.y)
        {
            hover::show(&plot, row, pos, layout, input, &actors);
        }
        actions
    }
}

/// What takes the pointer, and no keyboard focus: there are keys for all of it.
const POINTER: Sense = Sense::CLICK.union(Sense::DRAG);

trait AccessKitValue {
    fn accesskit_value(&self, response: &Response, value: &str);
}

impl AccessKitValue for Ui {
    fn accesskit_value(&self, response: &Response, value: &str) {
        self.ctx().accesskit_node_builder(response.id, |node| node.set_value(value));
    }
}

/// The shapes drawn in the last frame, and the input they were drawn from.
struct Drawn {
    from: Basis,
    layout: Layout,
    bars: Bars,
}

#[derive(PartialEq)]
struct Basis {
    revision: (u64, u64),
    rows: Option<Rows>,
    end: Nanos,
    area: Rect,
    window: (f64, f64),
    scroll: Option<f32>,
    section: Option<SectionId>,
    pixels_per_point: f32,
    dark: bool,
}

/// Lays out and makes the bars, unless the last frame's still hold.
fn draw(
    ui: &Ui,
    id: Id,
    area: Rect,
    view: &TimelineView,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
    theme: &Theme,
) -> Arc<Drawn> {
    let from = Basis {
        revision: input.revision,
        rows: input.rows.cloned(),
        end: input.end,
        area,
        window: view.window(input.end),
        scroll: view.scroll,
        section: input.section,
        pixels_per_point: ui.pixels_per_point(),
        dark: theme.dark,
    };
    let last = ui.data(|data| data.get_temp::<Arc<Drawn>>(id));
    if let Some(last) = &last
        && last.from == from
    {
        return Arc::clone(last);
    }
    let font = theme.mono_small();
    let measure = |text: &str| ui.painter().width(text, &font) + 4.0;
    let TimelineInput { meta, lanes, marks, rows, end, section, .. } = *input;
    let basis = layout::Basis { meta, lanes, marks, rows, end, section };
    let layout = layout::layout(area, basis, view, &measure);
    let last = last.as_ref().map(|last| &last.bars);
    let bars = paint::bars(ui.painter(), &layout, input, actors, theme, last);
    let drawn = Arc::new(Drawn { from, layout, bars });
    ui.data_mut(|data| data.insert_temp(id, drawn.clone()));
    drawn
}

fn interact_plot(
    ui: &Ui,
    id: Id,
    view: &mut TimelineView,
    input: &TimelineInput<'_>,
    layout: &Layout,
    actions: &mut Vec<TimelineAction>,
) -> Response {
    let plot = ui.interact(layout.plot, id.with("plot"), POINTER);
    if plot.dragged() {
        let by = plot.drag_delta();
        view.pan(-f64::from(by.x / layout.plot.width()), input.end);
        // No hand moves quite level.
        if by.y.abs() > by.x.abs() {
            scroll(view, layout, by.y);
        }
    }
    let Some(pos) = plot.interact_pointer_pos() else {
        return plot;
    };
    let span = hover::span_under(layout, input, pos);
    if plot.double_clicked() {
        if let Some((_, from, to, _)) = span {
            view.show(from, to, input.end);
        }
    } else if plot.clicked() {
        let picked = match (span, layout.row_at(pos.y).map(|row| row.kind)) {
            (Some((.., event)), _) => Selection::Event(event),
            (None, Some(kind @ (RowKind::Actor(_) | RowKind::Place(_)))) => layout
                .actor(kind, layout.scale.time(pos.x))
                .map_or(Selection::None, Selection::Actor),
            (None, Some(RowKind::Owner(res) | RowKind::Waiters(res) | RowKind::Length(res))) => {
                Selection::Resource(res)
            }
            (None, Some(RowKind::Section(_)) | None) => Selection::None,
        };
        actions.push(TimelineAction::Select(picked));
    }
    plot
}

fn interact_axis(
    ui: &Ui,
    id: Id,
    input: &TimelineInput<'_>,
    layout: &Layout,
    actions: &mut Vec<TimelineAction>,
) {
    let axis = ui.interact(layout.axis, id.with("axis"), POINTER);
    let axis = match axis.hover_pos().and_then(|pos| layout.mark_at(pos.x)) {
        Some(mark) => axis.on_hover_text_at_pointer((input.describe)(mark.event as usize)),
        None => axis,
    };
    let x = layout.scale.x(input.cursor);
    let handle = Rect::from_x_y_ranges(x - 3.0..=x + 3.0, layout.axis.top()..=layout.plot.bottom())
        .intersect(layout.axis.union(layout.plot));
    let mut grips = vec![axis];
    if handle.is_positive() {
        let grip = ui.interact(handle, id.with("cursor"), Sense::drag() - Sense::FOCUSABLE);
        grips.push(grip.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal));
    }
    for grip in grips {
        if (grip.dragged() || grip.clicked())
            && let Some(pos) = grip.interact_pointer_pos()
        {
            let x = pos.x.clamp(layout.plot.left(), layout.plot.right());
            actions.push(match layout.mark_at(x).filter(|_| grip.clicked()) {
                Some(mark) => TimelineAction::Select(Selection::Event(mark.event as usize)),
                None => TimelineAction::Scrub(layout.scale.time(x).min(input.end)),
            });
        }
    }
}

/// Applies the wheel. Returns whether it did anything.
fn wheel(ui: &Ui, area: Rect, view: &mut TimelineView, end: Nanos, layout: &Layout) -> bool {
    let Some(pos) = ui.ctx().pointer_hover_pos() else {
        return false;
    };
    if !(area.contains(pos) && ui.rect_contains_pointer(area)) {
        return false;
    }
    let (delta, zoom, pinched) =
        ui.input(|i| (i.smooth_scroll_delta, i.zoom_delta(), i.modifiers.ctrl));
    let about = layout.scale.time(pos.x.clamp(layout.plot.left(), layout.plot.right()));
    let mut used = false;
    if zoom != 1.0 {
        view.zoom(f64::from(zoom), about, end);
        used = true;
    }
    if delta.x != 0.0 {
        view.pan(-f64::from(delta.x / layout.plot.width()), end);
        used = true;
    }
    if delta.y != 0.0 && !pinched {
        if layout.scroll_max > 0.0 {
            scroll(view, layout, delta.y);
        } else {
            view.zoom(f64::from(delta.y / 200.0).exp(), about, end);
        }
        used = true;
    }
    if used {
        ui.input_mut(|i| i.smooth_scroll_delta = Vec2::ZERO);
    }
    used
}

/// Moves the lanes down by so much, where not all are in view. They follow the cursor no more.
fn scroll(view: &mut TimelineView, layout: &Layout, by: f32) {
    if layout.scroll_max > 0.0 {
        let at = view.scroll.unwrap_or(layout.scroll) - by;
        view.scroll = Some(at.clamp(0.0, layout.scroll_max));
    }
}

/// Names that can be clicked.
fn names(
    ui: &Ui,
    id: Id,
    input: &TimelineInput<'_>,
    layout: &Layout,
    actors: &Actors<'_>,
    actions: &mut Vec<TimelineAction>,
) {
    for row in &layout.rows {
        let rect = row.label.intersect(layout.labels);
        if !rect.is_positive() {
            continue;
        }
        let (name, picked) = match row.kind {
            RowKind::Section(_) => continue,
            RowKind::Actor(actor) => (actors.name(actor), Selection::Actor(actor)),
            RowKind::Place(number) => {
                let now = layout.actor(row.kind, input.cursor);
                match (now, layout.shared.get(number as usize)) {
                    (Some(now), Some(shared)) => {
                        (shared.place.name(input.meta).to_string(), Selection::Actor(now))
                    }
                    _ => continue,
                }
            }
            RowKind::Owner(res) => (resource(input, res, "owner"), Selection::Resource(res)),
            RowKind::Waiters(res) => (resource(input, res, "waiters"), Selection::Resource(res)),
            RowKind::Length(res) => {
                (resource(input, res, names::length(input.meta, res)[0]), Selection::Resource(res))
            }
        };
        let response = ui.interact(rect, id.with(row.kind), Sense::click());
        response.widget_info(|| {
            let selected = input.selection == picked;
            WidgetInfo::selected(Role::Button, ui.is_enabled(), selected, &name)
        });
        badge::focus_ring(ui, &response, rect.shrink2(vec2(3.0, 1.0)), 4.0);
        if response.clicked() {
            actions.push(TimelineAction::Select(picked));
        }
        response.on_hover_text(name);
        let of = match input.selection {
            Selection::Actor(actor) => Some(actor),
            Selection::Event(_) => input.selected_event.map(|(actor, _)| actor),
            Selection::None | Selection::Resource(_) => None,
        };
        if of.is_some_and(|actor| layout.shows(row.kind, actor)) {
            spans(ui, id, row, input, layout, actors, actions);
        }
    }
}

/// Narrower spans are no stops of the keyboard, in points; and no more than these are.
const NARROWEST: f32 = 8.0;
const STOPS: usize = 60;

/// The spans of the selected lane are reached by the keyboard, after its name: one that has the focus is selected with Enter.
/// The pointer goes through them: a drag of the lanes may begin anywhere.
fn spans(
    ui: &Ui,
    id: Id,
    row: &Row,
    input: &TimelineInput<'_>,
    layout: &Layout,
    actors: &Actors<'_>,
    actions: &mut Vec<TimelineAction>,
) {
    let (Content::Actor(bars), Some(lane)) = (&row.content, layout.lane(row.kind, input.lanes))
    else {
        return;
    };
    let wide = bars.phases.iter().filter(|piece| piece.right - piece.left >= NARROWEST);
    for piece in wide.take(STOPS) {
        let Look::One { index, .. } = piece.look else { continue };
        let Some(span) = lane.spans.get(index) else { continue };
        let rect = Rect::from_x_y_ranges(piece.left..=piece.right, row.bar.y_range());
        let stop = id.with((row.kind, "span", index));
        let response = ui.interact(rect, stop, Sense::focusable_noninteractive());
        response.widget_info(|| {
            let to = lane.spans.get(index + 1).map_or(input.end, |next| next.start);
            let actor = layout.actor(row.kind, span.start);
            let phase = match actor {
                Some(actor) => phase::name(input.meta, actor, span.phase),
                None => phase::name_in_all(input.meta, span.phase),
            };
            let who = actor.map(|actor| actors.name(actor));
            let about = span
                .res
                .map_or(String::new(), |res| format!(", {}", input.meta.resource_name(res)));
            let said = format!(
                "{}: {}{about}, {} from {}",
                who.unwrap_or_default(),
                phase,
                to.since(span.start),
                span.start
            );
            WidgetInfo::labeled(Role::Button, ui.is_enabled(), said)
        });
        if response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            actions.push(TimelineAction::Select(Selection::Event(span.event as usize)));
        }
    }
}

fn resource(input: &TimelineInput<'_>, res: crate::trace::ResourceId, what: &str) -> String {
    format!("{}, {what}", input.meta.resource_name(res))
}
