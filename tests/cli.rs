//! The command line, from outside: real processes, real files, bad input of every kind.

#![allow(clippy::unwrap_used)]

#[path = "cli/report.rs"]
mod report;

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn lab(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concurrency-lab"));
    command.args(args).env_clear();
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn succeed(args: &[&str]) -> String {
    let output = lab(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Fails with this status and exactly one line on standard error, and not by a panic.
fn refuse(args: &[&str], status: i32) -> String {
    let output: Output = lab(args).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(!said.contains("panicked"), "{args:?}: {said}");
    said
}

fn run(preset: &str, sets: &[&str]) -> Value {
    let mut args =
        vec!["run", "shared-list", "--preset", preset, "--set", "time_scale=0.05", "--json"];
    for set in sets {
        args.extend(["--set", set]);
    }
    serde_json::from_str(&succeed(&args)).unwrap()
}

#[test]
fn every_preset_comes_out_as_its_program_does() {
    for preset in ["take-turns", "done-flag"] {
        let outcome = &run(preset, &[])["outcome"];
        assert_eq!(outcome["final_list"], Value::from(Vec::<i64>::new()), "{preset}");
        assert_eq!((&outcome["added"], &outcome["removed"]), (&5.into(), &5.into()), "{preset}");
    }
    let ten = &run("quick-ten", &[])["outcome"];
    let number = |outcome: &Value, key: &str| outcome[key].as_u64().unwrap();
    let left = ten["final_list"].as_array().unwrap().len() as u64;
    assert_eq!(number(ten, "added"), 10);
    assert_eq!(number(ten, "removed") + left, 10);
    assert_eq!(number(ten, "removed") + number(ten, "empty_attempts"), 10);
    for (preset, adds) in [("five", 5), ("random-pace", 10), ("contended", 24)] {
        let outcome = &run(preset, &[])["outcome"];
        let left = outcome["final_list"].as_array().unwrap().len() as u64;
        assert_eq!(number(outcome, "added"), adds, "{preset}");
        assert_eq!(number(outcome, "removed") + left, adds, "{preset}");
        assert_eq!(outcome["expected"], outcome["actual"], "{preset}");
        assert_eq!(outcome["lost_updates"], 0, "{preset}");
    }
    let race = &run("no-lock", &[])["outcome"];
    let int = |key: &str| race[key].as_i64().unwrap();
    assert_eq!(int("added"), 48);
    assert_eq!(int("expected"), int("added") - int("removed"));
    assert_eq!(int("actual"), race["final_list"].as_array().unwrap().len() as i64);
    let (at_head, at_tail) = (int("lost_at_head"), int("lost_at_tail"));
    assert_eq!(int("lost_updates"), at_head + at_tail);
    // Each update that was lost is missing at its end of the list.
    assert_eq!(int("actual"), (int("expected") + at_head - at_tail).max(0));
    assert_eq!(int("waits"), 0);
}

#[test]
fn the_report_names_who_took_part() {
    let report = run("contended", &["adders=3"]);
    assert_eq!(report["topic"], "shared-list");
    assert_eq!(report["preset"], "contended");
    assert_eq!(report["params"]["adders"], 3);
    assert_eq!(report["dropped"], 0);
    assert!(report["wall_ns"].as_u64().unwrap() > 0);
    assert!(report["events"].as_u64().unwrap() > 100);
    let actors = report["actors"].as_array().unwrap();
    let names: Vec<_> = actors.iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["main", "adder 1", "adder 2", "adder 3", "remover 1", "remover 2"]);
    assert!(actors.iter().all(|a| a["kind"] == "thread" && a["outcome"] == "normal"));
    if cfg!(any(target_os = "linux", target_os = "macos")) {
        let mut ids: Vec<_> = actors.iter().map(|a| a["os_id"].as_u64().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), actors.len(), "every thread has an id of its own");
        assert!(!ids.contains(&0));
    }
}

#[test]
fn the_same_seed_gives_the_same_pauses() {
    let planned = |seed: &str| {
        let topic = concurrency_lab::topics::find("shared-list").unwrap();
        let mut params = topic.preset("random-pace").unwrap();
        params.set("seed", seed).unwrap();
        params.set("time_scale", "0.01").unwrap();
        let run = concurrency_lab::topics::runner::run_to_end(topic, params, None).unwrap();
        let mut pauses: Vec<(u16, u64)> = Vec::new();
        for event in run.trace.events() {
            if let concurrency_lab::trace::EventKind::SleepBegan { planned } = event.kind {
                pauses.push((event.actor.0, planned.0));
            }
        }
        pauses.sort_by_key(|(actor, _)| *actor);
        pauses
    };
    assert_eq!(planned("7"), planned("7"));
    assert_ne!(planned("7"), planned("8"));
}

#[test]
fn topics_lists_all_with_presets_and_parameters() {
    let topics: Value = serde_json::from_str(&succeed(&["topics", "--json"])).unwrap();
    let ids: Vec<_> =
        topics.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "threads-vs-processes",
            "process-pool",
            "multiprocessing",
            "shared-list",
            "sharing-data",
            "exceptions",
            "factorials",
            "pool-size"
        ]
    );
    let list = &topics[3];
    let presets: Vec<_> =
        list["presets"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert_eq!(
        presets,
        [
            "count",
            "count-locked",
            "repeat-50",
            "check-then-act",
            "one-side-locks",
            "own-lock-each",
            "take-turns",
            "quick-ten",
            "five",
            "random-pace",
            "done-flag",
            "queue",
            "contended",
            "no-lock"
        ]
    );
    for param in list["params"].as_array().unwrap() {
        for key in ["key", "type", "default", "min", "max", "unit", "help"] {
            assert!(param.get(key).is_some(), "{param} lacks {key}");
        }
    }
    assert!(succeed(&["topics"]).contains("quick-ten"));
}

#[test]
fn bad_input_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.png").display().to_string();
    let missing = dir.path().join("no/such/folder/x.png").display().to_string();
    let quick = ["--preset", "contended", "--set", "time_scale=0.05"];
    for (args, status, says) in [
        (vec!["run", "no-such-topic"], 2, "no-such-topic"),
        (vec!["--topic", "nope"], 2, "nope"),
        (vec!["run", "shared-list", "--preset", "nope"], 2, "nope"),
        (vec!["run", "shared-list", "--set", "nope=1"], 2, "nope"),
        (vec!["run", "shared-list", "--set", "adders"], 2, "KEY=VALUE"),
        (vec!["run", "shared-list", "--set", "adders=0"], 2, "1 to 16"),
        (vec!["run", "shared-list", "--set", "adders=17"], 2, "1 to 16"),
        (vec!["run", "shared-list", "--set", "hold=NaN"], 2, "NaN"),
        (
            vec!["run", "shared-list", "--preset", "random-pace", "--set", "random_min=1"],
            2,
            "random_min=1 is longer than random_max=0.5",
        ),
        (vec!["run", "pool-size", "--set", "sizes=1,,2"], 2, "1,,2"),
        (vec!["run", "shared-list", "--timeout", "0"], 2, "time limit"),
        (vec!["run", "shared-list", "--timeout", "-1"], 2, "-1"),
        (vec!["run", "shared-list", "--timeout", "1e300"], 2, "`1e300` is no time limit"),
        (vec!["run", "shared-list", "--timeout", "soon"], 2, "`soon` is no time limit"),
        (vec!["report", "shared-list", "--timeout", "1e300", "-o", &file], 2, "`1e300`"),
        (
            vec!["run", "shared-list", "--record", &missing],
            1,
            "no such folder or file; choose another place, or",
        ),
        (vec!["run"], 2, "TOPIC"),
        (vec!["dance"], 2, "dance"),
        (vec!["render", "shared-list", "-o", &file, "--size", "0x0"], 2, "0x0"),
        (vec!["render", "shared-list", "-o", &file, "--size", "99999x9"], 2, "99999x9"),
        (vec!["render", "shared-list", "-o", &file, "--size", "big"], 2, "big"),
        (vec!["render", "shared-list", "-o", &file, "--scale", "0"], 2, "scale"),
        (vec!["render", "shared-list", "-o", &file, "--scale", "NaN"], 2, "scale"),
        (vec!["render", "shared-list", "-o", &file, "--at", "soon"], 2, "soon"),
        (vec!["render", "shared-list", "-o", &file, "--theme", "pink"], 2, "pink"),
        (vec!["render", "shared-list", "-o", "x.bmp"], 2, "x.bmp"),
        (vec!["render", "no-such-topic", "-o", &file], 2, "no-such-topic"),
    ] {
        let said = refuse(&args, status);
        assert!(said.contains(says), "{args:?}: {said}");
    }
    let mut args = vec!["render", "shared-list", "-o", &missing];
    args.extend(quick);
    assert!(refuse(&args, 1).contains("x.png"));
    assert!(
        refuse(&["run", "shared-list", "--preset", "take-turns", "--timeout", "0.2"], 1)
            .contains("0.2 s")
    );
    assert!(refuse(&["tour", "-o", "/dev/null/x"], 1).contains("/dev/null/x"));
    // A folder that is there and takes no file.
    #[cfg(target_os = "linux")]
    assert!(refuse(&["tour", "-o", "/proc"], 1).contains("/proc"));
    assert!(!Path::new(&file).exists());
}

fn png_size(path: &Path) -> (u32, u32) {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn render_draws_the_window_the_stage_and_the_timeline() {
    let dir = tempfile::tempdir().unwrap();
    let render = |name: &str, more: &[&str]| {
        let path = dir.path().join(name);
        let path_text = path.display().to_string();
        let mut args =
            vec!["render", "shared-list", "--preset", "quick-ten", "--set", "time_scale=0.05"];
        args.extend(["--at", "40%", "-o", &path_text]);
        args.extend(more);
        succeed(&args);
        png_size(&path)
    };
    assert_eq!(render("window.png", &[]), (1440, 900));
    assert_eq!(
        render("dark.png", &["--theme", "dark", "--size", "1024x640", "--scale", "2"]),
        (2048, 1280)
    );
    let (stage_wide, stage_high) = render("stage.png", &["--part", "stage"]);
    let (lanes_wide, lanes_high) = render("timeline.png", &["--part", "timeline"]);
    assert!(stage_wide > 400 && stage_high > 200 && lanes_wide > 400 && lanes_high > 200);
    assert_eq!(stage_wide, lanes_wide);
}

#[test]
fn with_no_display_a_start_says_so_and_does_the_tour() {
    let dir = tempfile::tempdir().unwrap();
    let output = lab(&[]).current_dir(dir.path()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    if !said.contains("display") {
        // This system opens windows without being told of a display.
        return;
    }
    let tour = dir.path().join("concurrency-lab-tour");
    let pictures = std::fs::read_dir(&tour).unwrap();
    let pictures =
        pictures.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "png"));
    assert_eq!(pictures.count(), concurrency_lab::topics::ALL.len());
    let index = std::fs::read_to_string(tour.join("index.html")).unwrap();
    assert!(index.contains("4-shared-list.png"));
}

/// What can be known before a run is found out before it.
#[test]
fn a_picture_that_cannot_be_made_is_refused_before_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).display().to_string();
    let (folder, fine) = (at("folder.png"), at("fine.png"));
    std::fs::create_dir(&folder).unwrap();
    let missing = at("none/x.png");
    // It would take an hour.
    let hour = ["--set", "add_pause=60", "--set", "adds=60", "--timeout", "30"];
    for (out, more, says) in [
        (&folder, &[][..], "folder"),
        (&missing, &[], "no such folder"),
        (&fine, &["--size", "8000x8000", "--scale", "4"], "size"),
        (&fine, &["--size", "200x200", "--part", "stage"], "larger size"),
    ] {
        let mut args = vec!["render", "shared-list", "-o", out];
        args.extend(hour);
        args.extend(more);
        let said = refuse(&args, 1);
        assert!(said.contains(says) && !said.contains("os error"), "{said}");
        assert!(!said.contains("30 s"), "it was run: {said}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left behind");
}

/// What is known of a run that its time limit ends stands in the output, of every topic.
#[test]
fn what_a_time_limit_breaks_off_is_told_up_to_there() {
    let topics: Value = serde_json::from_str(&succeed(&["topics", "--json"])).unwrap();
    let mut broken_off = 0;
    for topic in topics.as_array().unwrap() {
        let id = topic["id"].as_str().unwrap();
        for (limit, json) in [("0.02", true), ("0.3", true), ("0.3", false)] {
            let mut args = vec!["run", id, "--timeout", limit];
            args.extend(json.then_some("--json"));
            let output = lab(&args).output().unwrap();
            let (said, complained) = (text(&output.stdout), text(&output.stderr));
            if output.status.success() {
                continue;
            }
            assert_eq!(output.status.code(), Some(1), "{args:?}: {complained}");
            assert_eq!(complained.lines().count(), 1, "{args:?}: {complained}");
            if !json {
                assert!(said.contains("; until then:") || said.is_empty(), "{args:?}: {said}");
                continue;
            }
            let report: Value = serde_json::from_str(&said).unwrap();
            let failed = report["failed"].as_str().unwrap();
            assert!(complained.contains(failed) && failed.contains(limit), "{failed}");
            let events = report["events"].as_u64().unwrap();
            assert_eq!(report["outcome"].is_object(), events > 0, "{args:?}");
            broken_off += usize::from(events > 0);
        }
    }
    assert!(broken_off >= 4, "{broken_off}");
}

/// An instant that the run has not reached is told.
#[test]
fn an_instant_past_the_end_is_said_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.png").display().to_string();
    let quick = ["render", "shared-list", "--preset", "five", "--set", "time_scale=0.02"];
    for (at, past) in [("1000s", true), ("1us", false)] {
        let output = lab(&quick).args(["--at", at, "-o", &file]).output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert_eq!(said.contains("before 1000 s: its end is drawn"), past, "{said}");
    }
}

/// Whatever was typed, the message is a line of what can be printed.
#[test]
fn control_characters_are_told_and_not_obeyed() {
    for args in [
        &["render", "shared-list", "-o", "x.png", "--at=5\n%"][..],
        &["run", "shared-list", "--set", "\x1b]0;x\x07a=1"],
        &["run", "shared\tlist\x1b[2J"],
        &["open", "no\nsuch\x1b[31m.clab"],
        &["dance\x08\r"],
    ] {
        let said = refuse(args, if args[0] == "open" { 1 } else { 2 });
        assert!(!said.trim_end().contains(char::is_control), "{said:?}");
    }
    let said = refuse(&["render", "shared-list", "-o", "x.png", "--at=5\n%"], 2);
    assert!(said.contains("is no instant"), "{said}");
}

/// A command whose files may be no longer than so many bytes, as on a disk that becomes full.
#[cfg(target_os = "linux")]
fn files_end_at(bytes: u64, command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    // SAFETY: one plain system call between fork and exec.
    unsafe {
        command.pre_exec(move || {
            libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit);
            Ok(())
        })
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_or_written_fails_in_a_sentence() {
    for args in [&["--help"][..], &["--version"], &["run", "--help"], &["topics"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = lab(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(text(&output.stderr).contains("the disk is full"), "{}", text(&output.stderr));
    }
    // A file may be no longer than 10 kB.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.png").display().to_string();
    let mut command = lab(&["render", "shared-list", "--preset", "quick-ten", "-o", &file]);
    command.args(["--set", "time_scale=0.02"]);
    let command = files_end_at(10_240, &mut command);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("ulimit -f"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
}
