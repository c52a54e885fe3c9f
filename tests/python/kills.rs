//! Whoever is killed, and whenever: nobody of a student's program is left two seconds later.

use crate::common::proc;
use crate::common::runs::{PROGRAM, until};
use crate::support::Programs;
use concurrency_lab::trace::{End, EventKind};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Children of every kind: forked ones, their children, one in a session of its own whose parent has ended, one that is another program, and
/// those of multiprocessing.
const FAMILY: &str = "\
import multiprocessing, os, subprocess, sys, time

def sleep():
    if os.fork() == 0:
        time.sleep(1000)
    time.sleep(1000)

if __name__ == '__main__':
    if os.fork() == 0:
        if os.fork() == 0:
            os.setsid()
            time.sleep(1000)
        os._exit(0)
    subprocess.Popen(['sleep', '1000'], start_new_session=True)
    method = multiprocessing.get_context(sys.argv[1])
    for _ in range(2):
        method.Process(target=sleep).start()
    time.sleep(1000)
";

/// By which a program is asked to end.
const ASKED: [i32; 3] = [libc::SIGTERM, libc::SIGHUP, libc::SIGINT];

fn kill(pid: u32) {
    // SAFETY: plain call.
    unsafe { libc::kill(pid as i32, libc::SIGKILL) };
}

struct Run {
    mark: String,
    app: Child,
    _programs: Programs,
}

impl Run {
    fn begin(method: &str) -> Self {
        Self::begin_with(method, &[])
    }

    fn begin_with(method: &str, options: &[&str]) -> Self {
        let programs = Programs::new(&[("family.py", FAMILY)]);
        let mark = format!("{}", fastrand::u64(..));
        let mut app = Command::new(PROGRAM);
        app.args(["python", "--json"])
            .args(options)
            .args(["family.py", method])
            .current_dir(programs.path())
            .env("CLAB_TEST_MARK", &mark)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // What is started in the background of a shell ignores some of them.
        // SAFETY: between fork and exec only plain system calls are made.
        unsafe {
            app.pre_exec(|| {
                for signal in ASKED {
                    libc::signal(signal, libc::SIG_DFL);
                }
                Ok(())
            });
        }
        let app = app.spawn().unwrap();
        Self { mark, app, _programs: programs }
    }

    /// The supervisor, and the program, once they are there.
    fn supervisor(&self) -> Option<u32> {
        proc::children_of(self.app.id()).into_iter().find(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split(|byte| *byte == 0).any(|word| word == b"supervise")
        })
    }

    fn program(&self) -> Option<u32> {
        proc::children_of(self.supervisor()?).into_iter().next()
    }

    fn expect_nobody(mut self, who: &str) {
        let begun = Instant::now();
        loop {
            let left: Vec<u32> = proc::began_with(&format!("CLAB_TEST_MARK={}", self.mark))
                .into_iter()
                .filter(|pid| *pid != self.app.id())
                .collect();
            if left.is_empty() {
                break;
            }
            if begun.elapsed() > Duration::from_millis(2_000) {
                let lines: Vec<String> = left
                    .iter()
                    .map(|pid| {
                        let line =
                            std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                        format!("{pid}: {}", String::from_utf8_lossy(&line).replace('\0', " "))
                    })
                    .collect();
                left.iter().for_each(|pid| kill(*pid));
                panic!("{who} was killed, and these are left: {lines:#?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.app.kill();
        self.app.wait().unwrap();
    }
}

/// A moment while the family grows, or after.
fn some_time(place: u64) {
    std::thread::sleep(Duration::from_millis(place * 37 % 300));
}

/// How often each is killed where nobody asks for more.
const TIMES: usize = 3;
/// The ways in which processes are started, in turn.
const METHODS: [&str; 3] = ["fork", "spawn", "forkserver"];

#[test]
fn nobody_outlives_the_app() {
    kill_the_app(TIMES);
}

#[test]
fn nobody_outlives_the_supervisor() {
    kill_the_supervisor(TIMES);
}

#[test]
fn nobody_outlives_the_program() {
    kill_the_program(TIMES);
}

#[test]
#[ignore = "takes minutes: cargo test --test python -- --ignored fifty"]
fn nobody_outlives_the_app_fifty_times() {
    kill_the_app(50);
}

#[test]
#[ignore = "takes minutes: cargo test --test python -- --ignored fifty"]
fn nobody_outlives_the_supervisor_fifty_times() {
    kill_the_supervisor(50);
}

#[test]
#[ignore = "takes minutes: cargo test --test python -- --ignored fifty"]
fn nobody_outlives_the_program_fifty_times() {
    kill_the_program(50);
}

#[test]
fn what_a_killed_worker_did_is_there() {
    kill_a_worker(TIMES);
}

#[test]
#[ignore = "takes minutes: cargo test --test python -- --ignored fifty"]
fn what_a_killed_worker_did_is_there_fifty_times() {
    kill_a_worker(50);
}

/// Two workers that say what they do, of which the first is killed from outside.
const WORKERS: &str = "\
import multiprocessing, os, sys, threading, time

def work():
    lock = threading.Lock()
    print('pid', os.getpid(), flush=True)
    for n in range(100000):
        with lock:
            print('did', n, flush=True)
        time.sleep(0.002)

if __name__ == '__main__':
    method = multiprocessing.get_context(sys.argv[1])
    first = method.Process(target=work, name='first')
    first.start()
    first.join()
    print('exit code', first.exitcode)
";

/// A worker is killed at some time: its program goes on, and what it had said until then is on record, then its end.
fn kill_a_worker(times: usize) {
    for place in 0..times {
        let method = METHODS[place % METHODS.len()];
        let programs = Programs::new(&[("workers.py", WORKERS)]);
        let log = std::fs::File::create(programs.file("out")).unwrap();
        let mut app = Command::new(PROGRAM)
            .args(["python", "--record", "run.clab", "workers.py", method])
            .current_dir(programs.path())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = || std::fs::read_to_string(programs.file("out")).unwrap();
        let pid = until("the worker", || {
            let text = said();
            let line = text.lines().find_map(|line| line.strip_prefix("pid "));
            line.filter(|_| text.contains("did")).and_then(|pid| pid.parse::<u32>().ok())
        });
        some_time(place as u64);
        kill(pid);
        app.wait().unwrap();
        let said = said();
        assert!(said.ends_with("exit code -9\n"), "{method}: {said}");
        let written = said.lines().filter(|line| line.starts_with("did")).count();
        let opened = concurrency_lab::export::recording::open(&programs.file("run.clab")).unwrap();
        let meta = opened.trace.meta();
        let first = |event: &&concurrency_lab::trace::Event| {
            meta.actor(event.actor).is_some_and(|actor| actor.name == "first")
        };
        let events: Vec<_> = opened.trace.events().iter().filter(first).collect();
        let is_line = |kind: &EventKind| match kind {
            EventKind::Message { args, .. } => meta.item(args[0]).contains("did"),
            _ => false,
        };
        let recorded = events.iter().filter(|event| is_line(&event.kind)).count();
        // A line is written first and told of then: the last one may be killed in between.
        assert!(
            recorded == written || recorded + 1 == written,
            "{method}: {recorded} of {written} lines"
        );
        let last = events.last().map(|event| event.kind);
        assert!(matches!(last, Some(EventKind::Ended(End::Killed(9)))), "{method}: {last:?}");
    }
}

fn kill_the_app(times: usize) {
    for place in 0..times {
        let method = METHODS[place % METHODS.len()];
        let mut run = Run::begin(method);
        until("the program", || run.program());
        some_time(place as u64);
        run.app.kill().unwrap();
        run.app.wait().unwrap();
        run.expect_nobody("the app");
    }
}

fn kill_the_supervisor(times: usize) {
    for place in 0..times {
        let method = METHODS[place % METHODS.len()];
        let run = Run::begin(method);
        until("the program", || run.program());
        some_time(place as u64);
        kill(run.supervisor().unwrap());
        run.expect_nobody("the supervisor");
    }
}

fn kill_the_program(times: usize) {
    for place in 0..times {
        let method = METHODS[place % METHODS.len()];
        let run = Run::begin(method);
        let program = until("the program", || run.program());
        some_time(place as u64);
        kill(program);
        run.expect_nobody("the program");
    }
}

/// As `killall` does: the app and its supervisor are asked to end at once.
#[test]
fn nobody_outlives_those_of_one_name_who_are_asked_to_end() {
    for signal in ASKED {
        let mut run = Run::begin("fork");
        until("the program", || run.program());
        for pid in [run.supervisor().unwrap(), run.app.id()] {
            // SAFETY: plain call.
            unsafe { libc::kill(pid as i32, signal) };
        }
        run.app.wait().unwrap();
        run.expect_nobody("the app, with its supervisor,");
    }
}

/// The named semaphores of the system that processes of this session have not removed.
fn semaphores() -> std::collections::BTreeSet<std::ffi::OsString> {
    let entries = std::fs::read_dir("/dev/shm").into_iter().flatten().flatten();
    entries.map(|e| e.file_name()).filter(|n| n.to_string_lossy().starts_with("sem.mp")).collect()
}

#[test]
fn what_cleans_up_behind_a_stopped_program_has_the_time_for_it() {
    let text = "import multiprocessing as mp, time\nif __name__ == '__main__':\n    mp.set_start_method('spawn')\n    with mp.Pool(2) as p:\n        print(*[s.name for s in (p._inqueue._rlock._semlock, p._outqueue._wlock._semlock)], flush=True)\n        p.map(time.sleep, [1000] * 2)\n";
    let programs = Programs::new(&[("pool.py", text)]);
    let cleared = || {
        let report = programs.json(&["--timeout", "4", "pool.py"]);
        assert_eq!(report["timed_out"], true, "{report:#}");
        let names = report["stdout"].as_str().unwrap().split_whitespace();
        let names: Vec<String> =
            names.map(|name| format!("sem.{}", name.trim_start_matches('/'))).collect();
        let left = semaphores();
        names.len() == 2 && names.iter().all(|name| !left.contains(std::ffi::OsStr::new(name)))
    };
    // A busy machine may leave it less time than it needs, or the program no time to begin.
    assert!((0..4).any(|_| cleared()), "it never had the time");
}

/// CPython has a process that removes the names of semaphores; here it is stopped for good.
const UNTRACKED: &str = "\
import multiprocessing as mp, os, signal, time
from multiprocessing import resource_tracker

if __name__ == '__main__':
    lock = mp.get_context('spawn').Lock()
    os.kill(resource_tracker._resource_tracker._pid, signal.SIGSTOP)
    print(lock._semlock.name, flush=True)
    time.sleep(1000)
";

#[test]
fn a_semaphore_that_nobody_cleans_up_is_removed_with_its_program() {
    let programs = Programs::new(&[("untracked.py", UNTRACKED)]);
    let report = programs.json(&["--timeout", "3", "untracked.py"]);
    assert_eq!(report["timed_out"], true, "{report:#}");
    let name = report["stdout"].as_str().unwrap().trim().trim_start_matches('/').to_owned();
    assert!(name.starts_with("mp-"), "{name}");
    let left = semaphores();
    assert!(!left.contains(std::ffi::OsStr::new(&format!("sem.{name}"))), "{name} is left");
}

/// Whoever stops the supervisor does not keep the program alive.
#[test]
fn a_stopped_supervisor_still_ends_its_program() {
    let mut run = Run::begin_with("fork", &["--timeout", "2"]);
    let supervisor = until("the supervisor", || run.supervisor());
    until("the program", || run.program());
    // SAFETY: plain call on a child of this test's own program.
    unsafe { libc::kill(supervisor as i32, libc::SIGSTOP) };
    let mut said = String::new();
    let stdout = run.app.stdout.take().unwrap();
    std::io::Read::read_to_string(&mut std::io::BufReader::new(stdout), &mut said).unwrap();
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&report["timed_out"], &report["failure"]),
        (&true.into(), &serde_json::Value::Null)
    );
    run.expect_nobody("the supervisor");
}

#[test]
fn nothing_of_a_run_is_left_in_its_folder() {
    let mut run = Run::begin("fork");
    let program = until("the program", || run.program());
    // A child that is not yet the program has the supervisor's environment, or none.
    let folder = until("the program's environment", || {
        let environment = std::fs::read(format!("/proc/{program}/environ")).ok()?;
        let mut entries = environment.split(|byte| *byte == 0);
        let path = entries.find_map(|entry| entry.strip_prefix(b"CONCURRENCY_LAB_RECORD="))?;
        Some(std::path::PathBuf::from(String::from_utf8_lossy(path).into_owned()))
    });
    assert!(folder.is_dir());
    run.app.kill().unwrap();
    run.app.wait().unwrap();
    // What is in it goes first.
    let whole = folder.parent().unwrap();
    until("the folder to be removed", || (!whole.exists()).then_some(()));
    run.expect_nobody("the app");
}

/// A child that ends at once, in some way, of a parent that asks about it only when it is told to: it has seen that it has ended.
const ASKED_LATE: &str = "\
import os, sys

def has_ended(pid):
    with open('/proc/%d/stat' % pid) as file:
        return file.read().rpartition(')')[2].split()[0] == 'Z'

pid = os.fork()
if pid == 0:
    if sys.argv[1] == 'killed':
        os.kill(os.getpid(), 9)
    os._exit(3)
while not has_ended(pid):
    pass
input()
os.waitpid(pid, 0)
";

#[test]
fn the_end_of_a_process_is_told_when_it_ends_and_not_when_its_parent_asks() {
    use concurrency_lab::python::{self, Options, StartMethod, Stdio3, Update};
    concurrency_lab::workers::use_program(PROGRAM);
    let programs = Programs::new(&[("late.py", ASKED_LATE)]);
    for (how, wanted) in [("killed", End::Killed(9)), ("exits", End::Exited(3))] {
        let options = Options {
            interpreter: python::find(None).unwrap(),
            script: "late.py".into(),
            args: vec![how.into()],
            folder: Some(programs.path().to_owned()),
            own: None,
            of: None,
            ends_stuck: false,
            start_method: StartMethod::Default,
            time_limit: Some(Duration::from_secs(30)),
            since: None,
            stdio: Stdio3::Piped,
        };
        let run = python::start(options, || {}).unwrap();
        let mut ends = Vec::new();
        while let Some(update) = run.next() {
            match update {
                Update::Batch(batch) => {
                    for event in &batch.events {
                        if let EventKind::Ended(end) = event.kind {
                            // Its parent has not asked yet: it waits for this.
                            if ends.is_empty() {
                                run.type_in("go\n");
                            }
                            ends.push(end);
                        }
                    }
                }
                Update::Ended(ending) => {
                    assert!(!ending.timed_out, "{how}: its end is told only once it is asked for");
                    assert_eq!(ending.exit_status, Some(0), "{how}");
                    break;
                }
                Update::Output(..) => {}
            }
        }
        assert_eq!(ends, [wanted, End::Normal], "{how}");
    }
}
