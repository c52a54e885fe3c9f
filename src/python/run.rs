//! A run of a student's program: started, recorded and shown while it goes on, and ended.

use super::child::{self, Launch, News, Stdio3, Supervised};
use super::events::{Events, Over};
use super::folder::{self, Folder};
use super::interpreter::Interpreter;
use super::listings::Listings;
use super::recorder;
use crate::record::{Clock, refused};
use crate::replay::{State, is_stuck};
use crate::trace::{Batch, End, Engine, Learned, Listing, Meta, Nanos, Program};
use crossbeam::channel::{Receiver, Sender, unbounded};
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The pause between two looks at what was recorded.
const LOOK: Duration = Duration::from_millis(15);
/// A batch without news is sent only when the recording is complete for this much longer.
const TOLD_EVERY: Nanos = Nanos::from_millis(50);
/// How long nothing has to happen before anybody asks whether anybody can go on.
const QUIET: Nanos = Nanos::from_millis(500);
/// The most bytes of output that are kept of each stream.
pub const KEPT: usize = 10_000_000;
/// How long the last output may take to arrive when all processes are gone.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long a program may take where nobody says.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How a program starts its processes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum StartMethod {
    /// As it says itself, or else as its Python does.
    #[default]
    Default,
    /// The process is copied.
    Fork,
    /// A new Python is started, which imports the program.
    Spawn,
    /// A process that does little else is copied.
    Forkserver,
}

impl StartMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Fork, Self::Spawn, Self::Forkserver];

    /// As Python calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Fork => "fork",
            Self::Spawn => "spawn",
            Self::Forkserver => "forkserver",
        }
    }
}

/// What is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Python.
    pub interpreter: Interpreter,
    /// The program, as it is written in the command.
    pub script: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The folder that it is run in; this program's own where there is none.
    pub folder: Option<PathBuf>,
    /// Its text, where it is one of this program's own: it is put into a folder for the run, and is run there.
    pub own: Option<Cow<'static, str>>,
    /// What it is a program of, where it is a topic's: its preset, its parameters.
    pub of: Option<Box<Meta>>,
    /// Whether it is ended once nobody in it can go on: what it proves is known then.
    pub ends_stuck: bool,
    /// How it starts processes.
    pub start_method: StartMethod,
    /// After how long it is ended.
    pub time_limit: Option<Duration>,
    /// Whose input and output it has.
    pub stdio: Stdio3,
}

impl Options {
    /// The command, word by word.
    pub fn command(&self) -> Vec<OsString> {
        let first = [self.interpreter.path.clone().into(), self.script.clone().into()];
        first.into_iter().chain(self.args.iter().cloned()).collect()
    }

    /// What is known before anything is recorded.
    pub fn meta(&self) -> Meta {
        let (name, version) = self.interpreter.name.split_once(' ').unwrap_or(("Python", ""));
        let program = Program { name: name.to_owned(), version: version.to_owned() };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let facts = vec![("cores".to_owned(), cores.to_string())];
        let of = self.of.as_deref().cloned().unwrap_or_default();
        Meta { program, engine: Engine::Python, facts, ..of }
    }
}

/// Where output came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// News of a run.
#[derive(Debug)]
pub enum Update {
    /// More of its trace.
    Batch(Batch),
    /// More of its output. Beyond what is kept, nothing comes.
    Output(Stream, Vec<u8>),
    /// It is over; no update follows.
    Ended(Ending),
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// The program's exit status, where it ended by itself.
    pub exit_status: Option<i32>,
    /// The signal that killed it.
    pub signal: Option<i32>,
    /// It was ended because it took too long.
    pub timed_out: bool,
    /// How long it might have taken.
    pub limit: Option<Duration>,
    /// Somebody stopped it.
    pub stopped: bool,
    /// It was ended because nobody in it could go on.
    pub stuck: bool,
    /// Why it could not be run, or not to its end.
    pub failure: Option<String>,
    /// What could not be seen, in sentences.
    pub unseen: Vec<String>,
    /// How many processes it had left behind, which were ended.
    pub left: usize,
    /// Events that were lost.
    pub dropped: u64,
    /// Bytes of output and of errors beyond what is kept.
    pub cut: [u64; 2],
    /// How long it took.
    pub wall: Nanos,
}

/// A run under way. Dropping it ends the program.
pub struct RunHandle {
    updates: Receiver<Update>,
    stop: Arc<AtomicBool>,
    input: Option<Sender<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl RunHandle {
    /// The updates so far, without waiting.
    pub fn updates(&self) -> impl Iterator<Item = Update> + '_ {
        self.updates.try_iter()
    }

    /// The next update, which is waited for; `None` where none can come any more.
    pub fn next(&self) -> Option<Update> {
        self.updates.recv().ok()
    }

    /// Whether the run is over: no more updates come than there are.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Has everything ended. The run still ends with [`Update::Ended`].
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Types something into the program's input. Never waits.
    pub fn type_in(&self, text: &str) {
        if let Some(input) = &self.input {
            // Who reads no more has ended.
            let _ = input.send(text.as_bytes().to_vec());
        }
    }
}

impl Drop for RunHandle {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts a program. `wake` is called on a background thread after each update.
///
/// # Errors
/// The system has no thread to spare.
pub fn start(
    options: Options,
    wake: impl Fn() + Send + Sync + 'static,
) -> Result<RunHandle, std::io::Error> {
    let (send, updates) = unbounded();
    let (input, typed) = match options.stdio {
        Stdio3::Piped => {
            let (input, typed) = unbounded();
            (Some(input), Some(typed))
        }
        Stdio3::Inherited | Stdio3::Captured => (None, None),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let thread = std::thread::Builder::new().name("python run".to_owned());
    let thread = thread.spawn(move || {
        let send = Outlet { send, wake: Arc::new(wake) };
        let ending = match run(&options, &send, typed, &asked) {
            Ok(ending) => ending,
            Err(why) => Ending { failure: Some(why), ..Ending::default() },
        };
        send.send(Update::Ended(ending));
    })?;
    Ok(RunHandle { updates, stop, input, thread })
}

/// Where updates go.
#[derive(Clone)]
struct Outlet {
    send: Sender<Update>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outlet {
    fn send(&self, update: Update) {
        // The receiver is gone when the run was closed: nobody wants the rest.
        let _ = self.send.send(update);
        (self.wake)();
    }
}

/// Who waits, as far as it was passed on.
struct Watch {
    meta: Meta,
    state: State,
    /// When the last event happened.
    last: Nanos,
    /// Whether it was asked since then if anybody can go on.
    asked: bool,
}

impl Watch {
    fn new(meta: Meta) -> Self {
        Self { state: State::new(&meta), meta, last: Nanos::ZERO, asked: false }
    }

    /// Whether nobody can go on, of a program that is known up to `until`. Asked once for each quiet.
    fn hangs(&mut self, until: Nanos) -> bool {
        if self.asked || until.since(self.last) < QUIET {
            return false;
        }
        self.asked = true;
        is_stuck(&self.meta, &self.state)
    }

    /// Takes in a batch.
    fn take(&mut self, batch: &Batch) {
        self.meta.actors.extend(batch.actors.iter().cloned());
        self.meta.resources.extend(batch.resources.iter().cloned());
        if let Some(learned) = &batch.learned {
            for (id, actor) in &learned.actors {
                if let Some(known) = self.meta.actors.get_mut(id.index()) {
                    known.clone_from(actor);
                }
            }
            for (id, resource) in &learned.resources {
                if let Some(known) = self.meta.resources.get_mut(id.index()) {
                    known.clone_from(resource);
                }
            }
        }
        for event in &batch.events {
            self.state.apply(&self.meta, event);
        }
        if let Some(last) = batch.events.last() {
            (self.last, self.asked) = (last.at, false);
        }
    }
}

fn run(
    options: &Options,
    out: &Outlet,
    typed: Option<Receiver<Vec<u8>>>,
    stop: &AtomicBool,
) -> Result<Ending, String> {
    folder::sweep();
    let refuse = |what: &str| {
        let what = what.to_owned();
        move |error: std::io::Error| format!("{what}: {}", refused::why(&error))
    };
    let folder = Folder::new().map_err(refuse("there is no folder to record in"))?;
    let cwd = match &options.own {
        Some(text) => {
            let own = folder.own(&options.script, text);
            Some(own.map_err(refuse("the program could not be written"))?)
        }
        None => options.folder.clone(),
    };
    let script =
        cwd.as_ref().map_or_else(|| options.script.clone(), |cwd| cwd.join(&options.script));
    let (listings, script) = Listings::of(&script);
    out.send(Update::Batch(known(script)));
    let clock = Clock::system();
    let origin = clock.origin();
    let mut events = Events::new(&folder.recordings(), listings, origin);
    let mark = child::mark(recorder::FOLDER, &folder.recordings());
    let launch = Launch {
        command: options.command(),
        cwd,
        variables: variables(options, &folder),
        folder: folder.path().to_owned(),
        stdio: options.stdio,
    };
    let begun = Instant::now();
    let mut supervised =
        Supervised::start(launch, mark).map_err(refuse("the program could not be started"))?;
    let readers = Readers::begin(&mut supervised, typed, out);
    let mut watch = Watch::new(options.meta());
    let mut ending = Ending { limit: options.time_limit, ..Ending::default() };
    let mut told = Nanos::ZERO;
    let mut over = None;
    let mut stuck = None;
    let mut hangs = false;
    loop {
        let mut gone = false;
        let now = || origin + clock.now().0;
        for news in supervised.news(LOOK) {
            match news {
                News::Started(_) => {}
                News::Refused(why) => {
                    ending.failure = Some(format!("the program could not be started: {why}"));
                    gone = true;
                }
                News::Exited(status) => {
                    ending.exit_status = Some(status);
                    let end = if status == 0 { End::Normal } else { End::Exited(status) };
                    events.program_ended(now(), end);
                }
                News::Killed(signal) => {
                    ending.signal = Some(signal);
                    let end = End::Killed(u8::try_from(signal).unwrap_or(0));
                    events.program_ended(now(), end);
                }
                News::Gone(left) => {
                    ending.left = left;
                    gone = true;
                }
                News::Lost => {
                    ending.failure = Some(
                        "what supervises the program was killed; so was the program".to_owned(),
                    );
                    gone = true;
                }
            }
        }
        let late = options.time_limit.is_some_and(|limit| begun.elapsed() >= limit);
        if over.is_none() && !gone && (late || hangs || stop.load(Ordering::Acquire)) {
            let asked = late || stop.load(Ordering::Acquire);
            let cut = now();
            // All that was recorded until now counts.
            let batch = events.poll(cut);
            watch.take(&batch);
            out.send(Update::Batch(batch));
            // Of what is not on record nobody knows whom it would have let go on.
            let is_stuck = events.is_whole() && is_stuck(&watch.meta, &watch.state);
            if !asked && !is_stuck {
                // What has come since says that somebody goes on.
                hangs = false;
                continue;
            }
            ending.stuck = !asked;
            ending.timed_out = late && ending.exit_status.is_none() && ending.signal.is_none();
            ending.stopped = asked && !late;
            events.cut(cut);
            supervised.stop();
            stuck = is_stuck.then(|| events.since_begin(cut));
            over = Some(if is_stuck { Over::Stuck } else { Over::Stopped });
        }
        if gone {
            break;
        }
        let batch = events.poll(now());
        if !batch.is_empty() || batch.until >= told + TOLD_EVERY {
            told = batch.until;
            let until = batch.until;
            watch.take(&batch);
            out.send(Update::Batch(batch));
            hangs = options.ends_stuck && watch.hangs(until);
        }
    }
    ending.wall = clock.now();
    if ending.failure.is_some() {
        events.cut(origin + clock.now().0);
        over.get_or_insert(Over::Stopped);
    }
    let mut batch = events.finish(over.unwrap_or(Over::ByItself { killed: ending.left > 0 }));
    batch.stuck = stuck;
    batch.until = batch.until.max(events.since_begin(origin + clock.now().0));
    out.send(Update::Batch(batch));
    ending.cut = readers.end();
    ending.unseen = events.unseen();
    ending.dropped = events.dropped;
    if ending.left > 0 {
        let many = if ending.left == 1 { "a process" } else { "processes" };
        ending.unseen.push(format!(
            "the program left {many} behind ({}), ended when it had been gone for a second",
            ending.left
        ));
    }
    drop(supervised);
    drop(folder);
    Ok(ending)
}

/// A batch with the program's text, where that can be read.
pub(super) fn known(script: Option<Listing>) -> Batch {
    let learned = script.map(|listing| Learned { listings: vec![listing], ..Learned::default() });
    Batch { learned: learned.map(Box::new), ..Batch::default() }
}

/// What is put into the environment.
fn variables(options: &Options, folder: &Folder) -> Vec<(OsString, OsString)> {
    let mut path = folder.modules().into_os_string();
    if let Some(before) = std::env::var_os("PYTHONPATH").filter(|before| !before.is_empty()) {
        path.push(":");
        path.push(before);
    }
    let mut variables = vec![
        ("PYTHONPATH".into(), path),
        (recorder::FOLDER.into(), folder.recordings().into_os_string()),
    ];
    if options.start_method != StartMethod::Default {
        variables.push((recorder::START_METHOD.into(), options.start_method.name().into()));
    }
    if options.stdio != Stdio3::Inherited {
        variables.push((recorder::LINES.into(), "1".into()));
    }
    variables
}

/// The threads that take down what a program writes, and hand it what is typed.
struct Readers {
    threads: Vec<JoinHandle<u64>>,
}

impl Readers {
    fn begin(supervised: &mut Supervised, typed: Option<Receiver<Vec<u8>>>, out: &Outlet) -> Self {
        let (stdin, stdout, stderr) = supervised.take_pipes();
        if let Some((mut stdin, typed)) = stdin.zip(typed) {
            let _ = std::thread::Builder::new().name("python input".to_owned()).spawn(move || {
                for text in typed {
                    if stdin.write_all(&text).is_err() {
                        return;
                    }
                }
            });
        }
        let mut threads = Vec::new();
        if let Some(stdout) = stdout {
            threads.extend(reader(stdout, Stream::Out, out.clone()));
        }
        if let Some(stderr) = stderr {
            threads.extend(reader(stderr, Stream::Err, out.clone()));
        }
        Self { threads }
    }

    /// Waits for the rest; how many bytes were not kept.
    fn end(self) -> [u64; 2] {
        let given_up = Instant::now() + LAST_WORDS;
        let mut cut = [0; 2];
        for (place, thread) in self.threads.into_iter().enumerate() {
            while !thread.is_finished() && Instant::now() < given_up {
                std::thread::sleep(Duration::from_millis(1));
            }
            if thread.is_finished() {
                cut[place.min(1)] = thread.join().unwrap_or(0);
            }
        }
        cut
    }
}

/// Reads to the end of a pipe; how many bytes were not kept.
fn reader(
    mut pipe: impl Read + Send + 'static,
    stream: Stream,
    out: Outlet,
) -> Option<JoinHandle<u64>> {
    let thread = std::thread::Builder::new().name("python output".to_owned());
    let thread = thread.spawn(move || {
        let (mut kept, mut cut) = (0, 0);
        let mut bytes = vec![0; 1 << 16];
        loop {
            match pipe.read(&mut bytes) {
                Ok(0) => return cut,
                Ok(length) => {
                    let room = length.min(KEPT - kept);
                    kept += room;
                    cut += (length - room) as u64;
                    if room > 0 {
                        out.send(Update::Output(stream, bytes[..room].to_vec()));
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return cut,
            }
        }
    });
    thread.ok()
}
