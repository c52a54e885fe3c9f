//! The recorder, which all threads of a run share: names, clock, cancellation.

use super::collector::Collector;
use super::log::Log;
use super::remote::RemoteLog;
use super::stream::{LARGEST, Reader, Writer, stream};
use super::{Cancel, Clock, enter};
use crate::trace::{
    Actor, ActorId, Batch, ExceptionId, Meta, Nanos, Resource, ResourceId, Section, SectionId,
    SourceId, TextId,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// The room of the first ring of an actor of another process, in events, which come in chunks.
const REMOTE_EVENTS: usize = 2_048;

/// How much of a run is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many events an actor can record, at most, before it needs more memory unless the collector has looked.
    pub ring: usize,
    /// How many events of a run are kept. A run that records more is stopped: its recording would not fit in memory
    /// beside what is derived from it. It may keep a few more: what was under way when the limit was reached.
    pub events: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ring: LARGEST, events: 10_000_000 }
    }
}

/// A run was stopped because it recorded more events than are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyEvents(
    /// How many are kept.
    pub u64,
);

impl std::error::Error for TooManyEvents {}

impl std::fmt::Display for TooManyEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(most) = *self;
        f.write_str("the run was stopped at ")?;
        match most {
            0..1_000_000 => write!(f, "{most}")?,
            _ => write!(f, "{} million", most / 1_000_000)?,
        }
        f.write_str(" events, the most that are kept; choose fewer operations or longer pauses")
    }
}

/// Shared by all threads of a run. A clone is another handle to one recorder.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
    /// The section of all that is registered with this handle, unless another one is given.
    section: Option<SectionId>,
}

pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) cancel: Cancel,
    /// The thread to wake when there is much to collect.
    pub(super) collector: OnceLock<std::thread::Thread>,
    /// Whether the collector is to take in all that is left, and end.
    pub(super) finishing: AtomicBool,
    limits: Limits,
    /// Whether events are kept: the limit is not reached, and somebody reads them.
    keeps: AtomicBool,
    /// Whether the limit of events is reached.
    full: AtomicBool,
    /// Whether somebody has reported that the limit is reached.
    told: AtomicBool,
    /// The number of events written. Each writer adds its own to it now and then.
    written: AtomicU64,
    /// The number of exceptions that were given an id.
    exceptions: AtomicU32,
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
    /// Names that the collector has not passed on yet.
    news: Batch,
    streams: Vec<Reader>,
}

impl Recorder {
    /// Begins a recording: spawns the thread "collector", which hands batches to `sink`. Ids continue after the
    /// tables of `meta`, which the sink is expected to have.
    pub fn start(
        meta: Meta,
        clock: Clock,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        Self::with_limits(meta, clock, Limits::default(), sink)
    }

    /// [`Recorder::start`] with other limits.
    pub fn with_limits(
        meta: Meta,
        clock: Clock,
        limits: Limits,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        Self::new(meta, || clock, Cancel::new(), limits, sink)
    }

    /// [`Recorder::start`] with a clock that is asked for last, when everything else is there, and with what can stop the
    /// run before that.
    pub fn begin(
        meta: Meta,
        clock: impl FnOnce() -> Clock,
        cancel: Cancel,
        sink: impl FnMut(Batch) + Send + 'static,
    ) -> (Self, Collector) {
        Self::new(meta, clock, cancel, Limits::default(), sink)
    }

    fn new(
        meta: Meta,
        clock: impl FnOnce() -> Clock,
        cancel: Cancel,
        limits: Limits,
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
            limits,
            keeps: AtomicBool::new(true),
            full: AtomicBool::new(false),
            told: AtomicBool::new(false),
            written: AtomicU64::new(0),
            exceptions: AtomicU32::new(0),
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

    /// The id of an exception that no other one of the run has: those of tasks and of processes are below it.
    pub(super) fn exception(&self) -> ExceptionId {
        ExceptionId(1 << 31 | self.shared.exceptions.fetch_add(1, Ordering::Relaxed))
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

    /// The id of a text; equal texts have one id. Locks: for set-up, and for what happens rarely.
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
        Log::new(self.clone(), self.register(actor, self.shared.limits.ring, None))
    }

    /// Registers an actor whose events another process stamps, from now on. Locks and allocates.
    pub fn remote(&self, actor: Actor) -> RemoteLog {
        self.remote_from(actor, self.shared.clock.now())
    }

    /// The same of an actor that may have begun before: all it records happens at `from` or later.
    pub fn remote_from(&self, actor: Actor, from: Nanos) -> RemoteLog {
        let capacity = self.shared.limits.ring.min(REMOTE_EVENTS);
        RemoteLog::new(self.clone(), self.register(actor, capacity, Some(from)))
    }

    fn register(&self, mut actor: Actor, capacity: usize, remote: Option<Nanos>) -> Writer {
        actor.section = actor.section.or(self.section);
        let mut registry = enter(&self.shared.registry);
        let id = ActorId::from_index(registry.actors);
        registry.actors += 1;
        registry.news.actors.push(actor);
        let (writer, reader) = stream(Arc::clone(&self.shared), id, capacity, remote);
        registry.streams.push(reader);
        writer
    }

    /// Why the run was stopped, if it was because it recorded too much.
    pub fn too_many(&self) -> Option<TooManyEvents> {
        let full = self.shared.full.load(Ordering::Acquire);
        full.then_some(TooManyEvents(self.shared.limits.events))
    }

    /// As [`too_many`](Self::too_many), but only for the first caller, which reports it.
    pub(super) fn too_many_untold(&self) -> Option<TooManyEvents> {
        let too_many = self.too_many()?;
        (!self.shared.told.swap(true, Ordering::Relaxed)).then_some(too_many)
    }
}

impl Shared {
    /// Whether events are kept.
    #[inline]
    pub(super) fn keeps(&self) -> bool {
        self.keeps.load(Ordering::Relaxed)
    }

    /// Nobody reads any more what is recorded.
    pub(super) fn nobody_reads(&self) {
        self.keeps.store(false, Ordering::Release);
    }

    /// Counts events that were written, and has the collector look at them.
    #[cold]
    pub(super) fn count(&self, events: u64) {
        let before = self.written.fetch_add(events, Ordering::Relaxed);
        self.stop_beyond(before + events);
        if let Some(thread) = self.collector.get() {
            thread.unpark();
        }
    }

    /// Stops the run if it has more than the limit of events.
    pub(super) fn stop_beyond(&self, events: u64) {
        if events > self.limits.events && !self.full.swap(true, Ordering::AcqRel) {
            self.keeps.store(false, Ordering::Release);
            self.cancel.cancel();
        }
    }

    pub(super) fn take_streams(&self) -> Vec<Reader> {
        std::mem::take(&mut enter(&self.registry).streams)
    }

    pub(super) fn take_news(&self) -> Batch {
        std::mem::take(&mut enter(&self.registry).news)
    }
}
