//! The trait of what draws a topic, and the view it draws.

use super::actors::Actors;
use super::resource::Look;
use super::scene::moment::Moment;
use super::scene::{self, Figure};
use super::selection::Selection;
use super::text::{Measure, RoughMeasure};
use super::theme::Theme;
use super::timeline::Rows;
use crate::replay::{Finding, Replay, State};
use crate::trace::{ActorId, Follow, Followed, Nanos, Trace};
use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The state of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunStatus {
    /// Nothing has been run yet.
    #[default]
    Idle,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// It failed, with one sentence why.
    Failed(String),
    /// The user stopped it.
    Stopped,
}

type Kept = Arc<dyn Any + Send + Sync>;

/// Data that a stage has derived from a trace and its replay, kept from frame to frame: a run of many events is not read
/// again for every frame, nor for every part of one. A memo belongs to one trace.
#[derive(Default)]
pub struct Memo {
    /// The data by its type, with the revision of the trace that it is up to date with.
    kept: RefCell<HashMap<TypeId, (u64, Kept)>>,
}

/// What the user chose to see of a topic's figure: a setting of the session, which begins anew with every run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Which of its pages, by place.
    pub page: usize,
    /// Which of its series is in front, by place; the figure decides where nobody chose.
    pub series: Option<usize>,
    /// Only that series is drawn, on a scale of its own.
    pub alone: bool,
    /// The visit of the cursor to a part of the run.
    pub visit: Option<Visit>,
    /// What the user says that its places will show, by place: 0 nothing yet, and else as the figure has it.
    pub said: [u8; 32],
}

impl Choice {
    /// The instant that the figure is of, where the cursor is at `now`.
    pub fn instant(&self, now: Nanos) -> Nanos {
        self.visit.filter(|visit| visit.cursor == now).map_or(now, |visit| visit.figure)
    }
}

/// A visit of the cursor to a part of the run, while the figure stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Where the cursor went. Once it is elsewhere the figure follows it again.
    pub cursor: Nanos,
    /// The instant that the figure is of.
    pub figure: Nanos,
}

/// A change of the [`Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FigureCommand {
    /// Turn to a page.
    Page(usize),
    /// Bring a series to the front.
    Series(usize),
    /// Draw that series alone, or all of them again.
    ToggleAlone,
    /// Show a stretch of time in the lanes, with the cursor at its end, and keep the figure as it is.
    Visit(Nanos, Nanos),
    /// Put the cursor back to where it was before the visit.
    Return,
    /// Note what the user says that a place will show.
    Say(u8, u8),
}

/// One instant of a run, as a stage sees it.
pub struct StageView<'a> {
    /// The trace of the run.
    pub trace: &'a Trace,
    /// What is derived from it.
    pub replay: &'a Replay,
    /// What is true at the cursor.
    pub state: &'a State,
    /// The cursor.
    pub now: Nanos,
    /// How long a motion (an item moving into a list) takes, in time of the trace.
    pub motion: Nanos,
    /// How far the run is.
    pub status: &'a RunStatus,
    /// What the trace of a run that is over tells, as the topic's own type.
    pub outcome: Option<&'a dyn Any>,
    /// What the whole run proves, where it is known.
    pub findings: &'a [Finding],
    /// What a run would be of, before there is one: the preset in a sentence.
    pub ready: &'a str,
    /// What is selected, everywhere at once.
    pub selection: Selection,
    /// What the user chose to see of the figure.
    pub choice: Choice,
    /// Colours and sizes.
    pub theme: &'a Theme,
    /// Data derived for earlier frames.
    pub memo: &'a Memo,
}

impl StageView<'_> {
    /// The kept data of this type, brought up to date by `update` where the trace has changed since. It starts as the
    /// default, and depends on the trace and the replay alone, not on the cursor. The change need not be at the end:
    /// data that only reads on is [followed](Self::followed).
    pub fn kept<T: Any + Clone + Default + Send + Sync>(
        &self,
        update: impl FnOnce(&mut T, &Trace, &Replay),
    ) -> Arc<T> {
        let revision = self.trace.revision();
        let before = self.memo.kept.borrow_mut().remove(&TypeId::of::<T>());
        let (mut kept, fresh) = match before {
            Some((of, kept)) => (kept.downcast::<T>().unwrap_or_default(), of == revision),
            None => (Arc::default(), false),
        };
        if !fresh {
            // The only reference by now: no clone.
            update(Arc::make_mut(&mut kept), self.trace, self.replay);
        }
        let entry: Kept = kept.clone();
        let mut all = self.memo.kept.borrow_mut();
        all.insert(TypeId::of::<T>(), (revision, entry));
        kept
    }

    /// The kept data of this type that is read off the trace's events as they come.
    pub fn followed<T: Follow + Any + Clone + Send + Sync>(&self) -> Arc<Followed<T>> {
        self.kept(|data: &mut Followed<T>, trace, _| data.update(trace))
    }

    /// What the trace of a run that is over tells.
    pub fn outcome<T: Any>(&self) -> Option<&T> {
        self.outcome?.downcast_ref()
    }

    /// Whether the run is done and the cursor at its end.
    pub fn is_done(&self) -> bool {
        *self.status == RunStatus::Done && self.now >= self.trace.end()
    }

    /// What pictures of this instant are made from.
    pub fn look<'b>(&'b self, actors: &'b Actors<'b>, measure: &'b dyn Measure) -> Look<'b> {
        Look {
            meta: self.trace.meta(),
            state: self.state,
            replay: self.replay,
            now: self.now,
            motion: self.motion(),
            actors,
            theme: self.theme,
            measure,
            headed: false,
        }
    }

    /// How long a motion lasts. At the end of a run that is over nothing is on its way any more: time does not go on there.
    fn motion(&self) -> Nanos {
        let over = *self.status != RunStatus::Running && self.now >= self.trace.end();
        if over { Nanos::ZERO } else { self.motion }
    }

    /// How far a motion that began at `since` has come: 0 at its start, 1 once it is over.
    pub fn progress(&self, since: Nanos) -> f32 {
        let motion = self.motion();
        if motion == Nanos::ZERO {
            return 1.0;
        }
        let gone = (self.now - since).0 as f64 / motion.0 as f64;
        gone.clamp(0.0, 1.0) as f32
    }

    /// A parameter of the run, as text; empty where the run has none.
    pub fn param(&self, key: &str) -> &str {
        self.trace.meta().param(key).unwrap_or_default()
    }
}

/// What the user did on a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageAction {
    /// Selected something.
    Select(Selection),
    /// Chose what to see of the figure.
    Figure(FigureCommand),
    /// Asked the lanes to show a stretch of time, with the cursor at its end.
    Show(Nanos, Nanos),
    /// Asked for a signal to a process of the run under way.
    Signal(ActorId, u8),
}

impl StageAction {
    /// Clicked on a stretch of time of the figure, which the lanes show then.
    pub fn visit((from, to): (Nanos, Nanos)) -> Self {
        Self::Figure(FigureCommand::Visit(from, to))
    }
}

/// Draws a topic. Decides nothing, changes nothing, waits for nothing.
pub trait Stage: Sync {
    /// Draws into the whole of `ui` and answers with what the user did.
    fn stage_ui(&self, ui: &mut egui::Ui, view: &StageView<'_>) -> Vec<StageAction> {
        scene::show(ui, self, view)
    }

    /// What the moment is about, where the topic knows more than its trace tells everybody.
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let _ = view;
        None
    }

    /// What is known of a run that was stopped, in sentences.
    fn so_far(&self, view: &StageView<'_>) -> Option<String> {
        let _ = view;
        None
    }

    /// The topic's own figure.
    fn figure(&self) -> Option<&'static dyn Figure> {
        None
    }

    /// The rows of the timeline, where they are not those of any trace ([`Rows::of`]).
    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let _ = view;
        None
    }

    /// The facts of the moment for the inspector: `(name, value)`.
    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        let looks = Actors::new(view.theme, view.trace.meta());
        scene::facts::facts(&view.look(&looks, &RoughMeasure))
    }
}

/// The stage of a trace without a topic: its scene, and nothing added.
pub struct PlainStage;

impl Stage for PlainStage {}
