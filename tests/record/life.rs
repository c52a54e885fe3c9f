//! Threads and names: starts, ends, panics, ids.

use crate::support::{Run, actor, count, kinds_of};
use concurrency_lab::record::Clock;
use concurrency_lab::record::thread::{self, Failure};
use concurrency_lab::trace::{
    ActorId, End, EventKind as K, Item, Meta, Resource, ResourceId, ResourceKind, SourceId,
    SourcePoint, TextId, WaitOp,
};
use std::sync::mpsc;
use std::time::Duration;

#[test]
fn a_thread_is_on_record_from_start_to_end() {
    let run = Run::new();
    let log = run.log("main");
    let (let_go, wait) = mpsc::channel::<()>();
    let child = thread::spawn(&log, actor("adder 1"), move |log| {
        assert_eq!(std::thread::current().name(), Some("adder 1"));
        wait.recv().unwrap();
        log.say(log.recorder().text("added {}"), [Item::int(3), Item::NOTHING]);
        Ok(5)
    });
    let child = child.unwrap();
    let id = child.actor();
    assert!(!child.is_finished());
    let joins = std::thread::scope(|scope| {
        let joining = scope.spawn(|| run.wait_for(1, |e| matches!(e.kind, K::WaitBegan { .. })));
        let releasing = scope.spawn(move || {
            joining.join().unwrap();
            let_go.send(()).unwrap();
        });
        let result = child.join(&log);
        releasing.join().unwrap();
        result
    });
    assert_eq!(joins, Ok(5));
    drop(log);
    let trace = run.finish();
    assert_eq!(trace.meta().actors[id.index()].parent, Some(ActorId(0)));
    let kinds = kinds_of(&trace, "adder 1");
    let (first, last) = (kinds[0], kinds[kinds.len() - 1]);
    assert!(matches!(first, K::Started { os_id } if os_id != 0 || !cfg!(target_os = "linux")));
    assert_eq!(last, K::Ended(End::Normal));
    // The parent's side, and that causes come before what they cause.
    let order = trace.events().iter().map(|e| (e.actor.0, e.kind));
    let order: Vec<_> = order.collect();
    let position = |kind: K| order.iter().position(|(_, k)| *k == kind).unwrap();
    assert!(position(K::Spawned { child: id }) < position(first));
    let future = trace.meta().resources.iter().position(|r| r.of == Some(id));
    let res = ResourceId::from_index(future.unwrap());
    let op = WaitOp::Join;
    assert!(position(K::WaitBegan { res, op }) < position(last));
    let woken = order.iter().rposition(|(_, k)| matches!(k, K::WaitEnded { .. }));
    assert!(position(last) < woken.unwrap());
}

#[test]
fn causes_come_before_effects_on_a_clock_that_stands_still() {
    let run = Run::with(Meta::default(), Clock::manual());
    let end = thread::run_here(&run.recorder, actor("main"), |log| {
        for round in 0..10 {
            let child = thread::spawn(log, actor(format!("t{round}")), |_| Ok(())).unwrap();
            child.join(log)?;
        }
        Ok(())
    });
    assert_eq!(end, Ok(()));
    let trace = run.finish();
    let lives = trace
        .events()
        .iter()
        .filter(|e| matches!(e.kind, K::Spawned { .. } | K::Started { .. } | K::Ended(_)));
    let lives: Vec<_> = lives.map(|e| e.kind).collect();
    assert!(matches!(lives[0], K::Started { .. }));
    for round in lives[1..31].chunks(3) {
        assert!(
            matches!(round, [K::Spawned { .. }, K::Started { .. }, K::Ended(End::Normal)]),
            "{round:?}"
        );
    }
}

#[test]
fn a_panic_is_a_failure_with_its_message() {
    let run = Run::new();
    let log = run.log("main");
    let panics = thread::spawn(&log, actor("panics"), |_| -> Result<(), Failure> {
        panic!("pop from an empty list: {}", 3)
    });
    let fails = thread::spawn(&log, actor("fails"), |_| -> Result<(), Failure> {
        Err(Failure::Error("no such thing".into()))
    });
    let odd =
        thread::spawn(&log, actor("odd"), |_| -> Result<(), Failure> { std::panic::panic_any(7) });
    let Err(Failure::Panicked { message, place }) = panics.unwrap().join(&log) else {
        panic!("it panicked");
    };
    assert_eq!(message, "pop from an empty list: 3");
    assert!(place.is_some_and(|place| place.contains("life.rs")));
    let error = fails.unwrap().join(&log).unwrap_err();
    assert_eq!(error.to_string(), "no such thing");
    let said_nothing = odd.unwrap().join(&log).unwrap_err();
    assert_eq!(said_nothing.to_string(), "a panic that said nothing");
    let here = thread::run_here(&run.recorder, actor("here"), |_| -> Result<(), Failure> {
        panic!("on the caller's thread")
    });
    assert!(matches!(here, Err(Failure::Panicked { .. })));
    drop(log);
    let trace = run.finish();
    let end_of = |name: &str| match kinds_of(&trace, name).last() {
        Some(K::Ended(End::Error(text))) => trace.meta().text(*text).to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(end_of("panics"), "pop from an empty list: 3");
    assert_eq!(end_of("fails"), "no such thing");
    assert_eq!(end_of("odd"), "a panic that said nothing");
    assert_eq!(end_of("here"), "on the caller's thread");
}

/// Runs this test program's [`panics_here_and_there`] and reads what it said on standard error.
#[test]
fn only_panics_of_traced_threads_are_kept_off_standard_error() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["life::panics_here_and_there", "--exact", "--nocapture"])
        .env("PANIC_HERE_AND_THERE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    assert!(said.contains("loud, before") && said.contains("loud, after"), "{said}");
    assert!(!said.contains("quiet"), "{said}");
}

#[test]
fn panics_here_and_there() {
    if std::env::var_os("PANIC_HERE_AND_THERE").is_none() {
        return;
    }
    let loud = |when: &'static str| {
        let thread = std::thread::spawn(move || panic!("loud, {when}"));
        assert!(thread.join().is_err());
    };
    loud("before");
    let run = Run::new();
    let quiet = thread::run_here(&run.recorder, actor("here"), |_| -> Result<(), Failure> {
        panic!("quiet")
    });
    assert!(quiet.is_err());
    loud("after");
    drop(run.finish());
}

#[test]
fn ids_continue_after_those_given_at_the_start() {
    let meta = Meta {
        actors: vec![actor("given")],
        resources: vec![Resource::new("given", ResourceKind::List)],
        sources: ["adder.append", "adder.sleep"]
            .map(|name| SourcePoint { name: name.into(), places: vec![] })
            .into(),
        texts: ["given", "twice", "given"].map(String::from).into(),
        ..Meta::default()
    };
    let run = Run::with(meta, Clock::system());
    let recorder = &run.recorder;
    assert_eq!(recorder.source("adder.sleep"), SourceId(1));
    assert_eq!(recorder.source("nowhere"), SourceId::NONE);
    let queue = recorder.resource(Resource::new("new", ResourceKind::Queue));
    assert_eq!(queue, ResourceId(1));
    assert_eq!(recorder.text("twice"), TextId(1));
    assert_eq!(recorder.text("new"), TextId(3));
    assert_eq!(recorder.text("new"), TextId(3));
    assert_eq!(recorder.text("newer"), TextId(4));
    let log = run.log("new");
    assert_eq!(log.id(), ActorId(1));
    log.say(TextId(3), [Item::NOTHING; 2]);
    drop(log);
    let trace = run.finish();
    let meta = trace.meta();
    assert_eq!(meta.actor_name(ActorId(1)), "new");
    assert_eq!(meta.text(TextId(4)), "newer");
    assert_eq!(meta.resource_name(ResourceId(1)), "new");
}

#[test]
fn events_carry_the_line_the_actor_is_at() {
    let run = Run::new();
    let log = run.log("main");
    log.record(K::At);
    log.line(SourceId(4));
    log.sleep(Duration::ZERO).unwrap();
    log.step(SourceId(5));
    let at = log.record_after(concurrency_lab::trace::Nanos(u64::MAX / 2), K::At);
    assert_eq!(at.0, u64::MAX / 2);
    assert_eq!(log.record(K::At), at, "time does not go back");
    drop(log);
    let trace = run.finish();
    let sources = trace.events().iter().map(|e| e.source);
    let expected =
        [SourceId::NONE, SourceId(4), SourceId(4), SourceId(5), SourceId(5), SourceId(5)];
    assert!(sources.eq(expected));
    assert_eq!(count(&trace, |k| *k == K::At), 4);
}

#[test]
fn a_scope_ends_its_threads_and_lets_them_borrow() {
    let run = Run::new();
    let log = run.log("main");
    let words = ["one".to_owned(), "two".to_owned()];
    let lengths = thread::scope(&log, |scope| {
        let spawn = |word: &String| {
            let word = word.clone();
            scope.spawn(actor(word.clone()), move |_| Ok(word.len())).unwrap()
        };
        let threads: Vec<_> = words.iter().map(spawn).collect();
        assert_eq!(threads[1].actor(), ActorId(2));
        let join = |thread: thread::ScopedJoinHandle<'_, usize>| thread.join(&log).unwrap();
        threads.into_iter().map(join).sum::<usize>()
    });
    assert_eq!(lengths, 6);
    drop(log);
    assert_eq!(count(&run.finish(), |k| *k == K::Ended(End::Normal)), 2);
}
