//! What was read of a file, in the words of its format.

use crate::trace::RecordedBy;
use serde::Serialize;

/// A program that writes such files, as it is named.
pub const VIZTRACER: &str = "VizTracer";

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its id as written.
    pub id: String,
    /// Its name, where the file has one.
    pub name: Option<String>,
    /// Its place among the others, where the file says.
    pub order: Option<i64>,
}

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// Index of its process.
    pub process: u32,
    /// Its id as written.
    pub id: String,
    /// Its name, where the file has one.
    pub name: Option<String>,
    /// Its place among the others of its process, where the file says.
    pub order: Option<i64>,
}

/// When something ended, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Then.
    At(i64),
    /// Nobody says; by then at the latest.
    Before(i64),
}

impl End {
    /// When it ended, or by when.
    pub fn at(self) -> i64 {
        match self {
            Self::At(at) | Self::Before(at) => at,
        }
    }

    fn known(self) -> Option<i64> {
        match self {
            Self::At(at) => Some(at),
            Self::Before(_) => None,
        }
    }
}

/// A named stretch of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Index of its thread.
    pub thread: u32,
    /// Index of its name.
    pub name: u32,
    /// When it began.
    pub start: i64,
    /// When it ended.
    pub end: End,
}

/// A named stretch that belongs to no thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Async {
    /// Index of the process that began it.
    pub process: u32,
    /// Index of its category's name.
    pub category: u32,
    /// Index of its id.
    pub id: u32,
    /// Index of its name.
    pub name: u32,
    /// When it began.
    pub start: i64,
    /// When it ended.
    pub end: End,
}

/// Something without length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// Index of its process.
    pub process: u32,
    /// Index of its thread; nothing where it is about the process, or about all.
    pub thread: Option<u32>,
    /// Index of its name.
    pub name: u32,
    /// When.
    pub at: i64,
}

/// A number from one instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Index of its process.
    pub process: u32,
    /// Index of its name.
    pub name: u32,
    /// Index of the name of the series.
    pub series: u32,
    /// When.
    pub at: i64,
    /// Index of the number as written.
    pub value: u32,
}

/// One end of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Index of its thread.
    pub thread: u32,
    /// When.
    pub at: i64,
    /// Index of the span that it is fastened to.
    pub span: Option<u32>,
}

/// An arrow from one thread to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Index of its name.
    pub name: u32,
    /// Where it begins.
    pub from: Tip,
    /// Where it ends.
    pub to: Tip,
}

/// What was read of a file. Spans and so on are in the order in which the file has them; indices are into these tables.
/// Times are in nanoseconds of the clock of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Names, ids and numbers.
    pub names: Vec<String>,
    /// Processes.
    pub processes: Vec<Process>,
    /// Threads.
    pub threads: Vec<Thread>,
    /// What threads did.
    pub spans: Vec<Span>,
    /// What belongs to no thread.
    pub asyncs: Vec<Async>,
    /// Instants.
    pub instants: Vec<Instant>,
    /// Counters.
    pub counters: Vec<Counter>,
    /// Arrows.
    pub flows: Vec<Flow>,
    /// How many events could not be placed.
    pub skipped: u64,
    /// What was odd, each in a few words.
    pub warnings: Vec<String>,
    /// Name and version of the program that wrote it, where it says.
    pub program: Option<(String, String)>,
}

impl Found {
    /// Which tool recorded it, as the file names the program that wrote it.
    pub(super) fn recorder(&self) -> RecordedBy {
        match &self.program {
            Some((name, _)) if name == VIZTRACER => RecordedBy::VizTracer,
            _ => RecordedBy::Tool,
        }
    }
}

/// The same as one object, in the order of the file.
#[derive(Serialize)]
struct Printed<'a> {
    program: Option<&'a (String, String)>,
    /// Process, thread, name, begin, end.
    spans: Vec<(&'a str, &'a str, &'a str, i64, Option<i64>)>,
    /// By process and thread.
    threads: serde_json::Map<String, serde_json::Value>,
    processes: serde_json::Map<String, serde_json::Value>,
    /// Category, id, name, begin, end.
    asyncs: Vec<(&'a str, &'a str, &'a str, i64, Option<i64>)>,
    /// Name and time.
    instants: Vec<(&'a str, i64)>,
    /// Process, name, series, time, number as written.
    counters: Vec<(&'a str, &'a str, &'a str, i64, &'a str)>,
    /// The spans from which and to which they go.
    flows: Vec<(&'a str, &'a str)>,
    skipped: u64,
    warn: Option<String>,
}

impl Found {
    /// A name, an id, or a number as written.
    pub fn name(&self, index: u32) -> &str {
        self.names.get(index as usize).map_or("", String::as_str)
    }

    /// How many events there are, of every kind.
    pub fn len(&self) -> usize {
        let arrows = self.flows.len();
        self.spans.len() + self.asyncs.len() + self.instants.len() + self.counters.len() + arrows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everything that was odd, in one sentence.
    pub fn warning(&self) -> Option<String> {
        (!self.warnings.is_empty()).then(|| self.warnings.join("; "))
    }

    /// What was read, as one JSON object: `spans` [process, thread, name, begin, end or null], `threads`, `processes`, `asyncs`
    /// [category, id, name, begin, end or null], `instants` [name, time], `counters` [process, name, series, time, number],
    /// `flows` [from, to], `skipped`, `warn`, `program`. Times are in nanoseconds.
    ///
    /// # Errors
    /// None that is known.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let process = |index: u32| self.processes.get(index as usize).map_or("", |p| &p.id);
        let thread = |index: u32| {
            self.threads.get(index as usize).map_or(("", ""), |t| (process(t.process), &t.id))
        };
        let spans = self.spans.iter().map(|span| {
            let (process, thread) = thread(span.thread);
            (process, thread, self.name(span.name), span.start, span.end.known())
        });
        let asyncs = self.asyncs.iter().map(|a| {
            let (category, id) = (self.name(a.category), self.name(a.id));
            (category, id, self.name(a.name), a.start, a.end.known())
        });
        let tip = |flow: &Flow, tip: &Tip| {
            let span = tip.span.and_then(|span| self.spans.get(span as usize));
            self.name(span.map_or(flow.name, |span| span.name))
        };
        let named = |name: &Option<String>| name.clone().map(serde_json::Value::String);
        let threads = self
            .threads
            .iter()
            .filter_map(|t| Some((format!("{}/{}", process(t.process), t.id), named(&t.name)?)));
        let processes = self.processes.iter().filter_map(|p| Some((p.id.clone(), named(&p.name)?)));
        let counters = self.counters.iter().map(|c| {
            let (name, series) = (self.name(c.name), self.name(c.series));
            (process(c.process), name, series, c.at, self.name(c.value))
        });
        serde_json::to_string(&Printed {
            program: self.program.as_ref(),
            spans: spans.collect(),
            threads: threads.collect(),
            processes: processes.collect(),
            asyncs: asyncs.collect(),
            instants: self.instants.iter().map(|i| (self.name(i.name), i.at)).collect(),
            counters: counters.collect(),
            flows: self.flows.iter().map(|f| (tip(f, &f.from), tip(f, &f.to))).collect(),
            skipped: self.skipped,
            warn: self.warning(),
        })
    }
}
