//! The names behind the ids.

mod actor;
mod listing;
mod recorded_by;
mod resource;
mod section;

pub use actor::{Actor, ActorKind, Left, Role};
pub use listing::{Language, Listing, Place, SourcePoint};
pub use recorded_by::{Engine, RecordedBy};
pub use resource::{Home, Resource, ResourceKind};
pub use section::Section;

use super::log::Learned;
use super::{ActorId, Item, ItemView, ResourceId, SectionId, SourceId, TextId};
use serde::{Deserialize, Serialize};

/// The program that recorded a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// "concurrency-lab", "CPython".
    pub name: String,
    /// "0.1.0", "3.11.7".
    pub version: String,
}

/// Names and parameters of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Id of the topic, empty for a foreign trace.
    pub topic: String,
    /// The preset it started from.
    pub preset: String,
    /// The parameters as set, by key.
    pub params: Vec<(String, String)>,
    /// What recorded it.
    pub program: Program,
    /// Who recorded it; of a part of it, [its section](Section::recorder) may tell another.
    #[serde(default, alias = "engine")]
    pub recorder: RecordedBy,
    /// What was found out about the machine and the programs that took part, by key: `cores`, `cpython`.
    pub facts: Vec<(String, String)>,
    /// The texts of the programs shown; the first is the one that sentences name lines of.
    pub listings: Vec<Listing>,
    /// By [`SectionId`].
    pub sections: Vec<Section>,
    /// By [`ActorId`].
    pub actors: Vec<Actor>,
    /// By [`ResourceId`].
    pub resources: Vec<Resource>,
    /// By [`SourceId`].
    pub sources: Vec<SourcePoint>,
    /// By [`TextId`].
    pub texts: Vec<String>,
}

impl Meta {
    /// The fact that something could not be seen, a sentence: see [`Meta::unseen`].
    pub const UNSEEN: &str = "unseen";

    /// The actor's name, or its number where the trace does not name it.
    pub fn actor_name(&self, id: ActorId) -> String {
        self.actors.get(id.index()).map_or_else(|| format!("actor {}", id.0), |a| a.name.clone())
    }

    /// The resource's name, or its number where the trace does not name it. The end of an actor has the actor's.
    pub fn resource_name(&self, id: ResourceId) -> String {
        match self.resource(id) {
            Some(Resource { kind: ResourceKind::Future, of: Some(actor), .. }) => {
                format!("end of {}", self.actor_name(*actor))
            }
            Some(resource) => resource.name.clone(),
            None => format!("resource {}", id.0),
        }
    }

    /// The actor, where the trace names it.
    pub fn actor(&self, id: ActorId) -> Option<&Actor> {
        self.actors.get(id.index())
    }

    /// The resource, where the trace names it.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id.index())
    }

    /// The section, where the trace names it.
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.get(id.index())
    }

    /// The section with a number; the first of several.
    pub fn numbered(&self, number: u32) -> Option<SectionId> {
        let place = self.sections.iter().position(|section| section.number == number);
        place.map(SectionId::from_index)
    }

    /// What a section is of, where its number is a place among `all`.
    pub fn section_among<'a, T>(&self, id: SectionId, all: &'a [T]) -> Option<&'a T> {
        all.get(self.section(id)?.number as usize)
    }

    /// All sections.
    pub fn section_ids(&self) -> impl DoubleEndedIterator<Item = SectionId> + Clone + use<> {
        (0..self.sections.len()).map(SectionId::from_index)
    }

    /// Whether only its named stretches of work are known of an actor: see [`Actor::by_spans`].
    pub fn is_by_spans(&self, id: ActorId) -> bool {
        self.actor(id).is_some_and(|actor| actor.by_spans)
    }

    /// Takes in what was learned late.
    pub fn learn(&mut self, learned: &Learned) {
        self.listings.extend_from_slice(&learned.listings);
        for (id, actor) in &learned.actors {
            if let Some(known) = self.actors.get_mut(id.index()) {
                known.clone_from(actor);
            }
        }
        for (id, resource) in &learned.resources {
            if let Some(known) = self.resources.get_mut(id.index()) {
                known.clone_from(resource);
            }
        }
    }

    /// Ids of the actors of which `which` is true, in order.
    pub fn actors_where(&self, which: impl Fn(&Actor) -> bool) -> impl Iterator<Item = ActorId> {
        let matching =
            move |(i, actor): (usize, &Actor)| which(actor).then(|| ActorId::from_index(i));
        self.actors.iter().enumerate().filter_map(matching)
    }

    /// Ids of the resources of a kind, in order.
    pub fn resources_of(&self, kind: ResourceKind) -> impl Iterator<Item = ResourceId> {
        let matching =
            move |(i, r): (usize, &Resource)| (r.kind == kind).then(|| ResourceId::from_index(i));
        self.resources.iter().enumerate().filter_map(matching)
    }

    /// The process that an actor is, or is a thread of: the first process among it, its parent, and so on. `None`
    /// where that is the program the run began with and this is no actor of the trace.
    pub fn process_of(&self, actor: ActorId) -> Option<ActorId> {
        let mut at = actor;
        // A trace may say anything, so also that two actors started each other.
        for _ in 0..=self.actors.len() {
            let who = self.actor(at)?;
            if who.kind == ActorKind::Process {
                return Some(at);
            }
            at = who.parent?;
        }
        None
    }

    /// The process in which a process was started. `None` where that is not known.
    pub fn starter_of(&self, process: ActorId) -> Option<ActorId> {
        self.process_of(self.actor(process)?.parent?)
    }

    /// The section of an actor: its own, or that of whoever started it.
    pub fn section_of(&self, actor: ActorId) -> Option<SectionId> {
        let mut at = actor;
        // A trace may say anything, so also that two actors started each other.
        for _ in 0..=self.actors.len() {
            let actor = self.actor(at)?;
            if let Some(section) = actor.section {
                return Some(section).filter(|section| section.index() < self.sections.len());
            }
            at = actor.parent?;
        }
        None
    }

    /// Whether `inner` is the section `outer` or a part of it, however deep.
    pub fn is_within(&self, inner: Option<SectionId>, outer: SectionId) -> bool {
        let mut at = inner;
        for _ in 0..=self.sections.len() {
            match at {
                Some(section) if section == outer => return true,
                Some(section) => at = self.section(section).and_then(|s| s.within),
                None => return false,
            }
        }
        false
    }

    /// Whether a section is a run beside others: one that does not begin on record. What its dead still hold when it ends is
    /// gone with it.
    pub fn is_run(&self, id: SectionId) -> bool {
        self.section(id).is_some_and(|section| !section.begins)
    }

    /// A parameter of the run, as text.
    pub fn param(&self, key: &str) -> Option<&str> {
        let param = self.params.iter().find(|(own, _)| own == key);
        param.map(|(_, value)| value.as_str())
    }

    /// What was found out about `key`.
    pub fn fact(&self, key: &str) -> Option<&str> {
        self.facts.iter().rfind(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// What whoever recorded it could not see, in sentences.
    pub fn unseen(&self) -> impl Iterator<Item = &str> {
        let facts = self.facts.iter().filter(|(key, _)| key == Self::UNSEEN);
        facts.map(|(_, said)| said.as_str())
    }

    /// A text of the trace; empty where it has none.
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id.index()).map_or("", String::as_str)
    }

    /// A point of the shown program.
    pub fn source(&self, id: SourceId) -> Option<&SourcePoint> {
        id.some().and_then(|id| self.sources.get(id.index()))
    }

    /// An item as shown.
    pub fn item(&self, item: Item) -> String {
        match item.view() {
            ItemView::Int(value) => value.to_string(),
            ItemView::Text(id) => shortened(self.text(id)),
            ItemView::Nothing => "None".to_owned(),
        }
    }

    /// A message with its arguments filled in.
    pub fn message(&self, text: TextId, args: [Item; 2]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(text);
        for arg in args {
            let Some((before, after)) = rest.split_once("{}") else {
                break;
            };
            filled.push_str(before);
            filled.push_str(&self.item(arg));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// The most characters of a text that are shown.
const SHOWN: usize = 600;

/// A text to be shown: of one that would fill pages, its begin and its end.
fn shortened(text: &str) -> String {
    if text.len() <= SHOWN {
        return text.to_owned();
    }
    let cut = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(place, _)| place);
    let count = text.chars().count();
    if count <= SHOWN {
        return text.to_owned();
    }
    let (begin, end) = (cut(20), cut(count - 10));
    format!("{}…{} ({count} characters)", &text[..begin], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::Meta;
    use crate::trace::{Actor, ActorId, Item, Section, SectionId, TextId};

    #[test]
    fn a_thread_is_of_the_process_of_whoever_started_it() {
        let actors = vec![
            Actor::thread("main", "M"),
            Actor::thread("adder", "A1").started_by(ActorId(0)),
            Actor::process("worker", "W1").started_by(ActorId(0)),
            Actor::thread("helper", "H1").started_by(ActorId(2)),
            Actor::thread("its own ancestor", "X").started_by(ActorId(4)),
        ];
        let meta = Meta { actors, ..Meta::default() };
        let processes: Vec<_> = (0..6).map(|id| meta.process_of(ActorId(id))).collect();
        assert_eq!(processes, [None, None, Some(ActorId(2)), Some(ActorId(2)), None, None]);
    }

    #[test]
    fn sections_are_nested() {
        let inner = Section::new("trial 1", 1).within(SectionId(0));
        let circle = Section::new("in itself", 0).within(SectionId(2));
        let sections = vec![Section::new("threads", 0), inner, circle];
        let meta = Meta { sections, ..Meta::default() };
        assert!(meta.is_within(Some(SectionId(1)), SectionId(0)));
        assert!(!meta.is_within(Some(SectionId(0)), SectionId(1)));
        assert!(!meta.is_within(Some(SectionId(2)), SectionId(0)));
        assert!(!meta.is_within(None, SectionId(0)));
    }

    #[test]
    fn messages_fill_in_their_arguments() {
        let meta =
            Meta { texts: vec!["added {}; {} left".into(), "plain".into()], ..Meta::default() };
        let args = [Item::int(3), Item::NOTHING];
        assert_eq!(meta.message(TextId(0), args), "added 3; None left");
        assert_eq!(meta.message(TextId(1), args), "plain");
        assert_eq!(meta.message(TextId(9), args), "");
    }
}
