//! A trace as a file that Perfetto, the Firefox Profiler and [`open`](super::open) read.
//!
//! Processes and threads are named and ordered. Tasks and phases are spans (`X`), tasks around the phases; hand-overs are
//! arrows (`s`, `f`): a lock or permit from whoever gave it back to whoever had waited for it, an item, a task, a start;
//! lengths of queues, permits that are taken, waiting lines and variables are counters (`C`); lines of output and failures
//! are instants (`i`). What else is known stands under `args.detail`. Of an actor of whom only its named stretches are known
//! those are written as they are.

use crate::replay::words::capital;
use crate::replay::{Note, Phase, Replay, Span, describe};
use crate::trace::{
    ActorId, ActorKind, Event, EventKind, Home, Item, Meta, Nanos, RecordedBy, ResourceId,
    ResourceKind, TaskId, TextId, Trace, WaitOp,
};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};

/// Writes a whole trace.
///
/// # Errors
/// What cannot be written.
pub fn write(trace: &Trace, replay: &Replay, into: impl Write) -> io::Result<()> {
    let mut writer = Writer { trace, replay, into, is_first: true };
    let meta = trace.meta();
    writer.into.write_all(b"{\"displayTimeUnit\":\"ns\",\"otherData\":")?;
    let params: serde_json::Map<_, _> =
        meta.params.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let about = json!({
        "program": meta.program.name,
        "version": meta.program.version,
        "topic": meta.topic,
        "preset": meta.preset,
        "params": params,
        "time": "since the start of the run",
    });
    serde_json::to_writer(&mut writer.into, &about)?;
    writer.into.write_all(b",\"traceEvents\":[")?;
    writer.names()?;
    writer.lanes()?;
    writer.stretches()?;
    writer.counters()?;
    writer.events()?;
    writer.into.write_all(b"\n]}\n")?;
    writer.into.flush()
}

/// One end of an arrow to come: who, and when.
type From = (ActorId, Nanos);

struct Writer<'a, W> {
    trace: &'a Trace,
    replay: &'a Replay,
    into: W,
    is_first: bool,
}

/// Microseconds, as the format has times. A float is exact to the nanosecond up to a hundred days.
fn micros(at: Nanos) -> f64 {
    at.0 as f64 / 1_000.0
}

impl<W: Write> Writer<'_, W> {
    fn put(&mut self, event: &Value) -> io::Result<()> {
        self.into.write_all(if self.is_first { b"\n" } else { b",\n" })?;
        self.is_first = false;
        serde_json::to_writer(&mut self.into, event).map_err(io::Error::from)
    }

    /// The number of an actor's process: 1 is the program that the run began with.
    fn pid(&self, actor: ActorId) -> u32 {
        let process = self.trace.meta().process_of(actor);
        process.map_or(1, tid)
    }

    /// Whose memory a resource is in; what is between processes stands with the program.
    fn home(&self, res: ResourceId) -> u32 {
        match self.trace.meta().resource(res).map(|resource| resource.home) {
            Some(Home::Process(process)) => tid(process),
            _ => 1,
        }
    }

    fn names(&mut self) -> io::Result<()> {
        let meta = self.trace.meta();
        let program = match meta.program.name.as_str() {
            "" => "program".to_owned(),
            name => format!("{name} {}", meta.program.version).trim_end().to_owned(),
        };
        let whole = meta.actors.iter().zip(0..).any(|(_, id)| self.pid(ActorId(id)) == 1);
        if whole || !meta.resources.is_empty() {
            self.process(1, &program, 0)?;
        }
        for (index, actor) in meta.actors.iter().enumerate() {
            let id = ActorId::from_index(index);
            let name = match actor.section.and_then(|section| meta.section(section)) {
                Some(section) => format!("{} ({})", actor.name, section.name),
                None => actor.name.clone(),
            };
            if actor.kind == ActorKind::Process {
                self.process(tid(id), &name, index + 1)?;
            }
            let (pid, tid) = (self.pid(id), tid(id));
            let os_id = self.replay.latest().actor(id).map_or(0, |state| state.os_id);
            let args = json!({ "name": name, "os_id": os_id });
            self.put(
                &json!({ "ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": args }),
            )?;
            let args = json!({ "sort_index": index });
            self.put(
                &json!({ "ph": "M", "name": "thread_sort_index", "pid": pid, "tid": tid, "args": args }),
            )?;
        }
        Ok(())
    }

    fn process(&mut self, pid: u32, name: &str, order: usize) -> io::Result<()> {
        let args = json!({ "name": name });
        self.put(&json!({ "ph": "M", "name": "process_name", "pid": pid, "args": args }))?;
        let args = json!({ "sort_index": order });
        self.put(&json!({ "ph": "M", "name": "process_sort_index", "pid": pid, "args": args }))
    }

    fn span(
        &mut self,
        actor: ActorId,
        (from, to): (Nanos, Nanos),
        name: &str,
        category: &str,
        detail: Value,
    ) -> io::Result<()> {
        self.put(&json!({
            "ph": "X", "name": name, "cat": category, "pid": self.pid(actor), "tid": tid(actor),
            "ts": micros(from), "dur": micros(to.since(from)), "args": { "detail": detail },
        }))
    }

    /// Tasks and phases.
    fn lanes(&mut self) -> io::Result<()> {
        let (trace, replay) = (self.trace, self.replay);
        let (meta, end) = (trace.meta(), trace.end());
        for (index, lane) in replay.lanes().actors.iter().enumerate() {
            let actor = ActorId::from_index(index);
            if meta.is_by_spans(actor) {
                continue;
            }
            let mut tasks = lane.tasks.iter().enumerate().filter_map(|(i, span)| {
                let to = lane.tasks.get(i + 1).map_or(end, |next| next.start);
                Some((span.task?, span.start, to))
            });
            let mut next = tasks.next();
            for (i, span) in lane.spans.iter().enumerate() {
                let to = lane.spans.get(i + 1).map_or(end, |next| next.start);
                // What is around comes first.
                while let Some((task, from, until)) = next.filter(|task| task.1 <= span.start) {
                    self.task(actor, task, (from, until))?;
                    next = tasks.next();
                }
                let Some(phase) = span.shown().filter(|phase| *phase != Phase::Failed) else {
                    continue;
                };
                let what = trace.events().get(span.event as usize);
                let what = what.map_or_else(String::new, |event| describe(meta, event));
                let mut detail =
                    json!({ "phase": phase_name(meta, actor, phase), "began by": what });
                if let Some(res) = span.res {
                    detail["resource"] = json!(meta.resource_name(res));
                }
                if let Note::Put(item) | Note::Took(item) = span.note {
                    detail["item"] = json!(meta.item(item));
                }
                let name = self.phase(actor, span, phase);
                self.span(actor, (span.start, to), &name, "phase", detail)?;
            }
            while let Some((task, from, until)) = next {
                self.task(actor, task, (from, until))?;
                next = tasks.next();
            }
        }
        Ok(())
    }

    fn task(&mut self, actor: ActorId, task: TaskId, when: (Nanos, Nanos)) -> io::Result<()> {
        self.span(actor, when, &format!("task {}", task.0), "task", json!({ "task": task.0 }))
    }

    fn phase(&self, actor: ActorId, span: &Span, phase: Phase) -> String {
        let meta = self.trace.meta();
        let name = |res| meta.resource_name(res);
        match (phase, span.res) {
            (_, Some(res)) if span.quiet => format!("waits for the {}", name(res)),
            (Phase::Holding, Some(res)) => format!("holds {}", name(res)),
            (Phase::Waiting | Phase::Blocked, Some(res)) => format!("waits for {}", name(res)),
            (phase, _) => phase_name(meta, actor, phase).to_owned(),
        }
    }

    /// Named stretches of actors of whom nothing else is known.
    fn stretches(&mut self) -> io::Result<()> {
        let trace = self.trace;
        let mut open: HashMap<ActorId, Vec<(TextId, Nanos, usize)>> = HashMap::new();
        let mut done: Vec<(ActorId, Nanos, usize, Nanos, TextId)> = Vec::new();
        for (index, event) in trace.events().iter().enumerate() {
            let stack = match event.kind {
                EventKind::SpanBegan { .. } | EventKind::SpanEnded { .. }
                    if trace.meta().is_by_spans(event.actor) =>
                {
                    open.entry(event.actor).or_default()
                }
                _ => continue,
            };
            match event.kind {
                EventKind::SpanBegan { name } => stack.push((name, event.at, index)),
                EventKind::SpanEnded { name } => {
                    if let Some(place) = stack.iter().rposition(|(n, ..)| *n == name) {
                        let (name, from, began) = stack.remove(place);
                        done.push((event.actor, from, began, event.at, name));
                    }
                }
                _ => {}
            }
        }
        for (actor, stack) in open {
            let end = trace.end();
            done.extend(
                stack.into_iter().map(|(name, from, began)| (actor, from, began, end, name)),
            );
        }
        done.sort_unstable();
        for (actor, from, _, to, name) in done {
            let name = trace.meta().text(name);
            self.span(actor, (from, to), name, "stretch", Value::Null)?;
        }
        Ok(())
    }

    /// Lengths, permits and waiting lines.
    fn counters(&mut self) -> io::Result<()> {
        use ResourceKind as R;
        let replay = self.replay;
        for (index, track) in replay.lanes().resources.iter().enumerate() {
            let res = ResourceId::from_index(index);
            let kind = self.trace.meta().resource(res).map(|resource| resource.kind);
            let inside = match kind {
                Some(R::Semaphore) => "permits taken",
                Some(R::Pool) => "tasks that wait",
                _ => "items",
            };
            for (steps, series) in [(&track.length, inside), (&track.waiters, "waiting")] {
                if kind == Some(R::Future) || steps.iter().all(|step| step.value == 0) {
                    continue;
                }
                let name = self.trace.meta().resource_name(res);
                for step in steps {
                    let args = json!({ series: step.value });
                    let pid = self.home(res);
                    self.put(&json!({
                        "ph": "C", "name": name, "pid": pid, "tid": 0, "ts": micros(step.at), "args": args,
                    }))?;
                }
            }
        }
        Ok(())
    }

    /// Arrows, variables, and what has no length.
    fn events(&mut self) -> io::Result<()> {
        let trace = self.trace;
        let mut arrows = Arrows::default();
        for event in trace.events() {
            if let Some((from, what)) = arrows.follow(trace, event)
                && from.0 != event.actor
            {
                arrows.count += 1;
                let (name, id) = (what, arrows.count);
                let ends = [("s", from), ("f", (event.actor, event.at))];
                for (phase, (actor, at)) in ends {
                    self.put(&json!({
                        "ph": phase, "bp": "e", "name": name, "cat": "hand-over", "id": id,
                        "pid": self.pid(actor), "tid": tid(actor), "ts": micros(at),
                    }))?;
                }
            }
            self.instant(event)?;
        }
        Ok(())
    }

    fn instant(&mut self, event: &Event) -> io::Result<()> {
        use EventKind as K;
        let meta = self.trace.meta();
        let (pid, tid) = (self.pid(event.actor), tid(event.actor));
        let name = match event.kind {
            K::Message { text, args } => meta.message(text, args),
            K::ValueChanged { res, new, .. } | K::FoundChanged { res, new, .. } => {
                if let Some(number) = new.as_int() {
                    let pid = self.home(res);
                    return self.put(&json!({
                        "ph": "C", "name": meta.resource_name(res), "pid": pid, "tid": 0,
                        "ts": micros(event.at), "args": { "value": number },
                    }));
                }
                return Ok(());
            }
            K::Raised { .. }
            | K::Unhandled { .. }
            | K::TaskFailed { .. }
            | K::SignalSent { .. }
            | K::SignalHandled { .. }
            | K::Notified { .. }
            | K::Set { .. }
            | K::BarrierPassed { .. }
            | K::BarrierBroken { .. }
            | K::Dropped { .. }
            | K::Ended(_) => capital(&describe(meta, event)),
            _ => return Ok(()),
        };
        let detail = describe(meta, event);
        self.put(&json!({
            "ph": "i", "s": "t", "name": name, "cat": "event", "pid": pid, "tid": tid,
            "ts": micros(event.at), "args": { "detail": detail },
        }))
    }
}

/// The number of an actor in the file; 1 is the program.
fn tid(actor: ActorId) -> u32 {
    u32::from(actor.0) + 2
}

fn phase_name(meta: &Meta, actor: ActorId, phase: Phase) -> &'static str {
    match phase {
        Phase::NotStarted => "not started",
        Phase::Running if meta.recorder_of(actor) == RecordedBy::Python => "in its code",
        Phase::Running => "running",
        Phase::Holding => "holds",
        Phase::Waiting => "waits",
        Phase::Blocked => "waits for data",
        Phase::Io => "input or output",
        Phase::Sleeping => "sleeps",
        Phase::Idle => "idle",
        Phase::Failed => "failed",
        Phase::Done => "done",
        Phase::Stopped => "stopped",
    }
}

/// What was given and not taken yet.
#[derive(Default)]
struct Arrows {
    count: u64,
    /// Who gave a lock or permit back last.
    given: HashMap<ResourceId, From>,
    /// Who waits for which.
    waits: HashMap<ActorId, (ResourceId, Nanos)>,
    items: HashMap<ResourceId, VecDeque<(Item, From)>>,
    tasks: HashMap<(ResourceId, TaskId), From>,
    started: HashMap<ActorId, From>,
}

/// How many items of a queue are searched for the one that came out.
const SEARCHED: usize = 64;

impl Arrows {
    /// Where an arrow to this event comes from, and what it is called.
    fn follow(&mut self, trace: &Trace, event: &Event) -> Option<(From, String)> {
        use EventKind as K;
        let here = (event.actor, event.at);
        let meta = trace.meta();
        let name = |res| meta.resource_name(res);
        match event.kind {
            K::WaitBegan { res, op: WaitOp::Acquire } => {
                self.waits.insert(event.actor, (res, event.at));
            }
            K::WaitEnded { .. } => {
                self.waits.remove(&event.actor);
            }
            K::Released { res } => {
                self.given.insert(res, here);
            }
            K::Acquired { res } => {
                let (_, since) = self.waits.remove(&event.actor).filter(|(of, _)| *of == res)?;
                let from = *self.given.get(&res)?;
                return (from.1 >= since).then(|| (from, name(res)));
            }
            K::Put { res, item } => self.items.entry(res).or_default().push_back((item, here)),
            K::Got { res, item } => {
                let items = self.items.get_mut(&res)?;
                let place = items.iter().take(SEARCHED).position(|(there, _)| *there == item)?;
                let (item, from) = items.remove(place)?;
                return Some((from, format!("{} through {}", meta.item(item), name(res))));
            }
            K::TaskSubmitted { res, task, .. } => {
                self.tasks.insert((res, task), here);
            }
            K::TaskStarted { res, task } => {
                let from = self.tasks.remove(&(res, task))?;
                return Some((from, format!("task {}", task.0)));
            }
            K::TaskFinished { res, task, .. } | K::TaskFailed { res, task, .. } => {
                self.tasks.insert((res, task), here);
            }
            K::ResultsTaken { res, task, .. } => {
                let from = self.tasks.remove(&(res, task))?;
                return Some((from, format!("result of task {}", task.0)));
            }
            K::Spawned { child } => {
                self.started.insert(child, here);
            }
            K::Started { .. } => {
                let from = self.started.remove(&event.actor)?;
                return Some((from, "start".to_owned()));
            }
            _ => {}
        }
        None
    }
}
