//! A scene as one line of text: what the case files of the tests check.

use super::{ProcessAt, Scene, SectionAt, TieKind as Kind};
use crate::replay::Phase;
use crate::replay::state::{ResourceState, State};
use crate::trace::{ActorId, Item, Meta, ResourceId, ResourceKind, WaitOp};
use std::fmt::Write;

impl Scene {
    /// The scene in one line: sections separated by `|`, processes in braces, then what lies between them. Actors are
    /// named by their badges.
    pub fn print(&self, meta: &Meta, state: &State) -> String {
        let printer = Printer { scene: self, meta, state };
        let sections: Vec<_> = self.sections.iter().map(|s| printer.section(s)).collect();
        sections.join(" | ")
    }
}

struct Printer<'a> {
    scene: &'a Scene,
    meta: &'a Meta,
    state: &'a State,
}

impl Printer<'_> {
    fn section(&self, section: &SectionAt) -> String {
        let mut out = String::new();
        if let Some(name) = section.id.and_then(|id| self.meta.section(id)).map(|s| &s.name) {
            let _ = write!(out, "{name}: ");
        }
        let processes = section.processes.iter().map(|process| self.process(process));
        let between = section.between.iter().map(|res| self.resource(*res));
        let all: Vec<_> = processes.chain(between).collect();
        out + &all.join(", ")
    }

    fn process(&self, at: &ProcessAt) -> String {
        let name = at.process.map_or_else(|| "program".to_owned(), |id| self.actor(id));
        let before = at.before.map_or_else(String::new, |id| format!(" after {}", self.badge(id)));
        let threads = at.threads.iter().map(|id| self.actor(*id));
        let helpers = at.helpers.iter().map(|id| format!("({})", self.actor(*id)));
        let resources = at.resources.iter().map(|res| self.resource(*res));
        let inside: Vec<_> = threads.chain(helpers).chain(resources).collect();
        match inside.is_empty() {
            true => format!("{name}{before}"),
            false => format!("{name}{before} {{ {} }}", inside.join("; ")),
        }
    }

    fn badge(&self, id: ActorId) -> String {
        self.meta.actor(id).map_or_else(|| format!("#{}", id.0), |actor| actor.badge.clone())
    }

    fn badges(&self, ids: impl Iterator<Item = ActorId>) -> String {
        ids.map(|id| self.badge(id)).collect::<Vec<_>>().join(" ")
    }

    fn actor(&self, id: ActorId) -> String {
        let mut out = self.badge(id);
        let phase = self.state.actor(id).map_or(Phase::NotStarted, |actor| actor.phase);
        let tied: Vec<_> = self.scene.ties_of(id).iter().map(|tie| self.tie(tie.kind)).collect();
        // What a tie says, its phase says too.
        let said = matches!(phase, Phase::Holding | Phase::Waiting | Phase::Blocked);
        if tied.is_empty() || !said {
            let _ = write!(out, " {}", format!("{phase:?}").to_lowercase());
        }
        for tie in tied {
            let _ = write!(out, " {tie}");
        }
        out
    }

    fn tie(&self, kind: Kind) -> String {
        let name = |res: ResourceId| self.meta.resource_name(res);
        match kind {
            Kind::Holds { res, depth: 1 } => format!("holds {}", name(res)),
            Kind::Holds { res, depth } => format!("holds {} x{depth}", name(res)),
            Kind::Waits { res, op, place, passed_over, notified } => {
                let op = match op {
                    WaitOp::Acquire | WaitOp::Wait => "waits",
                    WaitOp::Put => "puts",
                    WaitOp::Get => "gets",
                    WaitOp::Join => "joins",
                    WaitOp::Result => "awaits",
                    WaitOp::Task => "idles",
                };
                let passed = match passed_over {
                    0 => String::new(),
                    n => format!(" passed {n}"),
                };
                let notified = if notified { " notified" } else { "" };
                format!("{op} {} #{}{passed}{notified}", name(res), place + 1)
            }
            Kind::Joins { target } => format!("joins {}", self.badge(target)),
            Kind::Runs { task, .. } => format!("runs {}", task.0),
            Kind::Moves { item, inwards: true, .. } => format!("puts in {}", self.meta.item(item)),
            Kind::Moves { item, inwards: false, .. } => {
                format!("takes out {}", self.meta.item(item))
            }
            Kind::Reads { res, value, stale } => {
                let stale = if stale { " stale" } else { "" };
                format!("read {}={}{stale}", name(res), self.meta.item(value))
            }
        }
    }

    fn resource(&self, res: ResourceId) -> String {
        let unknown = ResourceState::default();
        let state = self.state.resource(res).unwrap_or(&unknown);
        let name = self.meta.resource_name(res);
        let Some(kind) = self.meta.resource(res).map(|r| r.kind) else { return name };
        let waiters = self.badges(state.waiters.iter().map(|w| w.actor));
        let waiters = match waiters.is_empty() {
            true => String::new(),
            false => format!(" < {waiters}"),
        };
        format!("{name}[{}{waiters}]", self.holds(res, kind, state))
    }

    /// What a resource of a kind has in it.
    fn holds(&self, res: ResourceId, kind: ResourceKind, state: &ResourceState) -> String {
        use ResourceKind as K;
        let capacity = self.meta.resource(res).and_then(|r| r.capacity);
        let of = capacity.map_or_else(String::new, |n| format!(" of {n}"));
        let owners = self.badges(state.owners.iter().map(|(owner, _)| *owner));
        let closed = |word: &str| if state.closed { format!(" {word}") } else { String::new() };
        match kind {
            K::Lock | K::RLock if owners.is_empty() => "free".to_owned(),
            K::Lock => owners,
            K::RLock => format!("{owners} x{}", state.owners.first().map_or(0, |(_, h)| h.depth)),
            K::Semaphore => format!("{}{of} free {owners}", state.permits).trim_end().to_owned(),
            K::Condition => format!("{} notified", state.notified),
            K::Event => if state.set { "set" } else { "not set" }.to_owned(),
            K::Barrier => format!(
                "{}{of}, round {}{}",
                state.arrived,
                u64::from(state.generation) + 1,
                closed("broken")
            ),
            K::Queue | K::Pipe => {
                format!("{}{of}{}", self.items(state.contents.iter()), closed("closed"))
            }
            K::Value | K::Array | K::List | K::Manager => self.items(state.contents.iter()),
            K::Pool => self.pool(state),
            K::Future => "pending".to_owned(),
        }
    }

    fn items<'i>(&self, items: impl Iterator<Item = &'i Item>) -> String {
        let items: Vec<_> = items.map(|item| self.meta.item(*item)).collect();
        match items.is_empty() {
            true => "empty".to_owned(),
            false => items.join(" "),
        }
    }

    fn pool(&self, state: &ResourceState) -> String {
        let pool = &state.pool;
        let pending: Vec<_> = (pool.pending.iter())
            .map(|pending| match pending.to {
                Some(worker) => format!("{}@{}", pending.task.0, self.badge(worker)),
                None => pending.task.0.to_string(),
            })
            .collect();
        let queue = if pending.is_empty() { "no queue".to_owned() } else { pending.join(" ") };
        let fruitless = match (pool.failed, pool.cancelled) {
            (0, 0) => String::new(),
            (failed, 0) => format!(", {failed} failed"),
            (0, cancelled) => format!(", {cancelled} cancelled"),
            (failed, cancelled) => format!(", {failed} failed, {cancelled} cancelled"),
        };
        format!("{queue}, {} running, {} done{fruitless}", pool.running.len(), pool.finished)
    }
}
