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
        if program(view) == Program::Isolation { Room::None } else { Room::Most }
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

/// A column, and what it shows of a way.
type Column = (&'static str, fn(&Summary, &Cell) -> measured::Cell);

const COLUMNS: [Column; 5] = [
    ("speed-up", |summary, cell| measured::Cell { text: speed(summary, cell), amount: None }),
    ("CPU time", |_, cell| measured::Cell::time(Some(cell.cpu))),
    ("memory", |_, cell| measured::Cell::of(cell.memory[1], bytes)),
    ("all at work", |_, cell| measured::Cell::time(cell.start_up.typical())),
    ("switches", |_, cell| measured::Cell::of(cell.switches, |count| count.to_string())),
];

fn speed(summary: &Summary, cell: &Cell) -> String {
    summary.speed_up(cell).map_or_else(|| "–".to_owned(), |factor| format!("{factor:.1} ×"))
}

fn rows(view: &StageView<'_>) -> Rows {
    let (trials, summary) = (view.followed::<Trials>(), so_far(view));
    let (part, work) = (Part::of(view.trace.meta()), Work::named(view.param("program")));
    let is_there =
        part.left_out.is_none() || summary.cells.iter().any(|cell| cell.of.way.is_cpython());
    let has_cpython = view.param("cpython") != "none" && is_there;
    let ways = Way::ALL.into_iter().filter(|way| has_cpython || !way.is_cpython());
    // Only what did the same work has the same scale.
    let share = work.kind().amount.of_cpython();
    let longest = [false, true].map(|cpython| {
        let is_of = |trial: &&Trial| share.is_none() || trial.of.way.is_cpython() == cpython;
        trials.all.iter().filter(is_of).map(Trial::wall).max().unwrap_or_default()
    });
    let share = share.map(|(_, share)| format!(" · {share}, to a scale of its own"));
    let cpython = part.about().unwrap_or_else(|| "CPython".to_owned());
    Rows {
        title: format!("Time for all {} {}s", view.param("tasks"), work.kind().task),
        explained: match view.param("trials") {
            "1" => "one trial each, a dot and a bar; click a way to see it".to_owned(),
            trials => format!(
                "every dot one of {trials} trials, the bar ends at the median; click a way to see its trial"
            ),
        },
        columns: COLUMNS.map(|(name, _)| name).into(),
        rows: ways.map(|way| row(view, &trials, &summary, way)).collect(),
        groups: vec!["this program, in Rust".to_owned(), cpython + &share.unwrap_or_default()],
        longest: longest.to_vec(),
    }
}

fn row(view: &StageView<'_>, trials: &Trials, summary: &Summary, way: Way) -> Row {
    let group = usize::from(way.is_cpython());
    let over = |now| trials.over(now).filter(move |trial| trial.of.way == way);
    let Some(cell) = analysis::cell(&summary.cells, way) else {
        // Where there is none yet, the first one of the run.
        let does = over(Nanos::MAX).next().and_then(Trial::span).map(StageAction::visit);
        return Row::not_yet(way.said().short, way.said().title, group, does);
    };
    Row {
        name: way.said().short.to_owned(),
        group,
        trials: over(view.choice.instant(view.now)).map(Trial::wall).collect(),
        middle: Some(cell.wall.median),
        best: summary.has_won(way),
        cells: COLUMNS.map(|(_, of)| of(summary, cell)).into(),
        said: format!("{}: {}, {}", way.said().title, cell.wall, speed(summary, cell)),
        does: Some(StageAction::visit(cell.middle)),
    }
}
