//! Data of the figure at an instant: the trials so far, and their statistics.

use crate::record::os;
use crate::topics::cpython::Part;
use crate::topics::pool_size::analysis::{self, Amdahl, Base, Cell, Compared, Conditions};
use crate::topics::pool_size::plan::{self, Backend};
use crate::topics::pool_size::trials::{Trial, Trials, loop_takes};
use crate::trace::{Followed, Nanos};
use crate::widgets::stage::{RunStatus, StageView};
use std::sync::Arc;

/// What is drawn: the page of the figure with this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Times.
    Time,
    /// How many times as fast.
    SpeedUp,
    /// The table, where it has no room beside the plot.
    Table,
}

impl Mode {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Time, "Time"), (Self::SpeedUp, "Speed-up"), (Self::Table, "Table")];
}

/// The figure at an instant.
pub struct Figure<'a> {
    /// The view of the moment.
    pub view: &'a StageView<'a>,
    /// The instant it is of: the cursor, or where that was before it went to a trial.
    pub now: Nanos,
    /// All trials there are, also those to come.
    pub trials: Arc<Followed<Trials>>,
    /// CPython's part in the run.
    pub part: Part,
    /// Medians and spreads of the trials that are over.
    pub cells: Vec<Cell>,
    /// Which of them may be compared.
    pub compared: Compared,
    /// Pool sizes, rising.
    pub sizes: Vec<usize>,
    /// Backends that take part.
    pub backends: Vec<Backend>,
    /// The backend whose parts and numbers are shown.
    pub backend: Backend,
    /// What is drawn.
    pub mode: Mode,
    /// Whether of several backends only the one is drawn, on a scale of its own.
    pub alone: bool,
}

impl<'a> Figure<'a> {
    /// The figure of an instant, with what the user chose to see.
    pub fn at(view: &'a StageView<'a>, now: Nanos) -> Self {
        let trials = view.followed::<Trials>();
        let cells = analysis::cells(trials.over(now));
        let cores = match trials.cores {
            0 => os::cores(),
            cores => cores,
        };
        let part = Part::of(view.trace.meta());
        let absent = part.left_out.is_some();
        let mut backends = Backend::chosen(view.param("backend"), view.param("start_method"));
        // A CPython that failed half-way keeps the dots it has.
        backends
            .retain(|b| !b.is_cpython() || !absent || cells.iter().any(|cell| cell.backend == *b));
        let first = backends.first().copied().unwrap_or(Backend::Workers);
        let chosen = view.choice.series.and_then(|series| Backend::ALL.get(series).copied());
        let backend = chosen.filter(|backend| backends.contains(backend));
        let mut figure = Self {
            view,
            now,
            compared: Compared::default(),
            alone: view.choice.alone && backends.len() > 1,
            cells,
            sizes: plan::sizes(view.param("sizes"), cores),
            backend: backend.unwrap_or(first),
            backends,
            mode: Mode::ALL.get(view.choice.page).map_or(Mode::Time, |(mode, _)| *mode),
            trials,
            part,
        };
        figure.compared = Compared::of(&figure.cells, &figure.conditions());
        figure
    }

    /// Whether the run is over and the cursor at its end: then no trial is more present than another.
    pub fn is_wholly_seen(&self) -> bool {
        *self.view.status != RunStatus::Running && self.view.now >= self.view.trace.end()
    }

    /// The trials that are over and count.
    pub fn over(&self) -> impl Iterator<Item = &Trial> {
        self.trials.over(self.now)
    }

    /// Where the cursor is: in a trial, or right after it.
    pub fn at_cursor(&self) -> Option<&Trial> {
        let trial = self.trials.at(self.view.now);
        trial.filter(|_| !self.is_wholly_seen())
    }

    /// Cores of the machine that ran it.
    pub fn cores(&self) -> usize {
        self.trials.cores.max(1)
    }

    /// How many trials the run makes of each pool.
    pub fn wanted(&self) -> usize {
        self.view.param("trials").parse().unwrap_or(0)
    }

    /// How many numbers a trial squares.
    pub fn numbers(&self) -> usize {
        self.view.param("numbers").parse().unwrap_or(0)
    }

    /// Whether a backend is drawn.
    pub fn draws(&self, backend: Backend) -> bool {
        !self.alone || backend == self.backend
    }

    /// The backends that are drawn.
    pub fn drawn(&self) -> impl Iterator<Item = Backend> {
        let all = self.backends.iter().copied();
        all.filter(|backend| self.draws(*backend))
    }

    /// The cells that are drawn.
    pub fn drawn_cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| self.draws(cell.backend))
    }

    /// Whether a backend's times are drawn: as speed-ups only where they may be compared.
    pub fn plots(&self, backend: Backend) -> bool {
        let is_fair = self.mode != Mode::SpeedUp || self.compared.why_not(backend).is_none();
        is_fair && self.draws(backend)
    }

    /// Whether speed-ups may be drawn of anything, or nothing is known yet.
    pub fn has_speed_ups(&self) -> bool {
        let mut cells = self.drawn_cells().peekable();
        cells.peek().is_none() || cells.any(|c| self.compared.why_not(c.backend).is_none())
    }

    /// The cells whose times are drawn.
    pub fn plotted_cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| self.plots(cell.backend))
    }

    /// What the trials were measured under.
    pub fn conditions(&self) -> Conditions<'_> {
        Conditions {
            numbers: self.numbers(),
            cores: self.cores(),
            disturbance: analysis::disturbance(self.over(), self.cores()),
            method: self.part.method.as_deref(),
            loop_takes: loop_takes(self.view.trace.meta()),
        }
    }

    /// A backend's title, and shorter ones. As far as that is known, with how CPython starts its workers.
    pub fn titles(&self, backend: Backend) -> [String; 3] {
        let [title, short] = [backend.title(), backend.short()].map(str::to_owned);
        match (backend, self.part.method.as_deref()) {
            (Backend::CPython, Some(method)) => {
                [format!("{title} ({method})"), format!("{short} ({method})"), short]
            }
            _ => [title, short.clone(), short],
        }
    }

    /// Amdahl's law through a backend's medians, or in a clause why there is none.
    pub fn amdahl(&self, backend: Backend) -> Result<Amdahl, String> {
        self.compared.amdahl(&self.cells, backend, self.cores())
    }

    /// How many trials there are of each size that the finding compares, at least.
    pub fn least(&self) -> usize {
        let Some(main) = analysis::main_of(&self.backends) else {
            return self.over().count();
        };
        let alone = self.backends.contains(&Backend::Sequential);
        let sizes = self.sizes.iter().map(|size| (main, *size));
        let compared = sizes.chain(alone.then_some((Backend::Sequential, 0)));
        let trials = compared.map(|(backend, size)| {
            analysis::cell(&self.cells, backend, size).map_or(0, |cell| cell.total.count())
        });
        trials.min().unwrap_or(0)
    }

    /// The places along the x axis: pool sizes, after the loop without a pool (0) where it is drawn.
    pub fn places(&self) -> Vec<usize> {
        let alone = self.drawn().any(|backend| !backend.has_pools());
        let pools = self.drawn().any(|backend| backend.has_pools());
        let sizes = self.sizes.iter().copied().filter(|_| pools);
        alone.then_some(0).into_iter().chain(sizes).collect()
    }

    /// The rows of the table: a pool size, and what is known of it.
    pub fn rows(&self) -> Vec<(usize, Option<&Cell>)> {
        let known = |size: usize| analysis::cell(&self.cells, self.backend, size);
        match self.backend.has_pools() {
            true => self.sizes.iter().map(|size| (*size, known(*size))).collect(),
            false => vec![(0, known(0))],
        }
    }

    /// What the speed-ups of a backend are relative to.
    pub fn base(&self, backend: Backend) -> Option<Base> {
        analysis::base(&self.cells, backend)
    }

    /// The value drawn of a total: nanoseconds, or how many times as fast.
    pub fn value(&self, backend: Backend, total: Nanos) -> f64 {
        match (self.mode, self.base(backend)) {
            (Mode::SpeedUp, Some(base)) => analysis::speed_up(base, total),
            _ => total.0 as f64,
        }
    }
}
