//! The trials of a run, read off its trace: when each began, how long its parts took, and who worked in it.

use super::experiment::{CORES, LEFT_OUT, METHOD, OTHERS, TAKES_PART};
use super::laps::NAMES;
use super::plan::Backend;
use crate::trace::{ActorId, ActorKind, Event, EventKind, Item, Meta, Nanos, TextId, Trace};
use std::cell::RefCell;
use std::rc::Rc;

/// One trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What squared.
    pub backend: Backend,
    /// Workers of its pool; 0 without a pool.
    pub size: usize,
    /// Which of its kind, from 1.
    pub number: usize,
    /// It was thrown away.
    pub warm_up: bool,
    /// When it was announced.
    pub announced: Nanos,
    /// When its first part began.
    pub began: Nanos,
    /// When its last part ended, once that is known.
    pub ended: Option<Nanos>,
    /// Index of the event that ended it; 0 before.
    pub last_event: usize,
    /// How long its parts took.
    pub parts: [Nanos; 3],
    /// How long its workers were busy with numbers, all together; 0 where they do not tell.
    pub busy: Nanos,
    /// How many threads of other programs wanted a processor when it began.
    pub others: usize,
}

impl Trial {
    /// From the beginning of the first part to the end of the last one.
    pub fn total(&self) -> Nanos {
        self.ended.map_or(Nanos::ZERO, |end| end.since(self.began))
    }

    /// Whether other programs' threads and its own workers together were too many for the processors.
    pub fn was_disturbed(&self, cores: usize) -> bool {
        self.others > 0 && self.others + self.size.max(1) > cores
    }

    /// Whether it is over, and counts.
    pub fn counts(&self) -> bool {
        !self.warm_up && self.ended.is_some()
    }
}

/// The trials of a run.
#[derive(Clone, Debug, Default)]
pub struct Trials {
    /// In the order they ran; the last one may be under way.
    pub all: Vec<Trial>,
    /// Who works side by side in a pool, by place: the first workers of all trials, the second ones, and so on.
    pub workers: Vec<Vec<ActorId>>,
    /// The pools' own threads, of which one lives at a time.
    pub supervisors: Vec<ActorId>,
    /// CPython.
    pub python: Option<ActorId>,
    /// What is said of CPython.
    pub python_note: Option<String>,
    /// How CPython's pools start their workers.
    pub python_method: Option<String>,
    /// Cores of the machine that ran it.
    pub cores: usize,
    /// The actor that ran the trials.
    pub main: Option<ActorId>,
    /// How many workers of the trial under way have been started.
    started: usize,
    part: Option<(usize, Nanos)>,
    /// The workers in a task, with the beginning of that.
    busy: Vec<(ActorId, Nanos)>,
    /// How many events have been read.
    read: usize,
    last: Option<Event>,
    texts: Vec<Option<Text>>,
}

/// What a text of the trace means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Trial(Backend, bool),
    Part(usize),
    Cores,
    Others,
    Python,
    Method,
    Other,
}

thread_local! {
    /// The trials of the trace that was read last: every frame asks again, for a trace that has hardly changed.
    static LATEST: RefCell<Rc<Trials>> = RefCell::default();
}

impl Trials {
    /// The trials of a trace. Only the events since the last call on this thread are read.
    pub fn of(trace: &Trace) -> Rc<Self> {
        LATEST.with_borrow_mut(|latest| {
            let known = latest.read.checked_sub(1);
            let same = known.is_none_or(|last| trace.events().get(last) == latest.last.as_ref());
            if !same || known.is_none() {
                *latest = Rc::default();
            }
            if latest.read < trace.events().len() {
                Rc::make_mut(latest).follow(trace);
            }
            Rc::clone(latest)
        })
    }

    /// The trial that an instant falls into: the last one announced by then.
    pub fn at(&self, now: Nanos) -> Option<&Trial> {
        let past = self.all.partition_point(|trial| trial.announced <= now);
        past.checked_sub(1).and_then(|last| self.all.get(last))
    }

    /// Those that count and were over at an instant.
    pub fn over(&self, now: Nanos) -> impl Iterator<Item = &Trial> {
        let past = self.all.partition_point(|trial| trial.announced <= now);
        self.all[..past]
            .iter()
            .filter(move |trial| !trial.warm_up && trial.ended.is_some_and(|end| end <= now))
    }

    fn follow(&mut self, trace: &Trace) {
        let meta = trace.meta();
        for event in &trace.events()[self.read..] {
            self.take(meta, event);
            self.read += 1;
        }
        self.last = trace.events().last().copied();
    }

    fn take(&mut self, meta: &Meta, event: &Event) {
        match event.kind {
            EventKind::Message { text, args } => self.said(meta, event, text, args),
            EventKind::Spawned { child } => self.spawned(meta, child),
            EventKind::SpanBegan { name } => {
                if let Text::Part(part) = self.text(meta, name) {
                    self.part = Some((part, event.at));
                    if let Some(trial) = self.all.last_mut()
                        && trial.began == Nanos::ZERO
                    {
                        trial.began = event.at;
                    }
                }
            }
            EventKind::SpanEnded { name } => {
                if let Text::Part(part) = self.text(meta, name) {
                    self.part_ended(part, event.at);
                }
            }
            EventKind::TaskStarted { .. } => self.busy.push((event.actor, event.at)),
            EventKind::TaskFinished { .. } | EventKind::TaskFailed { .. } => {
                let place = self.busy.iter().position(|(who, _)| *who == event.actor);
                if let (Some(place), Some(trial)) = (place, self.all.last_mut()) {
                    let (_, since) = self.busy.swap_remove(place);
                    trial.busy = trial.busy + event.at.since(since);
                }
            }
            _ => {}
        }
    }

    fn said(&mut self, meta: &Meta, event: &Event, text: TextId, args: [Item; 2]) {
        let [first, second] = args.map(|item| {
            let number = item.as_int().unwrap_or(0);
            usize::try_from(number).unwrap_or(0)
        });
        match self.text(meta, text) {
            Text::Trial(backend, warm_up) => {
                self.started = 0;
                self.part = None;
                self.busy.clear();
                self.all.push(Trial {
                    backend,
                    size: second,
                    number: first,
                    warm_up,
                    announced: event.at,
                    began: Nanos::ZERO,
                    ended: None,
                    last_event: 0,
                    parts: [Nanos::ZERO; 3],
                    busy: Nanos::ZERO,
                    others: 0,
                });
            }
            Text::Others => {
                if let Some(trial) = self.all.last_mut() {
                    trial.others = first;
                }
            }
            Text::Cores => {
                self.cores = first;
                self.main = Some(event.actor);
            }
            Text::Python => {
                let said = meta.text(text);
                let note = said.strip_prefix(TAKES_PART).unwrap_or(said);
                self.python_note = Some(note.to_owned());
            }
            Text::Method => {
                self.python_method = meta.text(text).strip_prefix(METHOD).map(str::to_owned);
            }
            Text::Part(_) | Text::Other => {}
        }
    }

    fn spawned(&mut self, meta: &Meta, child: ActorId) {
        let Some(actor) = meta.actors.get(child.index()) else {
            return;
        };
        let process = actor.kind == ActorKind::Process;
        let Some(trial) = self.all.last().filter(|trial| trial.ended.is_none()) else {
            if process {
                self.python = Some(child);
            }
            return;
        };
        if trial.backend == Backend::Workers && !process {
            self.supervisors.push(child);
            return;
        }
        if self.workers.len() <= self.started {
            self.workers.resize_with(self.started + 1, Vec::new);
        }
        self.workers[self.started].push(child);
        self.started += 1;
    }

    fn part_ended(&mut self, part: usize, at: Nanos) {
        let began = self.part.take().filter(|(began, _)| *began == part);
        let (Some((_, since)), Some(trial)) = (began, self.all.last_mut()) else {
            return;
        };
        trial.parts[part] = at.since(since);
        // Without a pool there is nothing to shut down.
        let last = if trial.backend.has_pools() { 2 } else { 1 };
        if part == last {
            trial.ended = Some(at);
            trial.last_event = self.read;
        }
    }

    fn text(&mut self, meta: &Meta, id: TextId) -> Text {
        if self.texts.len() <= id.index() {
            self.texts.resize(id.index() + 1, None);
        }
        *self.texts[id.index()].get_or_insert_with(|| Text::read(meta.text(id)))
    }
}

impl Text {
    fn read(text: &str) -> Self {
        if let Some(part) = NAMES.iter().position(|name| *name == text) {
            return Self::Part(part);
        }
        for backend in Backend::ALL {
            for warm_up in [false, true] {
                if text == backend.announcement(warm_up) {
                    return Self::Trial(backend, warm_up);
                }
            }
        }
        if text == CORES {
            Self::Cores
        } else if text == OTHERS {
            Self::Others
        } else if text.starts_with(LEFT_OUT) || text.starts_with(TAKES_PART) {
            Self::Python
        } else if text.starts_with(METHOD) {
            Self::Method
        } else {
            Self::Other
        }
    }
}
