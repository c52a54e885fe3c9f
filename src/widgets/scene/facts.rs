//! The facts of a moment for the inspector: what each resource of the scene is like, in a line.

use crate::replay::Scene;
use crate::trace::{Item, ResourceKind};
use crate::widgets::resource::{self, Look, ResourceAt};

/// Facts shown, at most.
const MOST: usize = 10;
/// Items of a list or queue that are written out.
const ITEMS: usize = 24;

/// Names and values: "list lock", "held by adder 2 for 290 µs; remover 1 and remover 2 wait".
pub fn facts(look: &Look<'_>) -> Vec<(String, String)> {
    let scene = Scene::at(look.meta, look.state);
    let resources = scene.resources().filter_map(|id| look.resource(id));
    // Each process that puts into a queue has a buffer, and mostly there is nothing in it.
    let resources = resources.filter(|at| !at.named.is_buffer || !at.state.contents.is_empty());
    let shown: Vec<ResourceAt<'_>> = resources.take(MOST).collect();
    let named = |name: &str| shown.iter().filter(|at| at.name() == name).count();
    let fact = |at: &ResourceAt<'_>| {
        let (name, section) = (at.name(), at.named.section.and_then(|id| look.meta.section(id)));
        // Of two of one name, in which part of the run each is.
        match section.filter(|section| !section.name.is_empty() && named(&name) > 1) {
            Some(section) => (format!("{name}, {}", section.name), value(at)),
            None => (name, value(at)),
        }
    };
    shown.iter().map(fact).collect()
}

fn value(at: &ResourceAt<'_>) -> String {
    let state = at.state;
    match at.named.kind {
        ResourceKind::List | ResourceKind::Array | ResourceKind::Queue | ResourceKind::Pipe => {
            let range = at.look.state.list_of(at.look.meta, at.id);
            let (len, shown) = (range.len(), state.contents.range(range).take(ITEMS));
            let items: Vec<_> = shown.map(|item: &Item| at.look.meta.item(*item)).collect();
            let more = if len > ITEMS { ", …" } else { "" };
            format!("[{}{more}]", items.join(", "))
        }
        ResourceKind::Lock | ResourceKind::RLock | ResourceKind::Semaphore
            if !state.waiters.is_empty() =>
        {
            let names = state.waiters.iter().map(|waiter| at.look.actors.name(waiter.actor));
            let names: Vec<_> = names.take(ITEMS).collect();
            format!("{} · waiting: {}", resource::sentence(at), names.join(", "))
        }
        _ => resource::sentence(at),
    }
}
