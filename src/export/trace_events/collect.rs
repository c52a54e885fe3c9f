//! Takes the events of a file down, one after another.

use super::bytes::{Bytes, Stop};
use super::event::{Field, Fields};
use super::found::{Async, Counter, End, Found, Instant, Process, Span, Thread, VIZTRACER};
use super::number::{Time, micros, nanos};
use super::pair::{self, Half, Mark, Part};
use super::scan::{Broken, Next, Scan};
use super::{MOST, Refused};
use crate::replay::words::count;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// No name, in a key.
const NONE: u32 = u32::MAX;

/// Reads a whole file.
pub fn collect<R: Read>(bytes: Bytes<R>) -> Result<Found, Refused> {
    let mut scan = Scan::new(bytes);
    let ahead = scan.ahead();
    if ahead.starts_with(&[0xff, 0xfe]) || ahead.starts_with(&[0xfe, 0xff]) {
        return Err(Refused::Other("it is UTF-16 text; save it as UTF-8".to_owned()));
    }
    if ahead.starts_with(&[0xef, 0xbb, 0xbf]) {
        scan.pass(3);
    }
    let mut collector = Collector::default();
    let whole = collector.file(&mut scan)?;
    collector.odd.texts = scan.odd_texts;
    let stop = scan.stop();
    let is_empty = collector.read == 0;
    match (stop, whole) {
        (Stop::Cancelled, _) => return Err(Refused::Cancelled),
        (Stop::Failed(error), _) if is_empty => return Err(Refused::Read(error)),
        (Stop::Failed(error), _) => {
            collector.ends(&format!("cannot be read further: {},", crate::export::why(&error)));
        }
        (Stop::TooMuch, _) if is_empty => {
            return Err(Refused::Other("it is larger than a trace can be".to_owned()));
        }
        (Stop::TooMuch, _) => collector.ends("larger than a trace can be, left"),
        (_, Whole::Yes) => {}
        (_, Whole::Cut) => collector.ends("cut off"),
        (_, Whole::Odd(at)) if is_empty => {
            return Err(Refused::Other(format!("not JSON, byte {at}")));
        }
        (_, Whole::Odd(at)) => collector.ends(&format!("not JSON from byte {at} on, left")),
    }
    if !collector.is_trace {
        let why = "it has no events, neither as an array nor under traceEvents";
        return Err(Refused::Other(why.to_owned()));
    }
    Ok(collector.finish())
}

/// Whether a file was read to its end.
enum Whole {
    Yes,
    Cut,
    /// The byte at this place belongs to no JSON.
    Odd(u64),
}

/// How often something was odd.
#[derive(Default)]
struct Odd {
    no_time: u64,
    no_number: u64,
    beyond: u64,
    negative: u64,
    no_ids: u64,
    no_async_id: u64,
    no_events: u64,
    too_many: u64,
    texts: u64,
    unread: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Collector {
    found: Found,
    fields: Fields,
    names: HashMap<String, u32>,
    processes: HashMap<String, u32>,
    threads: HashMap<(u32, u32), u32>,
    /// What begins and ends apart: of threads, and of no thread.
    marks: Vec<Mark>,
    async_marks: Vec<Mark>,
    async_keys: HashMap<[u32; 3], u64>,
    halves: Vec<Half>,
    /// Events read, understood or not.
    read: u64,
    is_trace: bool,
    last: i64,
    odd: Odd,
}

impl Collector {
    fn ends(&mut self, how: &str) {
        let read = count(self.read as usize, "event");
        self.found.warnings.push(format!("{how} after {read}"));
    }

    /// All values of a file: mostly there is one.
    fn file<R: Read>(&mut self, scan: &mut Scan<R>) -> Result<Whole, Refused> {
        loop {
            let done = match scan.next() {
                Next::End => return Ok(Whole::Yes),
                Next::Comma => {
                    scan.pass(1);
                    continue;
                }
                // An array needs no end.
                Next::Array => {
                    self.is_trace = true;
                    self.array(scan).map(|_| true)
                }
                Next::Object => self.object(scan)?,
                _ => Err(scan.broken()),
            };
            match done {
                Ok(true) => {}
                Ok(false) | Err(Broken::Cut) => return Ok(Whole::Cut),
                Err(Broken::At(at)) => return Ok(Whole::Odd(at)),
            }
        }
    }

    /// An array of events. Whether it has an end.
    fn array<R: Read>(&mut self, scan: &mut Scan<R>) -> Result<bool, Broken> {
        scan.expect(b'[')?;
        loop {
            match scan.next() {
                Next::Object => {
                    self.fields.clear();
                    let mut key = Vec::new();
                    scan.expect(b'{')?;
                    while scan.key(&mut key)? {
                        self.fields.read(&key, scan)?;
                    }
                    self.event();
                }
                Next::Comma => scan.pass(1),
                Next::Close => return scan.expect(b']').map(|()| true),
                Next::End => return Ok(false),
                Next::Array | Next::Text | Next::Atom => {
                    scan.skip()?;
                    self.odd.no_events += 1;
                }
                Next::Other => return Err(scan.broken()),
            }
        }
    }

    /// An object that holds the events, or is one. Whether it has an end.
    fn object<R: Read>(&mut self, scan: &mut Scan<R>) -> Result<Result<bool, Broken>, Refused> {
        self.fields.clear();
        let (mut key, mut is_holder) = (Vec::new(), false);
        let mut about = Fields::default();
        if let Err(broken) = scan.expect(b'{') {
            return Ok(Err(broken));
        }
        loop {
            let read = match scan.key(&mut key) {
                Ok(false) => break,
                Err(broken) => Err(broken),
                Ok(true) => match &key[..] {
                    b"traceEvents" if scan.next() == Next::Array => {
                        (is_holder, self.is_trace) = (true, true);
                        match self.array(scan) {
                            Ok(false) => Err(Broken::Cut),
                            other => other.map(|_| ()),
                        }
                    }
                    b"traceEvents" => {
                        return Err(Refused::Other("traceEvents is not an array".to_owned()));
                    }
                    b"viztracer_metadata" | b"otherData" => {
                        let read = about.read(b"args", scan);
                        self.written_by(&key, &about);
                        read
                    }
                    _ => self.fields.read(&key, scan),
                },
            };
            if let Err(broken) = read {
                return Ok(Err(broken));
            }
        }
        if !is_holder && self.fields.phase.is_there {
            self.is_trace = true;
            self.event();
        }
        Ok(Ok(true))
    }

    fn written_by(&mut self, key: &[u8], about: &Fields) {
        let said = |key: &str| about.arg(key).map(|field| field.text().to_owned());
        let (name, version) = match key {
            b"viztracer_metadata" => (Some(VIZTRACER.to_owned()), said("version")),
            _ => (said("program"), said("version")),
        };
        if let Some(name) = name {
            self.found.program = Some((name, version.unwrap_or_default()));
        }
        if said("overflow").as_deref() == Some("true") {
            self.found
                .warnings
                .push("VizTracer's buffer was full: what came first is missing".into());
        }
    }

    fn name(&mut self, text: &str) -> u32 {
        if let Some(index) = self.names.get(text) {
            return *index;
        }
        let index = self.found.names.len() as u32;
        self.found.names.push(text.to_owned());
        self.names.insert(text.to_owned(), index);
        index
    }

    fn process_of(&mut self, id: &str) -> u32 {
        if let Some(index) = self.processes.get(id) {
            return *index;
        }
        let index = self.found.processes.len() as u32;
        self.found.processes.push(Process { id: id.to_owned(), ..Process::default() });
        self.processes.insert(id.to_owned(), index);
        index
    }

    fn thread_of(&mut self, process: u32, id: &str) -> u32 {
        let name = self.name(id);
        if let Some(index) = self.threads.get(&(process, name)) {
            return *index;
        }
        let index = self.found.threads.len() as u32;
        self.found.threads.push(Thread { process, id: id.to_owned(), ..Thread::default() });
        self.threads.insert((process, name), index);
        index
    }

    /// The event whose fields were read.
    fn event(&mut self) {
        self.read += 1;
        let fields = std::mem::take(&mut self.fields);
        match fields.phase.text() {
            "" => self.odd.no_events += 1,
            "M" => self.metadata(&fields),
            phase if is_read(phase) => {
                let kept = self.found.len() + self.marks.len() + self.async_marks.len();
                match kept + self.halves.len() < MOST {
                    true => self.timed(phase, &fields),
                    false => self.odd.too_many += 1,
                }
            }
            other => *self.odd.unread.entry(other.chars().take(8).collect()).or_default() += 1,
        }
        self.fields = fields;
    }

    /// Names of processes and threads, and their order.
    fn metadata(&mut self, fields: &Fields) {
        let name = fields.arg("name").map(|name| name.text().to_owned());
        let order = fields.arg("sort_index").and_then(|order| order.text().parse().ok());
        let what = fields.name.text();
        match what {
            "process_name" | "process_sort_index" => {
                let process = self.process(fields);
                let process = &mut self.found.processes[process as usize];
                process.name = name.or_else(|| process.name.take());
                process.order = order.or(process.order);
            }
            "thread_name" | "thread_sort_index" => {
                let thread = self.thread(fields);
                let thread = &mut self.found.threads[thread as usize];
                thread.name = name.or_else(|| thread.name.take());
                thread.order = order.or(thread.order);
            }
            _ => {}
        }
    }

    fn process(&mut self, fields: &Fields) -> u32 {
        self.odd.no_ids += u64::from(!fields.pid.is_there);
        self.process_of(id(&fields.pid))
    }

    fn thread(&mut self, fields: &Fields) -> u32 {
        self.odd.no_ids += u64::from(!fields.pid.is_there || !fields.tid.is_there);
        let process = self.process_of(id(&fields.pid));
        self.thread_of(process, id(&fields.tid))
    }

    fn timed(&mut self, phase: &str, fields: &Fields) {
        let Some(parts) = self.parts(&fields.ts) else { return };
        let Some(at) = nanos(parts) else {
            self.odd.beyond += 1;
            return;
        };
        let name = match fields.name.text() {
            "" => self.name("unnamed"),
            name => self.name(name),
        };
        match phase {
            "X" => self.complete(fields, name, parts, at),
            "B" => {
                let thread = self.thread(fields);
                let begins = Some(self.found.spans.len() as u32);
                self.found.spans.push(Span { thread, name, start: at, end: End::Before(at) });
                self.marks.push(Mark { of: thread.into(), at, name: Some(name), begins });
            }
            "E" => {
                let thread = self.thread(fields);
                let name = (!fields.name.bytes.is_empty() && fields.name.is_there).then_some(name);
                self.marks.push(Mark { of: thread.into(), at, name, begins: None });
            }
            "b" | "e" | "S" | "F" => self.async_mark(phase, fields, name, at),
            "s" | "t" | "f" => self.half(phase, fields, name, at),
            "C" => self.counter(fields, name, at),
            _ => {
                let of_thread = fields.tid.is_there && !matches!(fields.scope.text(), "g" | "p");
                let (process, thread) = match of_thread {
                    true => {
                        let thread = self.thread(fields);
                        (self.found.threads[thread as usize].process, Some(thread))
                    }
                    false => (self.process(fields), None),
                };
                self.found.instants.push(Instant { process, thread, name, at });
            }
        }
        self.last = self.last.max(at);
    }

    /// A time, where it is one.
    fn parts(&mut self, field: &Field) -> Option<i128> {
        match field.some().map(micros) {
            Some(Time::Parts(parts)) => return Some(parts),
            Some(Time::Beyond) => self.odd.beyond += 1,
            Some(Time::Odd) => self.odd.no_number += 1,
            None => self.odd.no_time += 1,
        }
        None
    }

    fn complete(&mut self, fields: &Fields, name: u32, parts: i128, start: i64) {
        let mut end = End::Before(start);
        if fields.dur.is_there {
            let Some(dur) = self.parts(&fields.dur) else { return };
            if dur < 0 {
                self.odd.negative += 1;
                return;
            }
            let Some(at) = nanos(parts + dur) else {
                self.odd.beyond += 1;
                return;
            };
            self.last = self.last.max(at);
            end = End::At(at);
        }
        let thread = self.thread(fields);
        self.found.spans.push(Span { thread, name, start, end });
    }

    fn async_mark(&mut self, phase: &str, fields: &Fields, name: u32, at: i64) {
        let process = self.process(fields);
        let category = self.name(fields.category.text());
        let id = match (fields.local.some(), fields.global.some(), fields.id.some()) {
            (Some(_), ..) => {
                let id = format!("{}:{}", id(&fields.pid), fields.local.text());
                self.name(&id)
            }
            (_, Some(_), _) => self.name(fields.global.text()),
            (.., Some(_)) => self.name(fields.id.text()),
            _ => {
                self.odd.no_async_id += 1;
                return;
            }
        };
        // The older kind is told apart by name, too.
        let key = [category, id, if matches!(phase, "S" | "F") { name } else { NONE }];
        let next = self.async_keys.len() as u64;
        let of = *self.async_keys.entry(key).or_insert(next);
        let begins = matches!(phase, "b" | "S").then_some(self.found.asyncs.len() as u32);
        if begins.is_some() {
            let (start, end) = (at, End::Before(at));
            self.found.asyncs.push(Async { process, category, id, name, start, end });
        }
        let name = fields.name.is_there.then_some(name);
        self.async_marks.push(Mark { of, at, name, begins });
    }

    fn half(&mut self, phase: &str, fields: &Fields, name: u32, at: i64) {
        let thread = self.thread(fields);
        let category = self.name(fields.category.text());
        let id = self.name(fields.id.text());
        let part = match phase {
            "s" => Part::Begin,
            "t" => Part::Step,
            _ => Part::End,
        };
        let around = fields.bind.text() == "e";
        self.halves.push(Half { key: [category, name, id], part, thread, at, around });
    }

    fn counter(&mut self, fields: &Fields, name: u32, at: i64) {
        let process = self.process(fields);
        let name = match fields.id.some() {
            Some(_) => {
                let full = format!("{} [{}]", self.found.name(name), fields.id.text());
                self.name(&full)
            }
            None => name,
        };
        for (series, value) in fields.args() {
            if !matches!(micros(&value.bytes), Time::Parts(_)) {
                self.odd.no_number += 1;
                continue;
            }
            let (series, value) = (self.name(series), self.name(value.text()));
            self.found.counters.push(Counter { process, name, series, at, value });
        }
    }

    fn finish(mut self) -> Found {
        let found = &mut self.found;
        let mut lost = pair::spans(&mut self.marks, &mut found.spans, self.last);
        let asyncs = pair::asyncs(&mut self.async_marks, &mut found.asyncs, self.last);
        let apart = self.marks.iter().filter(|mark| mark.begins.is_some()).count() as u64;
        // What has neither an end nor a length.
        let open = found.spans.iter().filter(|span| matches!(span.end, End::Before(_))).count();
        debug_assert!(lost.open <= apart);
        lost.open = open as u64 + asyncs.open;
        lost.ends += asyncs.ends;
        let (flows, half) = pair::flows(self.halves, &found.spans);
        found.flows = flows;
        let odd = self.odd;
        found.skipped = odd.no_time + odd.no_number + odd.beyond + odd.negative + odd.no_events;
        found.skipped +=
            odd.no_async_id + odd.too_many + lost.ends + odd.unread.values().sum::<u64>();
        let nothing = found.is_empty();
        let mut warn = |number: u64, what: &str, then: &str| {
            if number > 0 {
                found.warnings.push(format!("{} {then}", count(number as usize, what)));
            }
        };
        warn(odd.no_time, "event", "without ts");
        warn(odd.no_number, "event", "whose time is no number");
        let whose = if odd.beyond == 1 { "whose time is" } else { "whose times are" };
        warn(odd.beyond, "event", &format!("{whose} out of range"));
        warn(odd.negative, "span", "of negative length");
        warn(lost.open, "span", "without end");
        warn(lost.ends, "end", "without a begin");
        warn(half, "arrow", "with one end only");
        warn(odd.no_ids, "event", "without pid or tid, taken as 0");
        warn(odd.no_async_id, "async event", "without an id");
        warn(odd.no_events, "value", "other than an event");
        warn(odd.too_many, "event", "more than can be opened, left out");
        warn(odd.texts, "text", "not UTF-8");
        for (phase, number) in &odd.unread {
            warn(*number, "event", &format!("of kind {phase}, which is not read"));
        }
        if nothing {
            found.warnings.push("no events".to_owned());
        }
        self.found
    }
}

fn is_read(phase: &str) -> bool {
    matches!(
        phase,
        "X" | "B"
            | "E"
            | "b"
            | "n"
            | "e"
            | "S"
            | "T"
            | "p"
            | "F"
            | "s"
            | "t"
            | "f"
            | "C"
            | "i"
            | "I"
            | "R"
    )
}

/// A pid or tid as written, 0 where it is missing.
fn id(field: &Field) -> &str {
    if field.is_there { field.text() } else { "0" }
}
