//! Several runs as one trace.

use super::{CompareError, RUNS, Side};
use crate::export::trace_events::ODD;
use crate::replay::{Finding, program};
use crate::trace::{
    Actor, ActorId, Batch, End, Event, EventKind, ExceptionId, Home, Item, ItemView, Listing, Meta,
    Nanos, Resource, ResourceId, Role, Section, SectionId, SourceId, SourcePoint, TextId, Trace,
    Warning,
};

/// The most events of all runs together: those of one recording.
const EVENTS: usize = 10_500_000;

/// The facts that are sentences about a recording: they are true of it in a joined trace, too.
const SAID: [&str; 2] = [Meta::UNSEEN, ODD];

/// Several runs as one trace, and what each of them proves, with the moments in that trace. Each run is a section that
/// begins at 0; its own sections are within it. Of a run that is over before the others, whoever has not ended by then is
/// left out from there on: its program had ended, or the recording says no more. Where its program had ended, its section
/// ends on record, and what was still owned is owned by nobody.
///
/// # Errors
/// Fewer than two or more than four runs, one that is empty or odd, or too much for one trace.
pub fn join(sides: &[Side<'_>]) -> Result<(Trace, Vec<Finding>), CompareError> {
    if !RUNS.contains(&sides.len()) {
        return Err(CompareError::Number(sides.len()));
    }
    let (mut meta, mut moves) = (Meta::default(), Vec::new());
    for side in sides {
        let moved = Moved::after(&meta, &moves, side)?;
        moved.names(&mut meta, side);
        moves.push(moved);
    }
    fits(&meta, sides)?;
    let end = moves.iter().map(|moved| moved.end).max().unwrap_or_default();
    let mut events = Vec::with_capacity(sides.iter().map(|side| side.trace.events().len()).sum());
    let mut warnings = Vec::new();
    for (side, moved) in sides.iter().zip(&moves) {
        events.extend(side.trace.events().iter().map(|event| moved.event(event)));
        events.extend(moved.left_over(side, end));
        warnings.extend(side.trace.warnings().iter().map(|warning| moved.warning(warning)));
    }
    let all_stuck = sides.iter().all(|side| side.trace.stuck().is_some());
    let mut trace = Trace::new(meta);
    trace.apply(Batch { events, warnings, stuck: all_stuck.then_some(end), ..Batch::default() });
    let findings = sides.iter().zip(&moves).flat_map(|(side, moved)| {
        side.findings.iter().map(|finding| moved.finding(side, finding, &trace))
    });
    let findings = findings.collect();
    Ok((trace, findings))
}

fn fits(meta: &Meta, sides: &[Side<'_>]) -> Result<(), CompareError> {
    // The last number of each means none.
    let most = usize::from(u16::MAX) - 1;
    let events = sides.iter().map(|side| side.trace.events().len()).sum::<usize>();
    for (what, count, most) in [
        ("threads and processes", meta.actors.len(), most),
        ("locks and other resources", meta.resources.len(), most),
        ("sections", meta.sections.len(), most),
        ("points of their programs", meta.sources.len(), most),
        ("events", events, EVENTS),
    ] {
        if count > most {
            return Err(CompareError::TooLarge(what));
        }
    }
    Ok(())
}

/// Where the ids of a run begin in the joined trace, and which time is 0.
struct Moved {
    section: usize,
    actors: usize,
    resources: usize,
    sources: usize,
    texts: usize,
    exceptions: u32,
    /// One more than the largest number of an exception.
    next_exception: u32,
    begin: Nanos,
    /// Its end, in the time of the joined trace.
    end: Nanos,
}

impl Moved {
    /// Of a run that comes after those whose names are in `meta` already.
    fn after(meta: &Meta, before: &[Self], side: &Side<'_>) -> Result<Self, CompareError> {
        let (trace, own) = (side.trace, side.trace.meta());
        let Some(first) = trace.events().first() else {
            return Err(CompareError::Empty(side.name.to_owned()));
        };
        let exceptions = before.last().map_or(0, |moved| moved.next_exception);
        let mut most = 0;
        for event in trace.events() {
            if !is_named(own, event) {
                return Err(CompareError::Unnamed(side.name.to_owned()));
            }
            most = exception(&event.kind).map_or(most, |id| most.max(id.0.saturating_add(1)));
        }
        Ok(Self {
            section: meta.sections.len(),
            actors: meta.actors.len(),
            resources: meta.resources.len(),
            sources: meta.sources.len(),
            texts: meta.texts.len(),
            exceptions,
            next_exception: exceptions.saturating_add(most),
            begin: first.at,
            end: trace.end().since(first.at),
        })
    }

    fn actor(&self, id: ActorId) -> ActorId {
        ActorId::from_index(self.actors + id.index())
    }

    fn res(&self, id: ResourceId) -> ResourceId {
        match id {
            ResourceId::NONE => id,
            id => ResourceId::from_index(self.resources + id.index()),
        }
    }

    /// The section of the run itself comes first.
    fn section(&self, id: SectionId) -> SectionId {
        SectionId::from_index(self.section + 1 + id.index())
    }

    fn source(&self, id: SourceId) -> SourceId {
        id.some().map_or(id, |id| SourceId::from_index(self.sources + id.index()))
    }

    fn text(&self, id: TextId) -> TextId {
        TextId::from_index(self.texts + id.index())
    }

    fn exception(&self, id: ExceptionId) -> ExceptionId {
        ExceptionId(self.exceptions.saturating_add(id.0))
    }

    fn item(&self, item: Item) -> Item {
        match item.view() {
            ItemView::Text(id) => Item::text(self.text(id)),
            ItemView::Int(_) | ItemView::Nothing => item,
        }
    }

    /// Adds the names of the run.
    fn names(&self, to: &mut Meta, side: &Side<'_>) {
        let own = side.trace.meta();
        let whole = SectionId::from_index(self.section);
        let number = u32::try_from(to.sections.iter().filter(|s| s.within.is_none()).count());
        let run = Section::new(side.name, number.unwrap_or(u32::MAX));
        to.sections.push(run.recorded_by(own.recorder));
        // The others are of one machine, or of one topic: the table has them.
        for (key, said) in own.facts.iter().filter(|(key, _)| SAID.contains(&&key[..])) {
            to.facts.push((key.clone(), format!("{}: {said}", side.name)));
        }
        to.sections.extend(own.sections.iter().map(|section| match section.within {
            Some(outer) => Section { within: Some(self.section(outer)), ..section.clone() },
            // Of several runs of one program each has a section of that name.
            None => {
                let name = format!("{}: {}", side.name, section.name);
                Section { name, within: Some(whole), ..section.clone() }
            }
        }));
        let program = program(own);
        for (index, actor) in own.actors.iter().enumerate() {
            let section = own.section_of(ActorId::from_index(index));
            to.actors.push(Actor {
                parent: actor.parent.map(|id| self.actor(id)),
                section: Some(section.map_or(whole, |id| self.section(id))),
                pool: actor.pool.map(|id| self.res(id)),
                serves: actor.serves.map(|id| self.res(id)),
                replaces: actor.replaces.map(|id| self.actor(id)),
                ..actor.clone()
            });
        }
        for resource in &own.resources {
            // Which program is meant has to be said where there are several.
            let home = match (resource.home, program) {
                (Home::Program, Some(id)) | (Home::Process(id), _) => Home::Process(id),
                (home, _) => home,
            };
            let of_home = |home| match home {
                Home::Process(id) => own.section_of(id),
                Home::Program | Home::Shared => None,
            };
            let section = resource.section.or_else(|| of_home(home));
            to.resources.push(Resource {
                initial: resource.initial.iter().map(|item| self.item(*item)).collect(),
                guard: resource.guard.map(|id| self.res(id)),
                bounds: resource.bounds.map(|bounds| bounds.map(|id| self.res(id))),
                section: Some(section.map_or(whole, |id| self.section(id))),
                home: match home {
                    Home::Process(id) => Home::Process(self.actor(id)),
                    home => home,
                },
                of: resource.of.map(|id| self.actor(id)),
                copy_of: resource.copy_of.map(|id| self.res(id)),
                ..resource.clone()
            });
        }
        to.texts.extend(own.texts.iter().cloned());
        self.programs(to, side);
    }

    /// Adds its listings; one that is of another text than one of that name gets another name.
    fn programs(&self, to: &mut Meta, side: &Side<'_>) {
        let own = side.trace.meta();
        let known: Vec<Listing> = to.listings.clone();
        let other = |file: &str| {
            let text = own.listings.iter().find(|listing| listing.file == file).map(|l| &l.text);
            known.iter().any(|l| l.file == file && Some(&l.text) != text)
        };
        let named = |file: &str| match other(file) {
            true => format!("{}: {file}", side.name),
            false => file.to_owned(),
        };
        for listing in &own.listings {
            let file = named(&listing.file);
            if !known.iter().any(|there| there.file == file) {
                to.listings.push(Listing { file, ..listing.clone() });
            }
        }
        to.sources.extend(own.sources.iter().map(|point| {
            let mut point: SourcePoint = point.clone();
            for place in &mut point.places {
                place.file = named(&place.file);
            }
            point
        }));
    }

    fn event(&self, event: &Event) -> Event {
        Event {
            at: event.at.since(self.begin),
            actor: self.actor(event.actor),
            source: self.source(event.source),
            kind: self.kind(event.kind),
            ..*event
        }
    }

    fn kind(&self, kind: EventKind) -> EventKind {
        use EventKind as K;
        let mut kind = kind.map_texts(|id| self.text(id));
        if let Some(res) = kind.resource_mut() {
            *res = self.res(*res);
        }
        match &mut kind {
            K::Spawned { child: id }
            | K::TaskAssigned { to: id, .. }
            | K::EndSeen { of: id, .. }
            | K::SignalSent { to: id, .. } => {
                *id = self.actor(*id);
            }
            K::Propagated { exception, to } => {
                (*exception, *to) = (self.exception(*exception), self.actor(*to));
            }
            K::Raised { exception, .. }
            | K::Caught { exception }
            | K::Kept { exception, .. }
            | K::Unhandled { exception } => *exception = self.exception(*exception),
            K::SectionBegan { section } | K::SectionEnded { section } => {
                *section = self.section(*section);
            }
            _ => {}
        }
        kind
    }

    /// What ends the lanes of those who have not ended in a run that is over before the joined trace is.
    fn left_over(&self, side: &Side<'_>, end: Nanos) -> Vec<Event> {
        if self.end >= end {
            return Vec::new();
        }
        let (own, state) = (side.trace.meta(), side.replay.latest());
        let ended = |id: ActorId| state.actor(id).is_some_and(|actor| actor.end.is_some());
        let mut mains = own.actors_where(|actor| actor.role == Role::Main);
        let is_over = side.trace.stuck().is_some() || mains.any(ended);
        let mut last = vec![None; own.actors.len()];
        for event in side.trace.events() {
            last[event.actor.index()] = Some(event.seq);
        }
        let left = last.iter().enumerate().filter_map(|(index, seq)| {
            let id = ActorId::from_index(index);
            // One that never did anything has no lane.
            let seq = (*seq).filter(|_| !ended(id))?.saturating_add(1);
            // Of a recording that breaks off nobody knows what came after it.
            let (at, kind) = match is_over {
                true => (self.end, EventKind::Ended(End::Cancelled)),
                false => (end, EventKind::Dropped { count: 0 }),
            };
            Some(Event { at, seq, actor: self.actor(id), source: SourceId::NONE, kind })
        });
        let mut left: Vec<Event> = left.collect();
        // By who comes last of all at that instant.
        let latest = last.iter().enumerate().rev().find_map(|(index, seq)| Some((index, (*seq)?)));
        if let Some((index, seq)) = latest.filter(|_| is_over) {
            let whole = SectionId::from_index(self.section);
            left.push(Event {
                at: self.end,
                seq: seq.saturating_add(2),
                actor: self.actor(ActorId::from_index(index)),
                source: SourceId::NONE,
                kind: EventKind::SectionEnded { section: whole },
            });
        }
        left
    }

    fn warning(&self, warning: &Warning) -> Warning {
        let mut warning = warning.clone();
        let (Warning::WentBack { actor, .. }
        | Warning::Gap { actor, .. }
        | Warning::Repeated { actor, .. }
        | Warning::Late { actor, .. }) = &mut warning;
        *actor = self.actor(*actor);
        warning
    }

    fn finding(&self, side: &Side<'_>, finding: &Finding, joined: &Trace) -> Finding {
        let at = finding.at.since(self.begin);
        let event = match side.trace.events().get(finding.event) {
            Some(event) => {
                let key = self.event(event).key();
                joined.events().partition_point(|event| event.key() < key)
            }
            None => joined.count_until(at).saturating_sub(1),
        };
        Finding {
            at,
            event,
            actors: finding.actors.iter().map(|id| self.actor(*id)).collect(),
            resources: finding.resources.iter().map(|id| self.res(*id)).collect(),
            sentence: format!("{}: {}", side.name, finding.sentence),
            kind: finding.kind,
        }
    }
}

/// Whether all that an event is about is in the tables of its trace.
fn is_named(meta: &Meta, event: &Event) -> bool {
    use EventKind as K;
    let actor = |id: ActorId| meta.actor(id).is_some();
    let other = match event.kind {
        K::Spawned { child: id }
        | K::TaskAssigned { to: id, .. }
        | K::EndSeen { of: id, .. }
        | K::SignalSent { to: id, .. } => actor(id),
        K::Propagated { to, .. } => actor(to),
        K::SectionBegan { section } | K::SectionEnded { section } => {
            meta.section(section).is_some()
        }
        _ => true,
    };
    let res = event.kind.resource();
    other
        && actor(event.actor)
        && res.is_none_or(|id| meta.resource(id).is_some())
        && event.source.some().is_none_or(|id| meta.source(id).is_some())
}

fn exception(kind: &EventKind) -> Option<ExceptionId> {
    use EventKind as K;
    match *kind {
        K::Raised { exception, .. }
        | K::Caught { exception }
        | K::Propagated { exception, .. }
        | K::Kept { exception, .. }
        | K::Unhandled { exception } => Some(exception),
        _ => None,
    }
}
