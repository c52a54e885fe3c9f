//! Recordings of older versions, in which what is a field now stood among the facts of the run, by numbers.

use concurrency_lab::export::recording::{Ending, Writer, open};
use concurrency_lab::trace::{
    Actor, ActorId, Batch, Event, EventKind, Left, Meta, Nanos, Program, RecordedBy, Resource,
    ResourceKind, SourceId,
};
use serde_json::json;

fn fact(key: &str, told: &str) -> (String, String) {
    (key.to_owned(), told.to_owned())
}

#[test]
fn facts_of_one_actor_or_resource_become_what_is_known_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("older.clab");
    let program = Program { name: "CPython".to_owned(), version: "3.11.7".to_owned() };
    let facts = vec![fact("cores", "2"), fact("thinned", "1"), fact("left", "no JSON")];
    let writer = Writer::begin(&path, Meta { program, facts, ..Meta::default() }, false).unwrap();
    let actors = vec![Actor::process("main", "M"), Actor::process("child", "C")];
    let locks = ["a", "b"].map(|name| Resource::new(name, ResourceKind::Lock));
    let facts = vec![
        fact("left", r#"{"process":0,"name":"count","before":0,"value":[7]}"#),
        fact("left", r#"{"process":0,"name":"odd"}"#),
        fact("left", r#"{"process":9,"name":"nobody's","before":0,"value":1}"#),
        fact("unseen", "the tasks of asyncio are not recorded"),
    ];
    writer.add(Batch { facts, actors, ..Batch::default() });
    let at = |seq: u32| Event {
        at: Nanos(seq.into()),
        seq,
        actor: ActorId(0),
        source: SourceId::NONE,
        kind: EventKind::At,
    };
    writer.add(Batch { resources: locks.to_vec(), events: vec![at(0)], ..Batch::default() });
    let facts = vec![
        fact("nothing-to-run", "1"),
        fact("no-guard", "1"),
        fact("no-guard", "many"),
        fact("thinned", "70"),
    ];
    writer.add(Batch { facts, events: vec![at(1)], ..Batch::default() });
    writer.finish(Ending::default()).unwrap();

    let opened = open(&path).unwrap();
    assert_eq!((opened.damage, opened.trace.events().len()), (None, 2));
    let meta = opened.trace.meta();
    assert_eq!(meta.recorder, RecordedBy::Python);
    let thinned: Vec<bool> = meta.resources.iter().map(|resource| resource.is_thinned).collect();
    assert_eq!(thinned, [false, true]);
    let [main, child] = &meta.actors[..] else { panic!("{:?}", meta.actors) };
    let left = |name: &str, before, value| Left { name: name.to_owned(), before, value };
    assert_eq!(
        main.left,
        [left("count", json!(0), json!([7])), left("odd", json!(null), json!(null))]
    );
    assert!(child.left.is_empty() && child.nothing_to_run && child.no_guard);
    assert!(!main.nothing_to_run && !main.no_guard);
    assert_eq!(
        meta.facts,
        [fact("cores", "2"), fact("unseen", "the tasks of asyncio are not recorded")]
    );
}
