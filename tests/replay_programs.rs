//! Programs that keep the rules, generated: replay finds that they do. And races, whose losses it counts exactly.
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{LostUpdate, Phase, Replay, State, lost_updates};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Batch, End, Event, EventKind, Item, Meta, Nanos, Resource,
    ResourceId, ResourceKind, SourceId, Trace, WaitOp,
};
use proptest::prelude::*;
use std::collections::VecDeque;

const LOCK: ResourceId = ResourceId(0);
const LIST: ResourceId = ResourceId(1);

fn meta(actors: usize, resources: Vec<Resource>) -> Meta {
    let actor = |i: usize| Actor {
        name: format!("thread {i}"),
        badge: format!("T{i}"),
        kind: ActorKind::Thread,
        parent: None,
        ..Actor::default()
    };
    Meta { actors: (0..actors).map(actor).collect(), resources, ..Meta::default() }
}

/// Threads that add to or remove from a list under a lock, in any interleaving the lock allows.
#[derive(Debug)]
struct Program {
    at: u64,
    seq: Vec<u32>,
    events: Vec<Event>,
    owner: Option<usize>,
    list: VecDeque<i32>,
    next: i32,
    /// What each has done of its round: 0 idle, 1 waiting, 2 holding, 3 moved, 4 sleeping, 5 ended.
    step: Vec<u8>,
}

impl Program {
    fn new(actors: usize) -> Self {
        let mut program = Self {
            at: 0,
            seq: vec![0; actors],
            events: Vec::new(),
            owner: None,
            list: VecDeque::new(),
            next: 0,
            step: vec![0; actors],
        };
        for who in 0..actors {
            program.record(who, EventKind::Started { os_id: who as u64 });
        }
        program
    }

    fn record(&mut self, who: usize, kind: EventKind) {
        self.at += 1;
        self.events.push(Event {
            at: Nanos(self.at),
            seq: self.seq[who],
            actor: ActorId(who as u16),
            source: SourceId::NONE,
            kind,
        });
        self.seq[who] += 1;
    }

    /// Lets one thread do its next thing, if it can.
    fn advance(&mut self, who: usize, choice: u8) {
        use EventKind as K;
        let acquire = K::Acquired { res: LOCK };
        match self.step[who] {
            0 if choice == 0 => {
                self.record(who, K::SleepBegan { planned: Nanos(5) });
                self.step[who] = 4;
            }
            0 if choice == 1 && self.seq[who] > 20 => {
                self.record(who, K::Ended(End::Normal));
                self.step[who] = 5;
            }
            0 if self.owner.is_none() => {
                self.owner = Some(who);
                self.record(who, acquire);
                self.step[who] = 2;
            }
            0 => {
                let op = WaitOp::Acquire;
                self.record(who, K::WaitBegan { res: LOCK, op });
                self.step[who] = 1;
            }
            // Any waiter may be the next owner: locks promise no order.
            1 if self.owner.is_none() => {
                self.owner = Some(who);
                self.record(who, acquire);
                self.step[who] = 2;
            }
            2 if who.is_multiple_of(2) => {
                let (index, item) = (self.list.len() as u32, Item::int(self.next));
                let res = LIST;
                self.list.push_back(self.next);
                self.next += 1;
                self.record(who, K::Inserted { res, index, item });
                self.step[who] = 3;
            }
            2 => {
                let (res, index) = (LIST, 0);
                let kind = match self.list.pop_front() {
                    Some(item) => K::Removed { res, index, item: Item::int(item) },
                    None => K::FoundEmpty { res },
                };
                self.record(who, kind);
                self.step[who] = 3;
            }
            3 => {
                self.record(who, K::Released { res: LOCK });
                self.owner = None;
                self.step[who] = 0;
            }
            4 => {
                self.record(who, K::SleepEnded);
                self.step[who] = 0;
            }
            _ => {}
        }
    }
}

prop_compose! {
    fn any_program()(actors in 1..8usize)(
        turns in prop::collection::vec((0..actors, 0..6u8), 1..1500),
        actors in Just(actors),
    ) -> (usize, Program) {
        let mut program = Program::new(actors);
        for (who, choice) in turns {
            program.advance(who, choice);
        }
        (actors, program)
    }
}

/// Additions to a variable without a lock: `(actor, is_write)` in the order in which they happened.
fn race(turns: &[usize], actors: usize) -> (Trace, u32, i32) {
    let variable = Resource::new("x", ResourceKind::Value).with_initial(vec![Item::int(0)]);
    let mut trace = Trace::new(meta(actors, vec![variable]));
    let mut read: Vec<Option<i32>> = vec![None; actors];
    let (mut version, mut value) = (0, 0);
    let res = ResourceId(0);
    let mut events = Vec::new();
    for (at, &who) in turns.iter().enumerate() {
        let kind = match read[who].take() {
            None => {
                read[who] = Some(value);
                EventKind::ValueRead { res, version, value: Item::int(value) }
            }
            Some(seen) => {
                let old = Item::int(value);
                (version, value) = (version + 1, seen + 1);
                EventKind::ValueChanged { res, version, old, new: Item::int(value) }
            }
        };
        events.push(Event {
            at: Nanos(at as u64),
            seq: at as u32,
            actor: ActorId(who as u16),
            source: SourceId::NONE,
            kind,
        });
    }
    trace.apply(Batch { events, ..Batch::default() });
    (trace, version, value)
}

/// Whether the witness is a true one, from the events alone.
fn is_true(witness: &LostUpdate, trace: &Trace) -> bool {
    let events = trace.events();
    [witness.lost, witness.by].iter().all(|a| {
        let reads = matches!(events[a.read].kind,
            EventKind::ValueRead { version, .. } if version == a.read_version);
        let writes = matches!(events[a.write].kind,
            EventKind::ValueChanged { version, .. } if version == a.write_version);
        let own = events[a.read].actor == a.actor && events[a.write].actor == a.actor;
        reads && writes && own && a.read < a.write
    }) && witness.by.write_version > witness.lost.write_version
        && witness.by.read_version < witness.lost.write_version
        && witness.by.read < witness.lost.write
        && witness.lost.write < witness.by.write
}

/// Every write with the version its actor had read last.
fn bases(trace: &Trace) -> Vec<(u32, u32)> {
    let mut writes = Vec::new();
    for (index, event) in trace.events().iter().enumerate() {
        if let EventKind::ValueChanged { version, .. } = event.kind {
            let before = trace.events()[..index].iter().rev();
            let base = before.filter(|e| e.actor == event.actor).find_map(|e| match e.kind {
                EventKind::ValueRead { version, .. } => Some(version),
                _ => None,
            });
            writes.push((version, base.unwrap()));
        }
    }
    writes
}

/// A case that fails is to become a test of its own, not a file of seeds.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn programs_that_keep_the_rules_are_seen_to((actors, program) in any_program()) {
        let resources = vec![
            Resource::new("lock", ResourceKind::Lock),
            Resource::new("list", ResourceKind::List).guarded_by(LOCK),
        ];
        let mut trace = Trace::new(meta(actors, resources));
        trace.apply(Batch { events: program.events.clone(), ..Batch::default() });
        let mut state = State::new(trace.meta());
        let mut in_list: VecDeque<Item> = VecDeque::new();
        for event in trace.events() {
            let before = state.clone();
            prop_assert_eq!(state.apply(trace.meta(), event), None);
            let (lock, list) = (&state.resources[0], &state.resources[1]);
            prop_assert!(lock.owners.len() <= 1);
            match event.kind {
                EventKind::Acquired { .. } => {
                    prop_assert!(before.resources[0].owners.is_empty());
                    prop_assert_eq!(lock.owners[0].0, event.actor);
                }
                EventKind::Released { .. } => {
                    prop_assert_eq!(before.resources[0].owners[0].0, event.actor);
                }
                EventKind::Inserted { item, .. } => in_list.push_back(item),
                EventKind::Removed { item, .. } => {
                    prop_assert_eq!(before.resources[1].contents.front(), Some(&item));
                    prop_assert_eq!(in_list.pop_front(), Some(item));
                }
                _ => {}
            }
            prop_assert_eq!(&list.contents, &in_list);
            // A wait ends in an acquisition, and in nothing else.
            let actor = |s: &State| s.actors[event.actor.index()].waiting.is_some();
            if actor(&before) {
                let acquired = matches!(event.kind, EventKind::Acquired { .. });
                prop_assert!(acquired);
                prop_assert!(!actor(&state));
            }
            for (i, actor) in state.actors.iter().enumerate() {
                let holds = lock.owners.first().is_some_and(|o| o.0.index() == i);
                prop_assert_eq!(actor.phase == Phase::Holding, holds);
            }
        }
        let left: Vec<_> = program.list.iter().map(|&i| Item::int(i)).collect();
        prop_assert_eq!(Vec::from(in_list), left);
        let replay = Replay::new(&trace);
        prop_assert_eq!(replay.odd_count(), 0);
        prop_assert_eq!(replay.latest(), &state);
        let stats = &replay.stats().resources[0];
        let acquired = |e: &&Event| matches!(e.kind, EventKind::Acquired { .. });
        let acquisitions: Vec<_> = trace.events().iter().filter(acquired).map(|e| e.actor).collect();
        prop_assert_eq!(stats.acquisitions as usize, acquisitions.len());
        let changes = acquisitions.windows(2).filter(|w| w[0] != w[1]).count();
        prop_assert_eq!(stats.hand_overs as usize, changes);
        prop_assert_eq!(stats.contended, stats.waits);
    }

    /// Every update adds one, so as many are lost as are missing in the end.
    #[test]
    fn lost_updates_are_counted_exactly((actors, turns) in (1..6usize)
        .prop_flat_map(|n| (Just(n), prop::collection::vec(0..n, 0..120))))
    {
        let (trace, written, value) = race(&turns, actors);
        let lost = lost_updates(&trace, ResourceId(0));
        prop_assert_eq!(lost.len() as i64, i64::from(written) - i64::from(value));
        for witness in &lost {
            prop_assert!(is_true(witness, &trace), "{:?}", witness);
            // It is the first to overwrite without having seen.
            let lost = witness.lost.write_version;
            let first = bases(&trace).into_iter().find(|&(version, base)| version > lost && base < lost);
            prop_assert_eq!(first.map(|(version, _)| version), Some(witness.by.write_version));
        }
        // One after the other loses nothing.
        let mut in_turn: Vec<usize> = turns.iter().flat_map(|&who| [who, who]).collect();
        in_turn.truncate(100);
        let (trace, written, value) = race(&in_turn, actors);
        prop_assert_eq!(i64::from(written), i64::from(value));
        prop_assert!(lost_updates(&trace, ResourceId(0)).is_empty());
    }
}

/// Order of arrival: who began to wait first stands first.
#[test]
fn waiters_stand_in_the_order_of_their_arrival() {
    let mut program = Program::new(5);
    for who in [3, 1, 4, 0] {
        program.advance(who, 5);
    }
    let mut trace = Trace::new(meta(5, vec![Resource::new("lock", ResourceKind::Lock)]));
    trace.apply(Batch { events: program.events, ..Batch::default() });
    let replay = Replay::new(&trace);
    let lock = &replay.latest().resources[0];
    assert_eq!(lock.owners[0].0, ActorId(3));
    let waiters: Vec<_> = lock.waiters.iter().map(|w| w.actor.0).collect();
    assert_eq!(waiters, [1, 4, 0]);
}
