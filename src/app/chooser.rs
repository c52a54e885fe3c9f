//! The chooser: the presets of a topic by the tool they use, in groups, those that use it right beside those that use it
//! wrong.

use super::command::{Command, RunCommand};
use super::controls::focus_ring;
use super::session::Session;
use crate::replay::{Replay, State};
use crate::topics::{Preset, Tool};
use crate::trace::{Item, Meta, Resource, ResourceId, ResourceKind, Trace};
use crate::widgets::actors::Actors;
use crate::widgets::resource::{self, Look, Size};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{HAIRLINE, RADIUS, Theme};
use egui::{
    Align2, Rangef, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};
use std::sync::LazyLock;

/// Width of the chooser.
pub const WIDTH: f32 = 222.0;
/// Height of a row: of many rows as low as they can be read, so that more of them fit.
const ROW: Rangef = Rangef { min: 18.0, max: 25.0 };
/// Above a group but the first.
const BETWEEN: f32 = 8.0;
/// Width of each of the two columns, and from one of its circles to the next.
const COLUMN: f32 = 44.0;
const PITCH: f32 = 19.0;

/// Whether the presets of a session are chosen by tool.
pub fn applies(session: &Session) -> bool {
    presets(session).iter().any(|preset| preset.tool.is_some())
}

fn presets(session: &Session) -> &'static [Preset] {
    session.runnable().map_or(&[], |topic| topic.about().presets)
}

/// Draws it. Answers whether something was chosen.
pub fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) -> bool {
    let before = commands.len();
    let chosen = session.params.preset();
    let shown = ui.scope_id().with("shown");
    let is_new = ui.data(|data| data.get_temp::<&str>(shown)) != Some(chosen);
    ui.data_mut(|data| data.insert_temp(shown, chosen));
    let high = row_height(session, ui.available_height());
    ScrollArea::vertical().auto_shrink([false, true]).id_salt("chooser").show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let mut last: Option<Tool> = None;
        for preset in presets(session) {
            let Some(tool) = preset.tool else { continue };
            if last.is_none_or(|last| last.group != tool.group) {
                ui.add_space(if last.is_none() { 0.0 } else { BETWEEN });
                head(ui, tool.group, high);
            }
            if last.is_none_or(|last| (last.group, last.name) != (tool.group, tool.name)) {
                row(ui, session, tool, (high, is_new), commands);
            }
            last = Some(tool);
        }
    });
    commands.len() > before
}

/// Height of a row where all of them have so much room.
fn row_height(session: &Session, room: f32) -> f32 {
    let tools: Vec<Tool> = presets(session).iter().filter_map(|preset| preset.tool).collect();
    let groups = tools.chunk_by(|a, b| a.group == b.group).count();
    let rows = tools.chunk_by(|a, b| (a.group, a.name) == (b.group, b.name)).count();
    let between = BETWEEN * groups.saturating_sub(1) as f32;
    ROW.clamp(((room - between) / (rows + groups).max(1) as f32).floor())
}

/// The areas of the name, of what is right, and of what is broken.
fn columns(rect: Rect) -> [Rect; 3] {
    let (rest, broken) = rect.split_left_right_at_x(rect.right() - COLUMN);
    let (name, right) = rest.split_left_right_at_x(rest.right() - COLUMN);
    [name, right, broken]
}

fn head(ui: &mut Ui, group: &str, high: f32) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), high), Sense::hover());
    let [name, right, broken] = columns(rect);
    let painter = ui.painter();
    let words = name.with_min_x(name.left() + 10.0);
    text::line(painter, words, Align2::LEFT_CENTER, group, &theme.label(), theme.text);
    for (rect, word) in [(right, "right"), (broken, "broken")] {
        text::line(painter, rect, Align2::CENTER_CENTER, word, &theme.small(), theme.muted);
    }
}

/// A row of a height. Scrolls to it where it has the chosen preset, which is new.
fn row(
    ui: &mut Ui,
    session: &Session,
    tool: Tool,
    (high, is_new): (f32, bool),
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), high), Sense::hover());
    let of_tool = |preset: &&Preset| {
        preset.tool.is_some_and(|other| (other.group, other.name) == (tool.group, tool.name))
    };
    let all: Vec<&'static Preset> = presets(session).iter().filter(of_tool).collect();
    let chosen = session.params.preset();
    if all.iter().any(|preset| preset.id == chosen) {
        ui.painter().rect_filled(rect.shrink2(vec2(2.0, 0.04 * high)), RADIUS, theme.accent_ground);
        if is_new {
            ui.scroll_to_rect_animation(rect, None, egui::style::ScrollAnimation::none());
        }
    }
    let [name, right, broken] = columns(rect);
    let icon = Rect::from_center_size(
        pos2(name.left() + 19.0, name.center().y),
        Vec2::splat((high - 2.0).min(18.0)),
    );
    // Two overlap, the first one lower.
    let step = if tool.kinds.len() > 1 { vec2(4.0, -3.0) } else { Vec2::ZERO };
    for (place, kind) in tool.kinds.iter().enumerate().rev() {
        badge(
            ui,
            *kind,
            icon.translate(step * (place as f32 - 0.5 * (tool.kinds.len() - 1) as f32)),
        );
    }
    let is_here = |preset: &&&Preset| preset.id == chosen;
    let mut at = all.iter().find(is_here).map(|preset| preset.id);
    let mut is_pointed = false;
    for (area, is_broken) in [(right, false), (broken, true)] {
        let here = |preset: &&&'static Preset| preset.tool.is_some_and(|t| t.broken == is_broken);
        let here: Vec<_> = all.iter().filter(here).collect();
        let first = area.center().x - 0.5 * PITCH * (here.len().max(1) - 1) as f32;
        for (place, preset) in here.into_iter().enumerate() {
            let centre = pos2(first + PITCH * place as f32, area.center().y);
            let rect = Rect::from_center_size(centre, vec2(PITCH - 1.0, (PITCH - 1.0).min(high)));
            let response = circle(ui, session, preset, rect);
            if response.hovered() || response.has_focus() {
                (at, is_pointed) = (Some(preset.id), true);
            }
            if response.clicked() {
                commands.push(Command::Run(RunCommand::Preset(preset.id)));
            }
        }
    }
    let words = name.with_min_x(icon.right() + 8.0).with_max_x(name.right() + 8.0);
    let font = if high < 20.0 { theme.small() } else { theme.body() };
    let used = text::line(ui.painter(), words, Align2::LEFT_CENTER, tool.name, &font, theme.text);
    // The tool keeps its name. That of the circle that is pointed at, or that is chosen, stands behind it where all of it fits: it is
    // in the head of the tab as well, and beside the pointer.
    let (Some(used), Some(preset)) = (used, at) else { return };
    let rest = words.with_min_x(used.right() + 8.0);
    let small = theme.small();
    if preset != tool.name && ui.painter().width(preset, &small) <= rest.width() {
        let ink = if is_pointed { theme.accent } else { theme.muted };
        text::line(ui.painter(), rest, Align2::LEFT_CENTER, preset, &small, ink);
    }
}

/// One preset: a circle, a dot in it where it is chosen, a tick where it has run.
fn circle(ui: &mut Ui, session: &Session, preset: &'static Preset, rect: Rect) -> Response {
    let theme = Theme::of(ui);
    let response = ui.interact(rect, ui.scope_id().with(("choose", preset.id)), Sense::click());
    let chosen = session.params.preset() == preset.id;
    let how = if preset.tool.is_some_and(|tool| tool.broken) { "broken" } else { "right" };
    let tool = preset.tool.map_or("", |tool| tool.name);
    let group = preset.tool.map_or("", |tool| tool.group);
    let name = format!("{group}, {tool}, {how}: {}", preset.id);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &name));
    let painter = ui.painter();
    let centre = rect.center();
    if chosen {
        painter.circle_stroke(centre, 6.0, Stroke::new(1.8, theme.accent));
        painter.circle_filled(centre, 3.2, theme.accent);
    } else if session.has_run(preset.id) {
        let stroke = Stroke::new(1.8, theme.text);
        painter.line_segment([centre + vec2(-4.0, 0.0), centre + vec2(-1.2, 3.0)], stroke);
        painter.line_segment([centre + vec2(-1.2, 3.0), centre + vec2(4.2, -3.4)], stroke);
    } else {
        let ink = if response.hovered() { theme.accent } else { theme.muted };
        painter.circle_stroke(centre, 4.8, Stroke::new(1.2 * HAIRLINE, ink));
    }
    focus_ring(ui, rect.shrink(1.0), &response);
    response.on_hover_text(format!("{}: {}", preset.id, preset.summary))
}

/// A trace in which one of each kind of resource is there, and nothing has happened.
static ONE_OF_EACH: LazyLock<(Trace, Replay, State)> = LazyLock::new(|| {
    let one = |kind| {
        let initial = match kind {
            ResourceKind::Queue | ResourceKind::List | ResourceKind::Array => vec![Item::int(1); 3],
            _ => Vec::new(),
        };
        Resource::new("", kind).with_capacity(3).with_initial(initial)
    };
    let resources = ResourceKind::ALL.map(one).to_vec();
    let trace = Trace::new(Meta { resources, ..Meta::default() });
    let (replay, state) = (Replay::new(&trace), State::new(trace.meta()));
    (trace, replay, state)
});

/// The look of a kind of resource, as small as it gets.
fn badge(ui: &Ui, kind: ResourceKind, rect: Rect) {
    let theme = Theme::of(ui);
    let (trace, replay, state) = &*ONE_OF_EACH;
    let actors = Actors::new(theme, trace.meta());
    let painter = ui.painter();
    let (meta, now) = (trace.meta(), trace.end());
    let look = Look {
        meta,
        state,
        replay,
        now,
        motion: now,
        actors: &actors,
        theme,
        measure: painter,
        headed: false,
    };
    let place = ResourceKind::ALL.iter().position(|one| *one == kind);
    if let Some(at) = place.and_then(|place| look.resource(ResourceId::from_index(place))) {
        resource::layout(&at, Size::Badge, rect).paint(painter, &actors, theme);
    }
}
