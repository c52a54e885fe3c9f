//! Traces made by hand, as another program would leave them.

use concurrency_lab::trace::{
    Actor, ActorId, Batch, End, Event, EventKind as K, Home, Item, Meta, Nanos, Resource,
    ResourceId, ResourceKind, Role, Section, SectionId, SourceId, TaskId, Trace, WaitEnd, WaitOp,
};

/// A trace under construction: an event every ten nanoseconds.
#[derive(Default)]
struct Maker {
    meta: Meta,
    events: Vec<Event>,
}

impl Maker {
    fn actor(&mut self, actor: Actor) -> ActorId {
        self.meta.actors.push(actor);
        let id = ActorId::from_index(self.meta.actors.len() - 1);
        self.event(id, K::Started { os_id: 1000 + u64::from(id.0) });
        id
    }

    fn resource(&mut self, resource: Resource) -> ResourceId {
        self.meta.resources.push(resource);
        ResourceId::from_index(self.meta.resources.len() - 1)
    }

    fn event(&mut self, actor: ActorId, kind: K) {
        let at = Nanos(10 * self.events.len() as u64);
        let seq = self.events.len() as u32;
        self.events.push(Event { at, seq, actor, source: SourceId::NONE, kind });
    }

    fn trace(self) -> Trace {
        let mut trace = Trace::new(self.meta);
        trace.apply(Batch { events: self.events, ..Batch::default() });
        trace
    }
}

pub fn all() -> Vec<(&'static str, Trace)> {
    vec![
        ("nothing", Trace::default()),
        ("a lock and two threads", lock_and_threads(2)),
        ("a lock and 32 threads", lock_and_threads(32)),
        ("every kind of resource", every_kind(4)),
        ("every kind and 200 actors", every_kind(190)),
        ("40 processes with threads", processes(40, 4)),
        ("3 processes with threads", processes(3, 2)),
        ("a pool of 8", pool(8, 40)),
        ("a pool of 64", pool(64, 3_000)),
        ("two sections", sections(2)),
        ("nine sections", sections(9)),
        ("two memories", two_memories()),
        ("pools in turn", pools_in_turn()),
        ("ways in turn", ways_in_turn()),
        ("a pool and an event", pool_and_event()),
    ]
}

fn lock_and_threads(threads: usize) -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    let lock = make.resource(Resource::new("guard", ResourceKind::Lock));
    let list = make.resource(Resource::new("items", ResourceKind::List).guarded_by(lock));
    let threads: Vec<_> = (0..threads)
        .map(|i| make.actor(Actor::thread(format!("t{i}"), format!("T{i}")).started_by(main)))
        .collect();
    for round in 0..3 {
        for id in &threads {
            make.event(*id, K::WaitBegan { res: lock, op: WaitOp::Acquire });
        }
        for (i, id) in threads.iter().enumerate() {
            make.event(*id, K::Acquired { res: lock });
            let item = Item::int(i as i32 + 100 * round);
            let index = i as u32 + round as u32 * threads.len() as u32;
            make.event(*id, K::Inserted { res: list, index, item });
            make.event(*id, K::Released { res: lock });
        }
    }
    make.trace()
}

/// A lock and threads of names of several lengths.
pub fn names() -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    let lock = make.resource(Resource::new("guard", ResourceKind::Lock));
    for (i, name) in ["adder", "remover 1", "remover 10"].into_iter().enumerate() {
        let id = make.actor(Actor::thread(name, format!("T{i}")).started_by(main));
        make.event(id, K::Acquired { res: lock });
        make.event(id, K::Released { res: lock });
    }
    make.trace()
}

/// Two threads that wait for a notification, while nobody has the lock.
pub fn wait_set() -> (Trace, ResourceId) {
    let mut make = Maker::default();
    let lock = make.resource(Resource::new("lock", ResourceKind::Lock));
    let changed = Resource::new("changed", ResourceKind::Condition).guarded_by(lock);
    let changed = make.resource(changed);
    let threads: Vec<_> =
        (0..3).map(|i| make.actor(Actor::thread(format!("t{i}"), format!("T{i}")))).collect();
    for id in &threads[..2] {
        make.event(*id, K::Acquired { res: lock });
        make.event(*id, K::Released { res: lock });
        make.event(*id, K::WaitBegan { res: changed, op: WaitOp::Wait });
    }
    (make.trace(), changed)
}

/// Two threads that meet at a barrier and then write a value: what the run is about is one of the two.
pub fn common_start(is_aside: bool) -> Trace {
    let mut make = Maker::default();
    let resource = Resource::new("start", ResourceKind::Barrier).with_capacity(2);
    let gate = make.resource(Resource { is_aside, ..resource });
    let tail = make.resource(Resource::new("tail", ResourceKind::Value));
    make.resource(Resource::new("items", ResourceKind::List));
    let threads: Vec<_> =
        (0..2).map(|i| make.actor(Actor::thread(format!("t{i}"), format!("T{i}")))).collect();
    make.event(threads[0], K::WaitBegan { res: gate, op: WaitOp::Wait });
    make.event(threads[1], K::BarrierPassed { res: gate, generation: 0 });
    make.event(threads[0], K::WaitEnded { res: gate, how: WaitEnd::Woken });
    for (version, id) in (1..).zip(&threads) {
        let (old, new) = (Item::int(version - 1), Item::int(version));
        let version = version as u32;
        make.event(*id, K::ValueChanged { res: tail, version, old, new });
    }
    make.trace()
}

fn every_kind(threads: usize) -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M"));
    let all: Vec<_> = ResourceKind::ALL
        .iter()
        .map(|kind| make.resource(Resource::new(format!("{kind:?}"), *kind).with_capacity(3)))
        .collect();
    let threads: Vec<_> = (0..threads)
        .map(|i| make.actor(Actor::thread(format!("worker {i}"), format!("W{i}")).started_by(main)))
        .collect();
    for (i, id) in threads.iter().enumerate() {
        let res = all[i % all.len()];
        match ResourceKind::ALL[i % all.len()] {
            ResourceKind::Lock | ResourceKind::RLock | ResourceKind::Semaphore => {
                make.event(*id, K::WaitBegan { res, op: WaitOp::Acquire });
                if i < all.len() {
                    make.event(*id, K::Acquired { res });
                }
            }
            ResourceKind::Queue | ResourceKind::Pipe => {
                make.event(*id, K::Put { res, item: Item::int(i as i32) });
                make.event(*id, K::WaitBegan { res, op: WaitOp::Put });
            }
            ResourceKind::Value => {
                make.event(*id, K::ValueRead { res, version: 0, value: Item::int(1) });
            }
            ResourceKind::Array => {
                make.event(*id, K::SlotChanged { res, index: 2, new: Item::int(7) });
            }
            ResourceKind::List => {
                make.event(*id, K::Inserted { res, index: 0, item: Item::int(7) });
            }
            _ => make.event(*id, K::WaitBegan { res, op: WaitOp::Wait }),
        }
    }
    make.trace()
}

fn processes(processes: usize, threads: usize) -> Trace {
    let mut make = Maker::default();
    let root = make.actor(Actor::process("python", "P"));
    let queue = Resource::new("jobs", ResourceKind::Queue).with_capacity(5).at_home(Home::Shared);
    let queue = make.resource(queue);
    for p in 0..processes {
        let child = Actor::process(format!("child {p}"), format!("C{p}")).started_by(root);
        let child = make.actor(child);
        let value = Resource::new("counter", ResourceKind::Value).at_home(Home::Process(child));
        let value = make.resource(value);
        for t in 0..threads {
            let id = Actor::thread(format!("thread {p}.{t}"), format!("T{t}")).started_by(child);
            let id = make.actor(id);
            let (old, new) = (Item::int(0), Item::int(1));
            make.event(id, K::ValueChanged { res: value, version: 1 + t as u32, old, new });
            make.event(id, K::WaitBegan { res: queue, op: WaitOp::Get });
        }
    }
    make.trace()
}

fn pool(workers: usize, tasks: u32) -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(workers as u32);
    let res = make.resource(pool);
    for task in (0..tasks).map(TaskId) {
        make.event(main, K::TaskSubmitted { res, task, item: Item::int(task.0 as i32) });
    }
    make.event(main, K::WaitBegan { res, op: WaitOp::Result });
    let workers: Vec<_> = (0..workers)
        .map(|i| {
            let worker = Actor::process(format!("worker {i}"), format!("W{i}"));
            make.actor(worker.started_by(main).worker_of(res))
        })
        .collect();
    for task in (0..tasks).map(TaskId) {
        let worker = workers[task.0 as usize % workers.len()];
        make.event(worker, K::TaskStarted { res, task });
        make.event(worker, K::TaskFinished { res, task, item: Item::int(1) });
    }
    make.event(main, K::WaitEnded { res, how: WaitEnd::Woken });
    make.trace()
}

/// A pool of one thread, and an event that somebody has waited for.
pub fn pool_and_event() -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(1);
    let res = make.resource(pool);
    let begun = make.resource(Resource::new("begun", ResourceKind::Event));
    let worker = Actor::thread("thread 1", "T1").started_by(main).worker_of(res);
    let worker = make.actor(worker);
    for task in [0, 1].map(TaskId) {
        make.event(main, K::TaskSubmitted { res, task, item: Item::int(task.0 as i32) });
    }
    make.event(main, K::WaitBegan { res: begun, op: WaitOp::Wait });
    make.event(worker, K::TaskStarted { res, task: TaskId(0) });
    make.event(worker, K::Set { res: begun });
    make.event(main, K::WaitEnded { res: begun, how: WaitEnd::Woken });
    make.trace()
}

pub fn sections(count: usize) -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    for i in 0..count {
        make.meta.sections.push(Section::new(format!("way {i}"), i as u32));
        let section = Some(SectionId::from_index(i));
        let lock = Resource::new("guard", ResourceKind::Lock).in_section(section);
        let lock = make.resource(lock);
        for k in 0..3 {
            let id = Actor::thread(format!("t{k}"), format!("T{k}"));
            let id = make.actor(id.started_by(main).in_section(section));
            make.event(id, K::WaitBegan { res: lock, op: WaitOp::Acquire });
        }
    }
    make.trace()
}

/// A child beside two trials of a pool of four, the second of which is under way.
pub fn pools_in_turn() -> Trace {
    let mut make = Maker::default();
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    make.actor(Actor::process("python", "Py").started_by(main));
    let outer = SectionId(0);
    make.meta.sections.push(Section::new("pool of 4", 0).in_turn());
    make.event(main, K::SectionBegan { section: outer });
    for trial in 1..=2 {
        let section = Section::new(format!("trial {trial}"), trial).in_turn().within(outer);
        make.meta.sections.push(section);
        let section = SectionId(trial as _);
        make.event(main, K::SectionBegan { section });
        let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(2);
        let res = make.resource(pool.in_section(Some(section)));
        for place in 1..=2 {
            let worker = Actor::process(format!("worker {place}"), format!("W{place}"));
            let worker = worker.started_by(main).worker_of(res).in_section(Some(section));
            let worker = make.actor(worker);
            if trial == 1 {
                make.event(worker, K::Ended(End::Normal));
            }
        }
        if trial == 1 {
            make.event(main, K::SectionEnded { section });
        }
    }
    make.trace()
}

/// A program that is an actor with three threads: one has the lock, and the others wait for it.
pub fn one_process() -> Trace {
    let mut make = Maker::default();
    let program = make.actor(Actor::process("python", "P"));
    let lock = make.resource(Resource::new("guard", ResourceKind::Lock));
    for place in 0..3 {
        let thread = Actor::thread(format!("t{place}"), format!("T{place}"));
        let thread = make.actor(thread.started_by(program));
        make.event(thread, K::WaitBegan { res: lock, op: WaitOp::Acquire });
        if place == 1 {
            make.event(thread, K::Acquired { res: lock });
        }
    }
    make.trace()
}

/// A program that is an actor, with a pool in its memory, its main thread, and a thread that only looks after the workers.
pub fn watched_pool() -> Trace {
    let mut make = Maker::default();
    let program = make.actor(Actor::process("parent", "P"));
    let main = make.actor(Actor::thread("main", "M").started_by(program).with_role(Role::Main));
    let watcher = Actor::thread("supervisor", "PS").started_by(program).with_role(Role::Helper);
    make.actor(watcher);
    let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(2).at_home(Home::Program);
    let res = make.resource(pool);
    for (name, badge, task) in [("worker 1", "W1", 0), ("worker 2", "W2", 1)] {
        let worker = Actor::process(name, badge).started_by(main).worker_of(res);
        let (worker, task) = (make.actor(worker), TaskId(task));
        make.event(main, K::TaskSubmitted { res, task, item: Item::int(1) });
        make.event(worker, K::TaskStarted { res, task });
    }
    make.event(main, K::WaitBegan { res, op: WaitOp::Result });
    make.trace()
}

/// Two sections: processes with a variable each, and the threads of one process with a lock and a variable.
pub fn two_memories() -> Trace {
    let mut make = Maker::default();
    make.meta.sections.push(Section::new("a memory each", 0));
    make.meta.sections.push(Section::new("one memory", 1));
    let section = |i| Some(SectionId::from_index(i));
    for i in 0..3 {
        let child = Actor::process(format!("worker {i}"), format!("W{i}")).in_section(section(0));
        let child = make.actor(child);
        let value = Resource::new("value", ResourceKind::Value).at_home(Home::Process(child));
        let res = make.resource(value.in_section(section(0)));
        let (old, new) = (Item::int(0), Item::int(1));
        make.event(child, K::ValueChanged { res, version: 1, old, new });
    }
    let parent = make.actor(Actor::process("parent", "P").in_section(section(1)));
    for i in 0..3 {
        let thread = Actor::thread(format!("thread {i}"), format!("T{i}")).started_by(parent);
        make.actor(thread.in_section(section(1)));
    }
    for kind in [ResourceKind::Lock, ResourceKind::Value] {
        let shared = Resource::new("shared", kind).at_home(Home::Process(parent));
        make.resource(shared.in_section(section(1)));
    }
    make.trace()
}

/// A program of its own beside two ways that come one after the other, each a pool.
pub fn ways_in_turn() -> Trace {
    let mut make = Maker::default();
    let other = make.actor(Actor::process("another program", "A"));
    let main = make.actor(Actor::thread("main", "M").with_role(Role::Main));
    for (i, name) in ["one way", "another way"].into_iter().enumerate() {
        make.meta.sections.push(Section::new(name, i as u32).in_turn());
        let section = SectionId::from_index(i);
        let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(2);
        let res = make.resource(pool.in_section(Some(section)));
        make.event(main, K::SectionBegan { section });
        let worker = Actor::process(format!("worker {i}"), format!("W{i}"));
        let worker = worker.started_by(main).worker_of(res).in_section(Some(section));
        let worker = make.actor(worker);
        make.event(other, K::TaskSubmitted { res, task: TaskId(0), item: Item::int(1) });
        make.event(worker, K::TaskStarted { res, task: TaskId(0) });
    }
    make.trace()
}

/// So many actors that wait for each other.
pub fn circle(actors: usize) -> Trace {
    let mut make = Maker::default();
    let who: Vec<ActorId> = (0..actors)
        .map(|i| make.actor(Actor::thread(format!("philosopher {i}"), format!("P{i}"))))
        .collect();
    let locks: Vec<ResourceId> = (0..actors)
        .map(|i| make.resource(Resource::new(format!("fork {i}"), ResourceKind::Lock)))
        .collect();
    for (who, res) in who.iter().zip(&locks) {
        make.event(*who, K::Acquired { res: *res });
    }
    for (place, who) in who.iter().enumerate() {
        let res = locks[(place + 1) % actors];
        make.event(*who, K::WaitBegan { res, op: WaitOp::Acquire });
    }
    // It lasts as long as a program with a time limit.
    make.events.iter_mut().for_each(|event| event.at = Nanos(event.at.0 + 53_493_420_000));
    make.event(who[0], K::At);
    if let Some(last) = make.events.last_mut() {
        last.at = Nanos(60_000_000_000);
    }
    make.trace()
}

/// A child that waits for a thread of its own to end, and nobody else who works.
pub fn child_that_joins() -> Trace {
    let mut maker = Maker::default();
    maker.actor(Actor::process("parent", "P").with_role(Role::Main));
    let child = maker.actor(Actor::process("child 1", "C1"));
    let feeder =
        maker.actor(Actor::thread("feeder", "F").with_role(Role::Helper).started_by(child));
    let end = maker.resource(Resource::end_of(feeder));
    maker.event(child, K::WaitBegan { res: end, op: WaitOp::Join });
    maker.event(feeder, K::At);
    maker.trace()
}
