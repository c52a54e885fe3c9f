//! Looks up what a case asks for.

use super::Case;
use super::journeys::journeys;
use super::reader::nanos;
use concurrency_lab::replay::{self, Ending, Note, Phase, Replay, Scene, TaskStage};
use concurrency_lab::trace::{ActorId, Item, Nanos, ResourceId, Trace};

impl Case {
    pub fn actor_keys(&self, ids: impl IntoIterator<Item = ActorId>) -> String {
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

    /// All findings: `KIND@TIME ACTORS / RESOURCES`, with `;` between them.
    fn findings(&self, trace: &Trace, replay: &Replay) -> String {
        let key = |id: &ResourceId| {
            let named = self.resources.iter().find(|(_, known)| *known == id);
            named.map_or_else(|| format!("#{}", id.0), |(key, _)| key.clone())
        };
        let print = |finding: &replay::Finding| {
            let resources: Vec<_> = finding.resources.iter().map(key).collect();
            let who = self.actor_keys(finding.actors.iter().copied());
            let at = trace.events()[finding.event].at;
            assert_eq!(at, finding.at);
            format!("{}@{} {who} / {}", finding.kind.id(), at.0, resources.join(" "))
        };
        let all: Vec<_> = replay::findings(trace, replay).iter().map(print).collect();
        match all.is_empty() {
            true => "none".to_owned(),
            false => all.join("; ").replace(" / ;", " /;").trim_end().to_owned(),
        }
    }

    /// What the check's subject is really like, and what it should be like.
    pub fn look(&self, check: &str, trace: &Trace, replay: &Replay) -> (String, String) {
        let (first, rest) = check.split_once(' ').unwrap();
        let (second, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let found = match first {
            "scene" => {
                let state = replay.at(trace, nanos(second));
                Scene::at(trace.meta(), &state).print(trace.meta(), &state)
            }
            "journey" => {
                let (id, rest) = rest.split_once(' ').unwrap();
                let (field, expected) = rest.split_once(' ').unwrap();
                let state = replay.at(trace, nanos(second));
                return (self.journey(&state, id, field), expected.trim().to_owned());
            }
            "findings" => {
                return (self.findings(trace, replay), check[first.len()..].trim().into());
            }
            "finding" => {
                let all = replay::findings(trace, replay);
                let found = all.into_iter().find(|finding| finding.kind.id() == second);
                found.map_or_else(|| "nothing".to_owned(), |finding| finding.sentence)
            }
            "journeys" => journeys(&replay.at(trace, nanos(second))),
            "missing" => {
                let state = replay.at(trace, nanos(second));
                replay::missing(&state).unwrap_or_else(|| "nothing".to_owned())
            }
            "said" => {
                let state = replay.at(trace, nanos(second));
                let said = state.last_said().unwrap();
                trace.meta().message(said.text, said.args)
            }
            "event" => {
                replay::describe(trace.meta(), &trace.events()[second.parse::<usize>().unwrap()])
            }
            "marks" => {
                let marks = replay.marks().all().iter();
                let said = marks.map(|mark| {
                    format!("{:?}@{} {}", mark.kind, mark.at.0, self.actor_keys([mark.actor]))
                });
                return (
                    said.collect::<Vec<_>>().join("; "),
                    check[first.len()..].trim().to_owned(),
                );
            }
            "line" => {
                let track = &replay.lanes().resources[self.res(second).index()];
                let steps =
                    track.waiters.iter().map(|step| format!("{}@{}", step.value, step.at.0));
                steps.collect::<Vec<_>>().join(" ")
            }
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
                return (self.stat(trace, replay, second, field), expected.trim().to_owned());
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
            "line" => self.meta.source(actor.source).unwrap().places[0].line.to_string(),
            "dropped" => actor.dropped.to_string(),
            "memory" => (actor.own_memory).map_or("unknown".into(), replay::bytes),
            "cpu" => (actor.cpu_time).map_or("unknown".into(), |t| t.to_string()),
            "tasks_done" => actor.tasks_done.to_string(),
            "busy" => actor.busy.to_string(),
            "said" => {
                let said = actor.said.map(|said| self.meta.message(said.text, said.args));
                said.unwrap_or_else(|| "nothing".to_owned())
            }
            "exception" => actor.exception.map_or("none".into(), |id| id.0.to_string()),
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
            "about" => why.res.map_or("nothing".into(), |r| self.meta.resource_name(r)),
            other => panic!("field {other:?}"),
        }
    }

    fn resource_field(&self, state: &replay::State, key: &str, field: &str) -> String {
        let id = self.res(key.strip_prefix('r').filter(|k| k.starts_with('#')).unwrap_or(key));
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
            "passed_over" => {
                let waiters = r.waiters.iter();
                let times =
                    waiters.map(|w| format!("{}x{}", self.actor_keys([w.actor]), w.passed_over));
                times.collect::<Vec<_>>().join(" ")
            }
            "places" => self.actor_keys(r.pool.places.iter().copied()),
            "prefetched" => {
                let sent = r.pool.pending.iter().filter_map(|p| Some((p.task, p.to?)));
                let sent = sent.map(|(task, to)| format!("{}@{}", task.0, self.actor_keys([to])));
                let sent: Vec<_> = sent.collect();
                if sent.is_empty() { "none".to_owned() } else { sent.join(" ") }
            }
            "last_write" => r.last_write.map_or("none".into(), |write| {
                let cell = write.index.map_or(String::new(), |cell| format!("cell {cell}: "));
                let [old, new] = [write.old, write.new].map(|item| self.meta.item(item));
                format!(
                    "{cell}{old} to {new} by {} at {}",
                    self.actor_keys([write.actor]),
                    write.at
                )
            }),
            "readers" => {
                let readers = r.readers.iter().map(|read| {
                    let who = self.actor_keys([read.actor]);
                    format!("{who}:{}={}", read.version, self.meta.item(read.value))
                });
                let readers: Vec<_> = readers.collect();
                if readers.is_empty() { "nobody".to_owned() } else { readers.join(" ") }
            }
            "address" => r.address.map_or("unknown".into(), |address| format!("{address:#x}")),
            "last_signal" => r.last_signal.map_or("none".into(), |(at, who)| {
                format!("by {} at {at}", self.actor_keys([who]))
            }),
            "moved" => r.last_move.map_or("nothing".into(), |(at, who, item, inwards)| {
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
        let all = tasks.all.iter().filter_map(|task| {
            let again = if task.attempt > 1 { "again:" } else { "" };
            let at = match task.at(t) {
                TaskStage::Unknown => return None,
                TaskStage::Pending => "pending".to_owned(),
                TaskStage::Prefetched(who) => format!("at:{}", self.actor_keys([who])),
                TaskStage::Running(who, since) => format!("{}@{}", self.actor_keys([who]), since.0),
                TaskStage::Ended(Ending::Finished(item)) => format!("={}", self.meta.item(item)),
                TaskStage::Ended(Ending::Failed(_)) => "failed".to_owned(),
                TaskStage::Ended(Ending::Cancelled) => "cancelled".to_owned(),
            };
            Some(format!("{}:{again}{at}", task.id.0))
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
                Note::Doing(name) => format!("={}", self.meta.text(name)),
                Note::Act => "!".to_owned(),
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
