//! The rows of the timeline, and the lane of a row that several actors share.

use super::arranged;
use crate::replay::{Lane, Lanes};
use crate::trace::{ActorId, ActorKind, Meta, Nanos, ResourceId, ResourceKind, Role, SectionId};
use std::fmt;

/// The rows of a timeline, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rows {
    /// From top to bottom.
    pub lines: Vec<Line>,
}

/// A row, or those of one resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// The heading of a section.
    Section(SectionId),
    /// The lane of one actor.
    Actor(ActorId, Under),
    /// The lane of actors that had the same place one after another.
    Place(Place),
    /// What a resource went through.
    Resource(ResourceId),
}

/// What the actor of a row is to the one of the row above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Under {
    /// Nothing.
    #[default]
    Nobody,
    /// A thread of that process.
    Process,
    /// It took the place of that one.
    Replaced,
}

/// A place that several actors had one after another. Where two had it at once, the later one hides the earlier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which place of its pool, from 1.
    pub number: u32,
    /// Who had it, in the order they came.
    pub actors: Vec<ActorId>,
}

/// What a place is called, in parts.
pub struct PlaceName {
    /// The place: "place 3", "pool supervisor".
    pub place: String,
    /// Who had it: "125 processes".
    pub who: String,
    /// " in turn", where they were several.
    pub how: &'static str,
}

impl PlaceName {
    /// Who had it and how: "125 processes in turn".
    pub fn count(&self) -> String {
        format!("{}{}", self.who, self.how)
    }
}

impl fmt::Display for PlaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · {}{}", self.place, self.who, self.how)
    }
}

impl Place {
    /// Its name: "place 3 · 125 processes in turn", "pool supervisor · 9 threads in turn".
    pub fn name(&self, meta: &Meta) -> PlaceName {
        let is_process =
            |id: &ActorId| meta.actor(*id).is_some_and(|actor| actor.kind == ActorKind::Process);
        let processes = self.actors.iter().filter(|id| is_process(id)).count();
        let (one, many) = match processes {
            0 => ("thread", "threads"),
            n if n == self.actors.len() => ("process", "processes"),
            _ => ("worker", "workers"),
        };
        let place = self.helper(meta).unwrap_or_else(|| format!("place {}", self.number));
        let (who, how) = match self.actors.len() {
            1 => (format!("1 {one}"), ""),
            n => (format!("{n} {many}"), " in turn"),
        };
        PlaceName { place, who, how }
    }

    /// What those are called who serve others: as the first of them, but for its number.
    fn helper(&self, meta: &Meta) -> Option<String> {
        let first = *self.actors.first()?;
        meta.actor(first).filter(|actor| actor.role == Role::Helper)?;
        let name = meta.actor_name(first);
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '-');
        Some(if plain.is_empty() { name.clone() } else { plain.to_owned() })
    }
}

impl Rows {
    /// The rows of any trace: section by section the processes, each with its threads below, the user, the helpers, and
    /// what the resources went through. Whoever replaces another stands below it; long chains share one row.
    pub fn of(meta: &Meta) -> Self {
        arranged::rows(meta)
    }

    /// Rows of chosen places and resources.
    pub fn places(places: Vec<Vec<ActorId>>, resources: Vec<ResourceId>) -> Self {
        let mut lines = Vec::new();
        let mut number = 1;
        for actors in places {
            let is_shared = actors.len() > 1;
            lines.extend(Line::of_place(number, actors, Under::Nobody));
            number += u32::from(is_shared);
        }
        lines.extend(resources.into_iter().map(Line::Resource));
        Self { lines }
    }

    /// The places that rows are of, from top to bottom.
    pub fn all_places(&self) -> impl Iterator<Item = &Place> {
        self.lines.iter().filter_map(|line| match line {
            Line::Place(place) => Some(place),
            _ => None,
        })
    }

    /// Whose turn it is in each row at an instant.
    pub fn actors_at(&self, t: Nanos, lanes: &Lanes) -> Vec<ActorId> {
        let born = |actor: &&ActorId| {
            let first = lanes.actors.get(actor.index()).and_then(|lane| lane.spans.first());
            first.is_some_and(|span| span.start <= t)
        };
        let now = |line: &Line| match line {
            Line::Actor(id, _) => Some(*id),
            Line::Place(place) => {
                place.actors.iter().rev().find(born).or(place.actors.first()).copied()
            }
            Line::Section(_) | Line::Resource(_) => None,
        };
        self.lines.iter().filter_map(now).collect()
    }
}

impl Line {
    /// A line for the actors of a place: none, one or several.
    pub fn of_place(number: u32, actors: Vec<ActorId>, under: Under) -> Option<Self> {
        match actors[..] {
            [] => None,
            [actor] => Some(Self::Actor(actor, under)),
            _ => Some(Self::Place(Place { number, actors })),
        }
    }
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// The heading of a section.
    Section(SectionId),
    /// What an actor does.
    Actor(ActorId),
    /// What several actors do, one after the other: the number of the [`Line::Place`], from 0.
    Place(u16),
    /// Who owns a resource.
    Owner(ResourceId),
    /// How many wait for a resource.
    Waiters(ResourceId),
    /// How many items a resource holds.
    Length(ResourceId),
}

impl RowKind {
    /// The resource it is about.
    pub fn resource(self) -> Option<ResourceId> {
        match self {
            Self::Owner(id) | Self::Waiters(id) | Self::Length(id) => Some(id),
            Self::Section(_) | Self::Actor(_) | Self::Place(_) => None,
        }
    }
}

/// A row before it has its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSpec {
    /// What it shows.
    pub kind: RowKind,
    /// What it is to the row above.
    pub under: Under,
    /// What its actor is there for.
    pub role: Role,
    /// Whether its lane is thin: it serves others, or it is a process whose main thread has a row of its own.
    pub is_thin: bool,
}

/// The lane of a row that several actors share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedLane {
    /// The place.
    pub place: Place,
    /// Who takes over when, in order.
    pub turns: Vec<(Nanos, ActorId)>,
    /// What they do, one after the other.
    pub lane: Lane,
}

impl SharedLane {
    /// Of actors in the order in which they lived.
    pub fn new(place: &Place, lanes: &Lanes) -> Self {
        let mut shared = Self { place: place.clone(), ..Self::default() };
        let lane = &mut shared.lane;
        for &actor in &place.actors {
            let Some(own) = lanes.actors.get(actor.index()) else { continue };
            let Some(start) = own.spans.first().map(|span| span.start) else { continue };
            lane.spans.truncate(lane.spans.partition_point(|s| s.start < start));
            lane.tasks.truncate(lane.tasks.partition_point(|s| s.start < start));
            lane.gaps.truncate(lane.gaps.partition_point(|gap| gap.to <= start));
            while shared.turns.last().is_some_and(|(at, _)| *at >= start) {
                shared.turns.pop();
            }
            shared.turns.push((start, actor));
            lane.spans.extend_from_slice(&own.spans);
            lane.tasks.extend_from_slice(&own.tasks);
            lane.gaps.extend_from_slice(&own.gaps);
        }
        shared
    }

    /// The actor shown at an instant; before the first begins, the first.
    pub fn at(&self, t: Nanos) -> Option<ActorId> {
        let past = self.turns.partition_point(|(at, _)| *at <= t);
        let turn = self.turns.get(past.saturating_sub(1));
        turn.map(|(_, actor)| *actor)
    }
}

/// All rows of these lines, and of what the trace has and does not name.
pub fn specs(meta: &Meta, lanes: &Lanes, rows: &Rows, and_unnamed: bool) -> Vec<RowSpec> {
    let role = |id: ActorId| meta.actor(id).map_or(Role::Work, |actor| actor.role);
    let plain = |kind| RowSpec { kind, under: Under::Nobody, role: Role::Work, is_thin: false };
    let mut specs = Vec::new();
    let mut places = 0..=u16::MAX;
    for (i, line) in rows.lines.iter().enumerate() {
        let has_main = matches!(
            rows.lines.get(i + 1),
            Some(Line::Actor(inner, Under::Process)) if role(*inner) == Role::Main
        );
        match line {
            Line::Section(id) => specs.push(plain(RowKind::Section(*id))),
            Line::Actor(id, under) => {
                let (kind, under, role) = (RowKind::Actor(*id), *under, role(*id));
                let is_thin = role == Role::Helper || under != Under::Process && has_main;
                specs.push(RowSpec { kind, under, role, is_thin });
            }
            Line::Place(place) => {
                let first = place.actors.first().map_or(Role::Work, |id| role(*id));
                specs.extend(places.next().map(|number| RowSpec {
                    kind: RowKind::Place(number),
                    under: Under::Nobody,
                    role: first,
                    is_thin: first == Role::Helper,
                }));
            }
            Line::Resource(id) => specs.extend(tracks(meta, lanes, *id).map(plain)),
        }
    }
    if and_unnamed {
        let actors = meta.actors.len()..lanes.actors.len();
        specs.extend(actors.map(|i| plain(RowKind::Actor(ActorId::from_index(i)))));
        for i in meta.resources.len()..lanes.resources.len() {
            specs.extend(tracks(meta, lanes, ResourceId::from_index(i)).map(plain));
        }
    }
    specs
}

/// The rows of a resource: of what ever happened to it.
fn tracks(meta: &Meta, lanes: &Lanes, id: ResourceId) -> impl Iterator<Item = RowKind> + use<> {
    let kind = meta.resource(id).map(|r| r.kind);
    // Who waits for one actor's end shows in the lanes of both.
    let track = lanes.resources.get(id.index()).filter(|_| kind != Some(ResourceKind::Future));
    let rows = track.map_or([None; 3], |track| {
        // What is ever used is used within the first few steps; no need to look at millions.
        let many = kind == Some(ResourceKind::Semaphore);
        let owned = !many && track.owners.iter().take(8).any(|o| o.owner.is_some());
        // Who waits for results stands in no line.
        let line = kind != Some(ResourceKind::Pool);
        let waited = line && track.waiters.iter().take(64).any(|s| s.value > 0);
        let filled = track.length.iter().take(64).any(|s| s.value > 0);
        [
            owned.then_some(RowKind::Owner(id)),
            waited.then_some(RowKind::Waiters(id)),
            filled.then_some(RowKind::Length(id)),
        ]
    });
    rows.into_iter().flatten()
}
