//! What each program must answer, and what its trace must say.

use super::support::*;
use concurrency_lab::replay::{Phase, describe};
use concurrency_lab::trace::{
    ActorId, ActorKind, End, EventKind, Home, Nanos, Resource, ResourceId, ResourceKind, Role,
    Trace,
};
use concurrency_lab::widgets::stage::{RunStatus, StageView};
use concurrency_lab::widgets::theme::Theme;
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashSet;

#[test]
fn five_workers_by_the_real_binary() {
    let told = json("five-workers", &["time_scale=0.05"]);
    let outcome = &told["outcome"];
    let mut messages = strings(&outcome["messages"]);
    messages.sort_unstable();
    let expected: Vec<_> = (0..5).map(|n| format!("Worker {n} finished")).collect();
    assert_eq!(messages, expected);
    assert_eq!(outcome["results"], json!([0, 1, 2, 3, 4]));
    assert_eq!(outcome["failed"], json!([]));
    let pids = outcome["pids"].as_array().unwrap();
    let distinct: HashSet<_> = pids.iter().map(|pid| pid.as_u64().unwrap()).collect();
    assert_eq!((pids.len(), distinct.len()), (4, 4));
    let actors = told["actors"].as_array().unwrap().iter();
    let processes = actors.filter(|a| a["kind"] == "process" && a["name"] != "parent");
    let os_ids: Vec<_> = processes.map(|a| a["os_id"].clone()).collect();
    assert_eq!(&json!(os_ids), &outcome["worker_pids"]);
    assert_eq!(distinct, os_ids.iter().map(|id| id.as_u64().unwrap()).collect());
}

#[test]
fn squares_are_exact() {
    let told = json("parallel-squares", &["time_scale=0.02"]);
    assert_eq!(told["outcome"]["results"], json!([1, 4, 9, 16, 25]));
    let more = run("parallel-squares", &["time_scale=0", "tasks=300"]);
    let squares: Vec<i64> = (1..=300).map(|n| n * n).collect();
    assert_eq!(outcome(&more)["results"], json!(squares));
}

#[test]
fn images_are_filtered_for_as_long_as_asked() {
    let finished = run("four-images", &["time_scale=0.02"]);
    for passes in outcome(&finished)["results"].as_array().unwrap() {
        assert!(passes.as_i64().unwrap() > 0);
    }
    for (state, actor) in
        (finished.replay.latest().actors.iter()).zip(&finished.trace.meta().actors)
    {
        if actor.kind == ActorKind::Process && actor.name != "parent" && state.task.is_none() {
            assert!(state.cpu_time.is_some(), "{}", actor.name);
        }
    }
    let tasks = finished.replay.tasks();
    let pool = pool(&finished.trace);
    assert_eq!(tasks.of(pool).unwrap().all.len(), 4);
    let used: u64 = (finished.replay.latest().actors.iter())
        .zip(&finished.trace.meta().actors)
        .filter(|(_, actor)| actor.name.starts_with("worker"))
        .filter_map(|(state, _)| state.cpu_time)
        .map(|t| t.0)
        .sum();
    assert!(used >= 4 * 40_000_000, "40 ms each on a processor: {used}");
}

fn pool(trace: &Trace) -> ResourceId {
    let pools = |r: &Resource| r.kind == ResourceKind::Pool;
    ResourceId::from_index(trace.meta().resources.iter().position(pools).unwrap())
}

#[test]
fn children_change_their_own_copy_and_threads_the_same_one() {
    let finished = run("own-memory", &["time_scale=0.02", "workers=4", "steps=5"]);
    let outcome = outcome(&finished);
    assert_eq!(outcome["parent_before"], 100);
    assert_eq!(outcome["parent_after"], 100);
    let copies = outcome["memory_copies"].as_array().unwrap();
    assert_eq!(copies.len(), 5);
    assert_eq!(copies[0]["process"], "parent");
    assert_eq!(copies[0]["pid"], std::process::id());
    let mut pids = HashSet::new();
    let mut places = HashSet::new();
    for (k, copy) in copies.iter().enumerate() {
        assert_eq!(copy["value"], 100 + 5 * k, "{copy}");
        assert!(pids.insert(copy["pid"].as_u64().unwrap()));
        if k > 0 {
            places.insert(copy["address"].as_str().unwrap());
        }
    }
    if cfg!(target_os = "linux") {
        assert_eq!(places.len(), 1, "all forked from one process: {places:?}");
    }
    assert_eq!(outcome["threads"]["before"], 100);
    assert_eq!(outcome["threads"]["after"], 100 + 5 * (1 + 2 + 3 + 4));
    // The replay shows every copy, in the end and in between.
    let state = finished.replay.latest();
    let meta = finished.trace.meta();
    let held = |name: &str| {
        let place = meta.resources.iter().position(|r| r.name == name).unwrap();
        let item = state.resources[place].contents[0];
        meta.item(item)
    };
    assert_eq!(held("value in parent"), "100");
    assert_eq!(held("value in child 3"), "115");
    let place = |name: &str| meta.resources.iter().position(|r| r.name == name).unwrap();
    let third = place("value in child 3");
    let address = state.resources[third].address.unwrap();
    assert_eq!(format!("{address:#x}"), copies[3]["address"].as_str().unwrap());
    let Home::Process(child) = meta.resources[third].home else {
        panic!("it is in the memory of a child");
    };
    assert_eq!(state.actors[child.index()].os_id, copies[3]["pid"].as_u64().unwrap());
    assert_eq!(meta.process_of(child), Some(child));
    let main = meta.actors_where(|actor| actor.role == Role::Main).next().unwrap();
    assert_eq!(meta.actor_name(meta.process_of(main).unwrap()), "parent");
    assert_eq!(held("value of the threads"), "150");
    let changes = |of: &str| {
        let events = finished.trace.events().iter().filter_map(|e| match e.kind {
            EventKind::ValueChanged { res, version, old, new } if meta.resource_name(res) == of => {
                Some((version, old.as_int().unwrap(), new.as_int().unwrap(), e.actor))
            }
            _ => None,
        });
        events.collect::<Vec<_>>()
    };
    let second = changes("value in child 2");
    let numbers: Vec<_> = second.iter().map(|(v, old, new, _)| (*v, *old, *new)).collect();
    let expected = [1, 2, 3, 4, 5].map(|n: u32| {
        let new = 100 + 2 * i64::from(n);
        (n, new - 2, new)
    });
    assert_eq!(numbers, expected);
    let who: HashSet<_> = second.iter().map(|(.., actor)| *actor).collect();
    assert_eq!(who.len(), 1, "nobody else can change it");
    let shared = changes("value of the threads");
    assert_eq!(shared.len(), 20);
    assert!(shared.windows(2).all(|pair| pair[0].2 == pair[1].1), "one after another");
}

#[test]
fn a_failure_ends_a_process_alone_but_all_threads_of_one() {
    for (failure, signal) in [("abort", 6), ("segfault", 11), ("kill", 9)] {
        let set = format!("failure={failure}");
        // Half of it is long enough for the slowest thread to have begun.
        let finished = run("crash", &["time_scale=0.4", "workers=5", &set]);
        let outcome = outcome(&finished);
        let (processes, threads) = (&outcome["processes"], &outcome["threads"]);
        assert_eq!((&processes["started"], &processes["survivors"]), (&json!(5), &json!(4)));
        assert_eq!((&threads["started"], &threads["survivors"]), (&json!(5), &json!(0)));
        assert_eq!(processes["signal"], signal);
        assert_eq!(threads["signal"], signal);
        let trace = &finished.trace;
        let killed: HashSet<_> = ends(trace)
            .filter(|(_, end)| *end == End::Killed(signal))
            .map(|(name, _)| name.to_owned())
            .collect();
        // On a busy machine the second thread may fail before the last ones are there.
        let actors = trace.meta().actors.iter().map(|a| a.name.clone());
        let mut expected: HashSet<_> = actors.filter(|n| n.starts_with("thread ")).collect();
        assert!(expected.contains("thread 2"));
        expected.extend(["worker 2".to_owned(), "host 1".to_owned()]);
        assert_eq!(killed, expected);
        let messages = strings(&outcome["messages"]);
        for line in ["Task 1 fails", "Thread 2 fails", "Task 4 finished"] {
            assert!(messages.contains(&line), "{messages:?}");
        }
        let host = trace.meta().actors.iter().position(|a| a.name == "host 1").unwrap();
        let inside = trace.meta().actors.iter().filter(|a| a.name.starts_with("thread "));
        for thread in inside {
            assert_eq!(thread.kind, ActorKind::Thread);
            assert_eq!(thread.parent, Some(ActorId::from_index(host)));
        }
    }
}

/// A signal is named, not numbered, in the log and on the command line.
#[test]
fn signals_have_their_names_everywhere() {
    for (failure, name) in [("abort", "SIGABRT"), ("segfault", "SIGSEGV"), ("kill", "SIGKILL")] {
        let set = format!("failure={failure}");
        let finished = run("crash", &["time_scale=0.05", "workers=2", &set]);
        let trace = &finished.trace;
        let events = trace.events().iter();
        let lines = events.map(|event| describe(trace.meta(), event));
        let about: Vec<String> =
            lines.filter(|line| line.contains("signal ") || line.contains("SIG")).collect();
        assert!(about.contains(&format!("worker 2 was killed by {name}")), "{about:?}");
        assert!(!about.iter().any(|line| line.contains("killed by signal ")), "{about:?}");
        let told = json("crash", &["time_scale=0.05", "workers=2", &set]);
        let actors = told["actors"].as_array().unwrap().iter();
        let killed: Vec<_> = actors.filter(|a| a["name"] == "worker 2").collect();
        assert_eq!(killed[0]["outcome"], format!("killed by {name}"));
    }
}

/// That all are at their tasks is said once all have started.
#[test]
fn who_has_not_started_is_not_at_work() {
    let finished = run("crash", &["time_scale=0.02"]);
    let (trace, replay) = (&finished.trace, &finished.replay);
    let theme = Theme::light();
    let mut said = 0;
    for now in trace.events().iter().map(|event| event.at) {
        let state = replay.at(trace, now);
        let view = StageView {
            trace,
            replay,
            state: &state,
            now,
            motion: Nanos::ZERO,
            status: &RunStatus::Done,
            outcome: None,
            findings: &[],
            ready: "",
            selection: Default::default(),
            choice: Default::default(),
            theme: &theme,
            memo: &Default::default(),
        };
        let moment = topic().stage().moment(&view).unwrap();
        if moment.text.contains("are at their tasks side by side") {
            said += 1;
            let late = trace.meta().actors_where(|actor| actor.role == Role::Work);
            let late: Vec<_> = late
                .filter(|id| state.actor(*id).is_none_or(|a| a.phase == Phase::NotStarted))
                .collect();
            assert!(late.is_empty(), "{now}: {late:?}");
        }
    }
    assert!(said > 0);
}

#[test]
fn a_crash_with_one_process_leaves_none_and_the_app_goes_on() {
    let finished = run("crash", &["time_scale=0.01", "workers=1"]);
    assert_eq!(outcome(&finished)["processes"]["survivors"], 0);
    assert_eq!(outcome(&finished)["threads"]["survivors"], 0);
}

#[test]
fn all_four_ways_count_the_same_primes() {
    let sets = ["limit=20000", "workers=3", "interval=0.0005"];
    let finished = run("cpu-bound", &sets);
    let outcome = outcome(&finished);
    let ways = outcome["ways"].as_array().unwrap();
    let names: Vec<_> = ways.iter().map(|way| way["way"].as_str().unwrap()).collect();
    let expected = ["one after another", "threads, emulated GIL", "threads", "processes"];
    assert_eq!(names, expected);
    for (way, actors) in ways.iter().zip([1, 3, 3, 3]) {
        assert_eq!(way["primes"], 2262, "{way}");
        assert_eq!(way["actors"], actors, "{way}");
        let each = way["cpu_ns_each"].as_array().unwrap();
        let sum: u64 = each.iter().map(|cpu| cpu.as_u64().unwrap()).sum();
        assert_eq!(way["cpu_ns"], sum);
        assert!(each.iter().all(|cpu| cpu.as_u64().unwrap() > 0), "{way}");
        assert!(way["wall_ns"].as_u64().unwrap() > 0);
    }
    // Where other programs had the processors nothing is compared.
    let is_disturbed = !outcome["disturbed"].is_null();
    assert!(ways.iter().all(|way| way["speed_up"].is_null() == is_disturbed), "{ways:#?}");
    assert!(is_disturbed || ways[0]["speed_up"] == 1.0);
    check_gil(&finished.trace);
}

/// Who has the emulated GIL has it alone.
fn check_gil(trace: &Trace) {
    let name = |r: &Resource| r.name == "emulated GIL";
    let gil = ResourceId::from_index(trace.meta().resources.iter().position(name).unwrap());
    let mut holder = None;
    for event in trace.events().iter().filter(|e| e.kind.resource() == Some(gil)) {
        match event.kind {
            EventKind::Acquired { .. } => assert_eq!(holder.replace(event.actor), None),
            EventKind::Released { .. } => assert_eq!(holder.take(), Some(event.actor)),
            _ => {}
        }
    }
    assert_eq!(holder, None);
}

#[test]
fn threads_of_a_worker_are_actors_from_start_to_end() {
    let finished = run("crash", &["time_scale=0.4"]);
    let trace = &finished.trace;
    let threads = trace.meta().actors.iter().enumerate();
    let threads = threads.filter(|(_, a)| a.name.starts_with("thread "));
    let mut os_ids = HashSet::new();
    for (index, _) in threads {
        let id = ActorId::from_index(index);
        let kinds: Vec<_> = trace.events().iter().filter(|e| e.actor == id).collect();
        let EventKind::Started { os_id } = kinds[0].kind else {
            panic!("{:?}", kinds[0]);
        };
        assert!(os_ids.insert(os_id) || os_id == 0);
        assert!(kinds.iter().any(|e| matches!(e.kind, EventKind::SleepBegan { .. })));
        assert_eq!(kinds.last().unwrap().kind, EventKind::Ended(End::Killed(6)));
        let spawned = EventKind::Spawned { child: id };
        let by = trace.events().iter().find(|e| e.kind == spawned).unwrap();
        assert_eq!(actor(trace, by.actor).name, "host 1");
        assert!(by.at <= kinds[0].at);
    }
    let host = trace.meta().actors.iter().position(|a| a.name == "host 1").unwrap();
    assert_eq!(finished.replay.latest().actors[host].phase, Phase::Failed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn whatever_the_parameters(
        program in 0..6_usize,
        workers in 1..=6_i64,
        tasks in 1..=12_i64,
        first in 0..50_i64,
        steps in 1..=6_i64,
        failure in 0..3_usize,
    ) {
        let program = ["messages", "squares", "images", "memory", "crash", "primes"][program];
        let failure = ["abort", "segfault", "kill"][failure];
        let sets = [
            format!("program={program}"),
            format!("workers={workers}"),
            format!("tasks={tasks}"),
            format!("first={first}"),
            format!("steps={steps}"),
            format!("failure={failure}"),
            "time_scale=0.01".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("five-workers", &sets);
        let outcome = outcome(&finished);
        let workers_started = outcome["worker_pids"].as_array().unwrap().len() as i64;
        let overlapping = outcome["overlapping"].as_i64().unwrap();
        match program {
            "messages" | "squares" | "images" => {
                prop_assert_eq!(workers_started, workers);
                prop_assert!((1..=workers.min(tasks)).contains(&overlapping));
                let results = outcome["results"].as_array().unwrap();
                prop_assert_eq!(results.len() as i64, tasks);
                for (n, result) in (0..).zip(results) {
                    match program {
                        "messages" => prop_assert_eq!(result, n),
                        "squares" => prop_assert_eq!(result, (first + n) * (first + n)),
                        _ => prop_assert!(result.as_i64().unwrap() > 0),
                    }
                }
            }
            "memory" => {
                prop_assert_eq!(&outcome["parent_after"], 100);
                for (k, copy) in outcome["memory_copies"].as_array().unwrap().iter().enumerate() {
                    prop_assert_eq!(&copy["value"], 100 + steps * k as i64);
                }
                let sum = workers * (workers + 1) / 2;
                prop_assert_eq!(&outcome["threads"]["after"], 100 + steps * sum);
            }
            "crash" => {
                prop_assert_eq!(&outcome["processes"]["survivors"], workers - 1);
                // With so little work a thread may be done before another one fails.
                let finished = outcome["threads"]["survivors"].as_i64().unwrap();
                prop_assert!((0..workers).contains(&finished));
                let said = strings(&outcome["messages"]).into_iter();
                let said = said.filter(|m| m.starts_with("Thread ") && m.ends_with(" finished"));
                prop_assert!(finished <= said.count() as i64);
            }
            _ => {
                let limit = outcome["limit"].as_i64().unwrap();
                let prime = |n: &i64| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
                let primes = (2..limit).filter(prime).count();
                for way in outcome["ways"].as_array().unwrap() {
                    prop_assert_eq!(&way["primes"], primes);
                }
            }
        }
    }
}
