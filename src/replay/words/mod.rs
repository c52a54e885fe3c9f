//! States and events in plain words, and the small words that every sentence of the program is made of.

mod describe;
mod in_run;
mod phrase;
mod plural;
mod silence;
mod summary;
pub mod value;
mod wait;
mod why;

pub use crate::trace::signal_name;
pub use describe::describe;
pub use in_run::describe_in;
pub(in crate::replay) use phrase::wanted;
pub use phrase::{phrase, phrases};
pub use plural::{agree, capital, clause, count, grouped, if_any, plural, range, sentence, times};
pub use silence::{missing, silence};
pub use summary::{in_turn, run_summary, section_summary, shorter_in_turn};
pub use why::{Why, why};

use super::state::ActorState;
use crate::trace::{ActorId, Meta, Resource, ResourceId, SourceId};

/// Names listed before the rest is only counted.
const LISTED: usize = 5;

/// "adder 1", "adder 1 and adder 2", "adder 1, adder 2, adder 3, adder 4 and 8 more".
pub fn list(names: &[String]) -> String {
    let shown = match names.len() {
        0..=LISTED => names.len(),
        _ => LISTED - 1,
    };
    let rest = names.len() - shown;
    match (&names[..shown], rest) {
        ([], _) => String::new(),
        ([one], 0) => one.clone(),
        ([before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
        (all, rest) => format!("{} and {rest} more", all.join(", ")),
    }
}

/// "Ada, Bob and Cleo".
pub fn actors(meta: &Meta, ids: &[ActorId]) -> String {
    let names: Vec<_> = ids.iter().map(|&id| meta.actor_name(id)).collect();
    list(&names)
}

/// "1.8 MB", "640 kB".
pub fn bytes(amount: u64) -> String {
    match amount {
        0..1_000_000 => format!("{} kB", amount.div_ceil(1000)),
        _ => format!("{:.1} MB", amount as f64 / 1e6),
    }
}

/// "take_turns.py, line 8", of the point's first place.
pub fn place(meta: &Meta, source: SourceId) -> Option<String> {
    let place = meta.source(source)?.places.first()?;
    // With its file: the number means nothing beside another listing.
    Some(match place.file.as_str() {
        "" => format!("line {}", place.line),
        file => format!("{file}, line {}", place.line),
    })
}

/// "take_turns.py, line 8: items.append(n)", of the point's first place.
fn line(meta: &Meta, source: SourceId) -> Option<String> {
    let place = meta.source(source)?.places.first()?;
    let at = self::place(meta, source)?;
    Some(match place.text.as_str() {
        "" => at,
        text => format!("{at}: {text}"),
    })
}

/// " (take_turns.py, line 8: items.append(n))", or nothing.
fn at_line(meta: &Meta, source: SourceId) -> String {
    line(meta, source).map_or_else(String::new, |line| format!(" ({line})"))
}

/// Names of all that the actor holds.
fn holdings(meta: &Meta, actor: &ActorState) -> String {
    let names: Vec<_> = (actor.holding.iter()).map(|h| meta.resource_name(h.res)).collect();
    list(&names)
}

/// The resource's name in a sentence: with the article that "end of adder 1" asks for.
pub(super) fn the(meta: &Meta, res: ResourceId) -> String {
    let name = meta.resource_name(res);
    match meta.resource(res).is_some_and(Resource::is_an_end) {
        true => format!("the {name}"),
        false => name,
    }
}
