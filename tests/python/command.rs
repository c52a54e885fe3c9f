//! `concurrency-lab python`: what passes through, what the object has, and one sentence where it cannot be run.

use crate::common::runs::PROGRAM;
use crate::common::window::app_of;
use crate::support::{Programs, actors, findings};
use concurrency_lab::app::session::Session;
use concurrency_lab::trace::{ActorId, End, EventKind, Left, ResourceKind};
use egui_kittest::kittest::Queryable;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

const DEADLOCK: &str = include_str!("../../assets/python/samples/two_forks.py");

const GREETS: &str = "\
import sys
print('hello', *sys.argv[1:])
print('trouble', file=sys.stderr)
sys.exit(3)
";

#[test]
fn a_program_passes_through_as_it_is() {
    let programs = Programs::new(&[("greets.py", GREETS)]);
    let output = programs.command(&["greets.py", "--json", "you"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hello --json you\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "trouble\n");
    assert_eq!(output.status.code(), Some(3));
}

/// A name that begins with a dash is a name, after two of them.
#[test]
fn a_file_whose_name_begins_with_a_dash_is_run() {
    let programs = Programs::new(&[("-dash.py", GREETS), ("greets.py", GREETS)]);
    let output = programs.command(&["--", "-dash.py", "-x", "--", "you"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hello -x -- you\n", "{said}");
    assert_eq!((&*said, output.status.code()), ("trouble\n", Some(3)));
    let record = programs.file("dash.clab");
    let args = ["--record", record.to_str().unwrap(), "--", "-dash.py"];
    assert_eq!(programs.json(&args)["exit_status"], 3);
    let opened = concurrency_lab::export::recording::open(&record).unwrap();
    let listing = &opened.trace.meta().listings[0];
    assert_eq!((&*listing.file, &*listing.text), ("-dash.py", GREETS));
    let output = programs.command(&["--", "greets.py", "-x"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hello -x\n");
}

#[test]
fn the_object_has_its_output_and_its_end() {
    let programs = Programs::new(&[("greets.py", GREETS)]);
    let report = programs.json(&["greets.py"]);
    assert_eq!(report["stdout"], "hello\n");
    assert_eq!(report["stderr"], "trouble\n");
    assert_eq!((&report["exit_status"], &report["signal"]), (&3.into(), &().into()));
    assert_eq!(report["timed_out"], false);
    assert_eq!(report["dropped"], 0);
    assert_eq!(report["actors"][0]["outcome"], "exit status 3");
}

#[test]
fn a_deadlock_is_ended_by_the_time_limit_and_named() {
    let programs = Programs::new(&[("forks.py", DEADLOCK)]);
    let record = programs.file("forks.clab");
    let args = ["--timeout", "2", "--record", record.to_str().unwrap(), "forks.py"];
    let report = programs.json(&args);
    assert_eq!((&report["timed_out"], &report["exit_status"]), (&true.into(), &().into()));
    assert!(report["stdout"].as_str().unwrap().contains("has one fork"), "{report:#}");
    assert_eq!(findings(&report), ["deadlock"], "{report:#}");
    assert!(["Ada", "Bob"].iter().all(|name| actors(&report).contains(name)), "{report:#}");
    let opened = concurrency_lab::export::recording::open(&record).unwrap();
    assert_eq!(opened.trace.events().len() as u64, report["events"].as_u64().unwrap());
    assert_eq!(opened.trace.meta().listings[0].text, DEADLOCK);
    assert!(opened.trace.stuck().is_some());
}

const MANY: &str = "\
import multiprocessing, os

def work(n):
    return os.getpid()

if __name__ == '__main__':
    with multiprocessing.get_context('fork').Pool(2, maxtasksperchild=1) as pool:
        print(len(set(pool.map(work, range(150), chunksize=1))))
";

/// A pool that replaces its workers has had more processes than a program may have files.
#[test]
fn processes_may_be_more_than_files_can_be_open() {
    let programs = Programs::new(&[("many.py", MANY)]);
    let limited = "ulimit -n 250; exec \"$0\" python --json many.py";
    let mut command = Command::new("sh");
    command.args(["-c", limited, PROGRAM]).current_dir(programs.path());
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["stdout"], &report["dropped"]), (&"150\n".into(), &0.into()), "{report:#}");
    let workers = actors(&report).into_iter().filter(|name| name.contains("PoolWorker")).count();
    assert!(workers >= 150, "{workers}");
    assert_eq!(report["unseen"], json!([]));
}

const LEAVES: &str = "\
import ctypes, multiprocessing, os, signal, sys, threading

count, items, long, own = 0, [], [0] * 100, ctypes.c_long(7)

def add():
    global count
    count += 1

def work():
    add()
    items.append('one')
    long.append(1)

def child(fails):
    own.value += 1
    if fails:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == '__main__':
    multiprocessing.set_start_method(sys.argv[1])
    unused = threading.Thread(target=work)
    unused.start()
    unused.join()
    for fails in (False, True):
        process = multiprocessing.Process(target=child, args=(fails,))
        process.start()
        process.join()
    own.value = 9
";

/// Globals that threads and processes were started to use, also through other functions; a killed process tells nothing.
#[test]
fn what_plain_variables_held_in_the_end_is_told() {
    let programs = Programs::new(&[("leaves.py", LEAVES)]);
    let record = programs.file("leaves.clab");
    for method in ["fork", "spawn"] {
        let args = ["--record", record.to_str().unwrap(), "--force", "leaves.py", method];
        let report = programs.json(&args);
        assert_eq!(report["exit_status"], 0, "{report:#}");
        let opened = concurrency_lab::export::recording::open(&record).unwrap();
        let meta = opened.trace.meta();
        let all: Vec<(usize, &Left)> = (meta.actors.iter().enumerate())
            .flat_map(|(id, actor)| actor.left.iter().map(move |left| (id, left)))
            .collect();
        let left = |is_main: bool, name: &str| {
            let is_it = |(id, left): &&(usize, &Left)| left.name == name && (*id == 0) == is_main;
            let left = all.iter().find(is_it);
            left.map(|(_, left)| (left.before.clone(), left.value.clone()))
        };
        assert_eq!(left(true, "count"), Some((json!(0), json!(1))), "{method}: {all:?}");
        assert_eq!(left(true, "items"), Some((json!([]), json!(["one"]))));
        assert_eq!(left(true, "own"), Some((json!(7), json!(9))));
        assert_eq!(left(false, "own"), Some((json!(7), json!(8))));
        assert_eq!(all.iter().filter(|(_, left)| left.name == "own").count(), 2);
        assert!(all.iter().all(|(_, left)| !["long", "unused", "add"].contains(&&left.name[..])));
    }
}

#[test]
fn processes_stand_in_it_however_they_are_started() {
    let pool = include_str!("../../assets/python/samples/squares_on_a_pool.py");
    let programs = Programs::new(&[("pool.py", pool)]);
    for method in ["fork", "spawn", "forkserver"] {
        let report = programs.json(&["--start-method", method, "pool.py"]);
        let squares: Vec<u64> = (1..13).map(|n: u64| n * n).collect();
        assert_eq!(report["stdout"], format!("{squares:?}\n"), "{method}: {report:#}");
        assert_eq!(
            (&report["exit_status"], &report["dropped"]),
            (&0.into(), &0.into()),
            "{method}"
        );
        let workers = actors(&report).iter().filter(|name| name.contains("Worker")).count();
        assert_eq!(workers, 3, "{method}: {report:#}");
        let resources = report["resources"].as_array().unwrap();
        assert!(
            resources.iter().any(|resource| resource["kind"] == "pool"),
            "{method}: {report:#}"
        );
    }
}

const UNSEEN: &str = "\
import asyncio, subprocess, sys

subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
print('gone')
";

/// What could not be seen is part of the recording: whoever opens it is told what was told of the run.
#[test]
fn what_could_not_be_seen_is_said_again_by_whoever_opens_the_recording() {
    let programs = Programs::new(&[("unseen.py", UNSEEN)]);
    let record = programs.file("unseen.clab");
    let report = programs.json(&["--record", record.to_str().unwrap(), "unseen.py"]);
    let said: Vec<&str> =
        report["unseen"].as_array().unwrap().iter().map(|said| said.as_str().unwrap()).collect();
    let is_said = |what: &str| said.iter().any(|said| said.contains(what));
    assert!(is_said("The tasks of asyncio are not recorded"), "{report:#}");
    assert!(is_said("the program left a process behind (1)"), "{report:#}");
    let opened = concurrency_lab::export::recording::open(&record).unwrap();
    assert!(opened.trace.meta().unseen().eq(said.iter().copied()), "{said:?}");
    let inspected = Command::new(PROGRAM).arg("inspect").arg(&record).arg("--json").output();
    let inspected: Value = serde_json::from_slice(&inspected.unwrap().stdout).unwrap();
    assert_eq!(inspected["unseen"], report["unseen"]);
    // In the window quietly, below what was found.
    let mut harness = app_of(Session::recorded("unseen", opened.trace));
    harness.run_steps(2);
    harness.get_by_label("Findings").click();
    harness.run_steps(3);
    for said in said {
        let said = format!("Not seen: {}.", said.trim_end_matches('.'));
        assert_eq!(harness.query_all_by_label(&said).count(), 1, "{said}");
    }
}

/// Who reads and writes a value by itself takes its lock unseen: what is on record of that is said to be a part.
#[test]
fn of_a_values_own_lock_only_a_part_is_on_record() {
    let text = "\
from multiprocessing import Array, Lock, RLock, Value
used = Lock()
with used:
    pass
given, lock, row = RLock(), Lock(), Array('i', 2)
one, two, three = Value('i', 0), Value('i', 0, lock=given), Value('i', 0, lock=used)
for each in one.get_lock(), given, lock, row.get_lock():
    with each:
        one.value += 1
";
    let programs = Programs::new(&[("values.py", text)]);
    let record = programs.file("values.clab");
    let report = programs.json(&["--record", record.to_str().unwrap(), "values.py"]);
    assert_eq!(report["exit_status"], 0, "{report:#}");
    let opened = concurrency_lab::export::recording::open(&record).unwrap();
    let locks = opened.trace.meta().resources.iter();
    let mut locks: Vec<_> = locks
        .filter(|res| [ResourceKind::Lock, ResourceKind::RLock].contains(&res.kind))
        .map(|res| (res.name.as_str(), res.is_thinned))
        .collect();
    locks.sort();
    let expected = [
        ("given", true),
        ("lock", false),
        ("one's lock", true),
        ("row's lock", false),
        ("used", true),
    ];
    assert_eq!(locks, expected);
}

#[test]
fn a_missing_guard_is_named() {
    let text = include_str!("../../assets/python/samples/no_guard.py");
    let programs = Programs::new(&[("no_guard.py", text)]);
    let report = programs.json(&["no_guard.py"]);
    assert_eq!(report["stdout"], "the child ended with 1\n");
    assert_eq!(findings(&report), ["no-guard"], "{report:#}");
}

#[test]
fn what_python_says_of_a_file_it_says() {
    let programs = Programs::new(&[("broken.py", "print('never'\n")]);
    std::fs::create_dir(programs.file("folder")).unwrap();
    let report = programs.json(&["broken.py"]);
    assert_eq!(report["exit_status"], 1);
    assert!(report["stderr"].as_str().unwrap().contains("SyntaxError"), "{report:#}");
    let report = programs.json(&["nowhere.py"]);
    assert_eq!(report["exit_status"], 2);
    assert!(report["stderr"].as_str().unwrap().contains("No such file"), "{report:#}");
    let report = programs.json(&["folder"]);
    assert_ne!(report["exit_status"], 0);
    assert_eq!(programs.command(&[]).status.code(), Some(2));
}

#[test]
fn output_beyond_what_is_kept_is_counted() {
    let text = "import sys\nfor _ in range(24): sys.stdout.write('x' * 499_999 + '\\n')\n";
    let programs = Programs::new(&[("much.py", text)]);
    let report = programs.json(&["much.py"]);
    assert_eq!(report["exit_status"], 0);
    assert_eq!(report["stdout"].as_str().unwrap().len(), 10_000_000);
    assert_eq!(report["cut"]["stdout"], 2_000_000);
    let said = report["unseen"].to_string();
    assert!(said.contains("2000000 bytes are cut off"), "{said}");
}

#[test]
fn a_python_that_is_none_gets_one_sentence() {
    let programs = Programs::new(&[
        ("greets.py", GREETS),
        ("hangs", "#!/bin/sh\nexec sleep 1000\n"),
        ("dies", "#!/bin/sh\necho no luck >&2; exit 4\n"),
        ("talks", "#!/bin/sh\necho hello\n"),
        (
            "old",
            "#!/bin/sh\necho '{\"name\":\"cpython\",\"version\":[3,6,15],\"level\":\"final\",\"file\":\"/x\",\"virtual\":false,\"method\":\"fork\",\"gil\":true}'\n",
        ),
    ]);
    for (name, said) in [
        ("hangs", "gave no answer"),
        ("dies", "exited with status 4: no luck"),
        ("talks", "does not say who it is"),
        ("old", "CPython 3.6.15, which is too old"),
        ("missing", "there is no such program"),
    ] {
        let path = programs.file(name);
        if path.exists() {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        let output = programs.command(&["--python", path.to_str().unwrap(), "greets.py"]);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {complained}");
        assert!(
            complained.contains(said) && complained.lines().count() == 1,
            "{name}: {complained}"
        );
    }
}

/// More happens than there is room for, and then it hangs: who began and ended, and who waits for what, is on record all the same.
#[test]
fn a_hang_is_on_record_however_much_happened_before() {
    let text = "\
import queue, threading
q = queue.Queue()
for n in range(3000):
    q.put(n)
    q.get()
lock = threading.Lock()
lock.acquire()
brief = threading.Thread(target=print, name='brief')
brief.start()
brief.join()
late = threading.Thread(target=lock.acquire, name='late')
late.start()
late.join()
";
    let programs = Programs::new(&[("late.py", text)]);
    let output = Command::new(PROGRAM)
        .args(["python", "--timeout", "2", "--record", "late.clab", "late.py"])
        .env("CONCURRENCY_LAB_SLOTS", "4000")
        .current_dir(programs.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let opened = concurrency_lab::export::recording::open(&programs.file("late.clab")).unwrap();
    let (trace, meta) = (&opened.trace, opened.trace.meta());
    assert!(trace.dropped() > 1_000, "{}", trace.dropped());
    let is_called = |actor: ActorId, name: &str| meta.actor_name(actor) == name;
    let of = |name: &str| -> Vec<EventKind> {
        let all = trace.events().iter().filter(|event| is_called(event.actor, name));
        all.map(|event| event.kind).collect()
    };
    let is_end = |kind: &EventKind| matches!(kind, EventKind::Ended(End::Normal));
    assert!(of("brief").iter().any(is_end), "{:?}", of("brief"));
    let waits = |kinds: &[EventKind], what: &str| {
        kinds.iter().any(|kind| match kind {
            EventKind::WaitBegan { res, .. } => {
                meta.resource(*res).is_some_and(|res| res.name == what)
            }
            _ => false,
        })
    };
    assert!(waits(&of("late"), "lock"), "{:?}", of("late"));
    let main = of("main");
    let last = &main[main.len().saturating_sub(4)..];
    assert!(waits(last, "end of late"), "{last:?}");
}

/// A pool of which the first worker is killed before it could say whose it is.
const KILLED_EARLY: &str = "\
import multiprocessing, os, signal

is_first = [True]

def die():
    if is_first[0]:
        os.kill(os.getpid(), signal.SIGKILL)

def next_one():
    is_first[0] = False

if __name__ == '__main__':
    os.register_at_fork(after_in_child=die, after_in_parent=next_one)
    with multiprocessing.get_context('fork').Pool(2) as pool:
        print(pool.map(abs, range(4)))
";

#[test]
fn a_worker_that_is_killed_at_once_is_its_pools() {
    let programs = Programs::new(&[("early.py", KILLED_EARLY)]);
    let saved = programs.file("early.clab");
    let report = programs.json(&["--record", saved.to_str().unwrap(), "early.py"]);
    assert_eq!(report["stdout"], "[0, 1, 2, 3]\n");
    let first = report["actors"].as_array().unwrap().iter().position(|actor| {
        actor["name"] == "ForkPoolWorker-1" && actor["outcome"] == "killed by SIGKILL"
    });
    let first = first.unwrap_or_else(|| panic!("{:#}", report["actors"]));
    let opened = concurrency_lab::export::recording::open(&saved).unwrap();
    let meta = opened.trace.meta();
    let worker = &meta.actors[first];
    let pool = worker.pool.map(|pool| meta.resource_name(pool));
    assert_eq!((pool.as_deref(), worker.daemon), (Some("pool"), true));
}

/// Workers that their pool ends in the middle of something, and a process that the program ends.
const TERMINATED: &str = "\
import multiprocessing, time

if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool:
        results = [pool.apply_async(time.sleep, (600,)) for _ in range(2)]
        try:
            results[0].get(0.1)
        except multiprocessing.TimeoutError:
            pass
    process = multiprocessing.Process(target=time.sleep, args=(600,), name='by hand')
    process.start()
    process.terminate()
    process.join()
";

#[test]
fn workers_that_their_pool_ends_are_none_that_crash() {
    let programs = Programs::new(&[("ends.py", TERMINATED)]);
    for method in ["fork", "spawn", "forkserver"] {
        let report = programs.json(&["--start-method", method, "ends.py"]);
        let of = |name: &str| -> Vec<&str> {
            let all = report["actors"].as_array().unwrap().iter();
            let named = all.filter(|actor| actor["name"].as_str().unwrap().contains(name));
            named.map(|actor| actor["outcome"].as_str().unwrap()).collect()
        };
        assert_eq!(of("PoolWorker"), ["ended by its pool"; 2], "{method}: {report:#}");
        assert_eq!(of("by hand"), ["killed by SIGTERM"], "{method}: {report:#}");
    }
}

/// A program that was killed is not called done, and one that failed neither.
#[test]
fn how_a_recorded_program_ended_is_said_by_inspect() {
    let text = "import os, sys\nif sys.argv[1] == 'kill':\n    os.kill(os.getpid(), 11)\nsys.exit(int(sys.argv[1]))\n";
    let programs = Programs::new(&[("ends.py", text)]);
    for (how, expected) in [("kill", "killed by SIGSEGV"), ("3", "exit code 3"), ("0", "normal")] {
        let record = programs.file(&format!("{how}.clab"));
        programs.json(&["--record", record.to_str().unwrap(), "ends.py", how]);
        let inspect = |args: &[&str]| {
            let said = Command::new(PROGRAM).arg("inspect").arg(&record).args(args).output();
            String::from_utf8(said.unwrap().stdout).unwrap()
        };
        let json: Value = serde_json::from_str(&inspect(&["--json"])).unwrap();
        assert_eq!(json["ended"], expected, "{json:#}");
        let is_done = inspect(&[]).contains("  done, after");
        assert_eq!(is_done, expected == "normal", "{how}: {}", inspect(&[]));
    }
}

/// The time limit counts from the start of the command, also while the Python that was chosen says nothing.
#[test]
fn a_python_that_says_nothing_is_waited_for_no_longer_than_the_time_limit() {
    use std::os::unix::fs::PermissionsExt;
    let programs = Programs::new(&[
        ("hello.py", "print('hello')\n"),
        ("slow", "#!/bin/sh\nexec sleep 1000\n"),
    ]);
    let slow = programs.file("slow");
    std::fs::set_permissions(&slow, std::fs::Permissions::from_mode(0o755)).unwrap();
    let slow = slow.to_str().unwrap();
    let refused = programs.command(&["--timeout", "1", "--python", slow, "hello.py"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let (_, seconds) = said.split_once("no answer in ").unwrap_or_else(|| panic!("{said}"));
    let (seconds, _) = seconds.split_once(';').unwrap();
    assert!(seconds == "1.00 s" || seconds.ends_with(" ms"), "{said}");
    let topic = ["run", "factorials", "--preset", "four-threads", "--engine", "python"];
    let run = Command::new(PROGRAM).args(topic).args(["--timeout", "1", "--python", slow]).output();
    let said = String::from_utf8_lossy(&run.unwrap().stderr).into_owned();
    assert!(said.contains("no answer in") && !said.contains("in 5"), "{said}");
}
