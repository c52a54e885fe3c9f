//! The recorder for Python programs: they behave as without it, and what it wrote down can have happened.

mod law;
mod slots;

use slots::Recording;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The longest time that a program is waited for, only so that a broken one does not hang for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program of the corpus, and one way to start it.
#[derive(Clone)]
struct Case {
    path: PathBuf,
    args: Vec<String>,
    stdin: String,
    /// Events may be missing, for a reason that the program tells.
    holes: bool,
}

impl Case {
    fn name(&self) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python_programs");
        let path = self.path.strip_prefix(folder).unwrap_or(&self.path);
        format!("{} {}", path.display(), self.args.join(" "))
    }
}

/// What came of a run.
#[derive(PartialEq)]
struct Ran {
    status: Option<ExitStatus>,
    stdout: String,
    stderr: String,
}

/// The interpreter that `python3` is, without the script that some machines have before it.
fn python3() -> PathBuf {
    let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    String::from_utf8(asked.unwrap().stdout).unwrap().trim().into()
}

/// The programs, with the start methods that `wanted` has.
fn cases(wanted: &[&str]) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python_programs");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let path = if path.is_dir() { path.join("main.py") } else { path };
        let text = std::fs::read_to_string(&path).unwrap();
        let said = |what: &str| {
            text.lines().take(3).find_map(|line| line.strip_prefix(&format!("# {what}: ")))
        };
        let words = |what| -> Vec<String> {
            said(what).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
        };
        let stdin = said("stdin").unwrap_or_default().replace("\\n", "\n");
        let case = Case { path, args: words("args"), stdin, holes: said("holes").is_some() };
        let methods = words("start");
        if methods.is_empty() {
            cases.push(case);
            continue;
        }
        for method in methods.into_iter().filter(|method| wanted.contains(&method.as_str())) {
            cases.push(Case { args: vec![method], ..case.clone() });
        }
    }
    cases
}

/// A run of a program, recorded into a folder or plainly.
fn run(python: &Path, case: &Case, record: Option<&Path>) -> Ran {
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str| files.path().join(name);
    std::fs::write(file("in"), &case.stdin).unwrap();
    let mut command = Command::new(python);
    command.arg(&case.path).args(&case.args).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env_remove("PYTHONPATH");
    if let Some(folder) = record {
        let recorder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/recorder");
        command.env("PYTHONPATH", recorder).env("CONCURRENCY_LAB_RECORD", folder);
    }
    command.stdin(std::fs::File::open(file("in")).unwrap());
    command.stdout(std::fs::File::create(file("out")).unwrap());
    command.stderr(std::fs::File::create(file("err")).unwrap());
    let mut child = command.spawn().unwrap();
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if begin.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = |name| String::from_utf8_lossy(&std::fs::read(file(name)).unwrap()).into_owned();
    Ran { status, stdout: without_addresses(&text("out")), stderr: text("err") }
}

/// Where objects lie in memory differs from run to run.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str("0x");
        rest.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    rest
}

/// What is wrong with a recorded run of a program, one a line.
fn faults(python: &Path, case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let plain = run(python, case, None);
    let recorded = run(python, case, Some(folder.path()));
    let mut faults = Vec::new();
    if plain.status.is_none() {
        faults.push(format!("does not end by itself: {}", plain.stderr));
    }
    if plain.status != recorded.status {
        faults.push(format!("{:?}, not {:?}: {}", recorded.status, plain.status, recorded.stderr));
    }
    if plain.stdout != recorded.stdout {
        faults.push(format!("printed {:?}, not {:?}", recorded.stdout, plain.stdout));
    }
    if recorded.stderr.contains("_clab_recorder") {
        faults.push(format!("shows the recorder: {}", recorded.stderr));
    }
    match Recording::read(folder.path()) {
        Ok(recording) => faults.extend(law::broken(&recording, case.holes)),
        Err(error) => faults.push(error),
    }
    faults.iter().map(|fault| format!("{}: {fault}", case.name())).collect()
}

/// Runs every program so many times, under its start methods in turn, two runs at once, and says what is wrong.
fn all_faults(python: &Path, cases: &[Case], times: usize) -> Vec<String> {
    let runs = cases.iter().flat_map(|case| {
        let methods = cases.iter().filter(|other| other.path == case.path).count();
        std::iter::repeat_n(case, times.div_ceil(methods))
    });
    let runs = Mutex::new(runs);
    let work = || {
        let mut found = Vec::new();
        loop {
            let run = runs.lock().unwrap().next();
            let Some(case) = run else { return found };
            found.extend(faults(python, case));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        others.into_iter().flat_map(|other| other.join().unwrap()).collect()
    })
}

#[test]
fn programs_behave_as_without_it_and_what_is_recorded_can_have_happened() {
    let cases = cases(&["fork", "spawn"]);
    let files: std::collections::HashSet<_> = cases.iter().map(|case| &case.path).collect();
    assert!(files.len() >= 60, "{} programs", files.len());
    println!("with the python3 of this machine, and no other");
    let faults = all_faults(&python3(), &cases, 2);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every interpreter that pyenv has, every start method, each program twenty times: all of them, or those that `CLAB_PROGRAMS` names.
#[test]
#[ignore = "takes minutes and needs several interpreters: cargo test --test python -- --ignored"]
fn programs_behave_with_every_interpreter() {
    let mut cases = cases(&["fork", "spawn", "forkserver"]);
    if let Ok(only) = std::env::var("CLAB_PROGRAMS") {
        cases.retain(|case| only.split(',').any(|part| case.name().contains(part)));
        assert!(!cases.is_empty(), "no program is called {only}");
    }
    for python in interpreters() {
        println!("{}", python.display());
        let faults = all_faults(&python, &cases, 20);
        assert!(faults.is_empty(), "{}:\n{}", python.display(), faults.join("\n"));
    }
}

/// The interpreters from 3.9 on that there are: `python3`, and all that pyenv has.
pub fn interpreters() -> Vec<PathBuf> {
    let output = Command::new("pyenv").arg("root").stderr(Stdio::null()).output();
    let root = output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    let mut pythons = vec![python3()];
    for entry in std::fs::read_dir(Path::new(&root.unwrap_or_default()).join("versions"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let minor = name.strip_prefix("3.").and_then(|n| n.split('.').next()?.parse::<u32>().ok());
        if minor.is_some_and(|minor| minor >= 9) {
            let python = entry.path().join("bin/python3");
            let is_there = pythons.iter().any(|other| {
                std::fs::canonicalize(other).ok() == std::fs::canonicalize(&python).ok()
            });
            if !is_there {
                pythons.push(python);
            }
        }
    }
    pythons
}

/// The recording of a program, run in a folder.
fn recorded(folder: &Path, name: &str, text: &str) -> Recording {
    let (path, record) = (folder.join(name), folder.join("record"));
    std::fs::write(&path, text).unwrap();
    std::fs::create_dir(&record).unwrap();
    let case = Case { path, args: Vec::new(), stdin: String::new(), holes: false };
    run(&python3(), &case, Some(&record));
    Recording::read(&record).unwrap()
}

#[test]
fn a_process_is_recorded_once_however_many_interpreters_it_has() {
    let text = "import _thread\nif hasattr(_thread, '_is_main_interpreter'):\n    try:\n        import _interpreters as made\n    \
                except ImportError:\n        import _xxsubinterpreters as made\n    made.run_string(made.create(), 'import threading')\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("interpreters.py");
    std::fs::write(&path, text).unwrap();
    let case = Case { path, args: Vec::new(), stdin: String::new(), holes: false };
    for python in interpreters() {
        let record = tempfile::tempdir().unwrap();
        let ran = run(&python, &case, Some(record.path()));
        assert!(ran.status.is_some_and(|status| status.success()), "{}", ran.stderr);
        let files = std::fs::read_dir(record.path()).unwrap().map(|entry| entry.unwrap().path());
        let rings = files.filter(|path| path.extension().is_some_and(|end| end == "ring"));
        assert_eq!(rings.count(), 1, "{}", python.display());
    }
}

#[test]
fn a_killed_program_leaves_all_that_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let text = "import os, signal, threading\nlock = threading.Lock()\nwith lock:\n    print('held')\n    os.kill(os.getpid(), signal.SIGKILL)\n";
    let recording = recorded(folder.path(), "killed.py", text);
    let kinds: Vec<u16> = recording.events.iter().map(|event| event.slot.kind).collect();
    // Started, Acquired, Message, SignalSent.
    assert_eq!(kinds, [1, 11, 70, 60]);
    assert_eq!(recording.events[1].res.as_ref().map(|res| res.name.as_str()), Some("lock"));
}

#[test]
fn a_thinned_lock_is_said_and_its_owner_is_known_when_somebody_waits() {
    let folder = tempfile::tempdir().unwrap();
    let text = "import threading, time\nlock = threading.Lock()\nfor _ in range(60000):\n    with lock:\n        pass\nlock.acquire()\n\
                t = threading.Thread(target=lock.acquire)\nt.start()\ntime.sleep(0.1)\nlock.release()\nt.join()\n";
    let recording = recorded(folder.path(), "hot.py", text);
    assert_eq!(law::broken(&recording, false), Vec::<String>::new());
    let thinned: i64 =
        recording.events.iter().filter(|e| e.slot.kind == 72).map(|e| e.slot.a).sum();
    assert!(thinned > 0, "{thinned} left out");
    let waits = recording.events.iter().position(|e| e.slot.kind == 10 && e.slot.a == 0).unwrap();
    let owner = recording.events[..waits].iter().rev().find(|e| [11, 12].contains(&e.slot.kind));
    assert_eq!(owner.map(|e| (e.slot.kind, e.slot.thread)), Some((11, 1)));
}

#[test]
fn what_several_threads_use_first_at_once_is_one_thing() {
    let folder = tempfile::tempdir().unwrap();
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python_programs");
    let path = programs.join("first_use_at_once.py");
    let case = Case { path, args: Vec::new(), stdin: String::new(), holes: false };
    run(&python3(), &case, Some(folder.path()));
    let recording = Recording::read(folder.path()).unwrap();
    let mut taken: std::collections::BTreeMap<String, u32> = Default::default();
    for event in recording.events.iter().filter(|event| event.slot.kind == 11) {
        let res = event.res.as_ref().unwrap();
        if res.kind == "Semaphore" {
            *taken.entry(res.uid.clone()).or_default() += 1;
        }
    }
    assert_eq!(taken.len(), 40, "{taken:?}");
    assert!(taken.values().all(|times| *times == 8), "{taken:?}");
}

#[test]
fn each_statement_of_a_line_names_what_it_makes() {
    let folder = tempfile::tempdir().unwrap();
    let text = "from threading import Lock, RLock\ndef use(*all):\n    for one in all:\n        with one:\n            pass\n\
                def made():\n    balance = 0; lock = Lock(); use(lock)\n    one = RLock(); two = Lock(); three = Lock(); use(one, two, three)\n\
                \x20   left, right = Lock(), Lock(); last = Lock(); use(left, right, last)\n\
                \x20   many = [Lock() for _ in range(2)]; single = Lock(); use(single)\nmade()\n";
    let recording = recorded(folder.path(), "names.py", text);
    let taken = recording.events.iter().filter(|event| event.slot.kind == 11);
    let names: Vec<&str> = taken.map(|event| event.res.as_ref().unwrap().name.as_str()).collect();
    // How many a loop makes before it is not known.
    let all = ["lock", "one", "two", "three", "left", "right", "last", "Lock at names.py:10"];
    assert_eq!(names, all);
}

#[test]
fn a_counter_of_a_usual_size_is_recorded_whole() {
    let folder = tempfile::tempdir().unwrap();
    let text = "import threading\nlock = threading.Lock()\ncount = 0\ndef work():\n    global count\n    for _ in range(1000):\n        \
                with lock:\n            count += 1\nall = [threading.Thread(target=work) for _ in range(4)]\n\
                for t in all: t.start()\nfor t in all: t.join()\n";
    let recording = recorded(folder.path(), "usual.py", text);
    let of = |kind: u16| recording.events.iter().filter(move |e| e.slot.kind == kind);
    assert_eq!((of(11).count(), of(72).count()), (4000, 0));
    assert_eq!(of(29).next_back().map(|e| e.slot.b), Some(4000));
}

#[test]
fn each_exception_of_a_thread_is_one_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let text = "import threading\ndef work():\n    raise ValueError('bad')\nfor _ in range(100):\n    \
                t = threading.Thread(target=work)\n    t.start()\n    t.join()\n";
    let recording = recorded(folder.path(), "raises.py", text);
    for kind in [50, 54] {
        let of = recording.events.iter().filter(|e| e.slot.kind == kind);
        let keys: Vec<i64> = of.map(|e| e.slot.c).collect();
        let different: std::collections::BTreeSet<&i64> = keys.iter().collect();
        assert_eq!((keys.len(), different.len()), (100, 100), "{kind}");
    }
}

#[test]
fn a_wait_for_a_signal_is_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("../python_programs/signal_waits.py");
    let recording = recorded(folder.path(), "waits.py", text);
    let of = recording.events.iter().filter(|event| event.slot.kind == 64);
    let waits = of.filter(|event| event.text.as_deref() == Some("a signal")).count();
    assert!(waits >= 4, "pause, sigwait, sigtimedwait and sigwaitinfo: {waits}");
}

#[test]
fn a_wait_that_an_exception_ends_is_not_said_to_be_out_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let recording =
        recorded(folder.path(), "ends.py", include_str!("../python_programs/wait_ends.py"));
    let main = recording.events[0].pid;
    let of = recording.events.iter().filter(|e| (e.pid, e.slot.thread) == (main, 1));
    // Those that got what they waited for are joins of threads and children that had nothing left to do.
    let how: Vec<i64> =
        of.filter(|e| e.slot.kind == 13).map(|e| e.slot.a).filter(|how| *how != 0).collect();
    let (late, interrupted) = (1, 4);
    // Of 15 things in one process and six of several each way; five that know no limit; of a manager six time-outs, and an interrupt.
    let mut expected = [late, interrupted].repeat(21);
    expected.extend([interrupted; 5]);
    expected.extend([late, interrupted]);
    expected.extend([late; 6]);
    expected.push(interrupted);
    assert_eq!(how, expected);
    // Whoever waits for ever is somebody else than who gives up.
    let limits = recording.events.iter().filter(|e| e.slot.kind == 10 && e.pid == main);
    let of_manager: Vec<bool> = limits.map(|e| e.slot.b >= 0).rev().take(7).collect();
    assert_eq!(of_manager, [true; 7]);
    // Nothing was taken of a result that did not come.
    let taken = recording.events.iter().filter(|e| e.slot.kind == 46 && e.pid == main);
    assert_eq!(taken.count(), 3);
}

#[test]
fn what_is_changed_before_a_notification_is_told_before_it() {
    let (notified, changed) = (14, 29);
    for lock in ["", "threading.Lock()"] {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "import threading\nready = count = 0\nnews = threading.Condition({lock})\ndef tell():\n    global ready, count\n    \
                with news:\n        ready = 1\n        news.notify()\n        count = 2\n        news.notify_all()\n\
             with news:\n    t = threading.Thread(target=tell)\n    t.start()\n    while not count:\n        news.wait()\nt.join()\n"
        );
        let recording = recorded(folder.path(), "news.py", &text);
        assert_eq!(law::broken(&recording, false), Vec::<String>::new());
        let kinds = recording.events.iter().map(|event| event.slot.kind);
        let kinds: Vec<u16> = kinds.filter(|kind| [notified, changed].contains(kind)).collect();
        assert_eq!(kinds, [changed, notified, changed, notified], "{lock}");
    }
}

#[test]
fn a_queue_that_the_program_empties_by_itself_is_said_not_to_be_known() {
    let said = |body: &str| {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "import queue\njobs = queue.Queue(2)\njobs.put(1)\n{body}\njobs.put(2)\njobs.get()\n"
        );
        recorded(folder.path(), "inside.py", &text);
        let files = std::fs::read_dir(folder.path().join("record")).unwrap();
        let lines = files.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        lines
            .filter(|file| {
                String::from_utf8_lossy(file).contains("itself changes what is inside of jobs")
            })
            .count()
    };
    assert_eq!(said("with jobs.mutex:\n    jobs.queue.clear()"), 1);
    assert_eq!(said("jobs.get()"), 0);
}

/// What became of exceptions, and what their thread did meanwhile: kinds in the order of their times, without its output to stderr.
fn courses(body: &str) -> Vec<u16> {
    const WANTED: [u16; 6] = [12, 50, 51, 54, 62, 70];
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "import threading, time\nlock = threading.Lock()\ndef work():\n{body}\n\
         t = threading.Thread(target=work)\nt.start()\nt.join()\n"
    );
    let recording = recorded(folder.path(), "raises.py", &text);
    assert_eq!(law::broken(&recording, false), Vec::<String>::new());
    let of = recording.events.iter().filter(|e| e.slot.thread == 2 && e.slot.flags & 0x20 == 0);
    of.map(|e| e.slot.kind).filter(|kind| WANTED.contains(kind)).collect()
}

#[test]
fn an_exception_is_on_record_when_its_thread_does_something_about_it() {
    // Raised and caught before the handler does anything, and raised on after that.
    let logged = "    try:\n        1 / 0\n    except:\n        print('failed')\n        time.sleep(0)\n        raise";
    assert_eq!(courses(logged), [50, 51, 70, 62, 50, 54]);
    let instead = "    try:\n        1 / 0\n    except ArithmeticError as error:\n        print('failed')\n        raise KeyError(1) from error";
    assert_eq!(courses(instead), [50, 51, 70, 50, 54]);
    // That another one came of it is known when that one is.
    let quiet = "    try:\n        1 / 0\n    except ArithmeticError as error:\n        raise KeyError(1) from error";
    assert_eq!(courses(quiet), [50, 51, 50, 54]);
    let cleaned = "    try:\n        1 / 0\n    finally:\n        print('closed')";
    assert_eq!(courses(cleaned), [50, 70, 54]);
    // It leaves the block of a lock before it is caught.
    let unlocked = "    try:\n        with lock:\n            1 / 0\n    except ArithmeticError:\n        print('caught')\n    print('done')";
    assert_eq!(courses(unlocked), [50, 12, 51, 70, 70]);
    let passed = "    try:\n        with lock:\n            1 / 0\n    except ArithmeticError:\n        pass\n    print('done')";
    assert_eq!(courses(passed), [50, 12, 51, 70]);
    // One within another one's way.
    let nested = "    try:\n        1 / 0\n    finally:\n        try:\n            [][0]\n        except IndexError:\n            print('inner')\n        \
                  print('closed')";
    assert_eq!(courses(nested), [70, 50, 70, 54]);
    // That a queue is empty is said so, and nothing went wrong.
    let polled = "    import queue\n    try:\n        with lock:\n            queue.Queue().get_nowait()\n    except queue.Empty:\n        print('none')";
    assert_eq!(courses(polled), [12, 70]);
    // CPython gives the place of one that is gone to the next: each try fails with one of its own.
    let again = "    for left in (2, 1, 0):\n        try:\n            raise ConnectionError('refused')\n        except ConnectionError:\n            time.sleep(0)\n            \
                 if not left:\n                raise";
    assert_eq!(courses(again), [50, 51, 62, 50, 51, 62, 50, 51, 62, 50, 54]);
    // What a handler does is none of the exception's way where it ends there.
    let ended = "    try:\n        1 / 0\n    except ArithmeticError:\n        print('caught')";
    assert_eq!(courses(ended), [70]);
}
