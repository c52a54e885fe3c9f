//! Boxes of processes and threads.

use super::Scene;
use super::grid::Size;
use super::world;
use crate::replay::words::signal_name;
use crate::replay::{self, Phase};
use crate::trace::{ActorId, End};
use crate::widgets::actors::ActorColours;
use crate::widgets::selection::Selection;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS_LARGE, RADIUS_SMALL};
use crate::widgets::{badge, card, phase};
use egui::{
    Align2, Color32, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

/// What a box says.
pub struct Content {
    /// Whose it is.
    pub actor: ActorId,
    name: String,
    pub(super) badge: String,
    pub(super) colours: ActorColours,
    /// What it is doing.
    pub phase: Phase,
    /// "PID 4711", "tid 4711"; the name until it has one.
    pub id: String,
    /// What it does, from the longest words to the shortest.
    pub(super) doing: [String; 3],
    /// Its memory and processor time, likewise.
    pub(super) used: [String; 3],
    /// How far its sleep is, from 0 to 1.
    pub(super) progress: Option<f32>,
    selected: bool,
}

impl Content {
    /// What there is to say of an actor at the cursor.
    pub fn of(scene: &Scene<'_>, actor: ActorId) -> Self {
        let view = scene.view;
        let meta = view.trace.meta();
        let nothing = replay::ActorState::default();
        let state = view.state.actor(actor).unwrap_or(&nothing);
        let kind = meta.actors.get(actor.index()).map(|a| a.kind);
        let process = kind == Some(crate::trace::ActorKind::Process);
        let name = scene.looks.name(actor);
        let id = match (state.os_id, process) {
            (0, _) => name.clone(),
            (id, true) => format!("PID {id}"),
            (id, false) => format!("tid {id}"),
        };
        let phrase = replay::phrase(meta, view.state, actor, view.now);
        let short = phase::name(state.phase).to_owned();
        let doing = match (state.phase, state.end, world::task_label(view, state)) {
            (Phase::NotStarted, ..) => [(); 3].map(|()| "starting".to_owned()),
            (_, Some((End::Killed(signal), _)), _) => {
                let killed = format!("killed by {}", signal_name(signal));
                [killed.clone(), killed, "killed".to_owned()]
            }
            (_, Some((End::Normal, _)), _) => [(); 3].map(|()| "done".to_owned()),
            (Phase::Running, None, Some(task)) => [format!("{task}, running"), task.clone(), task],
            (_, None, Some(task)) => {
                [format!("{task}, {phrase}"), format!("{task}, {short}"), task]
            }
            _ => [phrase.clone(), short.clone(), short],
        };
        let memory = state.own_memory.map(replay::bytes);
        let cpu = state.cpu_time.map(|t| t.to_string());
        let used = match (memory, cpu) {
            (Some(memory), Some(cpu)) => [
                format!("{memory} of its own · {cpu} CPU"),
                format!("{memory} · {cpu} CPU"),
                format!("{cpu} CPU"),
            ],
            (None, Some(cpu)) => [(); 3].map(|()| format!("{cpu} CPU")),
            (Some(memory), None) => [(); 3].map(|()| memory.clone()),
            (None, None) => [(); 3].map(|()| String::new()),
        };
        let progress = state.sleeping.filter(|s| s.planned.0 > 0).map(|s| {
            let gone = view.now.since(s.since).0 as f32 / s.planned.0 as f32;
            gone.clamp(0.0, 1.0)
        });
        Self {
            actor,
            name,
            badge: scene.looks.badge(actor).into_owned(),
            colours: scene.looks.colours(actor),
            phase: state.phase,
            id,
            doing,
            used,
            progress,
            selected: view.selection == Selection::Actor(actor),
        }
    }

    /// The same process, doing what its main thread does; selected with it.
    pub fn doing_as(self, main: &Self) -> Self {
        Self { phase: main.phase, doing: main.doing.clone(), selected: main.selected, ..self }
    }

    /// What a screen reader says, and the pointer.
    fn said(&self) -> String {
        let used = match self.used[0].as_str() {
            "" => String::new(),
            used => format!(", {used}"),
        };
        if self.id == self.name {
            return format!("{}, {}{used}", self.name, self.doing[0]);
        }
        format!("{}, {}, {}{used}", self.name, self.id, self.doing[0])
    }
}

impl Scene<'_> {
    /// A box that can be clicked. Answers whether it was.
    pub fn process(&self, ui: &Ui, rect: Rect, size: Size, content: &Content) -> bool {
        let response = self.sense(ui, rect, content);
        match size {
            Size::Large => self.large(ui, rect, content),
            Size::Full => self.full(ui, rect, content),
            Size::Compact => {
                self.ground(ui, rect, content);
                let area = rect.shrink2(vec2(6.0, 0.0));
                self.head(ui, area, 20.0, content);
            }
            Size::Badge => {
                let shown = card::Card {
                    actor: content.actor,
                    name: &content.name,
                    badge: &content.badge,
                    doing: "",
                    phase: content.phase,
                    colours: content.colours,
                    selected: content.selected,
                };
                card::paint(ui.painter(), rect, card::Size::Badge, &shown, self.theme());
            }
        }
        badge::focus_ring(ui, &response, rect, radius(size));
        response.clicked()
    }

    /// A box of one long line that can be clicked: badge, PID, what it does, phase. Answers whether it was.
    pub fn wide(&self, ui: &Ui, rect: Rect, content: &Content) -> bool {
        let response = self.sense(ui, rect, content);
        self.ground(ui, rect, content);
        let (painter, theme) = (ui.painter(), self.theme());
        let line = rect.shrink2(vec2(8.0, 0.0));
        let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(22.0), line);
        badge::paint(painter, face, &content.badge, content.colours, theme);
        let swatch = Align2::RIGHT_CENTER.align_size_within_rect(phase::SWATCH, line);
        phase::paint(painter, swatch, content.phase, theme);
        let words = Rect::from_x_y_ranges(face.right() + 7.0..=swatch.left() - 6.0, line.y_range());
        let (left, mono, small) = (Align2::LEFT_CENTER, theme.mono(), theme.small());
        let used = text::line(painter, words, left, &content.id, &mono, theme.text);
        let rest = words.with_min_x(used.map_or(words.left(), |r| r.right() + 9.0));
        let doing = text::longest(painter, rest.width(), &small, content.doing.clone());
        text::line(painter, rest, left, &doing, &small, theme.muted);
        badge::focus_ring(ui, &response, rect, 6.0);
        response.clicked()
    }

    /// Where a box can be clicked, and what it is called.
    pub fn sense(&self, ui: &Ui, rect: Rect, content: &Content) -> Response {
        let id = ui.scope_id().with(("process", content.actor, rect.min.x as i32));
        let response = ui.interact(rect, id, Sense::click());
        let said = content.said();
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, ui.is_enabled(), content.selected, &said)
        });
        response.on_hover_text(said)
    }

    /// The ground and the edge of a box.
    pub fn ground(&self, ui: &Ui, rect: Rect, content: &Content) {
        let theme = self.theme();
        let failed = theme.phase(Phase::Failed).base;
        let (ground, edge) = match (content.selected, content.phase) {
            (true, _) => (theme.accent_ground, Stroke::new(EMPHASIS, theme.accent)),
            (_, Phase::Failed) => (theme.panel, Stroke::new(1.5, failed)),
            _ => (theme.panel, Stroke::new(HAIRLINE, theme.outline)),
        };
        let radius = if rect.height() > 40.0 { RADIUS_LARGE } else { 6.0 };
        (ui.painter()).rect(rect, radius, ground, edge, StrokeKind::Inside);
    }

    /// Badge, PID and phase in a line.
    pub fn head(&self, ui: &Ui, line: Rect, side: f32, content: &Content) {
        let (painter, theme) = (ui.painter(), self.theme());
        let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side), line);
        badge::paint(painter, face, &content.badge, content.colours, theme);
        let swatch = Align2::RIGHT_CENTER.align_size_within_rect(phase::SWATCH, line);
        phase::paint(painter, swatch, content.phase, theme);
        let gap = (0.04 * line.width()).clamp(4.0, 7.0);
        let words = Rect::from_x_y_ranges(face.right() + gap..=swatch.left() - 5.0, line.y_range());
        let mut font = theme.mono();
        if painter.width(&content.id, &font) > words.width() {
            font = theme.mono_small();
        }
        let number = content.id.rsplit(' ').next().unwrap_or_default().to_owned();
        let id = text::longest(painter, words.width(), &font, [content.id.clone(), number]);
        text::line(painter, words, Align2::LEFT_CENTER, &id, &font, theme.text);
    }

    fn full(&self, ui: &Ui, rect: Rect, content: &Content) {
        self.ground(ui, rect, content);
        let (painter, theme) = (ui.painter(), self.theme());
        let inner = rect.shrink2(vec2(if rect.width() < 140.0 { 7.0 } else { 9.0 }, 6.0));
        self.head(ui, inner.with_max_y(inner.top() + 20.0), 20.0, content);
        let small = theme.small();
        let line = |index: f32, words: &[String; 3], ink: Color32| {
            let top = inner.top() + 22.0 + 13.0 * index;
            let line = Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), 13.0));
            let words = text::longest(painter, line.width(), &small, words.clone());
            text::line(painter, line, Align2::LEFT_CENTER, &words, &small, ink);
        };
        let ink = match content.phase {
            Phase::Failed => theme.danger,
            _ => theme.text,
        };
        line(0.0, &content.doing, ink);
        line(1.0, &content.used, theme.muted);
        if let Some(progress) = content.progress {
            let y = rect.bottom() - 7.0;
            let track = Rect::from_x_y_ranges(inner.x_range(), y..=y + 3.0);
            painter.rect_filled(track, 1.5, theme.hairline);
            let done = track.with_max_x(track.left() + progress * track.width());
            painter.rect_filled(done, 1.5, theme.phase(Phase::Sleeping).mark);
        }
    }

    /// What a process does and uses, in a line of its own.
    pub fn said_of(&self, ui: &Ui, area: Rect, content: &Content) {
        let (painter, theme) = (ui.painter(), self.theme());
        let line = area.with_max_y(area.top() + 15.0);
        let small = theme.small();
        let [long, short, least] = &content.doing;
        let words = [
            format!("{long}; {}", content.used[1]),
            format!("{short}; {}", content.used[1]),
            short.clone(),
            least.clone(),
        ];
        let words = text::longest(painter, line.width(), &small, words);
        let ink = match content.phase {
            Phase::Failed => theme.danger,
            _ => theme.muted,
        };
        let words = words.trim_end_matches("; ");
        text::line(painter, line, Align2::LEFT_CENTER, words, &small, ink);
    }

    /// Badges of threads in a line, each in the frame of its phase. Answers with the one that was clicked.
    pub fn badges(&self, ui: &Ui, area: Rect, actors: &[ActorId], side: f32) -> Option<ActorId> {
        let gap = 5.0;
        let fits = ((area.width() + gap) / (side + gap)).max(0.0) as usize;
        let shown = if actors.len() <= fits {
            actors.len()
        } else {
            // Room for "+60".
            ((area.width() - 28.0 + gap) / (side + gap)).max(0.0) as usize
        };
        let mut clicked = None;
        for (place, actor) in actors.iter().take(shown).enumerate() {
            let at = area.min + vec2(place as f32 * (side + gap), 0.0);
            let rect = Rect::from_min_size(at, Vec2::splat(side));
            if self.process(ui, rect, Size::Badge, &Content::of(self, *actor)) {
                clicked = Some(*actor);
            }
        }
        if actors.len() > shown {
            let left = area.left() + shown as f32 * (side + gap);
            let line = Rect::from_min_size(pos2(left, area.top()), vec2(28.0, side));
            let (words, theme) = (format!("+{}", actors.len() - shown), self.theme());
            let middle = Align2::LEFT_CENTER;
            text::line(ui.painter(), line, middle, &words, &theme.small(), theme.muted);
        }
        clicked
    }

    /// "+12 more".
    pub fn more(&self, ui: &Ui, more: Option<(Rect, usize)>) {
        if let Some((line, count)) = more.filter(|(_, count)| *count > 0) {
            let (words, theme) = (format!("+{count} more"), self.theme());
            let middle = Align2::LEFT_CENTER;
            text::line(ui.painter(), line, middle, &words, &theme.small(), theme.muted);
        }
    }
}

fn radius(size: Size) -> f32 {
    match size {
        Size::Large | Size::Full => RADIUS_LARGE,
        Size::Compact => 6.0,
        Size::Badge => RADIUS_SMALL,
    }
}
