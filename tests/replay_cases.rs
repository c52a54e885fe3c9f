//! Runs every case in `tests/replay_cases`: a small trace, and what must be true at which time.
//!
//! A case is lines of text; `#` begins a comment. Times are numbers with `ns`, `us`, `ms` or `s`.
//!
//! ```text
//! actor KEY NAME                         lock|rlock|semaphore|… KEY NAME [capacity=N] [initial=1,2,3]
//! line KEY NUMBER TEXT                   text KEY TEXT
//! TIME ACTOR VERB ARGUMENTS… [@LINE]     an event; see `event` below for the verbs
//! ? TIME ACTOR phase|why|title|phrase|ahead|holder EXPECTED
//! ? TIME RESOURCE owners|waiters|contents|… EXPECTED
//! ? said TIME TEXT                       ? event INDEX DESCRIPTION
//! ? lane ACTOR SPANS                     ? stat RESOURCE|ACTOR FIELD NUMBER
//! ? lost RESOURCE UPDATES                odd INDEX WORDS (all there are, in order)
//! ```
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{self, Ending, Note, Phase, Replay, TaskStage};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Batch, End, Event, EventKind, ExceptionId, Item, Measure, Meta,
    Nanos, Place, Resource, ResourceId, ResourceKind, SourceId, SourcePoint, TaskId, TextId, Trace,
    WaitEnd, WaitOp,
};
use std::collections::HashMap;

#[derive(Default)]
struct Case {
    meta: Meta,
    actors: HashMap<String, ActorId>,
    resources: HashMap<String, ResourceId>,
    sources: HashMap<String, SourceId>,
    texts: HashMap<String, TextId>,
    events: Vec<Event>,
    checks: Vec<(usize, String)>,
    odd: Vec<String>,
}

fn nanos(word: &str) -> Nanos {
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
    fn parse(text: &str) -> Self {
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
                Some(("initial", list)) => resource.initial = list.split(',').map(item).collect(),
                _ => name.push(word),
            }
        }
        resource.name = name.join(" ");
        let id = ResourceId::from_index(self.meta.resources.len());
        self.resources.insert(key.to_owned(), id);
        self.meta.resources.push(resource);
    }

    fn res(&self, key: &str) -> ResourceId {
        match key.strip_prefix('#') {
            Some(number) => ResourceId(number.parse().unwrap()),
            None => *self.resources.get(key).unwrap_or_else(|| panic!("{key}")),
        }
    }

    fn who(&self, key: &str) -> ActorId {
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
            "started" => K::Started {
                os_id: number(0).into(),
            },
            "ended" => K::Ended(match *args {
                [] => End::Normal,
                ["error", key] => End::Error(self.texts[key]),
                ["exited", status] => End::Exited(status.parse().unwrap()),
                ["killed", signal] => End::Killed(signal.parse().unwrap()),
                ["cancelled"] => End::Cancelled,
                _ => panic!("{args:?}"),
            }),
            "spawned" => K::Spawned {
                child: self.who(args[0]),
            },
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
            "notified" => K::Notified {
                res: res(),
                woken: number(1),
            },
            "set" => K::Set { res: res() },
            "cleared" => K::Cleared { res: res() },
            "opened" => K::BarrierPassed {
                res: res(),
                generation: number(1),
            },
            "broke" => K::BarrierBroken { res: res() },
            "put" => K::Put {
                res: res(),
                item: item(args[1]),
            },
            "got" => K::Got {
                res: res(),
                item: item(args[1]),
            },
            "closed" => K::Closed { res: res() },
            "inserted" => K::Inserted {
                res: res(),
                index: number(1),
                item: item(args[2]),
            },
            "removed" => K::Removed {
                res: res(),
                index: number(1),
                item: item(args[2]),
            },
            "empty" => K::FoundEmpty { res: res() },
            "read" => K::ValueRead {
                res: res(),
                version: number(1),
                value: item(args[2]),
            },
            "wrote" => K::ValueChanged {
                res: res(),
                version: number(1),
                old: item(args[2]),
                new: item(args[3]),
            },
            "slot" => K::SlotChanged {
                res: res(),
                index: number(1),
                new: item(args[2]),
            },
            "submitted" => K::TaskSubmitted {
                res: res(),
                task: TaskId(number(1)),
                item: item(args[2]),
            },
            "began" => K::TaskStarted {
                res: res(),
                task: TaskId(number(1)),
            },
            "finished" => K::TaskFinished {
                res: res(),
                task: TaskId(number(1)),
                item: item(args[2]),
            },
            "failed" => K::TaskFailed {
                res: res(),
                task: TaskId(number(1)),
                error: text(2),
            },
            "withdrew" => K::TaskCancelled {
                res: res(),
                task: TaskId(number(1)),
            },
            "raised" => K::Raised {
                exception: ExceptionId(number(0)),
                text: text(1),
            },
            "caught" => K::Caught {
                exception: ExceptionId(number(0)),
            },
            "passed" => K::Propagated {
                exception: ExceptionId(number(0)),
                to: self.who(args[1]),
            },
            "unhandled" => K::Unhandled {
                exception: ExceptionId(number(0)),
            },
            "signalled" => K::SignalSent {
                to: self.who(args[0]),
                signal: number(1) as u8,
            },
            "handled" => K::SignalHandled {
                signal: number(0) as u8,
            },
            "sleeps" => K::SleepBegan {
                planned: nanos(args[0]),
            },
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
            "dropped" => K::Dropped {
                count: number(0).into(),
            },
            other => panic!("verb {other:?}"),
        }
    }

    fn actor_keys(&self, ids: impl IntoIterator<Item = ActorId>) -> String {
        let key = |id: ActorId| {
            let named = self.meta.actors.get(id.index());
            named.map_or_else(|| format!("#{}", id.0), |a| a.badge.clone())
        };
        let keys: Vec<_> = ids.into_iter().map(key).collect();
        match keys.is_empty() {
            true => "nobody".to_owned(),
            false => keys.join(" "),
        }
    }

    fn items(&self, items: impl IntoIterator<Item = Item>) -> String {
        let items: Vec<_> = items.into_iter().map(|i| self.meta.item(i)).collect();
        match items.is_empty() {
            true => "nothing".to_owned(),
            false => items.join(" "),
        }
    }

    /// What the check's subject is really like, and what it should be like.
    fn look(&self, check: &str, trace: &Trace, replay: &Replay) -> (String, String) {
        let (first, rest) = check.split_once(' ').unwrap();
        let (second, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let found = match first {
            "said" => {
                let state = replay.at(trace, nanos(second));
                let said = state.said.unwrap();
                trace.meta().message(said.text, said.args)
            }
            "event" => replay::describe(
                trace.meta(),
                &trace.events()[second.parse::<usize>().unwrap()],
            ),
            "lane" => self.lane(replay, self.who(second)),
            "lost" => (replay::lost_updates(trace, self.res(second)).iter())
                .map(|l| {
                    let keys = [l.lost.actor, l.by.actor].map(|a| self.actor_keys([a]));
                    let versions = [l.lost.write_version, l.by.write_version];
                    format!("{}:{}<{}:{}", keys[0], versions[0], keys[1], versions[1])
                })
                .collect::<Vec<_>>()
                .join(" "),
            "tasks" => {
                let (t, expected) = rest.split_once(' ').unwrap();
                let found = self.tasks(replay, second, nanos(t));
                return (found, expected.trim().to_owned());
            }
            "stat" => {
                let (field, expected) = rest.split_once(' ').unwrap();
                return (
                    self.stat(trace, replay, second, field),
                    expected.trim().to_owned(),
                );
            }
            time => {
                let (field, expected) = rest.split_once(' ').unwrap();
                let state = replay.at(trace, nanos(time));
                let found = match self.resources.contains_key(second) || second.starts_with("r#") {
                    true => self.resource_field(&state, second, field),
                    false => self.actor_field(&state, self.who(second), field, nanos(time)),
                };
                return (found, expected.trim().to_owned());
            }
        };
        (found, rest.trim().to_owned())
    }

    fn actor_field(&self, state: &replay::State, who: ActorId, field: &str, now: Nanos) -> String {
        let actor = state.actor(who).unwrap();
        let why = replay::why(&self.meta, state, who, now).unwrap();
        match field {
            "phase" => format!("{:?}", actor.phase).to_lowercase(),
            "since" => actor.since.to_string(),
            "os_id" => actor.os_id.to_string(),
            "line" => self.meta.source(actor.source).unwrap().places[0]
                .line
                .to_string(),
            "dropped" => actor.dropped.to_string(),
            "memory" => (actor.own_memory).map_or("unknown".into(), replay::bytes),
            "cpu" => (actor.cpu_time).map_or("unknown".into(), |t| t.to_string()),
            "task" => (actor.task).map_or("none".into(), |w| w.task.0.to_string()),
            "holds" => match &actor.holding[..] {
                [] => "nothing".to_owned(),
                held => (held.iter())
                    .map(|h| format!("{}x{}", self.meta.resource_name(h.res), h.depth))
                    .collect::<Vec<_>>()
                    .join(" "),
            },
            "why" => why.sentence,
            "title" => why.title,
            "phrase" => replay::phrase(&self.meta, state, who, now),
            "ahead" => self.actor_keys(why.ahead),
            "holder" => self.actor_keys(why.holder),
            "about" => why
                .res
                .map_or("nothing".into(), |r| self.meta.resource_name(r)),
            other => panic!("field {other:?}"),
        }
    }

    fn resource_field(&self, state: &replay::State, key: &str, field: &str) -> String {
        let id = self.res(
            key.strip_prefix('r')
                .filter(|k| k.starts_with('#'))
                .unwrap_or(key),
        );
        let r = state.resource(id).unwrap();
        match field {
            "owners" => self.actor_keys(r.owners.iter().map(|(o, _)| *o)),
            "waiters" => self.actor_keys(r.waiters.iter().map(|w| w.actor)),
            "contents" => self.items(r.contents.iter().copied()),
            "permits" => r.permits.to_string(),
            "set" => r.set.to_string(),
            "closed" => r.closed.to_string(),
            "generation" => r.generation.to_string(),
            "arrived" => r.arrived.to_string(),
            "version" => r.version.to_string(),
            "added" => r.added.to_string(),
            "removed" => r.removed.to_string(),
            "found_empty" => r.found_empty.to_string(),
            "pending" => self.items(r.pool.pending.iter().map(|p| Item::int(p.task.0 as i32))),
            "workers" => self.actor_keys(r.pool.running.iter().map(|(a, _)| *a)),
            "ends" => format!(
                "{} finished, {} failed, {} cancelled",
                r.pool.finished, r.pool.failed, r.pool.cancelled
            ),
            "moved" => r
                .last_move
                .map_or("nothing".into(), |(at, who, item, inwards)| {
                    let way = if inwards { "in" } else { "out" };
                    let who = self.actor_keys([who]);
                    format!("{} {way} by {who} at {at}", self.meta.item(item))
                }),
            other => panic!("field {other:?}"),
        }
    }

    /// Every attempt at a task of a pool as it is at an instant, then those that have ended, in that order.
    fn tasks(&self, replay: &Replay, key: &str, t: Nanos) -> String {
        let tasks = replay.tasks().of(self.res(key)).unwrap();
        let all = tasks.known_at(t).iter().map(|task| {
            let again = if task.again { "again:" } else { "" };
            let at = match task.at(t) {
                TaskStage::Unknown => "unknown".to_owned(),
                TaskStage::Pending => "pending".to_owned(),
                TaskStage::Running(who, since) => format!("{}@{}", self.actor_keys([who]), since.0),
                TaskStage::Ended(Ending::Finished(item)) => format!("={}", self.meta.item(item)),
                TaskStage::Ended(Ending::Failed(_)) => "failed".to_owned(),
                TaskStage::Ended(Ending::Cancelled) => "cancelled".to_owned(),
            };
            format!("{}:{again}{at}", task.id.0)
        });
        let ended = tasks.ended_at(t).map(|task| task.id.0.to_string());
        let all = all.collect::<Vec<_>>().join(" ");
        let ended = ended.collect::<Vec<_>>().join(" ");
        format!("{all} / {ended}").trim().to_owned()
    }

    fn lane(&self, replay: &Replay, who: ActorId) -> String {
        let spans = replay.lanes().actors[who.index()].spans.iter().map(|s| {
            let phase = format!("{:?}", s.phase).to_lowercase();
            let key = |id: ResourceId| {
                let key = self.resources.iter().find(|(_, v)| **v == id);
                key.map_or_else(|| format!("#{}", id.0), |(k, _)| k.clone())
            };
            let res = s.res.map_or(String::new(), |id| format!("({})", key(id)));
            let note = match s.note {
                Note::None => String::new(),
                Note::Put(item) => format!("+{}", self.meta.item(item)),
                Note::Took(item) => format!("-{}", self.meta.item(item)),
                Note::Task(task) => format!("t{}", task.0),
            };
            format!("{}:{phase}{res}{note}", s.start.0)
        });
        spans.collect::<Vec<_>>().join(" ")
    }

    fn stat(&self, trace: &Trace, replay: &Replay, key: &str, field: &str) -> String {
        let end = trace.end();
        if let Some(id) = self.actors.get(key) {
            let a = &replay.stats().actors[id.index()];
            return match field {
                "waits" => a.waits.to_string(),
                "tasks" => a.tasks.to_string(),
                "messages" => a.messages.to_string(),
                "waiting" => a.time_in(Phase::Waiting, end).to_string(),
                "holding" => a.time_in(Phase::Holding, end).to_string(),
                "sleeping" => a.time_in(Phase::Sleeping, end).to_string(),
                "running" => a.time_in(Phase::Running, end).to_string(),
                other => panic!("field {other:?}"),
            };
        }
        let id = self.res(key);
        let r = &replay.stats().resources[id.index()];
        let longest = |l: Option<replay::Longest>| {
            l.map_or("none".into(), |l| {
                let who = self.actor_keys([l.actor]);
                format!("{} by {who} to event {}", l.lasted, l.event)
            })
        };
        match field {
            "acquisitions" => r.acquisitions.to_string(),
            "contended" => r.contended.to_string(),
            "hand_overs" => r.hand_overs.to_string(),
            "waits" => r.waits.to_string(),
            "timeouts" => r.timeouts.to_string(),
            "most_waiters" => r.most_waiters.to_string(),
            "longest_wait" => longest(r.longest_wait),
            "longest_hold" => longest(r.longest_hold),
            "mean_hold" => r.mean_hold().unwrap_or_default().to_string(),
            "held" => format!("{:.0} %", r.held_fraction(end) * 100.0),
            other => match other.strip_prefix("held@") {
                Some(t) => {
                    format!("{:.0} %", replay.held_fraction(trace, id, nanos(t)) * 100.0)
                }
                None => panic!("field {other:?}"),
            },
        }
    }
}

#[test]
fn every_case_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay_cases");
    let mut files: Vec<_> = (std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 20, "only {} cases", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let case = Case::parse(&std::fs::read_to_string(file).unwrap());
        let mut trace = Trace::new(case.meta.clone());
        trace.apply(Batch {
            events: case.events.clone(),
            ..Batch::default()
        });
        let replay = Replay::new(&trace);
        for (line, check) in &case.checks {
            let (found, expected) = case.look(check, &trace, &replay);
            if found != expected {
                wrong.push(format!("{name}:{line}: {check}\n    found: {found}"));
            }
        }
        let odd: Vec<_> = (replay.oddities().iter())
            .map(|(index, o)| format!("{index} {}", o.in_words(trace.meta())))
            .collect();
        if odd != case.odd {
            wrong.push(format!("{name}: odd are {odd:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
