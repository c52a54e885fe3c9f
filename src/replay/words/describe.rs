//! One event in one line.

use super::{agree, count, signal_name, the};
use crate::trace::{
    End, Event, EventKind, Measure, Meta, Nanos, ResourceId, ResourceKind, SectionId, WaitEnd,
    WaitOp,
};

/// The event in one line, for logs and hover texts: "adder 2 acquired list lock".
pub fn describe(meta: &Meta, event: &Event) -> String {
    use EventKind as K;
    let who = meta.actor_name(event.actor);
    let res = |id: ResourceId| meta.resource_name(id);
    let did = match event.kind {
        K::Started { os_id: 0 } => "started".to_owned(),
        K::Started { os_id } => format!("started (OS id {os_id})"),
        K::Ended(end) => ended(meta, end),
        K::Spawned { child } => format!("started {}", meta.actor_name(child)),
        K::At => at(meta, event),
        K::WaitBegan { res, op } => wait_began(meta, res, op),
        K::Acquired { res: id } => match kind(meta, id) {
            Some(ResourceKind::Semaphore) => format!("acquired a permit of {}", res(id)),
            _ => format!("acquired {}", res(id)),
        },
        K::Released { res: id } => match kind(meta, id) {
            Some(ResourceKind::Semaphore) => format!("released a permit of {}", res(id)),
            _ => format!("released {}", res(id)),
        },
        K::Refused { res: id } => {
            format!("wanted to release a permit of {}, which has them all", res(id))
        }
        K::WaitEnded { res: id, how } => {
            let name = the(meta, id);
            match how {
                WaitEnd::Woken => format!("stopped waiting for {name}"),
                WaitEnd::TimedOut => format!("gave up waiting for {name}: time is up"),
                WaitEnd::Cancelled => format!("was stopped while waiting for {name}"),
                WaitEnd::Interrupted => format!("stopped waiting for {name}: an exception came in"),
                WaitEnd::Broken if kind(meta, id) == Some(ResourceKind::Barrier) => {
                    format!("left {name}, which is broken")
                }
                WaitEnd::Broken => format!("stopped waiting for {name}, which is closed"),
            }
        }
        K::Notified { res: id, woken } => match woken {
            0 => format!("notified {}, but nobody waited", res(id)),
            n => format!("notified {} of {}", count(n, "waiter"), res(id)),
        },
        K::Set { res: id } => format!("set {}", res(id)),
        K::Cleared { res: id } => format!("cleared {}", res(id)),
        K::BarrierPassed { res: id, generation } => {
            let round = u64::from(generation) + 1;
            format!("was the last to arrive: {} opened (round {round})", res(id))
        }
        K::BarrierBroken { res: id } => format!("broke {}", res(id)),
        K::SectionBegan { section } => format!("began {}", section_name(meta, section)),
        K::SectionEnded { section } => format!("ended {}", section_name(meta, section)),
        K::SpanBegan { name } => format!("began {}", meta.text(name)),
        K::SpanEnded { name } => format!("ended {}", meta.text(name)),
        K::SleepBegan { planned } => format!("went to sleep for {planned}"),
        K::SleepEnded => "woke up".to_owned(),
        K::IoBegan { what } => format!("began input or output: {}", meta.text(what)),
        K::IoEnded => "ended its input or output".to_owned(),
        K::Message { text, args } => format!("said: {}", meta.message(text, args)),
        K::Measured { what, amount } => measured(what, amount),
        K::Dropped { count: 0 } => {
            "may have done more here: its last moments are not known".to_owned()
        }
        K::Dropped { count: lost } => format!("lost {} here", count(lost, "event")),
        K::SignalSent { to, signal } => {
            format!("sent {} to {}", signal_name(signal), meta.actor_name(to))
        }
        K::SignalHandled { signal } => format!("handled {}", signal_name(signal)),
        K::AlarmSet { after: Nanos::ZERO, .. } => "has no alarm set any more".to_owned(),
        K::AlarmSet { after, .. } => format!("set an alarm that rings in {after}"),
        K::Raised { text, .. } => format!("raised {}", meta.text(text)),
        K::Caught { exception } => format!("caught exception {}", exception.0),
        K::Propagated { exception, to } => {
            format!("passed exception {} on to {}", exception.0, meta.actor_name(to))
        }
        K::Kept { exception, res: id } => {
            format!("left exception {} in {}", exception.0, the(meta, id))
        }
        K::Unhandled { exception } => format!("left exception {} unhandled", exception.0),
        K::EndSeen { of, how: true } => format!("asked how {} has ended", meta.actor_name(of)),
        K::EndSeen { of, how: false } => format!("saw that {} has ended", meta.actor_name(of)),
        K::Put { .. }
        | K::Got { .. }
        | K::ItemDone { .. }
        | K::Closed { .. }
        | K::Inserted { .. }
        | K::Removed { .. }
        | K::FoundChanged { .. }
        | K::FoundInserted { .. }
        | K::FoundRemoved { .. }
        | K::Copied { .. }
        | K::FoundEmpty { .. }
        | K::ValueRead { .. }
        | K::ValueSeen { .. }
        | K::ValueChanged { .. }
        | K::Placed { .. }
        | K::SlotChanged { .. } => data(meta, &event.kind),
        K::TaskSubmitted { .. }
        | K::TaskAssigned { .. }
        | K::TaskStarted { .. }
        | K::TaskFinished { .. }
        | K::TaskFailed { .. }
        | K::TaskCancelled { .. }
        | K::GivenUp { .. }
        | K::ResultsTaken { .. } => task(meta, &event.kind),
    };
    format!("{who} {did}")
}

fn section_name(meta: &Meta, section: SectionId) -> &str {
    meta.section(section).map_or("a part of the run", |section| &section.name)
}

fn measured(what: Measure, amount: u64) -> String {
    match what {
        Measure::OwnMemory => format!("has {} of its own", super::bytes(amount)),
        Measure::OtherThreads => match usize::try_from(amount).unwrap_or(usize::MAX) {
            0 => "sees no other program that wants a processor".to_owned(),
            n => format!(
                "sees {} of other programs that {} a processor",
                count(n, "thread"),
                agree(n, "wants", "want")
            ),
        },
        Measure::CpuTime => format!("has used {} of CPU", Nanos(amount)),
        Measure::ResidentMemory => format!("has {} in memory", super::bytes(amount)),
        Measure::Switches => {
            let switches = count(usize::try_from(amount).unwrap_or(usize::MAX), "time");
            format!("has been switched off a processor {switches}")
        }
    }
}

fn kind(meta: &Meta, res: ResourceId) -> Option<ResourceKind> {
    meta.resources.get(res.index()).map(|r| r.kind)
}

fn at(meta: &Meta, event: &Event) -> String {
    match (super::line(meta, event.source), meta.source(event.source)) {
        (Some(line), _) => format!("reached {line}"),
        (None, Some(point)) => format!("reached {}", point.name),
        (None, None) => "went on".to_owned(),
    }
}

fn ended(meta: &Meta, end: End) -> String {
    match end {
        End::Normal => "ended".to_owned(),
        End::Error(text) => match meta.text(text) {
            "" => "failed".to_owned(),
            message => format!("failed: {message}"),
        },
        End::Exited(status) => format!("exited with status {status}"),
        End::Killed(signal) => format!("was killed by {}", signal_name(signal)),
        End::Cancelled => "was stopped".to_owned(),
        End::Dismissed => "was ended by its pool".to_owned(),
    }
}

fn wait_began(meta: &Meta, res: ResourceId, op: WaitOp) -> String {
    let name = meta.resource_name(res);
    match (op, kind(meta, res)) {
        (WaitOp::Acquire, Some(ResourceKind::Semaphore)) => {
            format!("began to wait for a permit of {name}")
        }
        (WaitOp::Wait, Some(ResourceKind::Barrier)) => format!("began to wait at {name}"),
        (WaitOp::Put, _) => format!("began to wait for room in {name}"),
        (WaitOp::Get, _) => format!("began to wait for an item in {name}"),
        (WaitOp::Result, Some(ResourceKind::Pool)) => {
            format!("began to wait for results of {name}")
        }
        (WaitOp::Result, Some(ResourceKind::Manager)) => {
            format!("called {name} and waits for the answer")
        }
        (WaitOp::Result, Some(ResourceKind::Pipe)) => format!("began to wait for {name}"),
        (WaitOp::Result, _) => format!("began to wait for the result of {name}"),
        (WaitOp::Task, _) => "became idle".to_owned(),
        (WaitOp::Acquire | WaitOp::Wait | WaitOp::Join, _) => {
            format!("began to wait for {}", the(meta, res))
        }
    }
}

fn is_pool(meta: &Meta, id: ResourceId) -> bool {
    kind(meta, id) == Some(ResourceKind::Pool)
}

/// What is said of a change that somebody finds.
const FOUND: &str = " without its lock, nobody knows by whom";

fn data(meta: &Meta, kind: &EventKind) -> String {
    use EventKind as K;
    let name = kind.resource().map_or_else(String::new, |id| meta.resource_name(id));
    match *kind {
        K::Put { item, .. } => format!("put {} into {name}", meta.item(item)),
        K::Got { item, .. } => format!("got {} from {name}", meta.item(item)),
        K::ItemDone { .. } => format!("told {name} that an item is done"),
        K::Closed { .. } => format!("closed {name}"),
        K::Inserted { index, item, .. } => {
            format!("added {} to {name} at index {index}", meta.item(item))
        }
        K::Removed { index: 0, item, .. } => {
            format!("removed {} from the front of {name}", meta.item(item))
        }
        K::Removed { index, item, .. } => {
            format!("removed {} from {name} at index {index}", meta.item(item))
        }
        K::Copied { res } => {
            let of = meta.resource(res).and_then(|copy| copy.copy_of);
            let of = of.map_or_else(|| "something".to_owned(), |of| the(meta, of));
            format!("has made a copy of what is in {of}: {name}")
        }
        K::FoundEmpty { res } if is_pool(meta, res) => {
            format!("looked whether {name} has a result: not yet")
        }
        K::FoundEmpty { .. } => format!("found {name} empty"),
        K::ValueSeen { value, version, .. } => {
            format!("looked at {name}: {} (version {version})", meta.item(value))
        }
        K::ValueRead { value, version, .. } => {
            format!("read {} from {name} (version {version})", meta.item(value))
        }
        K::ValueChanged { old, new, version, .. } => {
            let (old, new) = (meta.item(old), meta.item(new));
            format!("wrote {new} over {old} in {name} (version {version})")
        }
        K::FoundChanged { old, new, version, .. } => {
            let (old, new) = (meta.item(old), meta.item(new));
            format!("found {new} over {old} in {name}{FOUND} (version {version})")
        }
        K::FoundInserted { index, item, .. } => {
            format!("found {} in {name} at index {index}, put in{FOUND}", meta.item(item))
        }
        K::FoundRemoved { index, item, .. } => {
            format!("found {} gone from {name} at index {index}, taken out{FOUND}", meta.item(item))
        }
        K::Placed { address, .. } => format!("has {name} at address {address:#x}"),
        K::SlotChanged { index, new, .. } => {
            format!("wrote {} into {name}[{index}]", meta.item(new))
        }
        _ => String::new(),
    }
}

fn task(meta: &Meta, kind: &EventKind) -> String {
    use EventKind as K;
    let name = kind.resource().map_or_else(String::new, |id| meta.resource_name(id));
    match *kind {
        K::TaskSubmitted { task, item, .. } => {
            format!("handed task {} to {name}: {}", task.0, meta.item(item))
        }
        K::TaskAssigned { task, count: 1, to, .. } => {
            format!("sent task {} of {name} to {}", task.0, meta.actor_name(to))
        }
        K::TaskAssigned { task, count, to, .. } => {
            let last = u64::from(task.0) + u64::from(count.saturating_sub(1));
            format!("sent tasks {} to {last} of {name} to {}", task.0, meta.actor_name(to))
        }
        K::TaskStarted { task, .. } => format!("began task {} of {name}", task.0),
        K::TaskFinished { task, item, .. } => {
            format!("finished task {} of {name}: {}", task.0, meta.item(item))
        }
        K::TaskFailed { task, error, .. } => {
            format!("failed at task {} of {name}: {}", task.0, meta.text(error))
        }
        K::GivenUp { .. } => format!("gave up what {name} has not done"),
        K::TaskCancelled { task, .. } => format!("cancelled task {} of {name}", task.0),
        K::ResultsTaken { task, count: 1, .. } => {
            format!("took the result of task {} from {name}", task.0)
        }
        K::ResultsTaken { count, .. } => format!("took {count} results from {name}"),
        _ => String::new(),
    }
}
