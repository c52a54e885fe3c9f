//! A trace of this program, made of what another tool wrote.
//!
//! Threads and processes are actors of whom only the named stretches are known ([`Actor::by_spans`]): what a thread did
//! between them, who held a lock and what was in a queue, the file does not say, and neither does the trace. What belongs
//! to no thread has rows of its own below its process, as many as there were such stretches at once. Counters are
//! variables that their process writes. Arrows are a line of output at each end.

use super::found::{Async, End, Found};
use crate::replay::words::count;
use crate::trace::{
    Actor, ActorId, Batch, Event, EventKind, Home, Item, Meta, Nanos, Program, RecordedBy,
    Resource, ResourceId, ResourceKind, Role, SourceId, TextId, Trace,
};
use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

/// The most actors and counters of a file.
const MOST: usize = 60_000;
/// The most rows of what belongs to no thread, in a process and category.
const ROWS: usize = 200;

/// The fact of [`Meta::facts`] under which the oddities of a file stand.
pub const ODD: &str = "odd in the file";

/// Makes a trace of what was read.
pub fn trace_of(found: &Found) -> Trace {
    let mut maker = Maker::new(found);
    maker.actors();
    maker.spans();
    maker.asyncs();
    maker.instants();
    maker.flows();
    maker.counters();
    maker.finish()
}

struct Maker<'a> {
    found: &'a Found,
    meta: Meta,
    texts: HashMap<String, TextId>,
    /// By index of the name.
    names: Vec<Option<TextId>>,
    /// By index of the process, and of the thread; nothing where there were too many.
    processes: Vec<Option<ActorId>>,
    threads: Vec<Option<ActorId>>,
    /// What each actor did, in order but for instants.
    events: Vec<Vec<(i64, EventKind)>>,
    /// How much has no row.
    left_out: u64,
}

impl<'a> Maker<'a> {
    fn new(found: &'a Found) -> Self {
        let (name, version) = found.program.clone().unwrap_or_default();
        let program = Program { name, version };
        let meta = Meta { program, recorder: found.recorder(), ..Meta::default() };
        Self {
            found,
            meta,
            texts: HashMap::new(),
            names: vec![None; found.names.len()],
            processes: vec![None; found.processes.len()],
            threads: vec![None; found.threads.len()],
            events: Vec::new(),
            left_out: 0,
        }
    }

    fn actor(&mut self, actor: Actor) -> Option<ActorId> {
        if self.meta.actors.len() >= MOST {
            self.left_out += 1;
            return None;
        }
        self.meta.actors.push(actor.known_by_spans());
        self.events.push(Vec::new());
        Some(ActorId::from_index(self.meta.actors.len() - 1))
    }

    /// Processes with their threads, in the order that the file asks for; a process's first thread first.
    fn actors(&mut self) {
        let found = self.found;
        let mut inner: Vec<Vec<usize>> = vec![Vec::new(); found.processes.len()];
        for (index, thread) in found.threads.iter().enumerate() {
            inner[thread.process as usize].push(index);
        }
        let mut threads_begin = vec![i64::MAX; found.threads.len()];
        for span in &found.spans {
            let begin = &mut threads_begin[span.thread as usize];
            *begin = span.start.min(*begin);
        }
        let begins = |index: &usize| inner[*index].iter().map(|t| threads_begin[*t]).min();
        let mut processes: Vec<usize> = (0..found.processes.len()).collect();
        processes.sort_by_key(|index| {
            let begins = begins(index).unwrap_or(i64::MAX);
            (found.processes[*index].order.unwrap_or(0), begins)
        });
        let mut process_names: HashMap<&str, u32> = HashMap::new();
        for name in found.processes.iter().filter_map(|process| process.name.as_deref()) {
            *process_names.entry(name).or_default() += 1;
        }
        let by_name = self.meta.recorder == RecordedBy::VizTracer;
        let mut badges = 0;
        for (number, index) in (1..).zip(processes) {
            let process = &found.processes[index];
            let name = match &process.name {
                Some(name) if process_names.get(&name[..]) == Some(&1) => name.clone(),
                Some(name) => format!("{name} {}", process.id),
                None => format!("process {}", process.id),
            };
            let Some(id) = self.actor(Actor::process(name, format!("P{number}"))) else { continue };
            self.processes[index] = Some(id);
            let mut threads = inner[index].clone();
            // On Linux the first thread has the number of its process; VizTracer keeps that of a fork's parent.
            let is_first = |thread: usize| {
                let thread = &found.threads[thread];
                thread.id == process.id || by_name && thread.name.as_deref() == Some("MainThread")
            };
            threads.sort_by_key(|thread| {
                (
                    found.threads[*thread].order.unwrap_or(0),
                    !is_first(*thread),
                    threads_begin[*thread],
                )
            });
            let mut names: HashMap<&str, u32> = HashMap::new();
            for thread in &threads {
                if let Some(name) = &found.threads[*thread].name {
                    *names.entry(name).or_default() += 1;
                }
            }
            for index in threads {
                let thread = &found.threads[index];
                let name = match &thread.name {
                    Some(name) if names.get(&name[..]) == Some(&1) => name.clone(),
                    Some(name) => format!("{name} {}", thread.id),
                    None => format!("thread {}", thread.id),
                };
                let role = if is_first(index) { Role::Main } else { Role::Work };
                badges += 1;
                let actor = Actor::thread(name, format!("T{badges}"));
                self.threads[index] = self.actor(actor.started_by(id).with_role(role));
            }
        }
    }

    fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.texts.get(text) {
            return *id;
        }
        let id = TextId::from_index(self.meta.texts.len());
        self.meta.texts.push(text.to_owned());
        self.texts.insert(text.to_owned(), id);
        id
    }

    /// A name of the file as it is shown.
    fn shown(&mut self, name: u32) -> TextId {
        if let Some(Some(id)) = self.names.get(name as usize) {
            return *id;
        }
        let text = shortened(self.found.name(name));
        let id = self.text(&text);
        if let Some(place) = self.names.get_mut(name as usize) {
            *place = Some(id);
        }
        id
    }

    fn spans(&mut self) {
        let spans = &self.found.spans;
        let mut order: Vec<u32> = (0..spans.len() as u32).collect();
        // Of two that begin at once the longer one is around the other.
        order.sort_by_key(|index| {
            let span = &spans[*index as usize];
            (span.thread, span.start, Reverse(span.end.at()))
        });
        let last = spans.iter().map(|span| span.end.at()).max();
        let mut open = Open::default();
        let mut of = None;
        for index in order {
            let span = spans[index as usize];
            let Some(actor) = self.threads[span.thread as usize] else { continue };
            let is_other = of.replace(actor).is_some_and(|before| before != actor);
            open.close(if is_other { i64::MAX } else { span.start }, &mut self.events);
            let name = self.shown(span.name);
            let sleeps = self.is_sleep(span.name);
            let events = &mut self.events[actor.index()];
            events.push((span.start, EventKind::SpanBegan { name }));
            if sleeps {
                let planned = Nanos(span.end.at().abs_diff(span.start));
                events.push((span.start, EventKind::SleepBegan { planned }));
            }
            // What goes on at the end of the file has no end.
            if Some(span.end.at()) != last || matches!(span.end, End::At(_)) {
                open.push(Ends { actor, name, sleeps }, span.end.at());
            }
        }
        open.close(i64::MAX, &mut self.events);
    }

    /// Whether a stretch is a sleep, by the names that VizTracer has for Python's.
    fn is_sleep(&self, name: u32) -> bool {
        self.meta.recorder == RecordedBy::VizTracer
            && matches!(self.found.name(name), "time.sleep" | "sleep")
    }

    /// What belongs to no thread: the first row that is free.
    fn asyncs(&mut self) {
        let asyncs = &self.found.asyncs;
        let mut order: Vec<&Async> = asyncs.iter().collect();
        order.sort_by_key(|one| one.start);
        let mut rows: HashMap<(u32, u32), Vec<Row>> = HashMap::new();
        for one in order {
            let Some(process) = self.processes[one.process as usize] else { continue };
            let rows = rows.entry((one.process, one.category)).or_default();
            let row = match rows.iter().position(|(free, _)| *free <= one.start) {
                Some(row) => row,
                None if rows.len() < ROWS => {
                    let category = match self.found.name(one.category) {
                        "" => "async".to_owned(),
                        category => format!("async {category}"),
                    };
                    let number = rows.len() + 1;
                    let actor = Actor::thread(format!("{category} {number}"), format!("~{number}"));
                    let actor = actor.started_by(process).with_role(Role::Work);
                    let actor = self.actor(actor);
                    rows.push((i64::MIN, actor));
                    rows.len() - 1
                }
                None => {
                    self.left_out += 1;
                    continue;
                }
            };
            let end = one.end.at();
            // What has no length ends where it begins.
            rows[row].0 = end.max(one.start);
            let Some(actor) = rows[row].1 else { continue };
            let name = self.shown(one.name);
            let events = &mut self.events[actor.index()];
            events.push((one.start, EventKind::SpanBegan { name }));
            if one.end != End::Before(end) {
                events.push((end, EventKind::SpanEnded { name }));
            }
        }
    }

    /// Who an instant is of: a thread, or a process.
    fn who(&self, process: u32, thread: Option<u32>) -> Option<ActorId> {
        match thread {
            Some(thread) => self.threads[thread as usize],
            None => self.processes[process as usize],
        }
    }

    fn says(&mut self, who: Option<ActorId>, at: i64, text: &str) {
        // Braces in it would be filled in.
        let text = self.text(&text.replace("{}", "{ }"));
        if let Some(who) = who {
            let args = [Item::NOTHING; 2];
            self.events[who.index()].push((at, EventKind::Message { text, args }));
        }
    }

    fn instants(&mut self) {
        let found = self.found;
        for instant in &found.instants {
            let who = self.who(instant.process, instant.thread);
            self.says(who, instant.at, found.name(instant.name));
        }
    }

    fn flows(&mut self) {
        let found = self.found;
        for flow in &found.flows {
            let name = found.name(flow.name);
            let (from, to) = (flow.from, flow.to);
            let ends = [from, to].map(|tip| self.threads[tip.thread as usize]);
            let [begin, end] =
                ends.map(|who| who.map_or_else(String::new, |id| self.meta.actor_name(id)));
            self.says(ends[0], from.at, &format!("→ {name} to {end}"));
            self.says(ends[1], to.at, &format!("← {name} from {begin}"));
        }
    }

    fn counters(&mut self) {
        let found = self.found;
        let mut known: HashMap<[u32; 3], (ResourceId, u32, Item)> = HashMap::new();
        let mut order: Vec<_> = found.counters.iter().collect();
        order.sort_by_key(|counter| counter.at);
        for counter in order {
            let Some(process) = self.processes[counter.process as usize] else { continue };
            let key = [counter.process, counter.name, counter.series];
            let new = self.number(found.name(counter.value));
            let known = match known.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(_) if self.meta.resources.len() >= MOST => {
                    self.left_out += 1;
                    continue;
                }
                Entry::Vacant(place) => {
                    let (name, series) = (found.name(counter.name), found.name(counter.series));
                    let name = match series {
                        "value" | "" => name.to_owned(),
                        series if series == name => name.to_owned(),
                        series => format!("{name} {series}"),
                    };
                    let value = Resource::new(name, ResourceKind::Value);
                    self.meta.resources.push(value.at_home(Home::Process(process)));
                    let id = ResourceId::from_index(self.meta.resources.len() - 1);
                    place.insert((id, 0, Item::NOTHING))
                }
            };
            let (res, version, old) = known;
            *version += 1;
            let (res, version, old) = (*res, *version, std::mem::replace(old, new));
            let kind = EventKind::ValueChanged { res, version, old, new };
            self.events[process.index()].push((counter.at, kind));
        }
    }

    fn number(&mut self, text: &str) -> Item {
        let whole = text.strip_suffix(".0").unwrap_or(text);
        let item = whole.parse().ok().and_then(Item::try_int);
        item.unwrap_or_else(|| Item::text(self.text(text)))
    }

    fn finish(mut self) -> Trace {
        let found = self.found;
        let mut warnings = found.warnings.clone();
        if self.left_out > 0 {
            warnings.push(format!("{} without a row", count(self.left_out, "part")));
        }
        self.meta.facts.extend(warnings.into_iter().map(|text| (ODD.to_owned(), text)));
        let all = self.events.iter().flatten().map(|(at, _)| *at);
        let begin = all.min().unwrap_or(0);
        self.starts();
        let total = self.events.iter().map(Vec::len).sum();
        let mut events = Vec::with_capacity(total);
        for (index, of) in self.events.iter_mut().enumerate() {
            if !of.is_sorted_by_key(|(at, _)| *at) {
                of.sort_by_key(|(at, _)| *at);
            }
            let actor = ActorId::from_index(index);
            for (seq, (at, kind)) in (0..).zip(of.drain(..)) {
                let at = Nanos(at.abs_diff(begin));
                events.push(Event { at, seq, actor, source: SourceId::NONE, kind });
            }
        }
        let mut trace = Trace::new(self.meta);
        trace.apply(Batch { events, ..Batch::default() });
        trace
    }

    /// Everybody is there from the first thing known of it; a process from the first of its threads on.
    fn starts(&mut self) {
        let found = self.found;
        let first = |of: &[(i64, EventKind)]| of.iter().map(|(at, _)| *at).min();
        let firsts: Vec<Option<i64>> = self.events.iter().map(|of| first(of)).collect();
        let mut begins = firsts.clone();
        for (index, at) in firsts.iter().enumerate() {
            let process = self.meta.process_of(ActorId::from_index(index));
            if let (Some(process), Some(at)) = (process, at) {
                let known = &mut begins[process.index()];
                *known = Some(known.map_or(*at, |known| known.min(*at)));
            }
        }
        let mut start = |actor: Option<ActorId>, id: &str| {
            let Some(actor) = actor else { return };
            let Some(at) = begins[actor.index()] else { return };
            let os_id = id.parse().unwrap_or(0);
            self.events[actor.index()].insert(0, (at, EventKind::Started { os_id }));
        };
        for (actor, process) in self.processes.iter().zip(&found.processes) {
            start(*actor, &process.id);
        }
        for (actor, thread) in self.threads.iter().zip(&found.threads) {
            start(*actor, &thread.id);
        }
    }
}

/// A row of what belongs to no thread: when it is free again, and whose it is.
type Row = (i64, Option<ActorId>);

/// The stretches of a thread that have begun and not ended, the one that ends first on top.
#[derive(Default)]
struct Open {
    heap: BinaryHeap<(Reverse<i64>, u32, Ends)>,
    count: u32,
}

/// What ends.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Ends {
    actor: ActorId,
    name: TextId,
    sleeps: bool,
}

impl Open {
    fn push(&mut self, ends: Ends, at: i64) {
        self.count += 1;
        self.heap.push((Reverse(at), self.count, ends));
    }

    /// Ends what ends by then, of several at once the innermost first.
    fn close(&mut self, by: i64, events: &mut [Vec<(i64, EventKind)>]) {
        while self.heap.peek().is_some_and(|(Reverse(end), ..)| *end <= by) {
            let Some((Reverse(at), _, Ends { actor, name, sleeps })) = self.heap.pop() else {
                return;
            };
            let events = &mut events[actor.index()];
            if sleeps {
                events.push((at, EventKind::SleepEnded));
            }
            events.push((at, EventKind::SpanEnded { name }));
        }
    }
}

/// A name without the folders of the file that VizTracer puts behind it: `work (app.py:3)`.
fn shortened(name: &str) -> String {
    let parts = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let short = parts.and_then(|(what, place)| {
        let file = place.rsplit(['/', '\\']).next()?;
        (file.len() < place.len()).then(|| format!("{what} ({file})"))
    });
    short.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn folders_are_left_out_of_names() {
        for (name, short) in [
            ("work (/home/someone/app.py:3)", "work (app.py:3)"),
            ("f (C:\\a b\\c.py:1)", "f (c.py:1)"),
            ("f (x)", "f (x)"),
            ("a/b", "a/b"),
            ("", ""),
        ] {
            assert_eq!(shortened(name), short);
        }
    }
}
