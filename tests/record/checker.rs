//! What may follow what, on each kind of resource. It replays the waiting lines exactly: who is given what, in which
//! order, and that nobody else takes it; a lock, an rlock or a permit anybody may take who comes when it is free.

use concurrency_lab::trace::{
    ActorId, End, Event, EventKind as K, Item, Meta, Nanos, Resource, ResourceKind, Trace, WaitEnd,
    WaitOp,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Everything the event names is known.
pub fn check_names(meta: &Meta, event: &Event) {
    assert!(event.actor.index() < meta.actors.len(), "{event:?}");
    if let Some(res) = event.kind.resource() {
        assert!(res.index() < meta.resources.len(), "{event:?}");
    }
    match event.kind {
        K::Message { text, .. } | K::Ended(End::Error(text)) => {
            assert!(text.index() < meta.texts.len(), "{event:?}");
        }
        K::Spawned { child } => assert!(child.index() < meta.actors.len(), "{event:?}"),
        _ => {}
    }
}

pub fn check(trace: &Trace) {
    let meta = trace.meta();
    let mut things: Vec<_> = meta.resources.iter().map(Thing::new).collect();
    let mut actors = vec![Life::default(); meta.actors.len()];
    for event in trace.events() {
        actors[event.actor.index()].take(event);
        if let Some(res) = event.kind.resource() {
            things[res.index()].take(event);
        }
    }
    for life in actors {
        assert!(life.waits.is_none() || !life.ended, "ended while it waited: {:?}", life.waits);
    }
}

#[derive(Clone, Default)]
struct Life {
    next_seq: u32,
    last: Nanos,
    waits: Option<K>,
    ended: bool,
}

impl Life {
    fn take(&mut self, event: &Event) {
        assert_eq!(event.seq, self.next_seq, "no event is missing: {event:?}");
        self.next_seq += 1;
        assert!(event.at >= self.last, "time goes on: {event:?}");
        self.last = event.at;
        assert!(!self.ended, "nothing follows the end: {event:?}");
        match event.kind {
            K::WaitBegan { .. } => {
                assert_eq!(self.waits, None, "one wait at a time");
                self.waits = Some(event.kind);
            }
            K::WaitEnded { res, .. } => {
                let wait = self.waits.take().and_then(|wait| wait.resource());
                assert_eq!(wait, Some(res), "the wait that began ends");
            }
            K::Acquired { res } if self.waits.is_some() => {
                let wait = self.waits.take().and_then(|wait| wait.resource());
                assert_eq!(wait, Some(res), "what was waited for is acquired");
            }
            K::Ended(_) => self.ended = true,
            // Who waits for a condition gives its lock back then.
            K::Released { .. } => {}
            _ => assert_eq!(self.waits, None, "who waits does nothing else: {event:?}"),
        }
    }
}

/// A waiting line, and those of it who were answered and have not said so yet.
#[derive(Default)]
struct Line {
    pending: VecDeque<ActorId>,
    granted: BTreeSet<ActorId>,
    refused: BTreeSet<ActorId>,
}

impl Line {
    fn grant_first(&mut self) -> Option<ActorId> {
        let first = self.pending.pop_front();
        self.granted.extend(first);
        first
    }

    fn grant_all(&mut self) {
        self.granted.extend(self.pending.drain(..));
    }

    fn refuse_all(&mut self) {
        self.refused.extend(self.pending.drain(..));
    }

    fn end(&mut self, actor: ActorId, how: WaitEnd) {
        match how {
            WaitEnd::Woken => assert!(self.granted.remove(&actor), "woken by something"),
            WaitEnd::Broken => assert!(
                // A putter that was given room may find the queue closed when it wakes.
                self.refused.remove(&actor) || self.granted.remove(&actor),
                "refused by something"
            ),
            WaitEnd::TimedOut | WaitEnd::Cancelled | WaitEnd::Interrupted => {
                let place = self.pending.iter().position(|waiter| *waiter == actor);
                assert!(place.is_some(), "who was answered does not give up");
                self.pending.retain(|waiter| *waiter != actor);
            }
        }
    }
}

struct Thing<'a> {
    resource: &'a Resource,
    last: Option<Nanos>,
    /// Times each actor holds it.
    held: BTreeMap<ActorId, u32>,
    line: Line,
    putters: Line,
    joiners: BTreeSet<ActorId>,
    /// Items put in and not told to be done.
    undone: usize,
    items: VecDeque<Item>,
    version: u32,
    generation: u32,
    closed: bool,
}

impl<'a> Thing<'a> {
    fn new(resource: &'a Resource) -> Self {
        Self {
            resource,
            last: None,
            held: BTreeMap::new(),
            line: Line::default(),
            putters: Line::default(),
            joiners: BTreeSet::new(),
            undone: 0,
            items: resource.initial.iter().copied().collect(),
            version: 0,
            generation: 0,
            closed: false,
        }
    }

    fn take(&mut self, event: &Event) {
        let kind = self.resource.kind;
        let outside = matches!(event.kind, K::WaitBegan { .. }) && kind == ResourceKind::Lock;
        if !outside {
            assert!(self.last < Some(event.at), "strictly ordered: {event:?}");
            self.last = Some(event.at);
        }
        match kind {
            ResourceKind::Lock => self.lock(event),
            ResourceKind::RLock | ResourceKind::Semaphore => self.owned(event),
            ResourceKind::Condition | ResourceKind::Event | ResourceKind::Barrier => {
                self.signal(event);
            }
            ResourceKind::Queue => self.queue(event),
            ResourceKind::Value => self.variable(event),
            ResourceKind::Future => {}
            other => panic!("no test uses {other:?}"),
        }
    }

    fn lock(&mut self, event: &Event) {
        match event.kind {
            K::Acquired { .. } => {
                assert!(self.held.is_empty(), "one owner: {event:?}");
                self.held.insert(event.actor, 1);
            }
            K::Released { .. } => {
                assert!(
                    self.held.remove(&event.actor).is_some(),
                    "released by its owner: {event:?}"
                );
            }
            K::WaitBegan { .. } => {}
            // Only the emulated interpreter lock and a bare one give up waiting.
            K::WaitEnded { how: WaitEnd::Cancelled | WaitEnd::TimedOut, .. } => {}
            _ => panic!("not of a lock: {event:?}"),
        }
    }

    fn owned(&mut self, event: &Event) {
        let rlock = self.resource.kind == ResourceKind::RLock;
        match event.kind {
            K::WaitBegan { .. } => self.line.pending.push_back(event.actor),
            K::WaitEnded { how, .. } => {
                assert_ne!(how, WaitEnd::Woken, "acquired, rather");
                self.line.end(event.actor, how);
            }
            K::Acquired { .. } => {
                // Whoever comes when it is free takes it, whoever waits.
                self.line.pending.retain(|waiter| *waiter != event.actor);
                *self.held.entry(event.actor).or_default() += 1;
            }
            K::Released { .. } => {
                let depth = self.held.get_mut(&event.actor).expect("released by a holder");
                *depth -= 1;
                self.held.retain(|_, depth| *depth > 0);
            }
            // A bounded one takes no permit back that nobody has.
            K::Refused { .. } if !rlock => assert!(self.held.is_empty(), "refused: {event:?}"),
            _ => panic!("not of {:?}: {event:?}", self.resource.kind),
        }
        let (holders, room) = if rlock {
            (self.held.len(), 1)
        } else {
            let held: u32 = self.held.values().sum();
            (held as usize, self.resource.capacity.unwrap() as usize)
        };
        assert!(holders <= room, "too many: {event:?}");
    }

    fn signal(&mut self, event: &Event) {
        match event.kind {
            K::WaitBegan { .. } => self.line.pending.push_back(event.actor),
            K::WaitEnded { how, .. } => self.line.end(event.actor, how),
            K::Notified { woken, .. } => {
                for _ in 0..woken {
                    assert!(self.line.grant_first().is_some(), "notified nobody");
                }
            }
            K::Set { .. } => self.line.grant_all(),
            K::Cleared { .. } => self.closed = false,
            K::BarrierPassed { generation, .. } => {
                assert_eq!(generation, self.generation);
                assert!(!self.closed, "a broken barrier opens for nobody");
                let parties = self.line.pending.len() + 1;
                assert_eq!(parties, self.resource.capacity.unwrap() as usize);
                self.generation += 1;
                self.line.grant_all();
            }
            K::BarrierBroken { .. } => {
                assert!(!self.closed, "broken once");
                self.closed = true;
                self.line.refuse_all();
            }
            _ => panic!("not of {:?}: {event:?}", self.resource.kind),
        }
    }

    fn queue(&mut self, event: &Event) {
        match event.kind {
            K::WaitBegan { op: WaitOp::Join, .. } => {
                assert!(self.undone > 0, "there is nothing to wait for: {event:?}");
                self.joiners.insert(event.actor);
            }
            K::ItemDone { .. } => self.undone -= 1,
            K::WaitBegan { op, .. } => self.side(op).pending.push_back(event.actor),
            K::WaitEnded { how, .. } => {
                let puts = &self.putters;
                let put = puts.pending.contains(&event.actor)
                    || puts.granted.contains(&event.actor)
                    || puts.refused.contains(&event.actor);
                let join = self.joiners.remove(&event.actor);
                let op = if put { WaitOp::Put } else { WaitOp::Get };
                if !join {
                    self.side(op).end(event.actor, how);
                }
            }
            K::Put { item, .. } => {
                assert!(!self.closed, "closed: {event:?}");
                self.items.push_back(item);
                self.undone += 1;
                self.line.grant_first();
            }
            K::Got { item, .. } => {
                assert_eq!(self.items.pop_front(), Some(item), "first in, first out");
                self.putters.grant_first();
            }
            K::FoundEmpty { .. } => {
                assert_eq!(
                    self.items.len(),
                    self.line.granted.len(),
                    "there was an item for nobody else: {event:?}"
                );
            }
            K::Closed { .. } => {
                assert!(!self.closed, "closed once");
                self.closed = true;
                self.line.refuse_all();
                self.putters.refuse_all();
            }
            _ => panic!("not of a queue: {event:?}"),
        }
        assert!(self.line.granted.len() <= self.items.len(), "{event:?}");
        if let Some(bound) = self.resource.capacity {
            let taken = self.items.len() + self.putters.granted.len();
            assert!(taken <= bound as usize, "overfull: {event:?}");
        }
    }

    fn side(&mut self, op: WaitOp) -> &mut Line {
        match op {
            WaitOp::Put => &mut self.putters,
            _ => &mut self.line,
        }
    }

    fn variable(&mut self, event: &Event) {
        let now = self.items[0];
        match event.kind {
            K::ValueRead { version, value, .. } => {
                assert_eq!((version, value), (self.version, now), "{event:?}");
            }
            K::ValueChanged { version, old, new, .. } => {
                assert_eq!((version, old), (self.version + 1, now), "{event:?}");
                self.version = version;
                self.items[0] = new;
            }
            _ => panic!("not of a variable: {event:?}"),
        }
    }
}
