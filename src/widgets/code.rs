//! A listing of code: line numbers, subtle colours, and for each actor the line it is at.

pub mod tokens;

use super::actors::Actors;
use super::badge;
use super::text;
use super::theme::{GRID, Theme};
use crate::trace::ActorId;
use egui::{
    Align, Align2, Color32, Label, Rect, Response, ScrollArea, Sense, TextFormat, TextWrapMode, Ui,
    Vec2, pos2, text::LayoutJob, vec2,
};
use tokens::{Kind, Language, Tokeniser};

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLine {
    /// Its number, from 1.
    pub number: u32,
    /// What it says, with its indentation.
    pub text: String,
}

impl CodeLine {
    /// The lines of a whole listing.
    pub fn all(listing: &str) -> Vec<Self> {
        let numbered = listing.lines().zip(1..);
        numbered.map(|(text, number)| Self { number, text: text.replace('\t', "    ") }).collect()
    }
}

/// What a listing shows.
pub struct Listing<'a> {
    /// An id that no other listing of the panel has.
    pub id: &'a str,
    /// Its lines.
    pub lines: &'a [CodeLine],
    /// The language they are in.
    pub language: Language,
    /// Line numbers with the actors at these lines.
    pub marks: &'a [(u32, Vec<ActorId>)],
    /// Colours and names of the actors.
    pub actors: &'a Actors<'a>,
    /// The line to scroll to whenever it changes.
    pub follow: Option<u32>,
}

const LINE: f32 = 21.0;
const FACE: f32 = 16.0;
/// Number of badges of one line that are shown; the rest is counted.
const FACES: usize = 3;
/// Between the badges of one line, in points: each is read.
const BETWEEN: f32 = 1.0;

/// How many badges a line shows, and how many it only counts.
pub fn faces(count: usize) -> (usize, usize) {
    if count <= FACES { (count, 0) } else { (FACES, count - FACES) }
}

/// Width of the badges of the busiest line.
fn faces_width(marks: &[(u32, Vec<ActorId>)]) -> f32 {
    let most = marks.iter().map(|(_, who)| who.len()).max().unwrap_or(0);
    let (shown, more) = faces(most.max(1));
    let counted = if more > 0 { 24.0 } else { 0.0 };
    FACE + (shown - 1) as f32 * (FACE + BETWEEN) + counted
}

#[cfg(test)]
#[test]
fn the_badges_of_a_line_do_not_lie_over_each_other() {
    let marks = [(1, (0..3).map(ActorId).collect())];
    assert!(faces_width(&marks) >= FACES as f32 * FACE);
}

/// The widest that the badges of this listing have been: the code does not move whenever some come or go.
fn settled_width(ui: &Ui, listing: &Listing<'_>) -> f32 {
    let id = ui.scope_id().with(("badges of", listing.id));
    let width =
        ui.data(|data| data.get_temp(id)).unwrap_or(0.0_f32).max(faces_width(listing.marks));
    ui.data_mut(|data| data.insert_temp(id, width));
    width
}

/// The listing, over all the room there is; long lines and long listings scroll, and the gutter stays in view.
pub fn show(ui: &mut Ui, listing: &Listing<'_>) -> Response {
    let theme = Theme::of(ui);
    let mono = theme.mono();
    let number_font = theme.mono_small();
    let digits = listing.lines.last().map_or(1, |l| l.number.to_string().len());
    let digit = text::Measure::width(ui.painter(), "0", &number_font);
    let numbers = digit * digits.max(2) as f32;
    let gutter = GRID + settled_width(ui, listing) + 0.5 * GRID + numbers + 1.5 * GRID;
    let height = LINE * listing.lines.len() as f32;
    let follow_id = ui.scope_id().with(("listing follows", listing.id));
    let before: Option<u32> = ui.data(|d| d.get_temp(follow_id));
    let moved = listing.follow != before;

    let area = ScrollArea::both().id_salt(("listing", listing.id)).auto_shrink(false);
    let output = area.show(ui, |ui| {
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let view = ui.clip_rect();
        let origin = ui.cursor().min;
        let line_at = |i: usize| {
            let top = origin.y + LINE * i as f32;
            Rect::from_min_max(pos2(view.left(), top), pos2(view.right(), top + LINE))
        };
        let grounds: Vec<usize> = listing
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| {
                listing.marks.iter().any(|(n, who)| *n == line.number && !who.is_empty())
            })
            .map(|(i, _)| i)
            .collect();
        for &i in &grounds {
            ui.painter().rect_filled(line_at(i), 0.0, theme.current_line);
        }
        let mut tokeniser = Tokeniser::new(listing.language);
        for (i, line) in listing.lines.iter().enumerate() {
            let job = highlighted(&mut tokeniser, &line.text, &mono, theme);
            let at = pos2(origin.x + gutter, origin.y + LINE * i as f32);
            let width = ui.painter().layout_job(job.clone()).size().x;
            let rect = Rect::from_min_size(at, vec2(width + 2.0 * GRID, LINE));
            ui.expand_to_include_rect(rect);
            if ui.is_rect_visible(rect) {
                let label = Label::new(job).selectable(true).halign(Align::LEFT).extend();
                let mut inside = ui.new_child(
                    egui::UiBuilder::new()
                        .max_rect(rect)
                        .layout(egui::Layout::left_to_right(Align::Center)),
                );
                inside.add(label);
            }
            if moved && listing.follow == Some(line.number) {
                let target =
                    line_at(i).expand2(vec2(0.0, 2.0 * LINE)).with_max_x(view.left() + 1.0);
                ui.scroll_to_rect(target, None);
            }
        }
        ui.expand_to_include_rect(Rect::from_min_size(origin, vec2(gutter, height)));
        paint_gutter(ui, listing, &line_at, &grounds, (gutter, numbers), theme);
        ui.response()
    });
    ui.data_mut(|d| match listing.follow {
        Some(line) => {
            d.insert_temp(follow_id, line);
        }
        None => d.remove::<u32>(follow_id),
    });
    output.inner
}

/// The gutter is painted over the code, so that it stays when the code scrolls under it.
fn paint_gutter(
    ui: &Ui,
    listing: &Listing<'_>,
    line_at: &dyn Fn(usize) -> Rect,
    marked: &[usize],
    (gutter, numbers): (f32, f32),
    theme: &Theme,
) {
    let painter = ui.painter();
    let view = ui.clip_rect();
    painter.rect_filled(view.with_max_x(view.left() + gutter - 2.0), 0.0, theme.panel);
    let font = theme.mono_small();
    for (i, line) in listing.lines.iter().enumerate() {
        let rect = line_at(i).with_max_x(view.left() + gutter - 2.0);
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let current = marked.contains(&i);
        if current {
            painter.rect_filled(rect, 0.0, theme.current_line);
        }
        let colour = if current { theme.muted } else { theme.faint };
        let number = Rect::from_x_y_ranges(
            rect.right() - 1.25 * GRID - numbers..=rect.right() - 1.25 * GRID,
            rect.y_range(),
        );
        text::line(painter, number, Align2::RIGHT_CENTER, &line.number.to_string(), &font, colour);
        let Some((_, who)) = listing.marks.iter().find(|(n, _)| *n == line.number) else {
            continue;
        };
        let (shown, more) = faces(who.len());
        let mut x = rect.left() + GRID;
        let left = x;
        for (k, actor) in who.iter().take(shown).enumerate() {
            let at = pos2(left + k as f32 * (FACE + BETWEEN), rect.center().y - 0.5 * FACE);
            let face = Rect::from_min_size(at, Vec2::splat(FACE));
            badge::paint(
                painter,
                face,
                &listing.actors.badge(*actor),
                listing.actors.colours(*actor),
                theme,
            );
            x = x.max(face.right());
        }
        if more > 0 {
            let words = Rect::from_x_y_ranges(x + 2.0..=x + 26.0, rect.y_range());
            let font = theme.small();
            let count = format!("+{more}");
            text::line(painter, words, Align2::LEFT_CENTER, &count, &font, theme.muted);
        }
        if !who.is_empty() {
            let names: Vec<_> = who.iter().map(|a| listing.actors.name(*a)).collect();
            let id = ui.scope_id().with((listing.id, line.number));
            let response = ui.interact(rect, id, Sense::hover());
            response.on_hover_text(format!("line {}: {}", line.number, names.join(", ")));
        }
    }
}

/// The lines of a listing, each laid out in subtle colours.
pub fn lines(
    ui: &Ui,
    lines: &[CodeLine],
    language: Language,
    mono: &egui::FontId,
    theme: &Theme,
) -> Vec<std::sync::Arc<egui::Galley>> {
    let mut tokeniser = Tokeniser::new(language);
    let job = |line: &CodeLine| highlighted(&mut tokeniser, &line.text, mono, theme);
    lines.iter().map(job).map(|job| ui.painter().layout_job(job)).collect()
}

fn highlighted(
    tokeniser: &mut Tokeniser,
    line: &str,
    mono: &egui::FontId,
    theme: &Theme,
) -> LayoutJob {
    let colour = |kind| -> Color32 {
        match kind {
            Kind::Plain => theme.text,
            Kind::Keyword => theme.syntax.keyword,
            Kind::String => theme.syntax.string,
            Kind::Comment => theme.syntax.comment,
            Kind::Number => theme.syntax.number,
        }
    };
    let mut job = LayoutJob::default();
    for (range, kind) in tokeniser.line(line) {
        let format = TextFormat::simple(mono.clone(), colour(kind));
        job.append(&line[range], 0.0, format);
    }
    job
}
