//! A scene as one line of text: what the case files of the tests check.

use super::{ProcessAt, Scene, SectionAt, TieKind as Kind};
use crate::replay::journey::Course;
use crate::replay::state::{ActorState, ResourceState, State};
use crate::replay::words::if_any;
use crate::replay::{Circle, Phase, PoolState};
use crate::trace::{ActorId, Meta, Resource, ResourceId, ResourceKind as K, SectionId, WaitOp};

impl Scene {
    /// The scene in one line.
    ///
    /// ```text
    /// with the lock: program { A1 holds L; R1 waits for L #1; (M joins A1); L[A1 < R1]; list[12 13] }, Q[7, 1 of 2] | …
    /// ```
    ///
    /// Sections are separated by `|`. A process has in braces its threads, helpers in parentheses, and what is in its
    /// memory; `in P { … }` is what belongs to this section of a process of another one. Then come resources between
    /// processes. Actors are named by their badges, with what they are doing and their ties; `#1` is the first in line.
    /// A resource has in brackets what is in it and, after `<`, who waits. Waits that form a circle come last.
    pub fn print(&self, meta: &Meta, state: &State) -> String {
        let printer = Printer { scene: self, meta, state };
        let sections: Vec<_> = self.sections.iter().map(|s| printer.section(s)).collect();
        let circle = self.circle.iter().map(|circle| printer.circle(circle));
        sections.join(" | ") + &circle.collect::<String>()
    }
}

struct Printer<'a> {
    scene: &'a Scene,
    meta: &'a Meta,
    state: &'a State,
}

impl Printer<'_> {
    /// " circle(A < L < B < K) M": who waits for what, which the next one has, and who hangs on it.
    fn circle(&self, circle: &Circle) -> String {
        let key = |id: ResourceId| self.meta.resource(id).map_or("", |resource| &resource.name);
        let each = circle.members.iter();
        let each: Vec<_> =
            each.map(|(who, res)| format!("{} < {}", self.badge(*who), key(*res))).collect();
        let hanging = circle.hanging.iter().map(|(who, _)| format!(" {}", self.badge(*who)));
        format!(" circle({}){}", each.join(" < "), hanging.collect::<String>())
    }

    fn section(&self, at: &SectionAt) -> String {
        let name = at.id.map_or_else(String::new, |id| format!("{}: ", self.section_name(id)));
        let processes = at.processes.iter().map(|process| self.process(process));
        let between = at.between.iter().map(|res| self.resource(*res));
        name + &processes.chain(between).collect::<Vec<_>>().join(", ")
    }

    fn section_name(&self, id: SectionId) -> String {
        self.meta.section(id).map_or_else(|| format!("section {}", id.0), |s| s.name.clone())
    }

    fn process(&self, at: &ProcessAt) -> String {
        let name = match at.process {
            None => "program".to_owned(),
            Some(id) if at.elsewhere => format!("in {}", self.badge(id)),
            Some(id) => self.actor(id),
        };
        let threads = at.threads.iter().map(|id| self.actor(*id));
        let helpers = at.helpers.iter().map(|id| format!("({})", self.actor(*id)));
        let resources = at.resources.iter().map(|res| self.resource(*res));
        let inside: Vec<_> = threads.chain(helpers).chain(resources).collect();
        match inside.is_empty() {
            true => name,
            false => format!("{name} {{ {} }}", inside.join("; ")),
        }
    }

    fn badge(&self, id: ActorId) -> String {
        self.meta.actor(id).map_or_else(|| format!("#{}", id.0), |actor| actor.badge.clone())
    }

    fn actor(&self, id: ActorId) -> String {
        let unknown = ActorState::default();
        let actor = self.state.actor(id).unwrap_or(&unknown);
        let ties = self.scene.ties_of(id);
        let mut words = vec![self.badge(id)];
        if let Some(before) = self.meta.actor(id).and_then(|actor| actor.replaces) {
            words.push(format!("after {}", self.badge(before)));
        }
        // What a tie says need not be said twice.
        let is_said = match actor.phase {
            Phase::Holding | Phase::Waiting | Phase::Blocked => !ties.is_empty(),
            Phase::Running => ties.iter().any(|tie| matches!(tie.kind, Kind::Runs { .. })),
            _ => false,
        };
        let acting = self.state.actor(self.state.acts_for(self.meta, id)).unwrap_or(actor);
        words.extend((!is_said).then(|| phase(acting.phase).to_owned()));
        words.extend(ties.iter().map(|tie| self.tie(tie.kind)));
        words.extend(actor.exception.map(|id| format!("has exception {}", id.0)));
        words.join(" ")
    }

    fn tie(&self, kind: Kind) -> String {
        let name = |res: ResourceId| self.meta.resource_name(res);
        match kind {
            Kind::Holds { res, depth } => format!("holds {}{}", name(res), times(depth)),
            Kind::Waits { res, op, place, passed_over, notified } => {
                let wait = match op {
                    WaitOp::Acquire | WaitOp::Wait | WaitOp::Task => "waits for",
                    WaitOp::Put => "waits to put into",
                    WaitOp::Get => "waits to get from",
                    WaitOp::Join => "waits for the end of",
                    WaitOp::Result => "waits for a result of",
                };
                let passed_over = if_any(passed_over, |n| format!(" passed over x{n}"));
                let notified = if notified { " notified" } else { "" };
                format!("{wait} {} #{}{passed_over}{notified}", name(res), place + 1)
            }
            Kind::Joins { target } => format!("joins {}", self.badge(target)),
            Kind::Runs { task, .. } => format!("runs task {}", task.0),
            Kind::Moves { res, item, inwards } => {
                let (verb, way) = if inwards { ("puts", "into") } else { ("takes", "out of") };
                format!("{verb} {} {way} {}", self.meta.item(item), name(res))
            }
            Kind::Reads { res, value, stale } => {
                let stale = if stale { ", stale" } else { "" };
                format!("has read {}={}{stale}", name(res), self.meta.item(value))
            }
        }
    }

    fn resource(&self, res: ResourceId) -> String {
        let unknown = ResourceState::default();
        let state = self.state.resource(res).unwrap_or(&unknown);
        let name = self.meta.resource_name(res);
        let Some(resource) = self.meta.resource(res) else { return name };
        let mut parts = self.contents(resource, state);
        // An exception lies there until somebody asks.
        let journeys = self.state.journeys.kept.iter();
        let kept = journeys.filter(|j| j.stops.last().map(|s| s.course) == Some(Course::Kept(res)));
        parts.extend(kept.map(|journey| format!("keeps exception {}", journey.id.0)));
        let mut out = format!("{name}[{}", parts.join(", "));
        if !state.waiters.is_empty() {
            out += " < ";
            out += &self.badges(state.waiters.iter().map(|waiter| (waiter.actor, 1)));
        }
        out + "]"
    }

    /// What is in a resource of its kind.
    fn contents(&self, resource: &Resource, state: &ResourceState) -> Vec<String> {
        let of = resource.capacity.map_or_else(String::new, |n| format!(" of {n}"));
        let owners = || self.badges(state.owners.iter().map(|(who, held)| (*who, held.depth)));
        let of_bound = (resource.capacity.filter(|bound| *bound > 0))
            .map(|bound| format!("{} of {bound}", state.contents.len()));
        let closed = |word: &str| state.closed.then(|| word.to_owned());
        let by = state.last_write.map(|write| {
            let cell = write.index.map_or_else(String::new, |cell| format!("cell {cell} "));
            format!("{cell}by {}", self.badge(write.actor))
        });
        let first = match resource.kind {
            K::Lock | K::RLock if state.holder_at_fork.is_some() => {
                "locked since the fork".to_owned()
            }
            K::Lock | K::RLock if state.owners.is_empty() => "free".to_owned(),
            K::Lock | K::RLock => owners(),
            K::Semaphore => format!("{}{of} free", state.permits),
            K::Condition => format!("{} notified", state.notified),
            K::Event => if state.set { "set" } else { "not set" }.to_owned(),
            K::Barrier => format!("{}{of}", state.arrived),
            K::Queue | K::Pipe | K::Value | K::Array | K::List => self.items(state),
            K::Manager => resource.of.map_or_else(|| "no server".to_owned(), |id| self.badge(id)),
            K::Pool => self.queue(&state.pool),
            K::Future if !state.contents.is_empty() => self.items(state),
            K::Future => if state.set { "done" } else { "pending" }.to_owned(),
        };
        let mut parts = vec![first];
        match resource.kind {
            K::Semaphore if !state.owners.is_empty() => parts.push(owners()),
            K::Barrier => {
                parts.push(format!("round {}", u64::from(state.generation) + 1));
                parts.extend(closed("broken"));
            }
            K::Queue | K::Pipe => parts.extend(of_bound.into_iter().chain(closed("closed"))),
            K::Value | K::Array => parts.extend(by),
            K::Pool => parts.extend(self.tasks(&state.pool).into_iter().chain(closed("closed"))),
            _ => {}
        }
        parts
    }

    fn items(&self, state: &ResourceState) -> String {
        let items: Vec<_> = state.contents.iter().map(|item| self.meta.item(*item)).collect();
        if items.is_empty() { "empty".to_owned() } else { items.join(" ") }
    }

    /// The badges of actors, each with how often it holds the resource, where that is more than once: "A1 x3".
    fn badges(&self, ids: impl Iterator<Item = (ActorId, u32)>) -> String {
        ids.map(|(id, n)| self.badge(id) + &times(n)).collect::<Vec<_>>().join(" ")
    }

    /// The pending tasks; a prefetched one with its worker.
    fn queue(&self, pool: &PoolState) -> String {
        let pending: Vec<_> = (pool.pending.iter())
            .map(|pending| {
                let to = pending.to.map_or_else(String::new, |to| format!("@{}", self.badge(to)));
                format!("{}{to}", pending.task.0)
            })
            .collect();
        if pending.is_empty() { "no queue".to_owned() } else { pending.join(" ") }
    }

    /// How many tasks are under way, and how many have ended.
    fn tasks(&self, pool: &PoolState) -> Vec<String> {
        let has_ended = |id: ActorId| self.state.actor(id).is_some_and(|a| a.end.is_some());
        let lost = pool.running.iter().filter(|(worker, _)| has_ended(*worker)).count();
        let counts = [
            ((pool.running.len() - lost) as u64, "running"),
            (lost as u64, "with nobody"),
            (pool.finished, "done"),
            (pool.failed, "failed"),
            (pool.cancelled, "cancelled"),
        ];
        let counts = counts.into_iter().filter(|(n, _)| *n > 0);
        counts.map(|(n, word)| format!("{n} {word}")).collect()
    }
}

/// " x3", of more than one.
fn times(n: u32) -> String {
    if n == 1 { String::new() } else { format!(" x{n}") }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::NotStarted => "not started",
        Phase::Running => "running",
        Phase::Holding => "holding",
        Phase::Waiting => "waiting",
        Phase::Blocked => "blocked",
        Phase::Io => "does I/O",
        Phase::Sleeping => "sleeping",
        Phase::Idle => "idle",
        Phase::Failed => "failed",
        Phase::Done => "done",
        Phase::Stopped => "stopped",
    }
}
