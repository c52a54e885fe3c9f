//! What lines define, process by process, and what else is told of what they define; what becomes of it where more is told later.

use super::{ACTORS, Definition, Names, Process, Saying, Shared, int, word};
use crate::trace::{Left, Meta, ResourceId};
use crate::workers::tame;
use serde_json::Value;

/// The most variables of a process of which it is said what they held in the end.
const LEFT: usize = 1000;

/// Parts of what CPython says to a process that would start processes, or set how they are started, while it imports its program: the
/// same from 3.9 to 3.14 (`multiprocessing/spawn.py` and `context.py`).
const SAYINGS: [(&str, Saying); 3] = [
    ("has finished its bootstrapping phase", Saying::NotYet),
    ("_fixup_main_from_", Saying::Importing),
    ("context has already been set", Saying::AlreadySet),
];

impl Names {
    /// Takes in a line of a process.
    pub(in crate::python) fn define(&mut self, process: usize, definition: Definition) {
        if self.processes.len() <= process {
            self.processes.resize_with(process + 1, Process::default);
        }
        let number = int(&definition, "n").and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let names = &mut self.processes[process];
        match word(&definition, "d") {
            "process" => {
                if let Some(pid) = int(&definition, "pid") {
                    self.by_pid.insert(pid, process);
                    // It is known already where it was long in coming.
                    names.itself.id = names.itself.id.or(self.strangers.remove(&pid));
                }
                names.itself.definition.extend(definition);
                if names.itself.id.is_some() {
                    self.changed_actors.insert((process, 1));
                }
            }
            "thread" => {
                let entry = names.threads.entry(number).or_default();
                entry.definition.extend(definition);
                if entry.id.is_some() {
                    self.changed_actors.insert((process, number));
                }
            }
            "program" => {
                let name = tame(word(&definition, "name"));
                if let Some(pid) = int(&definition, "pid")
                    && !name.is_empty()
                    && self.programs.len() < ACTORS
                {
                    self.programs.insert(pid, name);
                }
            }
            "child" => {
                let Some(pid) = int(&definition, "pid") else { return };
                if self.children.len() >= ACTORS && !self.children.contains_key(&pid) {
                    self.full = true;
                    return;
                }
                let child = self.children.entry(pid).or_default();
                if definition.contains_key("parent") {
                    // It has begun: whatever is known of its PID is of one before it.
                    child.clear();
                }
                child.extend(definition);
                let known = self.by_pid.get(&pid).copied();
                let known = known.filter(|place| self.processes[*place].itself.id.is_some());
                self.changed_actors.extend(known.map(|place| (place, 1)));
            }
            "res" => self.define_resource(process, number, definition),
            "site" => names.sites.entry(number).or_default().definition.extend(definition),
            "text" => {
                let said = word(&definition, "text");
                if let Some((_, saying)) = SAYINGS.iter().find(|(part, _)| said.contains(part)) {
                    names.sayings.insert(number, *saying);
                }
                let text = self.text(said);
                self.processes[process].texts.insert(number, text);
            }
            "unseen" => {
                let text = tame(word(&definition, "text"));
                if !text.is_empty() && self.unseen.len() < 100 {
                    self.tell_unseen(text);
                }
            }
            "left" => self.left(process, &definition),
            // Of a later version.
            _ => {}
        }
    }

    /// A process tells what a plain variable of its held in the end.
    fn left(&mut self, process: usize, definition: &Definition) {
        let told = |key| definition.get(key).cloned().unwrap_or_default();
        let (name, before, value) = (tame(word(definition, "name")), told("before"), told("value"));
        let left = &mut self.processes[process].left;
        if left.len() < LEFT {
            left.push(Left { name, before, value });
        }
        if self.process_actor(process).is_some() {
            self.changed_actors.insert((process, 1));
        }
    }

    /// Says once that something could not be seen.
    pub(in crate::python) fn tell_unseen(&mut self, said: String) {
        if !self.unseen.contains(&said) {
            self.news.facts.push((Meta::UNSEEN.to_owned(), said.clone()));
            self.unseen.push(said);
        }
    }

    /// Uses of what a process knows by this number are left out.
    pub(in crate::python) fn thin(&mut self, process: usize, number: u32, id: ResourceId) {
        if self.thinned.insert(id) {
            self.changed_resources.insert((process, number));
        }
    }

    /// Python has refused a thread of a process to start processes, or to set how that is done: it was importing its program.
    pub(in crate::python) fn refuse(&mut self, process: usize, thread: u32) {
        let thread = thread.max(1);
        if self.refused.insert((process, thread)) {
            self.changed_actors.insert((process, thread));
        }
    }

    fn define_resource(&mut self, process: usize, number: u32, definition: Definition) {
        let names = &mut self.processes[process];
        let entry = names.resources.entry(number).or_default();
        entry.definition.extend(definition);
        if entry.id.is_some() {
            self.changed_resources.insert((process, number));
        }
        let uid = word(&entry.definition, "uid").to_owned();
        if uid.is_empty() {
            return;
        }
        let definition = entry.definition.clone();
        // Who made it knows where.
        let is_makers = definition.contains_key("site");
        let also = definition.get("also").and_then(Value::as_array).into_iter().flatten();
        let all: Vec<&str> =
            [uid.as_str()].into_iter().chain(also.filter_map(Value::as_str)).collect();
        let known = all.iter().find_map(|uid| self.aliases.get(*uid));
        let uid = known.cloned().unwrap_or_else(|| uid.clone());
        for other in all {
            self.aliases.entry(other.to_owned()).or_insert_with(|| uid.clone());
        }
        match self.shared.get_mut(&uid) {
            Some(known) if is_makers && !known.is_makers || known.process == process => {
                (known.definition, known.process, known.is_makers) =
                    (definition, process, is_makers);
                if known.id.is_some() {
                    self.changed_resources.insert((process, number));
                }
            }
            Some(_) => {}
            None => {
                self.shared.insert(uid, Shared { definition, process, is_makers, id: None });
            }
        }
    }
}
