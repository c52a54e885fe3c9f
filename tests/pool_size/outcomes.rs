//! What comes out of runs, and that it is what the trace says.

use super::support::*;
use crate::common::lines;
use crate::common::python;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::Language;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::HashSet;

#[test]
fn every_preset_through_the_program() {
    let cores = std::thread::available_parallelism().unwrap().get() as i64;
    for (preset, sizes) in [
        ("2-4-8", vec![2, 4, 8]),
        ("1-to-5", vec![1, 2, 3, 4, 5]),
        ("sweep", (1..=2 * cores).collect()),
    ] {
        let args = ["run", "pool-size", "--preset", preset, "--json"];
        let report = json(&program(&[&args[..], &["--set", "trials=3"]].concat(), None));
        let outcome = &report["outcome"];
        assert_eq!(outcome["results"], squares(10), "{preset}");
        assert_eq!(report["dropped"], 0);
        let mut backends = match preset {
            "sweep" => vec!["workers", "threads", "sequential"],
            _ => vec!["workers"],
        };
        if python::is_there() {
            backends.push("cpython");
            assert!(outcome["python"].as_str().unwrap().starts_with("CPython 3"));
        }
        if sizes.len() <= 10 {
            assert_eq!(outcome["sizes"], Value::from(sizes.clone()), "{preset}");
            check_trials(outcome, 3, &backends, &sizes);
        }
        let actors = report["actors"].as_array().unwrap();
        assert!(actors.iter().all(|a| a["outcome"] == "normal"), "{preset}");
        let pids: Vec<_> = actors.iter().filter(|a| a["kind"] == "process").collect();
        assert!(pids.iter().all(|a| a["os_id"].as_u64().unwrap() > 1));
    }
}

#[test]
fn what_python_is_not_there_for_goes_on_without_it() {
    let args = ["run", "pool-size", "--json", "--set", "trials=2", "--set", "sizes=1,2"];
    let outcome = json(&program(&args, Some("/nonexistent")))["outcome"].clone();
    assert_eq!(outcome["python"], "CPython is left out: python3 was not found");
    assert_eq!(outcome["results"], squares(10));
    check_trials(&outcome, 2, &["workers"], &[1, 2]);

    let only = [&args[..], &["--set", "backend=cpython"]].concat();
    let failed = program(&only, Some("/nonexistent"));
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(said.lines().count(), 1);
    assert!(said.contains("python3 was not found") && said.contains("choose another backend"));
}

#[test]
fn a_python_that_fails_is_left_out_with_its_last_words() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let fake = dir.path().join("python3");
    std::fs::write(&fake, "#!/bin/sh\necho some trouble >&2\necho no python today >&2\nexit 3\n")
        .unwrap();
    std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let args = ["run", "pool-size", "--json", "--set", "trials=1", "--set", "sizes=2"];
    let outcome = json(&program(&args, Some(&path)))["outcome"].clone();
    assert_eq!(
        outcome["python"],
        "CPython is left out: python3 exited with status 3: no python today"
    );
    check_trials(&outcome, 1, &["workers"], &[2]);

    std::fs::write(&fake, "#!/bin/sh\necho hello\nread line\n").unwrap();
    let outcome = json(&program(&args, Some(&path)))["outcome"].clone();
    let said = outcome["python"].as_str().unwrap();
    assert!(said.starts_with("CPython is left out: python3 answered what is no answer"), "{said}");
}

/// A run whose time is over while CPython owes it an answer names that.
#[test]
fn a_python_that_does_not_answer_in_time_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let fake = dir.path().join("python3");
    std::fs::write(&fake, "#!/bin/sh\nexec sleep 60\n").unwrap();
    std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let args = ["run", "pool-size", "--timeout", "2"];
    let failed = program(&args, Some(&path));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!((failed.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    let named = "the run was stopped after 2 s, and python3 had not answered by then; give it";
    assert!(said.contains(named), "{said}");
    // What it does not wait for it does not name.
    let args = ["run", "pool-size", "--timeout", "0.3", "--set", "backend=threads"];
    let long = ["--set", "work=100000", "--set", "numbers=40"];
    let failed = program(&[&args[..], &long].concat(), Some(&path));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(said.contains("the run was stopped after 0.3 s; give it"), "{said}");
}

/// CPython's pool by each start method, in one run: each measured, each named, and the program shown does the same.
#[test]
fn the_start_methods_stand_beside_each_other() {
    if !python::is_there() {
        return;
    }
    let sets = ["sizes=1 2", "trials=2", "warm_up=0", "start_method=all"];
    let finished = run("2-4-8", &sets);
    check_trace(&finished);
    let outcome = Value::Object(finished.result.unwrap());
    assert_eq!(outcome["start_method"], "fork, forkserver, spawn");
    let all = ["workers", "cpython-fork", "cpython-forkserver", "cpython-spawn"];
    check_trials(&outcome, 2, &all, &[1, 2]);
    let finding = outcome["finding"].as_str().unwrap();
    for told in ["multiprocessing.Pool (fork): ", " by fork, ", " by forkserver, ", " by spawn"] {
        assert!(finding.contains(told), "{finding}");
    }
    for work in ["work=0", "work=10"] {
        let sets = ["start_method=all", "sizes=1 2", work, "trials=1"];
        let listings = topic().listings(&params("2-4-8", &sets));
        let python = listings.iter().find(|l| l.language == Language::Python).unwrap();
        let said = python::printed(&python.text());
        let at = ["by fork\n", "by forkserver\n", "by spawn\n"].map(|by| said.find(by));
        assert!(at.is_sorted() && at[0].is_some(), "{said}");
        assert_eq!(said.matches("pool of 2").count(), 3, "{said}");
    }
}

/// CPython's pool is started as asked, says how, and the program shown does the same.
#[test]
fn cpython_starts_its_workers_as_it_is_told() {
    if !python::is_there() {
        return;
    }
    let default = "import multiprocessing as m; print(m.get_context().get_start_method())";
    let default = python::printed(default);
    for (asked, method) in [
        ("default", default.trim()),
        ("fork", "fork"),
        ("forkserver", "forkserver"),
        ("spawn", "spawn"),
    ] {
        let set = format!("start_method={asked}");
        let sets = ["sizes=1 2", "trials=1", "warm_up=0", "work=10", "backend=cpython", &set];
        let finished = run("2-4-8", &sets);
        check_trace(&finished);
        let outcome = Value::Object(finished.result.unwrap());
        assert_eq!(outcome["start_method"], method, "{asked}");
        assert_eq!(outcome["results"], squares(10), "{asked}");
        check_trials(&outcome, 1, &["cpython"], &[1, 2]);
        let finding = outcome["finding"].as_str().unwrap();
        assert!(finding.starts_with("multiprocessing.Pool"), "{finding}");
        for work in ["work=0", "work=10"] {
            let listings = topic().listings(&params("2-4-8", &[&set, work, "trials=1"]));
            let python = listings.iter().find(|l| l.language == Language::Python).unwrap();
            let text = python.text();
            let named = text.contains(&format!("START_METHOD = \"{asked}\""));
            assert_eq!(named, asked != "default", "{}: {text}", python.file);
            let started = python.points.iter().filter(|(name, _)| name == "main.start");
            assert_eq!(started.count(), 1, "{}", python.file);
            if (asked, work) == ("spawn", "work=0") {
                assert!(
                    python::printed_each_way(&text)
                        .iter()
                        .all(|said| said.contains("squares: [1, 4"))
                );
            }
        }
    }
}

/// How busy the machine is stands in the trace, trial by trial.
#[cfg(target_os = "linux")]
#[test]
fn trials_are_disturbed_where_other_programs_want_the_processors() {
    let finished = run("2-4-8", &["sizes=1 2", "trials=3", "backend=threads"]);
    let disturbed = |others: &dyn Fn(usize) -> u64| {
        let trace = with_others(&finished.trace, 8, others);
        topic().outcome(&trace, &Replay::new(&trace))["disturbed"].clone()
    };
    assert_eq!(disturbed(&|_| 0), 0);
    assert_eq!(disturbed(&|_| 1000), 6);
    assert_eq!(disturbed(&|trial| if trial == 4 { 1000 } else { 0 }), 1);
}

/// Where times cannot be compared, no number compares them either.
#[cfg(target_os = "linux")]
#[test]
fn no_ratio_stands_beside_times_that_cannot_be_compared() {
    let sets = ["sizes=1 2", "trials=4", "warm_up=0", "backend=threads", "work=2000"];
    let finished = run("2-4-8", &sets);
    let outcome = |others: u64| {
        let trace = with_others(&finished.trace, 8, &|_| others);
        topic().outcome(&trace, &Replay::new(&trace))
    };
    let told = outcome(1000);
    let finding = told["finding"].as_str().unwrap();
    assert!(finding.contains("these times cannot be compared"), "{finding}");
    let why = "other programs had the processors in 8 of 8 trials";
    assert_eq!(told["not_compared"], why);
    for median in told["medians"].as_array().unwrap() {
        for ratio in ["speed_up", "efficiency", "times_cpython"] {
            assert_eq!(median[ratio], Value::Null, "{ratio}");
        }
        assert!(median["total_ns"].as_u64().unwrap() > 0);
    }
    assert_eq!(told["amdahl"][0]["note"], why);
    // Where they can, the efficiency is the speed-up by how many times as many work.
    for median in outcome(0)["medians"].as_array().unwrap() {
        let [speed_up, efficiency] = ["speed_up", "efficiency"].map(|of| median[of].as_f64());
        let size = median["pool_size"].as_f64().unwrap();
        assert_eq!(efficiency, speed_up.map(|speed_up| speed_up / size));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn whatever_the_parameters_the_squares_are_exact_and_every_trial_is_on_record(
        sizes in proptest::collection::btree_set(1..=9_i64, 1..4),
        numbers in 1..=40_i64,
        work in prop_oneof![Just(0), 1..300],
        trials in 1..4_usize,
        warm_up in 0..3,
        chunk in 0..12,
        backend in 0..4_usize,
    ) {
        let (word, mut backends) = [
            ("workers+threads", vec!["workers", "threads"]),
            ("threads", vec!["threads"]),
            ("sequential", vec!["sequential"]),
            ("all", vec!["workers", "threads", "sequential", "cpython"]),
        ][backend].clone();
        backends.retain(|name| *name != "cpython" || python::is_there());
        let sizes: Vec<i64> = sizes.into_iter().collect();
        let list: Vec<String> = sizes.iter().map(i64::to_string).collect();
        let sets = [
            format!("sizes={}", list.join(",")),
            format!("numbers={numbers}"),
            format!("work={work}"),
            format!("trials={trials}"),
            format!("warm_up={warm_up}"),
            format!("chunk={chunk}"),
            format!("backend={word}"),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("2-4-8", &sets);
        check_trace(&finished);
        let outcome = Value::Object(finished.result.as_ref().unwrap().clone());
        prop_assert_eq!(&outcome["results"], &squares(numbers));
        check_trials(&outcome, trials, &backends, &sizes);
        // Every worker of every trial is an actor: of its own, or as a thread.
        let rounds = trials + warm_up as usize;
        let workers = rounds * sizes.iter().sum::<i64>() as usize;
        let pools = backends.iter().filter(|b| ["workers", "threads"].contains(*b)).count();
        let worked = finished.trace.meta().actors.iter().filter(|a| {
            a.name.starts_with("worker ") || a.name.starts_with("thread ")
        });
        prop_assert_eq!(worked.count(), workers * pools);
        check_rows(&finished);
    }
}

#[test]
fn the_largest_run_fits_in_a_trace() {
    let most = params("2-4-8", &["sizes=55-64", "trials=30", "warm_up=3", "backend=all"]);
    assert_eq!(most.ints("sizes", 1).iter().sum::<i64>(), 595);
    let mut refused = most.clone();
    for set in ["sizes=65", "sizes=1-11", "trials=31", "warm_up=4", "numbers=201"] {
        assert!(refused.set_pair(set).is_err(), "{set}");
    }
    assert_eq!(refused, most);
}

#[test]
fn the_listings_name_the_parts_and_the_python_ones_run() {
    for (preset, backend) in [("2-4-8", "workers"), ("sweep", "all"), ("1-to-5", "threads")] {
        let backend = format!("backend={backend}");
        let params = params(preset, &["trials=2", "numbers=4", "work=10", &backend]);
        let params = match preset {
            "2-4-8" => {
                let mut plain = params;
                plain.set_pair("work=0").unwrap();
                plain
            }
            _ => params,
        };
        let listings = topic().listings(&params);
        for listing in listings.iter().filter(|l| l.file != "jobs.rs") {
            let names: HashSet<&str> = listing.points.iter().map(|(n, _)| n.as_str()).collect();
            for part in ["main.start", "main.map", "main.shutdown"] {
                assert!(names.contains(part), "{} lacks {part}", listing.file);
            }
            assert!(!listing.text().contains("//-"), "{}", listing.file);
        }
        let python = listings.iter().find(|l| l.language == Language::Python).unwrap();
        if python::is_there() {
            for said in python::printed_each_way(&python.text()) {
                assert!(said.contains("squares: [1, 4, 9, 16]"), "{said}");
                assert!(said.contains("pool of 2"), "{said}");
            }
        }
    }
}

#[test]
fn workers_are_at_the_line_of_their_job() {
    for (work, job) in [("work=0", "square"), ("work=50", "busy-square")] {
        let sets = ["backend=workers", "sizes=2", "trials=1", "warm_up=0", work];
        let listings = topic().listings(&params("2-4-8", &sets));
        let points = run("2-4-8", &sets);
        let points = lines::of_tasks(&points, &listings);
        // Ten tasks that begin and end.
        assert_eq!(points, [job; 20]);
    }
}
