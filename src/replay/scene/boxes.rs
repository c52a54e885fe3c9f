//! Which actor and which resource stands in which box: sections, in them processes, in them threads and resources.

use super::present::Present;
use super::{ProcessAt, SectionAt};
use crate::replay::state::State;
use crate::trace::{ActorId, ActorKind, Home, Meta, ResourceId, Role, SectionId};

/// What stands in a box.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Content {
    Itself,
    /// A thread, with the pool that it is a worker of and its place there.
    Thread(Option<ResourceId>, usize, ActorId),
    Helper(ActorId),
    Resource(ResourceId),
}

/// The box of a process; boxes are ordered as they are drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Process {
    is_other: bool,
    pool: Option<ResourceId>,
    place: usize,
    id: Option<ActorId>,
}

/// An actor or resource in its box, ordered as all are drawn. Those in no process come last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    section: Option<SectionId>,
    is_between: bool,
    process: Process,
    content: Content,
}

/// The sections with what is in them at an instant, in order.
pub fn sections(meta: &Meta, state: &State) -> Vec<SectionAt> {
    let present = Present::new(meta, state);
    let actors = (0..meta.actors.len()).map(ActorId::from_index);
    let resources = (0..meta.resources.len()).map(ResourceId::from_index);
    // A copy is there once somebody has made or used it, where it is known what is in it.
    let is_there = |id: &ResourceId| {
        meta.resource(*id).is_none_or(|named| {
            let is_there = || state.resource(*id).is_some_and(|res| res.is_there);
            named.copy_of.is_none() || !named.is_copied_unseen() && is_there()
        })
    };
    let resources = resources.filter(is_there);
    let actors = actors.filter_map(|id| actor(meta, &present, id));
    let mut entries: Vec<_> =
        actors.chain(resources.filter_map(|id| resource(meta, &present, id))).collect();
    entries.sort_unstable();
    let mut sections: Vec<SectionAt> = Vec::new();
    for of_section in entries.chunk_by(|a, b| a.section == b.section) {
        let mut section = SectionAt { id: of_section[0].section, ..SectionAt::default() };
        for together in
            of_section.chunk_by(|a, b| (a.is_between, a.process) == (b.is_between, b.process))
        {
            section.add(meta, &present, together);
        }
        sections.push(section);
    }
    if sections.len() > 1 {
        // Beside sections, those who only start and serve the others are no section of their own.
        let serves = |at: &ProcessAt| {
            let is_program = at.process.is_none() || at.process == present.program();
            is_program && at.threads.is_empty() && at.resources.is_empty()
        };
        let unnamed = sections.iter_mut().filter(|section| section.id.is_none());
        unnamed.for_each(|section| section.processes.retain(|at| !serves(at)));
        sections.retain(|section| !section.processes.is_empty() || !section.between.is_empty());
    }
    sections
}

fn actor(meta: &Meta, present: &Present<'_>, id: ActorId) -> Option<Entry> {
    let section = present.section_of(id);
    let actor = meta.actor(id).filter(|_| present.actor(id) && present.section(section))?;
    let content = match (actor.kind, actor.role) {
        (ActorKind::Process, _) => Content::Itself,
        (ActorKind::Thread, Role::Main | Role::Helper) => Content::Helper(id),
        (ActorKind::Thread, Role::Work | Role::User) => {
            let (pool, place) = present.rank(id);
            Content::Thread(pool, place, id)
        }
    };
    Some(Entry::of(present, section, present.process_of(id), content))
}

fn resource(meta: &Meta, present: &Present<'_>, id: ResourceId) -> Option<Entry> {
    // Of the end of an actor tells that actor's box.
    let resource = meta.resource(id).filter(|res| !res.is_an_end() && present.resource(id))?;
    let own = resource.section;
    let content = Content::Resource(id);
    let entry = match resource.home {
        Home::Program => Entry::of(present, own, present.program(), content),
        Home::Process(home) if meta.actor(home).is_some() => {
            let process = present.process_of(home).filter(|process| present.actor(*process));
            // The memory of a process that was replaced is gone with it.
            if process.is_none() && present.process_of(home).is_some() {
                return None;
            }
            let section = own.or_else(|| present.section_of(process?));
            Entry::of(present, section, process, content)
        }
        // In the memory of a process that the trace does not name: in that of none that is drawn.
        Home::Shared | Home::Process(_) => {
            Entry { is_between: true, ..Entry::of(present, own, None, content) }
        }
    };
    present.section(entry.section).then_some(entry)
}

impl Entry {
    fn of(
        present: &Present<'_>,
        section: Option<SectionId>,
        process: Option<ActorId>,
        content: Content,
    ) -> Self {
        let (pool, place) = process.map_or((None, usize::MAX), |id| present.rank(id));
        let is_other = process.is_some() && process != present.program();
        let process = Process { is_other, pool, place, id: process };
        Self { section, is_between: false, process, content }
    }
}

impl SectionAt {
    /// Adds what stands in one box, or between boxes.
    fn add(&mut self, meta: &Meta, present: &Present<'_>, entries: &[Entry]) {
        let Process { pool, id, .. } = entries[0].process;
        let mut at = ProcessAt {
            process: id,
            pool,
            before: id.and_then(|id| meta.actor(id)?.replaces),
            elsewhere: id.is_some_and(|id| present.section_of(id) != self.id),
            ..ProcessAt::default()
        };
        for entry in entries {
            match entry.content {
                Content::Itself => {}
                Content::Thread(_, _, id) => at.threads.push(id),
                Content::Helper(id) => at.helpers.push(id),
                Content::Resource(id) if entry.is_between => self.between.push(id),
                Content::Resource(id) => at.resources.push(id),
            }
        }
        if !entries[0].is_between {
            self.processes.push(at);
        }
    }
}
