//! What the system refuses, in words: what there is too much of, where the limit is, what to do. And what the fork server is
//! before it has said a word.

use super::proc;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_concurrency-lab");

/// Runs the program in a shell that has done something first; its status and what it complains of.
fn after(first: &str, args: &str) -> (Option<i32>, String) {
    let script = format!("{first}; exec '{PROGRAM}' run {args} --json");
    let out = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output().unwrap();
    (out.status.code(), String::from_utf8(out.stderr).unwrap())
}

/// Whatever fails says so in one line, in words that a reader can do something about.
fn check(what: &str, status: Option<i32>, said: &str) {
    assert!(matches!(status, Some(0 | 1)), "{what}: {status:?} {said}");
    assert_eq!(said.lines().count(), usize::from(status == Some(1)), "{what}: {said}");
    for bare in ["os error", "Os {", "the pool is closed", "panicked", "RUST_BACKTRACE"] {
        assert!(!said.contains(bare), "{what}: {said}");
    }
    assert!(!said.trim_end().ends_with(':'), "{what}: {said}");
}

const RUNS: [&str; 7] = [
    "process-pool",
    "multiprocessing --preset crash --set time_scale=0.02",
    "multiprocessing --preset own-memory --set time_scale=0.02",
    "sharing-data --preset process-lock --set time_scale=0.02",
    "threads-vs-processes --set time_scale=0.02 --set trials=1 --set cpython=none",
    "exceptions --preset pool-task --set time_scale=0.02 --set start_method=none",
    "pool-size --set trials=1 --set sizes=2 --set backend=workers",
];

#[test]
fn too_few_files_are_named_with_their_limit() {
    for files in [8, 14, 20, 26] {
        for args in RUNS {
            let first = format!("ulimit -n {files}");
            let (status, said) = after(&first, args);
            check(&format!("{args}, {files} files"), status, &said);
            if status == Some(1) {
                let limit = format!("too many open files, of which this program may have {files}");
                assert!(said.contains(&limit) && said.contains("ulimit -n"), "{args}: {said}");
            }
        }
    }
}

/// Where it may be hidden for a test: workers end as they start, and say what they miss.
#[test]
fn without_devices_the_device_is_named() {
    let hides = "mount -t tmpfs none /dev";
    let may = Command::new("unshare").args(["-m", "sh", "-c", hides]).output();
    if !may.is_ok_and(|out| out.status.success()) {
        eprintln!("no mount namespace here: not tested");
        return;
    }
    for args in RUNS {
        let script = format!("{hides}; exec '{PROGRAM}' run {args} --json");
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).stdin(Stdio::null());
        let out = command.output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        check(args, out.status.code(), &said);
        // A run of processes of which each may end as it likes goes on, and tells how they did.
        let fails = out.status.code() == Some(1);
        assert!(fails || !args.starts_with("process-pool"), "{args}: {said}");
        assert!(!fails || said.contains("/dev/null"), "{args}: {said}");
    }
}

/// A run that goes on for a while.
fn program() -> Child {
    let args = ["run", "process-pool", "--preset", "ten-sleepers", "--set", "seconds=60"];
    let mut command = Command::new(PROGRAM);
    command.args(args).args(["--timeout", "3"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Its fork server, from the first moment on at which there is one.
fn server(program: &Child) -> u32 {
    let begun = Instant::now();
    loop {
        for pid in proc::children_of(program.id()) {
            let given = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            if given.windows(11).any(|part| part == b"fork-server") {
                return pid;
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "there is no fork server");
    }
}

fn send(pid: u32, signal: i32) {
    // SAFETY: plain call; the process is one that this test has started, or a child of that.
    unsafe { libc::kill(pid as i32, signal) };
}

fn is_gone(pid: u32) {
    let begun = Instant::now();
    while proc::runs(pid) {
        assert!(begun.elapsed() < Duration::from_secs(30), "the fork server is left behind");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_fork_server_stopped_in_its_first_moment_neither_holds_the_run_up_nor_outlives_it() {
    // The run ends by its time-out, however far the preparation is.
    let begun = Instant::now();
    let mut run = program();
    let stopped = server(&run);
    send(stopped, libc::SIGSTOP);
    let mut said = String::new();
    run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(1), "{said}");
    assert!(said.contains("stopped after 3 s"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    is_gone(stopped);
    // The program is killed while it waits for its server.
    for _ in 0..5 {
        let mut run = program();
        let stopped = server(&run);
        send(stopped, libc::SIGSTOP);
        run.kill().unwrap();
        run.wait().unwrap();
        is_gone(stopped);
    }
}

#[test]
fn processes_bear_names() {
    let mut run = program();
    let server = server(&run);
    let name = |pid: u32| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let begun = Instant::now();
    let workers = || {
        let all = proc::children_of(run.id()).into_iter().filter(|pid| *pid != server);
        all.map(name).filter(|name| name == "clab worker\n").count()
    };
    while name(server) != "clab forks\n" || workers() < 4 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} {}", name(server), workers());
        std::thread::sleep(Duration::from_millis(5));
    }
    let shown = std::fs::read(format!("/proc/{server}/cmdline")).unwrap();
    assert!(shown.starts_with(b"concurrency-lab\0worker\0fork-server\0"));
    run.kill().unwrap();
    run.wait().unwrap();
}
