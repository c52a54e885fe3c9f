//! Reads a case.

use super::Case;
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, End, Event, EventKind, ExceptionId, Home, Item, Measure, Nanos,
    Place, Resource, ResourceId, Section, SectionId, SourceId, SourcePoint, TaskId, TextId,
    WaitEnd, WaitOp,
};
use serde::de::DeserializeOwned;

pub fn nanos(word: &str) -> Nanos {
    let digits = word.trim_end_matches(char::is_alphabetic);
    let unit = match &word[digits.len()..] {
        "" | "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        other => panic!("unit {other:?}"),
    };
    Nanos(digits.parse::<u64>().unwrap() * unit)
}

fn item(word: &str) -> Item {
    match word {
        "None" => Item::NOTHING,
        number => Item::int(number.parse().unwrap()),
    }
}

/// Lines without comments, with their numbers; a line that begins with a space goes on with the one before it.
fn lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        match lines.last_mut() {
            _ if content.is_empty() || content.starts_with('#') => {}
            Some((_, before)) if line.starts_with(' ') => {
                before.push(' ');
                before.push_str(content);
            }
            _ => lines.push((index + 1, content.to_owned())),
        }
    }
    lines
}

/// One of several by its name.
fn named<T: DeserializeOwned>(word: &str) -> T {
    serde_json::from_value(word.into()).unwrap_or_else(|_| panic!("{word}"))
}

impl Case {
    pub fn parse(text: &str) -> Self {
        let mut case = Self::default();
        let lines = lines(text);
        for (_, line) in &lines {
            case.declare(line);
        }
        for (number, line) in lines {
            let (first, rest) = line.split_once(' ').unwrap();
            let rest = rest.trim();
            match first {
                "?" => case.checks.push((number, rest.to_owned())),
                "odd" => case.odd.push(rest.to_owned()),
                "actor" => case.actor(rest),
                "section" => case.section(rest),
                "text" => case.text(rest),
                "line" => case.line(rest),
                "recorder" => case.meta.recorder = named(rest),
                time if time.starts_with(|c: char| c.is_ascii_digit()) => {
                    case.event(nanos(time), rest);
                }
                kind => case.resource(kind, rest),
            }
        }
        case
    }

    /// Gives a key its id, so that lines may name what comes after them.
    fn declare(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (first, key) = (words.next().unwrap(), words.next().unwrap_or_default().to_owned());
        let again = match first {
            "?" | "odd" | "text" | "line" | "recorder" => None,
            "actor" => {
                let id = ActorId::from_index(self.actors.len());
                self.actors.insert(key, id).map(|_| ())
            }
            "section" => {
                let id = SectionId::from_index(self.sections.len());
                self.sections.insert(key, id).map(|_| ())
            }
            time if time.starts_with(|c: char| c.is_ascii_digit()) => None,
            _ => {
                let id = ResourceId::from_index(self.resources.len());
                self.resources.insert(key, id).map(|_| ())
            }
        };
        assert!(again.is_none(), "two of {line:?}");
    }

    fn actor(&mut self, rest: &str) {
        let (key, rest) = rest.split_once(' ').unwrap();
        let mut name = Vec::new();
        let mut actor = Actor { badge: key.to_owned(), ..Actor::default() };
        for word in rest.split_whitespace() {
            match word.split_once('=') {
                Some(("kind", "process")) => actor.kind = ActorKind::Process,
                Some(("parent", key)) => actor.parent = Some(self.who(key)),
                None if word == "daemon" => actor.daemon = true,
                None if word == "passive" => actor.passive = true,
                None if word == "handles" => actor.handles = true,
                Some(("serves", key)) => actor.serves = Some(self.res(key)),
                Some(("role", role)) => actor.role = named(role),
                Some(("section", key)) => actor.section = Some(self.part(key)),
                Some(("pool", key)) => actor.pool = Some(self.res(key)),
                Some(("replaces", key)) => actor.replaces = Some(self.who(key)),
                _ => name.push(word),
            }
        }
        actor.name = name.join(" ");
        self.meta.actors.push(actor);
    }

    fn section(&mut self, rest: &str) {
        let mut name = Vec::new();
        let mut section = Section::default();
        for word in rest.split_whitespace().skip(1) {
            match word.split_once('=') {
                Some(("within", key)) => section.within = Some(self.part(key)),
                Some(("number", n)) => section.number = n.parse().unwrap(),
                None if word == "in_turn" => section.begins = true,
                _ => name.push(word),
            }
        }
        section.name = name.join(" ");
        self.meta.sections.push(section);
    }

    fn text(&mut self, rest: &str) {
        let (key, text) = rest.split_once(' ').unwrap();
        let id = TextId::from_index(self.meta.texts.len());
        self.texts.insert(key.to_owned(), id);
        self.meta.texts.push(text.to_owned());
    }

    fn line(&mut self, rest: &str) {
        let (key, rest) = rest.split_once(' ').unwrap();
        let (line, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let id = SourceId::from_index(self.meta.sources.len());
        self.sources.insert(key.to_owned(), id);
        self.meta.sources.push(SourcePoint {
            name: key.to_owned(),
            places: vec![Place {
                file: "x.py".into(),
                line: line.parse().unwrap(),
                text: text.to_owned(),
            }],
        });
    }

    fn resource(&mut self, kind: &str, rest: &str) {
        let (_, rest) = rest.split_once(' ').unwrap();
        let mut name = Vec::new();
        let mut resource = Resource::new("", named(kind));
        for word in rest.split_whitespace() {
            match word.split_once('=') {
                Some(("capacity", n)) => resource.capacity = Some(n.parse().unwrap()),
                Some(("initial", list)) => resource.initial = list.split(',').map(item).collect(),
                Some(("of", key)) => resource.of = Some(self.who(key)),
                Some(("guard", key)) => resource.guard = Some(self.res(key)),
                Some(("section", key)) => resource.section = Some(self.part(key)),
                Some(("bounds", keys)) => {
                    let (begin, end) = keys.split_once(',').unwrap();
                    resource.bounds = Some([self.res(begin), self.res(end)]);
                }
                Some(("copy_of", key)) => resource.copy_of = Some(self.res(key)),
                Some(("feeds", _)) => resource.is_buffer = true,
                Some(("home", "shared")) => resource.home = Home::Shared,
                Some(("home", key)) => resource.home = Home::Process(self.who(key)),
                _ => name.push(word),
            }
        }
        resource.name = name.join(" ");
        self.meta.resources.push(resource);
    }

    pub fn part(&self, key: &str) -> SectionId {
        match key.strip_prefix('#') {
            Some(number) => SectionId(number.parse().unwrap()),
            None => *self.sections.get(key).unwrap_or_else(|| panic!("{key}")),
        }
    }

    pub fn res(&self, key: &str) -> ResourceId {
        match key.strip_prefix('#') {
            Some(number) => ResourceId(number.parse().unwrap()),
            None => *self.resources.get(key).unwrap_or_else(|| panic!("{key}")),
        }
    }

    pub fn who(&self, key: &str) -> ActorId {
        match key.strip_prefix('#') {
            Some(number) => ActorId(number.parse().unwrap()),
            None => *self.actors.get(key).unwrap_or_else(|| panic!("{key}")),
        }
    }

    fn event(&mut self, at: Nanos, rest: &str) {
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let source = match words.last().unwrap().strip_prefix('@') {
            Some(key) => {
                words.pop();
                self.sources[key]
            }
            None => SourceId::NONE,
        };
        self.events.push(Event {
            at,
            seq: self.events.len() as u32,
            actor: self.who(words[0]),
            source,
            kind: self.kind(words[1], &words[2..]),
        });
    }

    fn kind(&self, verb: &str, args: &[&str]) -> EventKind {
        use EventKind as K;
        let res = || self.res(args[0]);
        let number = |i: usize| args[i].parse::<u32>().unwrap();
        let text = |i: usize| self.texts[args[i]];
        match verb {
            "started" => K::Started { os_id: number(0).into() },
            "ended" => K::Ended(match *args {
                [] => End::Normal,
                ["error", key] => End::Error(self.texts[key]),
                ["exited", status] => End::Exited(status.parse().unwrap()),
                ["killed", signal] => End::Killed(signal.parse().unwrap()),
                ["cancelled"] => End::Cancelled,
                ["dismissed"] => End::Dismissed,
                _ => panic!("{args:?}"),
            }),
            "saw-end" => K::EndSeen { of: self.who(args[0]), how: args.get(1) == Some(&"how") },
            "refused" => K::Refused { res: res() },
            "gave-up" => K::GivenUp { res: res() },
            "spawned" => K::Spawned { child: self.who(args[0]) },
            "at" => K::At,
            "waits" => K::WaitBegan {
                res: res(),
                op: match args[1] {
                    "acquire" => WaitOp::Acquire,
                    "wait" => WaitOp::Wait,
                    "put" => WaitOp::Put,
                    "get" => WaitOp::Get,
                    "join" => WaitOp::Join,
                    "result" => WaitOp::Result,
                    "task" => WaitOp::Task,
                    other => panic!("{other}"),
                },
            },
            "waited" => K::WaitEnded {
                res: res(),
                how: match args[1] {
                    "woken" => WaitEnd::Woken,
                    "timeout" => WaitEnd::TimedOut,
                    "cancelled" => WaitEnd::Cancelled,
                    "broken" => WaitEnd::Broken,
                    "interrupted" => WaitEnd::Interrupted,
                    other => panic!("{other}"),
                },
            },
            "acquired" => K::Acquired { res: res() },
            "released" => K::Released { res: res() },
            "notified" => K::Notified { res: res(), woken: number(1) },
            "set" => K::Set { res: res() },
            "cleared" => K::Cleared { res: res() },
            "opened" => K::BarrierPassed { res: res(), generation: number(1) },
            "broke" => K::BarrierBroken { res: res() },
            "put" => K::Put { res: res(), item: item(args[1]) },
            "item-done" => K::ItemDone { res: res() },
            "got" => K::Got { res: res(), item: item(args[1]) },
            "closed" => K::Closed { res: res() },
            "inserted" => K::Inserted { res: res(), index: number(1), item: item(args[2]) },
            "removed" => K::Removed { res: res(), index: number(1), item: item(args[2]) },
            "copied" => K::Copied { res: res() },
            "empty" => K::FoundEmpty { res: res() },
            "saw" => K::ValueSeen { res: res(), version: number(1), value: item(args[2]) },
            "read" => K::ValueRead { res: res(), version: number(1), value: item(args[2]) },
            "wrote" => K::ValueChanged {
                res: res(),
                version: number(1),
                old: item(args[2]),
                new: item(args[3]),
            },
            "found-written" => K::FoundChanged {
                res: res(),
                version: number(1),
                old: item(args[2]),
                new: item(args[3]),
            },
            "found-in" => K::FoundInserted { res: res(), index: number(1), item: item(args[2]) },
            "found-gone" => K::FoundRemoved { res: res(), index: number(1), item: item(args[2]) },
            "slot" => K::SlotChanged { res: res(), index: number(1), new: item(args[2]) },
            "submitted" => {
                K::TaskSubmitted { res: res(), task: TaskId(number(1)), item: item(args[2]) }
            }
            "began" => K::TaskStarted { res: res(), task: TaskId(number(1)) },
            "finished" => {
                K::TaskFinished { res: res(), task: TaskId(number(1)), item: item(args[2]) }
            }
            "failed" => K::TaskFailed { res: res(), task: TaskId(number(1)), error: text(2) },
            "assigned" => K::TaskAssigned {
                res: res(),
                task: TaskId(number(1)),
                count: number(2),
                to: self.who(args[3]),
            },
            "took" => K::ResultsTaken { res: res(), task: TaskId(number(1)), count: number(2) },
            "placed" => {
                let digits = args[1].strip_prefix("0x").unwrap();
                K::Placed { res: res(), address: u64::from_str_radix(digits, 16).unwrap() }
            }
            "section-began" => K::SectionBegan { section: self.part(args[0]) },
            "section-ended" => K::SectionEnded { section: self.part(args[0]) },
            "withdrew" => K::TaskCancelled { res: res(), task: TaskId(number(1)) },
            "raised" => K::Raised { exception: ExceptionId(number(0)), text: text(1) },
            "caught" => K::Caught { exception: ExceptionId(number(0)) },
            "passed" => K::Propagated { exception: ExceptionId(number(0)), to: self.who(args[1]) },
            "kept" => K::Kept { exception: ExceptionId(number(0)), res: self.res(args[1]) },
            "unhandled" => K::Unhandled { exception: ExceptionId(number(0)) },
            "signalled" => K::SignalSent { to: self.who(args[0]), signal: number(1) as u8 },
            "alarm" => K::AlarmSet {
                after: nanos(args[0]),
                every: args.get(1).map_or(Nanos::ZERO, |every| nanos(every)),
            },
            "handled" => K::SignalHandled { signal: number(0) as u8 },
            "sleeps" => K::SleepBegan { planned: nanos(args[0]) },
            "woke" => K::SleepEnded,
            "io" => K::IoBegan { what: text(0) },
            "io-done" => K::IoEnded,
            "begins" => K::SpanBegan { name: text(0) },
            "ends" => K::SpanEnded { name: text(0) },
            "says" => K::Message {
                text: text(0),
                args: [1, 2].map(|i| args.get(i).map_or(Item::NOTHING, |w| item(w))),
            },
            "measured" => K::Measured {
                what: match args[0] {
                    "memory" => Measure::OwnMemory,
                    "cpu" => Measure::CpuTime,
                    "others" => Measure::OtherThreads,
                    other => panic!("{other}"),
                },
                amount: nanos(args[1]).0,
            },
            "dropped" => K::Dropped { count: number(0).into() },
            other => panic!("verb {other:?}"),
        }
    }
}
