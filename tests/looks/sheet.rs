//! Moments of small traces, their pictures, and a sheet of all.

use concurrency_lab::export::offscreen::Offscreen;
use concurrency_lab::export::png;
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{
    Actor, ActorId, Batch, Event, EventKind, Meta, Nanos, Place, Resource, ResourceId, Role,
    SourceId, SourcePoint, Trace, WaitOp,
};
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::picture::{Mark, Picture};
use concurrency_lab::widgets::resource::{Look, ResourceAt, Size, layout, wanted};
use concurrency_lab::widgets::text::Measure;
use concurrency_lab::widgets::theme::{self, Theme};
use egui::{Align2, Rect, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2, vec2};
use std::path::Path;

pub const SIZES: [Size; 3] = [Size::Badge, Size::Small, Size::Full];

/// The resource shown: the first one of a moment.
pub const R: ResourceId = ResourceId(0);

/// The begin of a wait for the resource shown.
pub const fn waits(op: WaitOp) -> EventKind {
    EventKind::WaitBegan { res: R, op }
}

/// One resource of a small trace at one instant.
#[derive(Clone)]
pub struct Moment {
    /// "lock".
    pub title: &'static str,
    /// How it is made: "Lock()".
    pub code: &'static str,
    /// What its picture says in the room that it asks for.
    pub says: Vec<&'static str>,
    meta: Meta,
    events: Vec<Event>,
    now: Nanos,
    motion: Nanos,
}

impl Moment {
    /// Of a trace of a main thread, which has id 0, and of the threads named so, started by it: "adder 1" has the badge
    /// A1. The first resource added is the one shown.
    pub fn new(title: &'static str, code: &'static str, threads: &[&str]) -> Self {
        let mut actors = vec![Actor::thread("main", "M").with_role(Role::Main)];
        actors.extend(threads.iter().map(|name| {
            let number = name.rsplit(' ').next().unwrap();
            let letter = name[..1].to_uppercase();
            Actor::thread(*name, format!("{letter}{number}")).started_by(ActorId(0))
        }));
        let meta = Meta { actors, ..Meta::default() };
        let mut moment = Self {
            title,
            code,
            says: Vec::new(),
            meta,
            events: Vec::new(),
            now: Nanos::ZERO,
            motion: Nanos::ZERO,
        };
        for actor in 0..=threads.len() {
            moment = moment.event(0, actor as u16, EventKind::Started { os_id: 0 });
        }
        moment
    }

    /// With one more resource.
    pub fn with(mut self, resource: Resource) -> Self {
        self.meta.resources.push(resource);
        self
    }

    /// With changes to the names.
    pub fn named(mut self, change: impl FnOnce(&mut Meta)) -> Self {
        change(&mut self.meta);
        self
    }

    /// An event so many microseconds after the start.
    pub fn event(self, micros: u64, actor: u16, kind: EventKind) -> Self {
        self.at_source(micros, actor, SourceId::NONE, kind)
    }

    /// An event at a line of the program.
    pub fn at_line(mut self, micros: u64, actor: u16, line: u32, kind: EventKind) -> Self {
        let source = SourceId::from_index(self.meta.sources.len());
        let place = Place { file: "program.py".into(), line, text: String::new() };
        let name = format!("line {line}");
        self.meta.sources.push(SourcePoint { name, places: vec![place] });
        self.at_source(micros, actor, source, kind)
    }

    fn at_source(mut self, micros: u64, actor: u16, source: SourceId, kind: EventKind) -> Self {
        let actor = ActorId(actor);
        let seq = self.events.iter().filter(|event| event.actor == actor).count() as u32;
        self.events.push(Event { at: Nanos::from_micros(micros), seq, actor, source, kind });
        self
    }

    /// Shown so many microseconds after the start.
    pub fn now(mut self, micros: u64) -> Self {
        self.now = Nanos::from_micros(micros);
        self
    }

    /// A motion lasts so many microseconds.
    pub fn motion(mut self, micros: u64) -> Self {
        self.motion = Nanos::from_micros(micros);
        self
    }

    /// Its picture says this.
    pub fn says(mut self, text: &'static str) -> Self {
        self.says.push(text);
        self
    }

    /// The resource as it is at the moment.
    fn at<T>(
        &self,
        now: Nanos,
        theme: &Theme,
        measure: &dyn Measure,
        look: impl FnOnce(&ResourceAt<'_>) -> T,
    ) -> T {
        let mut trace = Trace::new(self.meta.clone());
        trace.apply(Batch { events: self.events.clone(), ..Batch::default() });
        let replay = Replay::new(&trace);
        let actors = Actors::new(theme, &self.meta);
        let made = Look {
            meta: &self.meta,
            state: &replay.at(&trace, now),
            replay: &replay,
            now,
            motion: self.motion,
            actors: &actors,
            theme,
            measure,
            headed: false,
        };
        look(&made.resource(R).unwrap())
    }

    /// Looks at it as it is in the light theme, with the real fonts.
    pub fn with_fonts(&self, mut look: impl FnMut(&ResourceAt<'_>)) {
        let mut screen = Offscreen::new([100.0, 100.0], 1.0, egui::Theme::Light).unwrap();
        screen.frame(0.0, Vec::new(), |ui| {
            self.at(self.now, Theme::of(ui), ui.painter(), &mut look);
        });
    }

    /// The room it asks for in full size, at the start and after some of its events.
    pub fn rooms(&self) -> Vec<Vec2> {
        let mut rooms = Vec::new();
        let mut screen = Offscreen::new([100.0, 100.0], 1.0, egui::Theme::Light).unwrap();
        screen.frame(0.0, Vec::new(), |ui| {
            let every = self.events.len().div_ceil(64).max(1);
            let times = self.events.iter().step_by(every).map(|event| event.at).chain([self.now]);
            for time in times {
                let room = self.at(time, Theme::of(ui), ui.painter(), |at| wanted(at, Size::Full));
                rooms.push(room);
            }
        });
        rooms
    }
}

/// Its picture in the room that it asks for.
pub fn picture(at: &ResourceAt<'_>, size: Size) -> Picture {
    let corner = pos2(10.0, 20.0);
    layout(at, size, Rect::from_min_size(corner, wanted(at, size)))
}

/// Areas of all shapes, from far too small to more than is needed.
pub fn areas() -> impl Iterator<Item = Rect> {
    let widths = [40, 52, 64, 80, 90, 120, 160, 200, 260, 300, 360, 420, 500, 640, 900];
    let heights = [30, 40, 46, 60, 72, 80, 100, 120, 140, 160, 200, 300];
    widths.into_iter().flat_map(move |width| {
        heights.into_iter().map(move |height| {
            Rect::from_min_size(pos2(7.0, 13.0), vec2(width as f32, height as f32))
        })
    })
}

/// Where a mark is painted: a text only where its letters are.
fn painted(mark: &Mark, at: &ResourceAt<'_>) -> Rect {
    match mark {
        Mark::Text { rect, align, text, font, .. } => {
            let width = at.look.measure.width(text, font).min(rect.width());
            align.align_size_within_rect(vec2(width, 0.9 * font.size), *rect)
        }
        Mark::Line { stroke, .. } | Mark::Curve { stroke, .. } => {
            bounds(mark).expand(0.5 * stroke.width)
        }
        _ => bounds(mark),
    }
}

fn bounds(mark: &Mark) -> Rect {
    Picture { marks: vec![mark.clone()], spots: Vec::new() }.bounds()
}

/// Texts that are longer than their room.
pub fn cut(picture: &Picture, at: &ResourceAt<'_>) -> Vec<String> {
    let mut cut = Vec::new();
    for mark in &picture.marks {
        if let Mark::Text { rect, text, font, .. } = mark {
            let width = at.look.measure.width(text, font);
            if width > rect.width() + 0.5 {
                cut.push(format!("{text} ({width} in {})", rect.width()));
            }
        }
    }
    cut
}

/// What is wrong with a picture: marks outside its area, texts and badges on each other, spots on each other.
pub fn faults(picture: &Picture, area: Rect, at: &ResourceAt<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let room = area.expand(0.6);
    let over = |a: Rect, b: Rect| {
        let both = a.intersect(b);
        both.width() > 0.6 && both.height() > 0.6
    };
    for mark in &picture.marks {
        let rect = painted(mark, at);
        let whole = if let Mark::Text { rect, .. } = mark { *rect } else { rect };
        if !room.contains_rect(rect) || !room.contains_rect(whole) {
            faults.push(format!("outside: {mark:?}"));
        }
    }
    let apart: Vec<_> = (picture.marks.iter())
        .filter(|mark| matches!(mark, Mark::Text { .. } | Mark::Tile { .. } | Mark::Badge { .. }))
        .collect();
    for (index, a) in apart.iter().enumerate() {
        for b in &apart[..index] {
            if over(painted(a, at), painted(b, at)) {
                faults.push(format!("on each other: {b:?} and {a:?}"));
            }
        }
    }
    for (index, a) in picture.spots.iter().enumerate() {
        if !room.contains_rect(a.rect) {
            faults.push(format!("outside: {a:?}"));
        }
        for b in &picture.spots[..index] {
            let inside = a.rect.contains_rect(b.rect) || b.rect.contains_rect(a.rect);
            if over(a.rect, b.rect) && !inside {
                faults.push(format!("on each other: {b:?} and {a:?}"));
            }
        }
    }
    faults
}

/// The columns of the sheet below each other: what is asked for, and other areas.
const COLUMNS: [&[(Size, Option<Vec2>)]; 5] = [
    &[(Size::Full, None)],
    &[(Size::Small, None), (Size::Badge, None)],
    &[(Size::Full, Some(vec2(300.0, 120.0)))],
    &[(Size::Full, Some(vec2(200.0, 100.0))), (Size::Full, Some(vec2(90.0, 50.0)))],
    &[(Size::Full, Some(vec2(140.0, 80.0))), (Size::Full, Some(vec2(120.0, 60.0)))],
];
const HEIGHT: f32 = 166.0;
const TITLE: f32 = 24.0;
const GAP: f32 = 16.0;

/// Draws all into a file, and in the dark theme into one beside it.
pub fn draw(moments: &[Moment], path: &Path) {
    let stem = path.file_stem().unwrap().to_string_lossy();
    let dark = path.with_file_name(format!("{stem}-dark.png"));
    for (theme, path) in [(egui::Theme::Light, path), (egui::Theme::Dark, &dark)] {
        let width = 1520.0;
        // A row is as high as the room that its picture asks for.
        let rows: Vec<f32> = (moments.iter())
            .map(|moment| {
                let asked = moment.rooms().first().map_or(0.0, |room| room.y);
                TITLE + asked.max(HEIGHT) + GAP
            })
            .collect();
        let size = [width, rows.iter().sum::<f32>() + GAP];
        let mut screen = Offscreen::new(size, 1.5, theme).unwrap();
        theme::apply(screen.context());
        screen.settle(0.0, 8, |ui| {
            let stage = Theme::of(ui).stage;
            ui.painter().rect_filled(ui.max_rect(), 0.0, stage);
            let mut top = GAP;
            for (moment, row) in moments.iter().zip(&rows) {
                let area = Rect::from_min_size(pos2(GAP, top), vec2(width - 2.0 * GAP, row - GAP));
                top += row;
                ui.scope_builder(UiBuilder::new().max_rect(area), |ui| moment.draw(ui, area));
            }
        });
        png::write(path, &screen.image().unwrap()).unwrap();
    }
}

impl Moment {
    fn draw(&self, ui: &Ui, area: Rect) {
        let theme = Theme::of(ui);
        let painter = ui.painter();
        let title =
            painter.text(area.min, Align2::LEFT_TOP, self.title, theme.strong(), theme.text);
        let code = title.right_bottom() + vec2(8.0, 0.0);
        painter.text(code, Align2::LEFT_BOTTOM, self.code, theme.mono(), theme.muted);
        self.at(self.now, theme, painter, |at| {
            let mut x = area.left();
            for column in COLUMNS {
                let mut y = area.top() + TITLE;
                let mut right = x;
                for &(size, room) in column {
                    let room = room.unwrap_or_else(|| wanted(at, size));
                    let place = Rect::from_min_size(pos2(x, y), room);
                    y = place.bottom() + GAP;
                    right = right.max(place.right() + GAP);
                    let edge = Stroke::new(1.0, theme.hairline);
                    painter.rect_stroke(place, 0.0, edge, StrokeKind::Outside);
                    layout(at, size, place).paint(painter, at.look.actors, theme);
                }
                x = right;
            }
        });
    }
}
