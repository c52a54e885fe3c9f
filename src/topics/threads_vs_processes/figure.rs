//! The ways as rows: every trial a dot, the median a bar, and what each way cost.

use super::analysis::{self, Cell, Summary};
use super::plan::Program;
use super::stage::{program, so_far};
use super::trials::{Trial, Trials};
use super::ways::Way;
use super::work::Work;
use super::{how_many, responsive};
use crate::replay::bytes;
use crate::topics::cpython::Part;
use crate::trace::{Nanos, ResourceKind};
use crate::widgets::measured::{self, Row, Rows};
use crate::widgets::resource::Look;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Rect, Ui};

/// The figure.
pub struct WaysFigure;

impl Figure for WaysFigure {
    fn room(&self, view: &StageView<'_>) -> Room {
        match program(view) {
            Program::Isolation => Room::None,
            Program::Compare | Program::Responsive | Program::HowMany => Room::Most,
        }
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [ResourceKind] {
        // The results are the same for every way; the port of the server and the pipe to CPython are no part of any.
        &[ResourceKind::Array, ResourceKind::Value, ResourceKind::Pipe]
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let (picture, name) = match program(view) {
            Program::HowMany => (how_many::curves(view).show(ui, look, area), "how many"),
            Program::Responsive => (measured::layout(look, area, &responsive::rows(view)), "ways"),
            _ => (measured::layout(look, area, &rows(view)), "ways"),
        };
        picture.show(ui, name, look.actors, view.selection)
    }
}

/// What a column shows of a way.
type Column = (&'static str, fn(&Cell) -> Option<(String, f64)>);

const COLUMNS: [Column; 4] = [
    ("CPU time", |cell| Some((cell.cpu.to_string(), cell.cpu.0 as f64))),
    ("memory", |cell| cell.memory[1].map(|own| (bytes(own), own as f64))),
    ("all at work", |cell| cell.start_up.typical().map(|time| (time.to_string(), time.0 as f64))),
    ("switches", |cell| cell.switches.map(|count| (count.to_string(), count as f64))),
];

fn rows(view: &StageView<'_>) -> Rows {
    let (trials, summary) = so_far(view);
    let wanted = view.param("trials");
    let has_cpython = view.param("cpython") != "none"
        && (Part::of(view.trace.meta()).left_out.is_none()
            || summary.cells.iter().any(|cell| cell.of.way.is_cpython()));
    let ways = Way::ALL.into_iter().filter(|way| has_cpython || !way.is_cpython());
    let group = |way: &Way| usize::from(way.is_cpython());
    let mut longest = [0, 1].map(|number| {
        let of = trials.all.iter().filter(|trial| group(&trial.of.way) == number);
        of.map(Trial::wall).max().unwrap_or_default()
    });
    // Only what did the same work has the same scale.
    let share = Work::named(view.param("program")).share_of_cpython();
    if share.is_none() {
        longest = [longest[0].max(longest[1]); 2];
    }
    let share =
        share.map_or_else(String::new, |share| format!(" · {share}, to a scale of its own"));
    let columns = ["speed-up"].into_iter().chain(COLUMNS.map(|(name, _)| name));
    let cpython =
        Part::of(view.trace.meta()).about().unwrap_or_else(|| "CPython".to_owned()) + &share;
    Rows {
        title: format!(
            "Time for all {} {}s",
            view.param("tasks"),
            Work::named(view.param("program")).kind().task
        ),
        explained: match wanted {
            "1" => "one trial each, a dot and a bar; click a way to see it".to_owned(),
            _ => format!(
                "every dot one of {wanted} trials, the bar ends at the median; click a way to see its trial"
            ),
        },
        columns: columns.map(str::to_owned).collect(),
        rows: ways.map(|way| row(view, &trials, &summary, way)).collect(),
        groups: vec!["this program, in Rust".to_owned(), cpython],
        longest: longest.to_vec(),
    }
}

fn row(view: &StageView<'_>, trials: &Trials, summary: &Summary, way: Way) -> Row {
    let now = view.choice.instant(view.now);
    let of = trials.over(now).filter(|trial| trial.of.way == way);
    let name = way.said().short.to_owned();
    let mut row = Row { name, group: usize::from(way.is_cpython()), ..Row::default() };
    row.trials = of.map(Trial::wall).collect();
    let cell = analysis::cell(&summary.cells, way);
    // Where there is none yet, the first one of the run.
    let first = || trials.over(Nanos::MAX).find(|trial| trial.of.way == way)?.span();
    row.does = cell.map(|cell| cell.middle).or_else(first).map(StageAction::visit);
    let Some(cell) = cell else {
        row.said = format!("{}: not yet", way.said().title);
        return row;
    };
    row.middle = Some(cell.wall.median);
    row.best = summary.has_won(way);
    let speed =
        summary.speed_up(cell).map_or_else(|| "–".to_owned(), |factor| format!("{factor:.1} ×"));
    row.said =
        format!("{}: {} ± {}, {speed}", way.said().title, cell.wall.median, cell.wall.half());
    row.cells.push(measured::Cell { text: speed, part: None });
    for (_, of) in COLUMNS {
        let most = summary.cells.iter().filter_map(of).map(|(_, value)| value).fold(0.0, f64::max);
        row.cells.push(of(cell).map_or_else(measured::Cell::default, |(text, value)| {
            measured::Cell { text, part: (most > 0.0).then(|| (value / most) as f32) }
        }));
    }
    row
}
