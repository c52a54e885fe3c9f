//! What files cost: opening long ones, bytes for each event, and how much slower a run is that is recorded.
//!
//! `cargo bench --bench files` prints rows of README's table: `| what | figure | bar |`. `EVENTS=100000` makes the files
//! shorter. Each file is opened in a process of its own, so that its peak of memory is told.
#![allow(clippy::unwrap_used)]

use concurrency_lab::export::open;
use concurrency_lab::export::recording::{self, Ending, Writer};
use concurrency_lab::export::trace_events::Watch;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{Tap, run_tapped};
use concurrency_lab::topics::{Topic, find};
use concurrency_lab::trace::{Batch, Event, Meta, Nanos, Trace};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn number() -> usize {
    std::env::var("EVENTS").ok().and_then(|events| events.parse().ok()).unwrap_or(10_000_000)
}

fn topic() -> &'static dyn Topic {
    find("shared-list").unwrap()
}

/// Runs `contended` with so many numbers for each thread, the lock held for so many seconds each time; recorded into a file
/// where one is named.
fn run(adds: &str, hold: &str, file: Option<&Path>) -> (Trace, Duration) {
    let topic = topic();
    let mut params = topic.preset("contended").unwrap();
    for (key, value) in [
        ("adders", "8"),
        ("removers", "8"),
        ("adds", adds),
        ("attempts", adds),
        ("hold", hold),
        ("add_pause", "0"),
        ("remove_pause", "0"),
    ] {
        params.set(key, value).unwrap();
    }
    let writer = file.map(|file| Arc::new(Writer::begin(file, topic.meta(&params), true).unwrap()));
    let tap =
        writer.clone().map(|writer| -> Tap { Arc::new(move |batch| writer.add(batch.clone())) });
    let done = run_tapped(topic, params, None, tap).unwrap();
    let took = done.wall.to_duration();
    if let Some(writer) = writer {
        writer.finish(Ending { failure: None, wall_ns: done.wall.0 }).unwrap();
    }
    (done.trace, took)
}

/// A trace of so many events: those of a run over and over, one after another.
fn repeated(of: &Trace, events: usize) -> Trace {
    let length = of.end().0 + 1_000;
    let mut meta = Meta { resources: of.meta().resources.clone(), ..of.meta().clone() };
    meta.preset = "repeated".to_owned();
    let mut trace = Trace::new(meta);
    let mut all: Vec<Event> = Vec::with_capacity(events);
    let mut round = 0;
    while all.len() < events {
        let seqs = u32::try_from(of.events().len()).unwrap() * round;
        let shifted = of.events().iter().map(|event| Event {
            at: Nanos(event.at.0 + length * u64::from(round)),
            seq: event.seq.wrapping_add(seqs),
            ..*event
        });
        all.extend(shifted.take(events - all.len()));
        round += 1;
    }
    trace.apply(Batch { events: all, ..Batch::default() });
    trace
}

/// Spans of four threads that call each other, as a tracer of functions writes them.
fn chrome(path: &Path, events: usize) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(b"{\"traceEvents\": [").unwrap();
    for i in 0..events {
        let comma = if i > 0 { ", " } else { "" };
        let (thread, name) = (4242 + i % 4, i * 7 % 113);
        let (at, lasts) = (i as f64 * 1.713, 1.0 + (i % 3) as f64);
        write!(file, "{comma}{{\"pid\":4242,\"tid\":{thread},\"ts\":{at:.3},\"ph\":\"X\",\"dur\":{lasts:.3},\"name\":\"step_{name} (/home/someone/program.py:{name})\",\"cat\":\"FEE\"}}").unwrap();
    }
    file.write_all(b"], \"viztracer_metadata\": {\"version\": \"1.1.1\"}}").unwrap();
    file.flush().unwrap();
}

/// The peak of this process's memory in MB, where the system tells it.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let kb: f64 = line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or(0.0);
    kb / 1e3
}

/// Opens a file as the window does, up to its lanes, and says what that took.
fn open_here(path: &Path) {
    let begin = Instant::now();
    let (trace, ..) = open::open(path, &Arc::new(Watch::default())).unwrap().trace();
    let read = begin.elapsed();
    let replay = Replay::new(&trace);
    std::hint::black_box(replay.lanes().actors.len());
    let events = trace.events().len();
    println!(
        "{events} events: {:.2} s to read, {:.2} s with the lanes, {:.0} MB at most",
        read.as_secs_f64(),
        begin.elapsed().as_secs_f64(),
        peak()
    );
}

fn opened(what: &str, path: &Path, bar: &str) {
    let said = Command::new(std::env::current_exe().unwrap()).env("OPEN", path).output().unwrap();
    println!("| {what} | {} | {bar} |", String::from_utf8_lossy(&said.stdout).trim());
}

fn size(path: &Path) -> f64 {
    std::fs::metadata(path).unwrap().len() as f64
}

fn main() {
    if let Some(path) = std::env::var_os("OPEN") {
        return open_here(path.as_ref());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    println!("| what | figure | bar |\n|---|---|---|");

    let (trace, _) = run("1800", "0", Some(&path("run.clab")));
    let events = trace.events().len() as f64;
    let json = path("run.json");
    let replay = Replay::new(&trace);
    let mut file = BufWriter::new(File::create(&json).unwrap());
    concurrency_lab::export::trace_events::write::write(&trace, &replay, &mut file).unwrap();
    file.flush().unwrap();
    let mut packed =
        GzEncoder::new(File::create(path("run.json.gz")).unwrap(), Compression::default());
    packed.write_all(&std::fs::read(&json).unwrap()).unwrap();
    packed.finish().unwrap();
    println!(
        "| bytes for each of {events} events of `contended`: .clab / the same as trace event JSON / that gzipped | {:.1} / {:.0} / {:.1} | ≤ 16, aim 6 |",
        size(&path("run.clab")) / events,
        size(&json) / events,
        size(&path("run.json.gz")) / events
    );
    let begin = Instant::now();
    recording::save(&path("again.clab"), &trace, &Ending::default()).unwrap();
    println!(
        "| writing one event to disk, of a run that is over | {:.0} ns | |",
        begin.elapsed().as_nanos() as f64 / events
    );

    // A file takes from a run what the disk's thread takes from its processors: nothing where somebody works under the lock, a
    // part of each event where both processors do nothing but make events.
    for (what, adds, hold, bar) in [
        ("a run of 16 threads that contend, 1 ms in the lock", "20", "0.001", "≤ 2 %"),
        ("the same flat out, nothing done in the lock", "1800", "0", ""),
    ] {
        // Alternately, so that what changes with time hits both alike.
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..15 {
            for (times, file) in times.iter_mut().zip([None, Some(path("slow.clab"))]) {
                times.push(run(adds, hold, file.as_deref()).1);
            }
        }
        times.iter_mut().for_each(|times| times.sort_unstable());
        let median = |times: &[Duration]| times[times.len() / 2].as_secs_f64() * 1e3;
        let [plain, recorded] = [median(&times[0]), median(&times[1])];
        println!(
            "| {what}, median of 15: plain / recorded into a file | {plain:.1} / {recorded:.1} ms ({:+.1} %) | {bar} |",
            100.0 * (recorded / plain - 1.0)
        );
    }

    let long = path("long.clab");
    recording::save(&long, &repeated(&trace, number()), &Ending::default()).unwrap();
    opened("opening a recording", &long, "10 million in ≤ 5 s, ≤ 1 GiB");
    let chrome_file = path("long.json");
    chrome(&chrome_file, number() / 10);
    opened("opening a file in the Chrome trace event format", &chrome_file, "1 million in ≤ 5 s");
}
