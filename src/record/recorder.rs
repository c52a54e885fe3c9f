//! What everybody in a run shares: names, clock, cancellation.

use super::collector::Collector;
use super::log::Log;
use super::remote::RemoteLog;
use super::ring::{Link, RingEnd, ring};
use super::{Cancel, Clock, enter};
use crate::trace::{
    Actor, ActorId, Batch, Event, Meta, Resource, ResourceId, Section, SectionId, SourceId, TextId,
};
use crossbeam::utils::CachePadded;
use rtrb::Producer;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// How many events an actor can record before the collector must have looked. At 40 bytes each this is 1.3 MB of
/// address space, of which the system provides what is used.
pub const RING_EVENTS: usize = 32_768;
/// The same for an actor of another process, whose events come in chunks and wait for room.
const REMOTE_EVENTS: usize = 2_048;

/// Shared by everybody in a run. Clones are the same recorder.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
    /// The part of the run that what is registered belongs to, unless it says another.
    section: Option<SectionId>,
}

pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) cancel: Cancel,
    /// The thread to wake when a ring fills up.
    pub(super) collector: OnceLock<std::thread::Thread>,
    /// The collector is to drain everything and end.
    pub(super) finishing: AtomicBool,
    /// Somebody drains the rings.
    pub(super) collecting: AtomicBool,
    capacity: usize,
    sources: HashMap<String, SourceId>,
    registry: Mutex<Registry>,
}

#[derive(Default)]
struct Registry {
    sections: usize,
    actors: usize,
    resources: usize,
    texts: HashMap<String, TextId>,
    /// How many texts there are; more than `texts` where the given ones repeat.
    text_count: usize,
    /// What the collector has not passed on yet.
    news: Batch,
    rings: Vec<RingEnd>,
}

impl Recorder {
    /// Begins a recording: spawns the thread "collector", which hands batches to `sink`. Ids continue after the
    /// tables of `meta`, which the sink is expected to have.
    pub fn start(
        meta: Meta,
        clock: Clock,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        Self::with_capacity(meta, clock, RING_EVENTS, sink)
    }

    /// [`Recorder::start`] with another size of the actors' rings, in events (at least 2).
    pub fn with_capacity(
        meta: Meta,
        clock: Clock,
        capacity: usize,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        Self::new(meta, || clock, Cancel::new(), capacity, sink)
    }

    /// [`Recorder::start`] with a clock that is asked for last, when everything else is there, and with what can stop the
    /// run before that.
    pub fn begin(
        meta: Meta,
        clock: impl FnOnce() -> Clock,
        cancel: Cancel,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        Self::new(meta, clock, cancel, RING_EVENTS, sink)
    }

    fn new(
        meta: Meta,
        clock: impl FnOnce() -> Clock,
        cancel: Cancel,
        capacity: usize,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        let sources = meta.sources.into_iter().enumerate();
        let texts = meta.texts.into_iter().enumerate();
        let registry = Registry {
            sections: meta.sections.len(),
            actors: meta.actors.len(),
            resources: meta.resources.len(),
            text_count: texts.len(),
            texts: texts.map(|(i, text)| (text, TextId::from_index(i))).collect(),
            ..Registry::default()
        };
        let sources = sources.map(|(i, source)| (source.name, SourceId::from_index(i))).collect();
        let collector = Collector::spawn(sink);
        let shared = Arc::new(Shared {
            clock: clock(),
            cancel,
            collector: OnceLock::new(),
            finishing: AtomicBool::new(false),
            collecting: AtomicBool::new(true),
            capacity,
            sources,
            registry: Mutex::new(registry),
        });
        let collector = collector.collect(Arc::clone(&shared));
        (Self { shared, section: None }, collector)
    }

    /// The clock of the run.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Stops the run.
    pub fn cancel(&self) -> &Cancel {
        &self.shared.cancel
    }

    /// Registers a section. Locks: for set-up.
    pub fn section(&self, section: Section) -> SectionId {
        let mut registry = enter(&self.shared.registry);
        let id = SectionId::from_index(registry.sections);
        registry.sections += 1;
        registry.news.sections.push(section);
        id
    }

    /// The same recorder for a part of the run: what is registered with it belongs to that part.
    pub fn within(&self, section: SectionId) -> Self {
        Self { shared: Arc::clone(&self.shared), section: Some(section) }
    }

    /// Puts on record what was found out about `key`; a later value counts. Locks: for set-up.
    pub fn fact(&self, key: &str, value: impl Into<String>) {
        enter(&self.shared.registry).news.facts.push((key.to_owned(), value.into()));
    }

    /// Registers a resource. Locks: for set-up.
    pub fn resource(&self, mut resource: Resource) -> ResourceId {
        resource.section = resource.section.or(self.section);
        let mut registry = enter(&self.shared.registry);
        let id = ResourceId::from_index(registry.resources);
        registry.resources += 1;
        registry.news.resources.push(resource);
        id
    }

    /// The id of a text, the same for equal texts. Locks: for set-up, and for what happens rarely.
    pub fn text(&self, text: &str) -> TextId {
        let mut registry = enter(&self.shared.registry);
        if let Some(id) = registry.texts.get(text) {
            return *id;
        }
        let id = TextId::from_index(registry.text_count);
        registry.text_count += 1;
        registry.texts.insert(text.to_owned(), id);
        registry.news.texts.push(text.to_owned());
        id
    }

    /// The point of the shown program with this name, or [`SourceId::NONE`].
    pub fn source(&self, name: &str) -> SourceId {
        let found = self.shared.sources.get(name);
        found.copied().unwrap_or(SourceId::NONE)
    }

    /// Registers an actor and makes what it records with. Locks and allocates.
    pub fn log(&self, actor: Actor) -> Log {
        let (id, producer, link) = self.register(actor, self.shared.capacity);
        Log::new(self.clone(), id, producer, link)
    }

    /// Registers an actor whose events another process stamps. Locks and allocates.
    pub fn remote(&self, actor: Actor) -> RemoteLog {
        let capacity = self.shared.capacity.min(REMOTE_EVENTS);
        let (id, producer, link) = self.register(actor, capacity);
        RemoteLog::new(self.clone(), id, producer, link)
    }

    fn register(
        &self,
        mut actor: Actor,
        capacity: usize,
    ) -> (ActorId, Producer<Event>, Arc<CachePadded<Link>>) {
        actor.section = actor.section.or(self.section);
        let mut registry = enter(&self.shared.registry);
        let id = ActorId::from_index(registry.actors);
        registry.actors += 1;
        registry.news.actors.push(actor);
        let (producer, link, end) = ring(id, capacity);
        registry.rings.push(end);
        (id, producer, link)
    }

    /// Makes the collector look at the rings now.
    pub(super) fn wake_collector(&self) {
        if let Some(thread) = self.shared.collector.get() {
            thread.unpark();
        }
    }

    /// Whether somebody drains the rings.
    pub(super) fn is_collecting(&self) -> bool {
        self.shared.collecting.load(Ordering::Acquire)
    }
}

impl Shared {
    pub(super) fn take_rings(&self) -> Vec<RingEnd> {
        std::mem::take(&mut enter(&self.registry).rings)
    }

    pub(super) fn take_news(&self) -> Batch {
        std::mem::take(&mut enter(&self.registry).news)
    }
}
