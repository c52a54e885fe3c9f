//! The same trace under other names: whatever is found in it by the text of a name is found no more.

use concurrency_lab::trace::{Batch, Meta, SourcePoint, Trace};

/// A trace that differs from `trace` in nothing but its names: of actors, badges, resources, sections, points of the
/// program, and its texts: messages, errors, spans. No two are equal, and none says anything. A text keeps its places
/// for arguments.
///
/// What the user set and what was found out stays, and so do listings and the lines they are known by: these are no names.
pub fn renamed(trace: &Trace) -> Trace {
    let mut renamed = Trace::new(meta(trace.meta()));
    renamed.apply(Batch {
        events: trace.events().to_vec(),
        warnings: trace.warnings().to_vec(),
        stuck: trace.stuck(),
        ..Batch::default()
    });
    renamed
}

/// Names and parameters with other names.
pub fn meta(meta: &Meta) -> Meta {
    let mut meta = meta.clone();
    for (n, actor) in meta.actors.iter_mut().enumerate() {
        (actor.name, actor.badge) = (word("an", n), word("ba", n));
    }
    for (n, resource) in meta.resources.iter_mut().enumerate() {
        resource.name = word("re", n);
    }
    for (n, section) in meta.sections.iter_mut().enumerate() {
        section.name = word("se", n);
    }
    for (n, SourcePoint { name, .. }) in meta.sources.iter_mut().enumerate() {
        *name = word("po", n);
    }
    for (n, text) in meta.texts.iter_mut().enumerate() {
        let places = text.matches("{}").count();
        *text = word("te", n) + &" {}".repeat(places);
    }
    meta
}

/// What was said of a renamed trace, with the `names` of the one it was made from: for comparing what is said of both.
/// Of a message that was filled in only the arguments can be had back.
pub fn named_back(text: &str, names: &Meta) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(MARK) {
        out.push_str(&rest[..begin]);
        rest = &rest[begin + MARK.len_utf8()..];
        let Some((word, after)) = rest.split_once(MARK) else { break };
        rest = after;
        let (kind, digits) = word.split_at(2);
        let n: usize = digits.parse().expect("a number");
        out.push_str(match kind {
            "an" => &names.actors[n].name,
            "ba" => &names.actors[n].badge,
            "re" => &names.resources[n].name,
            "se" => &names.sections[n].name,
            "po" => &names.sources[n].name,
            "te" => {
                let text = &names.texts[n];
                let places = " {}".repeat(text.matches("{}").count());
                rest = rest.strip_prefix(places.as_str()).unwrap_or(rest);
                text
            }
            other => panic!("{other} has no name"),
        });
    }
    out + rest
}

/// Around every name, so that it is found again in a sentence.
const MARK: char = '¤';

fn word(kind: &str, n: usize) -> String {
    format!("{MARK}{kind}{n}{MARK}")
}
