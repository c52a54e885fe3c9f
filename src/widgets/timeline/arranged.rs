//! The rows of any trace, from what it says of its actors, resources and sections.

use super::rows::{Line, Rows, Under};
use crate::trace::{Actor, ActorId, Meta, ResourceId, Role, Section, SectionId};

/// Longer chains of actors that replaced one another, and more sections in turn than this, share rows.
const FOLD: usize = 4;

/// The rows of a trace; see [`Rows::of`].
pub(super) fn rows(meta: &Meta) -> Rows {
    Arranged::new(meta).rows()
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
            (0..meta.actors.len()).map(|i| meta.section_of(ActorId::from_index(i))).collect();
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
        lines.extend(
            places.filter_map(|(number, actors)| Line::of_place(number, actors, Under::Nobody)),
        );
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
                lines.extend(Line::of_place(number, chain, Under::Nobody));
                lines.extend(Line::of_place(number, inner, Under::Process));
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
