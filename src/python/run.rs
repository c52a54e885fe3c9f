//! A run of a student's program: started, recorded and shown while it goes on, and ended.

mod readers;

use super::bytecode;
use super::child::{self, Launch, News, Supervised};
use super::events::{Events, Over};
use super::folder::{self, Folder};
use super::listings::Listings;
use super::news::{Ending, Update};
use super::options::{Options, StartMethod, Stdio3};
use super::recorder;
use crate::record::{Clock, refused};
use crate::replay::{State, Watchdog, is_stuck};
use crate::trace::{Batch, End, Learned, Listing, Meta, Nanos};
use crossbeam::channel::{Receiver, Sender, unbounded};
use readers::Readers;
use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The pause between two looks at what was recorded.
const LOOK: Duration = Duration::from_millis(15);
/// A batch without news is sent only when the recording is complete for this much longer.
const TOLD_EVERY: Nanos = Nanos::from_millis(50);

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
    let send = Arc::new(Mutex::new(Some(send)));
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

/// Where updates go, until the last one: whoever still reads a program's output then is not heard.
#[derive(Clone)]
struct Outlet {
    send: Arc<Mutex<Option<Sender<Update>>>>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outlet {
    fn send(&self, update: Update) {
        let is_last = matches!(update, Update::Ended(_));
        let mut send = self.send.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = &*send else { return };
        // The receiver is gone when the run was closed: nobody wants the rest.
        let _ = open.send(update);
        if is_last {
            *send = None;
        }
        drop(send);
        (self.wake)();
    }
}

/// Who waits, as far as it was passed on.
struct Watch {
    meta: Meta,
    state: State,
    dog: Watchdog,
}

impl Watch {
    fn new(meta: Meta) -> Self {
        Self { state: State::new(&meta), meta, dog: Watchdog::default() }
    }

    /// Takes in a batch.
    fn take(&mut self, batch: &Batch) {
        self.meta.actors.extend(batch.actors.iter().cloned());
        self.meta.resources.extend(batch.resources.iter().cloned());
        if let Some(learned) = &batch.learned {
            self.meta.learn(learned);
        }
        for event in &batch.events {
            self.state.apply(&self.meta, event);
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
    let limit = options.since.zip(options.time_limit);
    let until = limit.and_then(|(since, limit)| since.checked_add(limit));
    bytecode::put(&folder, &options.interpreter, until);
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
    let is_late = until.is_some_and(|until| Instant::now() >= until);
    if is_late || stop.load(Ordering::Acquire) {
        let limit = options.time_limit;
        return Ok(Ending { stopped: !is_late, timed_out: is_late, limit, ..Ending::default() });
    }
    let launch = Launch {
        command: options.command(),
        cwd,
        variables: variables(options, &folder),
        folder: folder.path().to_owned(),
        stdio: options.stdio,
    };
    let begun = options.since.unwrap_or_else(Instant::now);
    let mut supervised =
        Supervised::start(launch, mark).map_err(refuse("the program could not be started"))?;
    let readers = Readers::begin(&mut supervised, typed, out)
        .map_err(refuse("the program's output could not be read"))?;
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
                    let why = "what supervises the program was killed; so was the program";
                    ending.failure = Some(why.to_owned());
                    gone = true;
                }
                News::Silent => {
                    let why =
                        "what supervises the program did not answer; it was ended with the program";
                    ending.failure = Some(why.to_owned());
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
            hangs = options.ends_stuck && watch.dog.finds_stuck(&watch.meta, &watch.state, until);
        }
    }
    ending.wall = clock.now();
    if ending.failure.is_some() {
        events.cut(origin + clock.now().0);
        over.get_or_insert(Over::Stopped);
    }
    let over = over.unwrap_or(Over::ByItself { killed: ending.left > 0 });
    let mut batch = events.finish(over, origin + clock.now().0);
    if ending.left > 0 {
        let many = if ending.left == 1 { "a process" } else { "processes" };
        let said = format!(
            "the program left {many} behind ({}), ended when it had been gone for a second",
            ending.left
        );
        batch.facts.push((Meta::UNSEEN.to_owned(), said));
    }
    batch.stuck = stuck;
    batch.until = batch.until.max(events.since_begin(origin + clock.now().0));
    out.send(Update::Batch(batch));
    ending.cut = readers.end();
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
