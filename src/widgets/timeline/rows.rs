//! The rows of the timeline, and the lane of a row that several actors share.

use crate::replay::{Lane, Lanes};
use crate::trace::{
    Actor, ActorId, ActorKind, Meta, Nanos, ResourceId, ResourceKind, Role, Section, SectionId,
};

/// Longer chains of actors that replaced one another, and more sections in turn than this, share rows.
const FOLD: usize = 4;

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

impl Place {
    /// Its name: "place 3 · 125 processes".
    pub fn name(&self, meta: &Meta) -> String {
        let is_process =
            |id: &ActorId| meta.actor(*id).is_some_and(|actor| actor.kind == ActorKind::Process);
        let processes = self.actors.iter().filter(|id| is_process(id)).count();
        let what = match processes {
            0 => "threads",
            n if n == self.actors.len() => "processes",
            _ => "workers",
        };
        format!("place {} · {} {what}", self.number, self.actors.len())
    }
}

impl Rows {
    /// The rows of any trace: section by section the processes, each with its threads below, the user, the helpers, and
    /// what the resources went through. Whoever replaces another stands below it; long chains share one row.
    pub fn of(meta: &Meta) -> Self {
        Arranged::new(meta).rows()
    }

    /// Rows of chosen places and resources.
    pub fn places(places: Vec<Vec<ActorId>>, resources: Vec<ResourceId>) -> Self {
        let mut lines = Vec::new();
        let mut number = 1;
        for actors in places {
            let is_shared = actors.len() > 1;
            lines.extend(place(number, actors, Under::Nobody));
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

/// A line for the actors of a place: none, one or several.
fn place(number: u32, actors: Vec<ActorId>, under: Under) -> Option<Line> {
    match actors[..] {
        [] => None,
        [actor] => Some(Line::Actor(actor, under)),
        _ => Some(Line::Place(Place { number, actors })),
    }
}

/// What stands together under one heading.
#[derive(Default)]
struct Group {
    heading: Option<SectionId>,
    /// Its sections come one after another, and there are many of them.
    is_folded: bool,
    actors: Vec<ActorId>,
    resources: Vec<ResourceId>,
}

impl Group {
    fn is_empty(&self) -> bool {
        self.actors.is_empty() && self.resources.is_empty()
    }
}

/// Actors and resources by section.
struct Arranged<'a> {
    meta: &'a Meta,
    /// The first one is of what belongs to no section.
    groups: Vec<Group>,
    /// The section of each actor: its own, or that of whoever started it.
    sections: Vec<Option<SectionId>>,
}

impl<'a> Arranged<'a> {
    fn new(meta: &'a Meta) -> Self {
        let mut groups = vec![Group::default()];
        let group_of = group_sections(&meta.sections, &mut groups);
        let group = |section: Option<SectionId>| {
            section.and_then(|s| group_of.get(s.index()).copied()).unwrap_or(0)
        };
        let sections: Vec<_> =
            (0..meta.actors.len()).map(|i| section_of(meta, ActorId::from_index(i))).collect();
        for (i, section) in sections.iter().enumerate() {
            groups[group(*section)].actors.push(ActorId::from_index(i));
        }
        for (i, resource) in meta.resources.iter().enumerate() {
            groups[group(resource.section)].resources.push(ResourceId::from_index(i));
        }
        Self { meta, groups, sections }
    }

    fn rows(&self) -> Rows {
        let mut lines = Vec::new();
        let mut heading = None;
        let headed = self.groups.iter().skip(1).filter(|group| !group.is_empty()).count() > 1;
        for (i, group) in self.groups.iter().enumerate() {
            if let (Some(section), true, false) = (group.heading, headed, group.is_empty())
                && heading.replace(section) != Some(section)
            {
                lines.push(Line::Section(section));
            }
            for role in [&[Role::Main, Role::Work][..], &[Role::User], &[Role::Helper]] {
                let has_role = |id: &&ActorId| role.contains(&self.actor(**id).role);
                let actors: Vec<_> = group.actors.iter().filter(has_role).copied().collect();
                match group.is_folded {
                    true => self.in_turn(&actors, &mut lines),
                    false => self.side_by_side(&actors, &mut lines),
                }
            }
            // What is common to all sections stands below all of them.
            if i > 0 && !group.is_folded {
                lines.extend(group.resources.iter().copied().map(Line::Resource));
            }
        }
        lines.extend(self.groups[0].resources.iter().copied().map(Line::Resource));
        Rows { lines }
    }

    fn actor(&self, id: ActorId) -> &'a Actor {
        &self.meta.actors[id.index()]
    }

    /// The first actors of all sections share a row, the second ones, and so on.
    fn in_turn(&self, actors: &[ActorId], lines: &mut Vec<Line>) {
        let mut places: Vec<Vec<ActorId>> = Vec::new();
        let mut counts = vec![0_usize; self.meta.sections.len()];
        for &id in actors {
            let Some(section) = self.sections[id.index()] else {
                continue;
            };
            let count = &mut counts[section.index()];
            if places.len() <= *count {
                places.push(Vec::new());
            }
            places[*count].push(id);
            *count += 1;
        }
        let places = (1..).zip(places);
        lines.extend(places.filter_map(|(number, actors)| place(number, actors, Under::Nobody)));
    }

    fn side_by_side(&self, actors: &[ActorId], lines: &mut Vec<Line>) {
        let here = |id: ActorId| actors.binary_search(&id).is_ok();
        let mut threads: Vec<Vec<ActorId>> = vec![Vec::new(); self.meta.actors.len()];
        let mut followers: Vec<Vec<ActorId>> = vec![Vec::new(); self.meta.actors.len()];
        let mut first = Vec::new();
        for &id in actors {
            let process =
                self.meta.process_of(id).filter(|process| *process != id && here(*process));
            let before = self.actor(id).replaces.filter(|before| *before != id && here(*before));
            match (process, before) {
                (Some(process), _) => threads[process.index()].push(id),
                (_, Some(before)) => followers[before.index()].push(id),
                _ => first.push(id),
            }
        }
        let mut pools: Vec<(Option<ResourceId>, u32)> = Vec::new();
        let mut placed = vec![false; self.meta.actors.len()];
        // Last those that only replace each other: a trace may say anything.
        for &id in first.iter().chain(actors) {
            if placed[id.index()] || self.is_thread_of(id, actors) {
                continue;
            }
            let chain = chain(id, &followers, &mut placed);
            let pool = self.actor(id).pool;
            let number = match pools.iter_mut().find(|(of, _)| *of == pool) {
                Some((_, number)) => {
                    *number += 1;
                    *number
                }
                None => {
                    pools.push((pool, 1));
                    1
                }
            };
            if chain.len() > FOLD {
                let inner = chain.iter().flat_map(|id| &threads[id.index()]).copied().collect();
                lines.extend(place(number, chain, Under::Nobody));
                lines.extend(place(number, inner, Under::Process));
                continue;
            }
            for (i, &id) in chain.iter().enumerate() {
                let under = if i == 0 { Under::Nobody } else { Under::Replaced };
                lines.push(Line::Actor(id, under));
                let inner = threads[id.index()].iter();
                lines.extend(inner.map(|thread| Line::Actor(*thread, Under::Process)));
            }
        }
    }

    /// Whether it stands below its process.
    fn is_thread_of(&self, id: ActorId, actors: &[ActorId]) -> bool {
        let process = self.meta.process_of(id);
        process.is_some_and(|process| process != id && actors.binary_search(&process).is_ok())
    }
}

/// An actor, and who came into its place one after another.
fn chain(first: ActorId, followers: &[Vec<ActorId>], placed: &mut [bool]) -> Vec<ActorId> {
    let mut chain = Vec::new();
    let mut next = vec![first];
    while let Some(id) = next.pop() {
        if !std::mem::replace(&mut placed[id.index()], true) {
            chain.push(id);
            next.extend(followers[id.index()].iter().rev());
        }
    }
    chain.sort_unstable();
    chain
}

/// Makes a group for each section, in the order of a table of contents, and answers with the group of each section.
/// Many sections that come one after another are one group.
fn group_sections(sections: &[Section], groups: &mut Vec<Group>) -> Vec<usize> {
    let mut inner: Vec<Vec<usize>> = vec![Vec::new(); sections.len()];
    let mut next = Vec::new();
    for (i, section) in sections.iter().enumerate() {
        match section.within.filter(|outer| outer.index() < sections.len()) {
            Some(outer) => inner[outer.index()].push(i),
            None => next.push(i),
        }
    }
    let many = |siblings: &[usize]| siblings.iter().filter(|i| sections[**i].begins).count() > FOLD;
    let mut group_of = vec![0; sections.len()];
    let mut shared: Vec<(Option<SectionId>, usize)> = Vec::new();
    let top = next.clone();
    next.reverse();
    // Last those that are only within each other: a trace may say anything.
    let rest = (0..sections.len()).rev();
    let mut next: Vec<usize> = rest.chain(next).collect();
    while let Some(i) = next.pop() {
        if group_of[i] > 0 {
            continue;
        }
        let within = sections[i].within;
        let siblings = within.and_then(|outer| inner.get(outer.index())).unwrap_or(&top);
        let is_folded = sections[i].begins && many(siblings);
        let known = shared.iter().find(|(of, _)| is_folded && *of == within);
        group_of[i] = match known {
            Some((_, group)) => *group,
            None => {
                let heading = if is_folded { within } else { Some(SectionId::from_index(i)) };
                groups.push(Group { heading, is_folded, ..Group::default() });
                if is_folded {
                    shared.push((within, groups.len() - 1));
                }
                groups.len() - 1
            }
        };
        next.extend(inner[i].iter().rev());
    }
    group_of
}

/// The section of an actor: its own, or that of whoever started it.
fn section_of(meta: &Meta, id: ActorId) -> Option<SectionId> {
    let mut at = id;
    // A trace may say anything, so also that two actors started each other.
    for _ in 0..=meta.actors.len() {
        let actor = meta.actor(at)?;
        if let Some(section) = actor.section {
            return Some(section).filter(|section| section.index() < meta.sections.len());
        }
        at = actor.parent?;
    }
    None
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
        let owned = track.owners.iter().take(8).any(|o| o.owner.is_some());
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
