//! What it costs a Python program to be recorded: the same program plain, with the recorder inside, and under VizTracer, one after
//! the other in each round. Prints rows of a Markdown table: the median of each, and of the ratios to the plain run of the same
//! round.
//!
//! The recorder's modules are there as bytecode, as the window and the command put them beside a program.
//!
//! Beside them is what an empty `sitecustomize.py` costs: a ratio no further from 1 than that is not told apart from it.
//!
//! A loop that makes integers may be slower or faster for where CPython's allocator puts them, probably because it changes its
//! pools all the time where one is nearly full. What was made and freed before the loop decides that, an empty `sitecustomize.py`
//! as well. So in each round the loop's program keeps another number of integers first, the same in all runs of the round: they
//! fill what gaps there are, and what the recorder's start does to a program's memory is not in that row.
//!
//! `cargo bench --bench python [-- ROUNDS]`
//!
//! VizTracer is taken from PyPI into a virtual environment that goes with the run, or from the Python that `CLAB_VIZTRACER` names;
//! where neither can be had its column says so.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// A program that prints how many seconds its work has taken; one that prints nothing is measured from outside.
struct Work {
    what: &'static str,
    /// How many times the rounds asked for: more where little is aimed at.
    times_rounds: usize,
    /// What is aimed at, as the row says it.
    bar: &'static str,
    text: &'static str,
}

/// The loop's program keeps fewer integers than this: they fill several pools of the allocator.
const MOST_KEPT: usize = 5_003;

const WORKS: [Work; 6] = [
    Work {
        what: "4 threads × 100,000 `with lock`",
        times_rounds: 1,
        bar: "",
        text: "\
import threading, time
def work():
    for _ in range(100_000):
        with lock:
            pass
lock = threading.Lock()
threads = [threading.Thread(target=work) for _ in range(4)]
begin = time.perf_counter()
for t in threads: t.start()
for t in threads: t.join()
print(time.perf_counter() - begin)
",
    },
    Work {
        what: "`Pool.map` of 10,000",
        times_rounds: 1,
        bar: "below VizTracer",
        text: "\
import multiprocessing, time
def work(n):
    return n + 1
if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool:
        pool.map(work, range(100))
        begin = time.perf_counter()
        pool.map(work, range(10_000))
        print(time.perf_counter() - begin)
",
    },
    Work {
        what: "`Pool.map` of 10,000, chunks of 1",
        times_rounds: 1,
        bar: "below VizTracer",
        text: "\
import multiprocessing, time
def work(n):
    return n + 1
if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool:
        pool.map(work, range(100))
        begin = time.perf_counter()
        pool.map(work, range(10_000), chunksize=1)
        print(time.perf_counter() - begin)
",
    },
    Work {
        what: "1,000 items through a queue to another process",
        times_rounds: 1,
        bar: "below VizTracer",
        text: "\
import multiprocessing, time
def take(queue, back):
    back.put(0)
    for _ in range(1_000):
        queue.get()
    back.put(1)
if __name__ == '__main__':
    queue, back = multiprocessing.Queue(), multiprocessing.Queue()
    process = multiprocessing.Process(target=take, args=(queue, back))
    process.start()
    back.get()
    begin = time.perf_counter()
    for n in range(1_000):
        queue.put(n)
    back.get()
    print(time.perf_counter() - begin)
    process.join()
",
    },
    Work {
        what: "a loop without events",
        times_rounds: 5,
        bar: "≤ 1.02",
        text: "\
import sys, time
kept = [n + 1_000 for n in range(int(sys.argv[1]))]
begin = time.perf_counter()
total = 0
for n in range(5_000_000):
    total += n * n % 7
print(time.perf_counter() - begin)
",
    },
    Work { what: "start and end", times_rounds: 1, bar: "≤ +30 ms", text: "pass\n" },
];

/// A way to run a program.
enum Way<'a> {
    Plain,
    /// With a `sitecustomize.py` in which there is nothing, in this folder.
    Empty(&'a Path),
    /// With the recorder in this folder.
    Recorded(&'a Path),
    VizTracer(&'a Path),
}

/// Runs a command to its end. Whether it went well, and what it printed.
fn run(command: &mut Command) -> Option<(String, Duration)> {
    let begin = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if begin.elapsed() > PATIENCE => {
                child.kill().ok()?;
                child.wait().ok()?;
                return None;
            }
            None => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    let took = begin.elapsed();
    let mut said = String::new();
    std::io::Read::read_to_string(child.stdout.as_mut()?, &mut said).ok()?;
    status.success().then_some((said, took))
}

/// Seconds that a program takes when it is given this number, which only the loop reads.
fn measure(python: &Path, script: &Path, number: usize, way: &Way) -> Option<f64> {
    let folder = tempfile::tempdir().ok()?;
    let mut command = Command::new(python);
    command.current_dir(folder.path()).env_remove("PYTHONPATH");
    match way {
        Way::Plain => command.arg(script),
        Way::Empty(folder) => command.env("PYTHONPATH", folder).arg(script),
        Way::Recorded(recorder) => {
            command.env("PYTHONPATH", recorder).env("CONCURRENCY_LAB_RECORD", folder.path());
            command.arg(script)
        }
        Way::VizTracer(python) => {
            command = Command::new(python);
            command.current_dir(folder.path()).env_remove("PYTHONPATH");
            command.args(["-m", "viztracer", "--quiet", "-o", "trace.json", "--"]).arg(script)
        }
    };
    let (said, took) = run(command.arg(number.to_string()))?;
    let told = said.lines().find_map(|line| line.trim().parse().ok());
    Some(told.unwrap_or(took.as_secs_f64()))
}

/// A Python that has VizTracer, or why there is none.
fn viztracer(python: &Path, folder: &Path) -> Result<PathBuf, &'static str> {
    let has = |python: &Path| run(Command::new(python).args(["-c", "import viztracer"])).is_some();
    if let Some(given) = std::env::var_os("CLAB_VIZTRACER") {
        let given = PathBuf::from(given);
        return has(&given).then_some(given).ok_or("CLAB_VIZTRACER has none");
    }
    run(Command::new(python).args(["-m", "venv"]).arg(folder)).ok_or("no environment for it")?;
    let inside = folder.join("bin/python");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "viztracer"];
    run(Command::new(&inside).args(pip)).ok_or("PyPI does not give it")?;
    has(&inside).then_some(inside).ok_or("it does not start")
}

/// The recorder, compiled by this Python, in a folder of its own.
fn recorder(python: &Path, folder: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/recorder");
    for part in ["", "_clab_recorder"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
        for entry in std::fs::read_dir(from.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "py") {
                std::fs::copy(&path, folder.join(part).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    let compile = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"];
    run(Command::new(python).args(compile).arg(folder)).unwrap();
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(7_usize);
    let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let Ok(asked) = asked else {
        println!("There is no python3.");
        return;
    };
    let python = PathBuf::from(String::from_utf8_lossy(&asked.stdout).trim());
    let folder = tempfile::tempdir().unwrap();
    let viz = viztracer(&python, &folder.path().join("venv"));
    let modules = folder.path().join("recorder");
    recorder(&python, &modules);
    println!("{rounds} rounds, {}", python.display());
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(empty.join("sitecustomize.py"), "").unwrap();
    println!(
        "| | plain | empty `sitecustomize.py` | ratio | recorded | ratio | VizTracer | ratio | aim |\n|---|---|---|---|---|---|---|---|---|"
    );
    for work in WORKS {
        let script = folder.path().join("work.py");
        std::fs::write(&script, work.text).unwrap();
        let mut times: [Vec<f64>; 4] = Default::default();
        let mut ratios: [Vec<f64>; 3] = Default::default();
        for round in 0..rounds * work.times_rounds {
            // Numbers far apart, and the same in every run of the bench.
            let number = 1_117 * round % MOST_KEPT;
            let time = |way| measure(&python, &script, number, &way);
            let Some(plain) = time(Way::Plain) else { continue };
            times[0].push(plain);
            let control = time(Way::Empty(&empty));
            let recorded = time(Way::Recorded(&modules));
            let other = viz.as_ref().ok().and_then(|viz| time(Way::VizTracer(viz)));
            for (place, took) in [control, recorded, other].into_iter().enumerate() {
                if let Some(took) = took {
                    times[place + 1].push(took);
                    ratios[place].push(took / plain);
                }
            }
        }
        let [plain, control, recorded, other] =
            times.map(|all| format!("{:.1} ms", 1e3 * median(all)));
        let [of_control, ratio, of_other] = ratios.map(|all| format!("{:.2}", median(all)));
        let (other, of_other) = match &viz {
            Ok(_) => (other, of_other),
            Err(why) => (format!("left out: {why}"), "–".to_owned()),
        };
        println!(
            "| {} | {plain} | {control} | {of_control} | {recorded} | {ratio} | {other} | {of_other} | {} |",
            work.what, work.bar
        );
    }
}
