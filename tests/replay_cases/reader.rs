//! Reads a case.

use super::Case;
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, End, Event, EventKind, ExceptionId, Item, Measure, Nanos, Place,
    Resource, ResourceId, ResourceKind, SourceId, SourcePoint, TaskId, TextId, WaitEnd, WaitOp,
};

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

impl Case {
    pub fn parse(text: &str) -> Self {
        let mut case = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (first, rest) = line.split_once(' ').unwrap();
            let rest = rest.trim();
            match first {
                "?" => case.checks.push((number + 1, rest.to_owned())),
                "odd" => case.odd.push(rest.to_owned()),
                "actor" => case.actor(rest),
                "text" => case.text(rest),
                "line" => case.line(rest),
                time if time.starts_with(|c: char| c.is_ascii_digit()) => {
                    case.event(nanos(time), rest);
                }
                kind => case.resource(kind, rest),
            }
        }
        case
    }

    fn actor(&mut self, rest: &str) {
        let (key, name) = rest.split_once(' ').unwrap();
        let id = ActorId::from_index(self.meta.actors.len());
        self.actors.insert(key.to_owned(), id);
        self.meta.actors.push(Actor {
            name: name.to_owned(),
            badge: key.to_owned(),
            kind: ActorKind::Thread,
            parent: None,
            ..Actor::default()
        });
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
        let json = format!("\"{kind}\"");
        let kind: ResourceKind = serde_json::from_str(&json).unwrap();
        let (key, rest) = rest.split_once(' ').unwrap();
        let mut name = Vec::new();
        let mut resource = Resource::new("", kind);
        for word in rest.split_whitespace() {
            match word.split_once('=') {
                Some(("capacity", n)) => resource.capacity = Some(n.parse().unwrap()),
                Some(("of", key)) => resource.of = Some(self.who(key)),
                Some(("initial", list)) => resource.initial = list.split(',').map(item).collect(),
                _ => name.push(word),
            }
        }
        resource.name = name.join(" ");
        let id = ResourceId::from_index(self.meta.resources.len());
        self.resources.insert(key.to_owned(), id);
        self.meta.resources.push(resource);
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
                _ => panic!("{args:?}"),
            }),
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
            "got" => K::Got { res: res(), item: item(args[1]) },
            "closed" => K::Closed { res: res() },
            "inserted" => K::Inserted { res: res(), index: number(1), item: item(args[2]) },
            "removed" => K::Removed { res: res(), index: number(1), item: item(args[2]) },
            "empty" => K::FoundEmpty { res: res() },
            "read" => K::ValueRead { res: res(), version: number(1), value: item(args[2]) },
            "wrote" => K::ValueChanged {
                res: res(),
                version: number(1),
                old: item(args[2]),
                new: item(args[3]),
            },
            "slot" => K::SlotChanged { res: res(), index: number(1), new: item(args[2]) },
            "submitted" => {
                K::TaskSubmitted { res: res(), task: TaskId(number(1)), item: item(args[2]) }
            }
            "began" => K::TaskStarted { res: res(), task: TaskId(number(1)) },
            "finished" => {
                K::TaskFinished { res: res(), task: TaskId(number(1)), item: item(args[2]) }
            }
            "failed" => K::TaskFailed { res: res(), task: TaskId(number(1)), error: text(2) },
            "withdrew" => K::TaskCancelled { res: res(), task: TaskId(number(1)) },
            "raised" => K::Raised { exception: ExceptionId(number(0)), text: text(1) },
            "caught" => K::Caught { exception: ExceptionId(number(0)) },
            "passed" => K::Propagated { exception: ExceptionId(number(0)), to: self.who(args[1]) },
            "unhandled" => K::Unhandled { exception: ExceptionId(number(0)) },
            "signalled" => K::SignalSent { to: self.who(args[0]), signal: number(1) as u8 },
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
                    other => panic!("{other}"),
                },
                amount: nanos(args[1]).0,
            },
            "dropped" => K::Dropped { count: number(0).into() },
            other => panic!("verb {other:?}"),
        }
    }
}
