//! Recordings: what goes in comes out; what is cut off, damaged or something else opens as far as it goes, or says why not.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod compare;
mod data;
mod older;
mod other_tools;
mod without;

use common::runs::{self, PROGRAM};
use concurrency_lab::export::recording::{self, Ending, OpenError, Refused};
use concurrency_lab::export::trace_events::Watch;
use concurrency_lab::replay::{Cursor, Replay, Scene, findings};
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::topics::{ALL, Topic};
use concurrency_lab::trace::Trace;
use proptest::prelude::*;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn lab(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concurrency-lab"));
    command.args(args);
    command
}

fn bytes_of(trace: &Trace) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.clab");
    recording::save(&path, trace, &Ending { failure: None, wall_ns: 7 }).unwrap();
    fs::read(path).unwrap()
}

/// A small run with names of every sort, and its recording.
fn small() -> (Trace, Vec<u8>) {
    let trace = runs::run(runs::topic("shared-list"), "done-flag", &["time_scale=0.01"]).trace;
    let bytes = bytes_of(&trace);
    (trace, bytes)
}

/// Every preset of every topic: the same events, names, states, scenes, outcome and findings.
#[test]
fn what_is_saved_is_what_is_opened() {
    for topic in ALL {
        for preset in topic.about().presets {
            let name = format!("{} {}", topic.id(), preset.id);
            let topic = runs::topic(topic.id());
            let mut params = runs::params(topic, preset.id, &[]);
            for (key, value) in [("time_scale", "0.02"), ("trials", "3")] {
                if params.get(key).is_some() {
                    params.set(key, value).unwrap();
                }
            }
            let done = run_to_end(topic, params, Some(runs::PATIENCE)).unwrap();
            same_again(&name, &done.trace, &done.replay, Some(topic));
        }
    }
}

/// How many instants of each recording are looked at: `LAB_INSTANTS`, else a few, with which the tests stay quick.
fn instants() -> usize {
    std::env::var("LAB_INSTANTS").ok().and_then(|number| number.parse().ok()).unwrap_or(50)
}

/// What comes out of the recording of a trace is that trace, at every instant.
fn same_again(name: &str, one: &Trace, replay: &Replay, topic: Option<&'static dyn Topic>) {
    let opened = recording::read(&bytes_of(one)[..]).unwrap();
    assert_eq!(opened.damage, None, "{name}");
    assert_eq!(opened.ending, Some(Ending { failure: None, wall_ns: 7 }), "{name}");
    let two = &opened.trace;
    assert_eq!(one.meta(), two.meta(), "{name}");
    assert!(one.events() == two.events(), "{name}");
    assert_eq!(
        (one.stuck(), one.dropped(), one.warnings(), one.end()),
        (two.stuck(), two.dropped(), two.warnings(), two.end()),
        "{name}"
    );
    let again = Replay::new(two);
    if let Some(topic) = topic {
        assert_eq!(topic.outcome(one, replay), topic.outcome(two, &again), "{name}");
    }
    assert_eq!(findings(one, replay), findings(two, &again), "{name}");
    let (mut here, mut there) = (Cursor::default(), Cursor::default());
    for _ in 0..instants() {
        let events = fastrand::usize(0..=one.events().len());
        here.seek(replay, one, events);
        there.seek(&again, two, events);
        assert_eq!(here.state(), there.state(), "{name}, event {events}");
        let scenes = [(one, here.state()), (two, there.state())]
            .map(|(trace, state)| Scene::at(trace.meta(), state));
        assert_eq!(scenes[0], scenes[1], "{name}, event {events}");
    }
}

/// Python programs that are run and recorded: saved and opened again they are what they were.
#[test]
#[cfg(unix)]
fn recorded_python_programs_are_saved_and_opened_as_they_are() {
    if !common::python::is_there() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for program in ["philosophers.py", "lock_counter.py", "executor_processes.py", "queue_join.py"]
    {
        let source = Path::new("tests/python_programs").join(program);
        let file = folder.path().join(program).with_extension("clab");
        let args = ["python", "--json", "--timeout", "20", "--record", file.to_str().unwrap()];
        let ran = lab(&args).arg(&source).arg("fork").stdin(Stdio::null()).output().unwrap();
        assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
        let opened = recording::open(&file).unwrap();
        assert_eq!(opened.damage, None, "{program}");
        assert!(opened.trace.events().len() > 10, "{program}");
        same_again(program, &opened.trace, &Replay::new(&opened.trace), None);
    }
}

/// By the real program: recorded while it runs, inspected, drawn.
#[test]
fn a_run_is_recorded_inspected_and_drawn() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, picture) = (path("a run, näher.clab"), path("a.png"));
    let run = ["run", "shared-list", "--preset", "contended", "--record", &file, "--json"];
    let ran = lab(&run).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let ran: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let inspected = lab(&["inspect", &file, "--json"]).output().unwrap();
    let inspected: serde_json::Value = serde_json::from_slice(&inspected.stdout).unwrap();
    for key in ["topic", "preset", "events", "dropped", "wall_ns"] {
        assert_eq!(ran[key], inspected[key], "{key}");
    }
    assert_eq!(inspected["damage"], serde_json::Value::Null);
    assert!(lab(&["render", &file, "-o", &picture]).output().unwrap().status.success());
    let opened = recording::open(Path::new(&file)).unwrap();
    let again = bytes_of(&opened.trace);
    assert!(again.len() > 12, "it can be saved again");
    let per_event = fs::metadata(&file).unwrap().len() as f64 / opened.trace.events().len() as f64;
    println!("{per_event:.1} bytes an event, names and listings with them");
}

/// A file that is cut off at any byte opens up to there, or says that it is none.
#[test]
fn a_recording_that_is_cut_off_opens_up_to_there() {
    let (trace, bytes) = small();
    let mut known = 0;
    for length in 0..bytes.len() {
        match recording::read(&bytes[..length]) {
            Ok(opened) => {
                let events = opened.trace.events();
                assert!(events.len() >= known, "{length}");
                known = events.len();
                assert!(events == &trace.events()[..known], "{length}");
                assert!(opened.damage.is_some() && opened.ending.is_none(), "{length}");
            }
            Err(Refused::Other) => assert!(length < 12, "{length}: its signature is there"),
            Err(Refused::Head) => assert!(length >= 12 && known == 0, "{length}"),
            Err(error) => panic!("{length}: {error:?}"),
        }
    }
    assert!(known > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to the bytes: no panic, nothing that was not recorded, and it says that something is wrong.
    #[test]
    fn a_damaged_recording_opens_up_to_the_damage(at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let (events, bytes) = damaged();
        let mut bytes = bytes.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        match recording::read(&bytes[..]) {
            Ok(opened) => {
                let known = opened.trace.events();
                prop_assert!(known == &events[..known.len()]);
                prop_assert!(opened.damage.is_some(), "byte {} of {} is other and nobody says so", at, bytes.len());
                let _ = Replay::new(&opened.trace);
            }
            Err(Refused::Other | Refused::Later(_)) => prop_assert!(at < 12, "byte {}", at),
            Err(Refused::Head) => prop_assert!(at >= 12),
            Err(Refused::Read(error)) => return Err(TestCaseError::fail(error.to_string())),
        }
    }

    /// Any bytes behind a right beginning.
    #[test]
    fn noise_is_no_recording(noise in prop::collection::vec(any::<u8>(), 0..200), keep in any::<prop::sample::Index>()) {
        let (events, whole) = damaged();
        let mut bytes = whole[..keep.index(whole.len() + 1)].to_vec();
        bytes.extend(noise);
        // The noise may go on as the recording does.
        let right = bytes.iter().zip(whole).take_while(|(one, other)| one == other).count();
        match recording::read(&bytes[..]) {
            Ok(opened) => {
                let known = opened.trace.events();
                prop_assert!(known == &events[..known.len()]);
                prop_assert_eq!(opened.damage.is_none(), right == whole.len());
                prop_assert_eq!(opened.ending.is_some(), right == whole.len());
            }
            Err(Refused::Other | Refused::Later(_)) => prop_assert!(right < 12, "{}", right),
            Err(Refused::Head) => prop_assert!(right >= 12, "{}", right),
            Err(Refused::Read(error)) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
}

fn damaged() -> &'static (Vec<concurrency_lab::trace::Event>, Vec<u8>) {
    static SMALL: std::sync::LazyLock<(Vec<concurrency_lab::trace::Event>, Vec<u8>)> =
        std::sync::LazyLock::new(|| {
            let (trace, bytes) = small();
            (trace.events().to_vec(), bytes)
        });
    &SMALL
}

/// Zeros without end, or a little that unpacks to very much: refused at once.
#[test]
fn what_claims_too_much_is_refused() {
    assert!(matches!(recording::read(io::repeat(0)), Err(Refused::Other)));
    let (_, bytes) = small();
    // As long as a chunk may claim to be, filled with zeros.
    let mut bomb = bytes.clone();
    bomb.truncate(12);
    bomb.extend_from_slice(b"H");
    bomb.extend_from_slice(&u32::MAX.to_le_bytes());
    bomb.extend_from_slice(&u32::MAX.to_le_bytes());
    bomb.extend_from_slice(&[0; 4]);
    let endless = bomb.chain(io::repeat(0));
    assert!(matches!(recording::read(endless), Err(Refused::Head)));
}

#[test]
fn what_is_no_recording_gives_one_sentence() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("a.clab");
    fs::write(&text, "not a recording, but long enough for one").unwrap();
    assert!(matches!(recording::open(&text), Err(OpenError::Other { .. })));
    let mut later = small().1;
    later[8] = 9;
    fs::write(&text, later).unwrap();
    assert!(matches!(recording::open(&text), Err(OpenError::Later { version: 9, .. })));
    for path in [folder.path(), &folder.path().join("nothing.clab"), Path::new("/dev/zero")] {
        let error = recording::open(path).unwrap_err().to_string();
        assert!(error.starts_with("cannot read"), "{error}");
    }
    for args in [["inspect", "/dev/null"], ["open", "no-such-file.clab"]] {
        let output = lab(&args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    }
    let nowhere = folder.path().join("no such folder").join("a.clab");
    let run = ["run", "shared-list", "--record", nowhere.to_str().unwrap()];
    let output = lab(&run).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write"));
}

/// A program that is killed leaves a file that opens, and what was on record a moment before is in it.
#[test]
fn a_killed_program_leaves_a_recording_that_opens() {
    for _ in 0..8 {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("a.clab");
        let run =
            ["run", "shared-list", "--preset", "take-turns", "--record", file.to_str().unwrap()];
        let mut child = lab(&run).stdout(Stdio::null()).spawn().unwrap();
        let begin = Instant::now();
        runs::until("the beginning of the file", || {
            recording::open(&file).ok().filter(|opened| opened.trace.events().len() > 2)
        });
        std::thread::sleep(Duration::from_millis(fastrand::u64(0..600)));
        child.kill().unwrap();
        let lived = begin.elapsed();
        child.wait().unwrap();
        let opened = recording::open(&file).unwrap();
        assert!(opened.damage.unwrap().contains("cut off"));
        assert!(opened.trace.events().len() > 2, "after {lived:?}");
        assert!(Replay::new(&opened.trace).oddities().is_empty());
    }
}

/// What was on record a tenth of a second before a kill is in the file; by how much it is less is printed. `LAB_KILLS`
/// programs are killed, each at a random moment.
#[test]
fn a_killed_program_loses_a_tenth_of_a_second_at_most() {
    let kills = std::env::var("LAB_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(3);
    let mut lost = Vec::new();
    for _ in 0..kills {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("a.clab");
        let many = ["adds=4000", "attempts=4000"].map(|set| format!("--set={set}"));
        let run =
            ["run", "shared-list", "--preset", "contended", "--record", file.to_str().unwrap()];
        let mut child = lab(&run).args(many).stdout(Stdio::null()).spawn().unwrap();
        // On a busy machine it takes a while until the first of it is in the file.
        runs::until("the beginning of the file", || {
            recording::open(&file).ok().filter(|opened| opened.trace.events().len() > 2)
        });
        let (begin, end) = (Instant::now(), Duration::from_millis(fastrand::u64(100..900)));
        // The time of the run at the begin, as far as its file shows it: it is never ahead of the run.
        let mut offset = i128::MIN;
        while begin.elapsed() < end {
            if let Ok(opened) = recording::open(&file) {
                let seen = begin.elapsed().as_nanos() as i128;
                offset = offset.max(i128::from(opened.trace.end().0) - seen);
            }
        }
        child.kill().unwrap();
        let killed = begin.elapsed().as_nanos() as i128 + offset;
        child.wait().unwrap();
        let opened = recording::open(&file).unwrap();
        assert!(opened.damage.unwrap().contains("cut off"));
        assert!(opened.trace.events().len() > 2);
        lost.push((killed - i128::from(opened.trace.end().0)).max(0) as f64 / 1e6);
    }
    lost.sort_by(f64::total_cmp);
    let (median, most) = (lost[lost.len() / 2], lost[lost.len() - 1]);
    println!("{kills} kills: {median:.0} ms lost in the middle, {most:.0} ms at most");
    // A machine that is busy writes late, so only the big form, on a quiet one, is held to it.
    if kills >= 50 {
        assert!(most <= 100.0, "{most} ms");
    }
}

/// The disk is full: one sentence, and the run is done all the same.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_gives_a_sentence() {
    let run = ["run", "shared-list", "--preset", "quick-ten", "--record", "/dev/full"];
    let output = lab(&run).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("/dev/full") && said.contains("space"), "{said}");
}

/// A file that may not grow any more: what came out of the run is said all the same.
#[test]
#[cfg(unix)]
fn the_outcome_is_said_whatever_becomes_of_the_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("short.clab");
    let sets = "--set adds=5000 --set attempts=5000 --set hold=0 --set time_scale=0";
    let command = format!(
        "ulimit -f 8; exec \"$0\" run shared-list --preset contended {sets} --record \"$1\""
    );
    let output = Command::new("sh").args(["-c", &command, PROGRAM]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("ulimit -f"), "{said}");
    let outcome = String::from_utf8_lossy(&output.stdout);
    assert!(outcome.contains("contended ran in") && outcome.contains("actual"), "{outcome}");
}

/// A folder that cannot be written, one that vanishes while a run is recorded into it, and odd names: a sentence, or all of it.
#[test]
#[cfg(unix)]
fn odd_places_are_recorded_to_or_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let odd = folder.path().join("a näme with \u{1F370}\nand more.clab");
    let run = |file: &Path| {
        let run = ["run", "shared-list", "--preset", "five", "--set=time_scale=0.5", "--record"];
        lab(&run).arg(file).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    assert!(run(&odd).wait().unwrap().success());
    assert_eq!(recording::open(&odd).unwrap().damage, None);
    // What is there already is replaced only by who says so.
    let (there, again) = (fs::read(&odd).unwrap(), run(&odd).wait_with_output().unwrap());
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(!again.status.success() && said.contains("--force"), "{said}");
    assert_eq!((fs::read(&odd).unwrap() == there, said.lines().count()), (true, 1));
    let forced =
        ["run", "shared-list", "--preset=five", "--set=time_scale=0.02", "--force", "--record"];
    assert!(lab(&forced).arg(&odd).output().unwrap().status.success());
    assert!(fs::read(&odd).unwrap() != there);
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    // The superuser may write anywhere.
    if fs::write(closed.join("try"), "").is_err() {
        let refused = run(&closed.join("a.clab")).wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("not allowed"), "{said}");
    }
    // The file has no name any more; the run goes on, and its end is as always.
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let child = run(&gone.join("a.clab"));
    runs::until("the file", || gone.join("a.clab").exists().then_some(()));
    fs::remove_dir_all(&gone).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!((ended.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("a.clab"), "{said}");
}

/// Who waits for a recording to open may let it be.
#[test]
fn the_opening_of_a_recording_can_be_cancelled() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.clab");
    fs::write(&path, small().1).unwrap();
    let watch = Arc::new(Watch::default());
    assert!(recording::open_watched(&path, &watch).is_ok());
    assert!(watch.share() > 0.99, "{}", watch.share());
    watch.cancel();
    let cancelled = recording::open_watched(&path, &watch);
    assert!(matches!(cancelled, Err(OpenError::Cancelled { .. })));
}

/// A file of each version of the format opens for ever.
#[test]
fn a_recording_of_version_1_opens() {
    let opened = recording::read(&include_bytes!("version-1.clab")[..]).unwrap();
    assert_eq!(opened.damage, None);
    let meta = opened.trace.meta();
    assert_eq!((&meta.topic[..], &meta.preset[..]), ("shared-list", "done-flag"));
    assert_eq!(opened.trace.events().len(), 80);
    let text: Vec<String> = opened
        .trace
        .events()
        .iter()
        .map(|event| concurrency_lab::replay::describe(meta, event))
        .collect();
    assert_eq!(text.join("\n") + "\n", include_str!("version-1.txt"));
    runs::check(&opened.trace, &Replay::new(&opened.trace));
}
