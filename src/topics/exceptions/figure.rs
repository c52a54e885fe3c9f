//! The table *who learns of it?*, each cell as it was measured so far.

use super::outcome::{Cell, cells};
use super::table::{COLUMNS, CPYTHON, OURS, ROWS, Truth};
use crate::replay::{Phase, State};
use crate::topics::cpython::Part;
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{FigureCommand, StageAction, StageView};
use egui::{Align2, Color32, Pos2, Rect, Stroke, Ui, pos2, vec2};
use std::f32::consts::PI;

/// The table.
pub struct Table;

/// Width of the names of rows, also where columns are narrow, and height of those of columns with how each is asked, and without.
const NAMES: f32 = 112.0;
const NARROW_NAMES: f32 = 84.0;
const HEAD: f32 = 40.0;
const LOW_HEAD: f32 = 23.0;
/// Height of what is to be done.
const TO_DO: f32 = 24.0;
/// Columns narrower than this have fewer words; rows lower than this have one line.
const NARROW: f32 = 98.0;
const TALL: f32 = 37.0;
/// Rows of this height have room for both lines of a cell.
const TWO_LINES: f32 = 33.0;

/// The cells of the run, as far as it is known.
#[derive(Clone, Debug, Default)]
struct Cells(Vec<Cell>);

impl Cells {
    /// A cell, where it is measured by now. Of an earlier version's recording is not known when.
    fn measured(&self, state: &State, whose: &str, place: usize) -> Option<&Cell> {
        let (row, column) = (place / COLUMNS.len(), place % COLUMNS.len());
        let (row, column) = (ROWS.get(row)?.0, COLUMNS[column].0);
        let mut cells = self.0.iter();
        let cell = cells.find(|cell| (cell.of, cell.row, cell.column) == (whose, row, column))?;
        let is_over = |id| state.section(id).is_some_and(|section| section.ended.is_some());
        cell.section.is_none_or(is_over).then_some(cell)
    }
}

/// How many of the cells that are measured by now are as the user said; or how to say it.
fn score(state: &State, cells: &Cells, said: &[u8; 32]) -> String {
    let all = ROWS.len() * COLUMNS.len();
    let judged = (0..all).filter_map(|place| {
        let said = Truth::said(said[place])?;
        Some(cells.measured(state, CPYTHON, place)?.truth == said)
    });
    let judged: Vec<bool> = judged.collect();
    let right = judged.iter().filter(|right| **right).count();
    let is_open = (0..all).any(|place| cells.measured(state, CPYTHON, place).is_none());
    match (judged.len(), is_open) {
        (0, true) => "pause and say first: click a cell".to_owned(),
        (0, false) => String::new(),
        (all, _) => format!("you: {right} of {all} right"),
    }
}

impl Figure for Table {
    fn room(&self, view: &StageView<'_>) -> Room {
        match view.param("program") {
            "who-learns" => Room::All,
            _ => Room::None,
        }
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let known = view.kept(|known: &mut Cells, trace, _| known.0 = cells(trace.meta()));
        let picture = layout(look, area, &known, &view.choice.said);
        picture.show(ui, "who-learns", look.actors, view.selection)
    }
}

fn layout(look: &Look<'_>, area: Rect, cells: &Cells, said: &[u8; 32]) -> Picture {
    let theme = look.theme;
    let mut picture = Picture::default();
    let Part { version, left_out, .. } = Part::of(look.meta);
    let what = match (&version, left_out) {
        (Some(version), None) => format!("Who learns of it? · {version}, each cell a program"),
        (_, Some(left_out)) => format!("Who learns of it? · {left_out}"),
        (None, None) => "Who learns of it?".to_owned(),
    };
    let title = area.with_max_y(area.top() + 22.0);
    let score = score(look.state, cells, said);
    let room = look.measure.width(&score, &theme.small()) + 8.0;
    let what_at = title.with_max_x(title.right() - room);
    // In fewer words sooner than cut.
    let fits = |text: &str| look.measure.width(text, &theme.strong()) <= what_at.width();
    let what = match &version {
        Some(version) if !fits(&what) => format!("Who learns of it? · {version}"),
        _ => what,
    };
    picture.text(what_at, Align2::LEFT_CENTER, what, theme.strong(), theme.text);
    picture.text(title, Align2::RIGHT_CENTER, score, theme.small(), theme.muted);
    let area = area.with_min_y(area.top() + 24.0);
    let column = |names: f32| (area.width() - names) / COLUMNS.len() as f32;
    let is_narrow = column(NAMES) < NARROW;
    let (names, gap) = if is_narrow { (NARROW_NAMES, 2.0) } else { (NAMES, 6.0) };
    let width = column(names);
    let tall = |head: f32| (area.height() - head - TO_DO) / ROWS.len() as f32;
    // What each cell says comes before how it is asked.
    let head = if tall(HEAD) >= TWO_LINES { HEAD } else { LOW_HEAD };
    let height = tall(head).min(64.0);
    let at = |row: f32, column: f32| {
        let corner = pos2(area.left() + names + column * width, area.top() + head + row * height);
        Rect::from_min_size(corner, vec2(width - gap, height))
    };
    for (column, (_, name, call, [full, todo, few])) in COLUMNS.iter().enumerate() {
        let left = at(0.0, column as f32).left();
        let line =
            |top: f32| Rect::from_min_size(pos2(left, area.top() + top), vec2(width - gap, 18.0));
        let name = name[usize::from(is_narrow)];
        picture.text(line(0.0), Align2::LEFT_CENTER, name, theme.label(), theme.text);
        if head == HEAD {
            picture.text(line(17.0), Align2::LEFT_CENTER, *call, theme.mono_small(), theme.muted);
        }
        let todo_at = at(ROWS.len() as f32, column as f32);
        let todo_at = todo_at.with_max_y(todo_at.top() + TO_DO);
        let words = if is_narrow { few } else { todo };
        picture.text(todo_at, Align2::LEFT_CENTER, *words, theme.small(), theme.text);
        if words != full {
            picture.hint(todo_at, *full);
        }
    }
    for (row, (key, name, code)) in ROWS.iter().enumerate() {
        let y = at(row as f32, 0.0).top();
        let edge = Stroke::new(1.0, theme.hairline);
        picture.line(vec![pos2(area.left(), y - 2.0), pos2(area.right(), y - 2.0)], edge);
        let named =
            |top: f32| Rect::from_min_size(pos2(area.left(), y + top), vec2(names - 4.0, 17.0));
        picture.text(named(3.0), Align2::LEFT_CENTER, *name, theme.label(), theme.text);
        if height >= TALL {
            let (font, place) = (theme.mono_small(), named(20.0));
            let whole = look.measure.width(code, &font) <= place.width();
            let short = code.split_once(' ').filter(|_| !whole).map_or(*code, |(_, what)| what);
            picture.text(place, Align2::LEFT_CENTER, short, font, theme.muted);
        }
        for column in 0..COLUMNS.len() {
            let place = row * COLUMNS.len() + column;
            let rect = at(row as f32, column as f32);
            let theirs = cells.measured(look.state, CPYTHON, place);
            // Where CPython is asked, this program's own stands beside what it found.
            let ours = cells.measured(look.state, OURS, place);
            let ours = ours.filter(|_| theirs.is_some() || version.is_none());
            let said = said.get(place).copied().unwrap_or(0);
            cell(look, rect, (place, key), [theirs, ours], said, &mut picture);
        }
    }
    let y = at(ROWS.len() as f32, 0.0).top();
    let edge = Stroke::new(1.5, theme.text);
    picture.line(vec![pos2(area.left(), y - 2.0), pos2(area.right(), y - 2.0)], edge);
    let rect = Rect::from_min_size(pos2(area.left(), y + 3.0), vec2(names - 4.0, 18.0));
    picture.text(rect, Align2::LEFT_CENTER, "What to do", theme.label(), theme.text);
    picture
}

fn cell(
    look: &Look<'_>,
    rect: Rect,
    (place, row): (usize, &str),
    [theirs, ours]: [Option<&Cell>; 2],
    guess: u8,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let line = |top: f32, left: f32| {
        Rect::from_min_max(
            pos2(rect.left() + left, rect.top() + top),
            pos2(rect.right(), (rect.top() + top + 17.0).min(rect.bottom())),
        )
    };
    let mut said = String::from("not measured yet");
    match theirs {
        Some(Cell { told, truth: learns, .. }) => {
            let [truth, detail, brief, brief_detail] = told.words(row);
            said = format!("{truth}, {detail}");
            let (words, few, font) = match rect.width() < NARROW - 6.0 {
                true => (brief, brief_detail, theme.small()),
                false => (truth, detail, theme.label()),
            };
            glyph(look, pos2(rect.left() + 7.0, rect.top() + 10.5), *learns, picture);
            picture.text(line(2.0, 18.0), Align2::LEFT_CENTER, &words, font, theme.text);
            if rect.height() >= TWO_LINES {
                picture.text(
                    line(17.0, 0.0),
                    Align2::LEFT_CENTER,
                    &few,
                    theme.small(),
                    theme.muted,
                );
            }
        }
        None => {
            let (word, ink) =
                Truth::said(guess).map_or(("…", theme.faint), |said| (said.name(), theme.text));
            picture.text(line(3.0, 0.0), Align2::LEFT_CENTER, word, theme.small(), ink);
            if guess > 0 {
                let (text, font) = ("you say", theme.small());
                if rect.height() >= TWO_LINES {
                    picture.text(line(17.0, 0.0), Align2::LEFT_CENTER, text, font, theme.muted);
                }
                said = format!("not measured yet; you say: {word}");
            }
        }
    }
    let mut below = Vec::new();
    if let Some((cell, guess)) = theirs.zip(Truth::said(guess)) {
        below.push(match cell.truth == guess {
            true => ("as you said".to_owned(), theme.muted),
            false => (format!("≠ you: {}", guess.name()), theme.text),
        });
    }
    if let Some(cell) = ours {
        below.push((format!("here: {}", cell.told.words(row)[0]), theme.muted));
    }
    for (place, (text, ink)) in below.into_iter().enumerate() {
        let at = line(31.0 + 14.0 * place as f32, 0.0);
        if at.height() >= 12.0 {
            picture.text(at, Align2::LEFT_CENTER, &text, theme.small(), ink);
        }
        said = format!("{said}; {text}");
    }
    let Some(theirs) = theirs else {
        // The next of what can be said.
        let next = guess % Truth::ALL.len() as u8 + 1;
        let command = FigureCommand::Say(place as u8, next);
        let does = Does::Act(StageAction::Figure(command));
        let tool = COLUMNS[place % COLUMNS.len()].1[0];
        let name = format!("{row} in {tool}: {said}");
        picture.spots.push(Spot { rect, radius: 6.0, does, name, selected: guess > 0 });
        return;
    };
    let section = theirs.section.and_then(|id| look.replay.latest().section(id));
    if let Some((begin, end)) = section.and_then(|section| section.span()) {
        let does = Does::Act(StageAction::Show(begin, end));
        picture.spots.push(Spot { rect, radius: 6.0, does, name: said, selected: false });
    }
}

/// Full: an exception in whoever waits; half: a trace outside; empty: nobody.
fn glyph(look: &Look<'_>, centre: Pos2, truth: Truth, picture: &mut Picture) {
    let theme = look.theme;
    let (radius, edge) = (5.5, Stroke::new(1.4, theme.text));
    let swatch = Rect::from_center_size(centre, vec2(14.0, 10.0));
    let dot = |fill: Color32| Mark::Dot { centre, radius, fill, edge };
    match truth {
        Truth::Caller => picture.marks.push(dot(theme.text)),
        Truth::Outside => {
            picture.marks.push(dot(theme.stage));
            let half = (0..=12).map(|step| 0.5 * PI + PI * step as f32 / 12.0);
            let points: Vec<Pos2> =
                half.map(|angle| centre + radius * vec2(angle.cos(), angle.sin())).collect();
            picture.area(points, theme.text);
        }
        Truth::Nobody => picture.marks.push(dot(theme.stage)),
        Truth::Waits => picture.phase(swatch, Phase::Blocked),
        Truth::AllEnds => picture.phase(swatch, Phase::Failed),
        Truth::Unknown => {}
        Truth::NoError => {
            let ends = [centre - vec2(6.0, 0.0), centre + vec2(6.0, 0.0)];
            picture.line(ends.to_vec(), Stroke::new(2.0, theme.muted));
        }
    }
}
