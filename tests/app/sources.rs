//! What is shown that no run of a tab is: traces of others, recordings, runs that were kept.

use super::*;

/// A trace that no topic made: two threads and a lock, as another program would record it.
fn foreign_trace() -> Trace {
    let meta = Meta {
        program: Program { name: "CPython".to_owned(), version: "3.11.7".to_owned() },
        actors: vec![Actor::thread("reader", "R1"), Actor::thread("writer", "W1")],
        resources: vec![Resource::new("the book", ResourceKind::Lock)],
        listings: vec![concurrency_lab::trace::Listing {
            file: "library.py".to_owned(),
            language: Language::Python,
            text: "with book:\n    read()\n".to_owned(),
        }],
        ..Meta::default()
    };
    let (reader, writer, book) = (ActorId(0), ActorId(1), ResourceId(0));
    let kinds = [
        (reader, EventKind::Started { os_id: 0 }),
        (writer, EventKind::Started { os_id: 0 }),
        (reader, EventKind::Acquired { res: book }),
        (writer, EventKind::WaitBegan { res: book, op: WaitOp::Acquire }),
    ];
    let events = (1..).zip(kinds).map(|(n, (actor, kind))| Event {
        at: Nanos::from_millis(n),
        seq: n as u32,
        actor,
        source: SourceId::NONE,
        kind,
    });
    let mut trace = Trace::new(meta);
    trace.apply(Batch { events: events.collect(), ..Batch::default() });
    trace
}

#[test]
fn a_trace_without_a_topic_gets_a_tab_of_its_own() {
    let mut harness = app_of(Session::recorded("library", foreign_trace()));
    harness.run_steps(3);
    assert!(harness.query_by_label("A trace recorded by CPython 3.11.7.").is_some());
    assert!(harness.query_by_label("Run").is_none(), "it is looked at, not run");
    assert!(harness.query_all_by_label_contains("writer").next().is_some());
    click(&mut harness, "Code");
    assert!(harness.query_by_label("library.py").is_some());
    // Its tab stands after those of the topics and of one's own program, and has a number, as they have.
    click(&mut harness, "4 Lock and list");
    let name = format!("{} library", ALL.len() + 1 + usize::from(cfg!(unix)));
    click(&mut harness, &name);
    assert!(matches!(&harness.state().session().source, Source::Trace(name) if name == "library"));
}

#[test]
fn a_recorded_run_is_shown_with_its_outcome_again() {
    let topic = shared_list();
    let mut params = topic.preset("quick-ten").unwrap();
    params.set_pair("time_scale=0").unwrap();
    let run = concurrency_lab::topics::runner::run_to_end(topic, params.clone(), None).unwrap();
    let session = Session::recorded("list", run.trace);
    assert_eq!(session.status, RunStatus::Done);
    assert_eq!(session.outcome, run.result.ok());
    assert_eq!(session.params, params);
}

/// By the keyboard alone: a file of another tool gets a tab, its oddities are said, and it is among those opened last.
#[test]
fn a_file_is_opened_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bakery.json");
    let text = r#"[{"name":"bake","ph":"X","ts":1,"dur":2,"pid":1,"tid":2},{"ph":"E","ts":9,"pid":1,"tid":2}]"#;
    std::fs::write(&path, text).unwrap();
    let mut harness = app("quick-ten", &[]);
    press(&mut harness, Modifiers::COMMAND, Key::O);
    harness.get_by_label("File to open").type_text(path.to_str().unwrap());
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    frames_until(
        &mut harness,
        "the tab",
        |app| matches!(&app.state().session().source, Source::Trace(name) if name == "bakery"),
    );
    harness.run_steps(3);
    assert!(harness.query_by_label("File to open").is_none());
    // Once above everything else, and once for as long as it is open.
    assert_eq!(harness.query_all_by_label_contains("1 end without a begin").count(), 2);
    assert!(harness.query_by_label("A trace that another tool recorded.").is_some());
    assert!(harness.query_by_label_contains("bakery.json: recorded").is_some());
    assert_eq!(harness.state().title(), "bakery.json - Concurrency Lab");
    assert_eq!(harness.state().settings().recent, [path.to_str().unwrap()]);
}

/// A run that nobody saves is there at the next start, as it was, until it is dismissed.
#[test]
fn an_unsaved_run_is_kept_until_it_is_dismissed() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("state").join("unsaved");
    let mut harness = app("quick-ten", &["time_scale=0"]);
    harness.state_mut().keep_runs(&kept);
    run_to_end(&mut harness);
    let events = harness.state().session().recording.trace.events().len();
    let path = harness.state().session().kept().unwrap().to_owned();
    let opened = common::runs::until("the end of the file", || {
        let opened = concurrency_lab::export::recording::open(&path).ok();
        opened.filter(|opened| opened.ending.is_some())
    });
    assert_eq!((opened.trace.events().len(), opened.damage), (events, None));
    drop(harness);

    let mut harness = app("quick-ten", &[]);
    harness.state_mut().keep_runs(&kept);
    frames_until(&mut harness, "the unsaved run", |app| app.state().unsaved() == 1);
    press(&mut harness, Modifiers::COMMAND, Key::O);
    click(&mut harness, "shared-list quick-ten, just now");
    frames_until(&mut harness, "the run", |app| {
        app.state().session().recording.trace.events().len() == events
    });
    assert!(harness.state().settings().recent.is_empty());
    press(&mut harness, Modifiers::COMMAND, Key::O);
    click(&mut harness, "Dismiss");
    assert_eq!(harness.state().unsaved(), 0);
    common::runs::until("the end of its file", || (!path.exists()).then_some(()));
}
