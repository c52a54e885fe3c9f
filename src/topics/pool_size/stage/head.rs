//! Title of the figure and how to read it, the choice of what is drawn, and what its colours and lines mean.

use super::curves;
use super::figure::{Figure, Mode};
use super::{looks, words};
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::stage::{FigureCommand, StageAction};
use crate::widgets::theme::RADIUS;
use egui::{Align2, Color32, Rect, Stroke, Vec2, pos2, vec2};

/// Least height of a heading with a title.
const TWO_LINES: f32 = 40.0;

/// Title and explanation, and at the right what can be chosen, so many times larger than by default. A low figure has only
/// part of it.
pub fn head(look: &Look<'_>, area: Rect, figure: &Figure<'_>, has_table: bool, by: f32) -> Picture {
    let theme = look.theme;
    let mut picture = Picture::default();
    let mut right = area.right();
    let mut add = |name: &str, explained: &str, is_on: bool, gap: f32, command| {
        let width = look.measure.width(name, &theme.label()) + by * 20.0;
        let at = Rect::from_min_size(pos2(right - width, area.top()), vec2(width, by * 24.0));
        right -= width + gap;
        let ink = if is_on { theme.text } else { theme.muted };
        entry(&mut picture, look, at, format!("{name}{explained}"), is_on, command);
        picture.text(at, Align2::CENTER_CENTER, name, theme.label(), ink);
    };
    for (mode, name) in Mode::ALL.into_iter().rev().skip(usize::from(has_table)) {
        add(name, "", figure.mode == mode, 2.0, FigureCommand::Page(mode as usize));
    }
    if figure.backends.len() > 1 && figure.mode != Mode::Table {
        let explained = match figure.alone {
            true => "\nShow all of them on one scale again".to_owned(),
            false => format!("\nShow {} alone, as large as it goes", figure.backend.title()),
        };
        add("Own scale", &explained, figure.alone, 2.0, FigureCommand::ToggleAlone);
    }
    if figure.now != figure.view.now {
        let explained = format!("\nPut the cursor back to {}", figure.now);
        add("Back", &explained, false, 8.0, FigureCommand::Return);
    }
    let words = area.with_max_x(right - 8.0);
    let (titles, [below, short, shorter]) = words::heading(figure);
    let left = Align2::LEFT_CENTER;
    if area.height() < by * TWO_LINES {
        let fits = |said: &String| look.measure.width(said, &theme.small()) <= words.width();
        let said = [short, shorter].into_iter().find(fits).unwrap_or_default();
        picture.text(words, left, said, theme.small(), theme.muted);
        return picture;
    }
    let (first, second) = words.split_top_bottom_at_y(area.top() + by * 20.0);
    // Below the buttons there is room.
    let second = second.with_max_x(area.right()).with_min_y(area.top() + by * 24.0);
    let fits = |title: &&str| look.measure.width(title, &theme.strong()) <= first.width();
    let title = titles.into_iter().find(fits).unwrap_or_default();
    picture.text(first, left, title, theme.strong(), theme.text);
    let fits = look.measure.width(&below, &theme.small()) <= second.width();
    picture.text(second, left, if fits { below } else { short }, theme.small(), theme.muted);
    picture
}

/// Something to click; its ground shows whether it is chosen.
fn entry(
    picture: &mut Picture,
    look: &Look<'_>,
    rect: Rect,
    name: String,
    chosen: bool,
    command: FigureCommand,
) {
    if chosen {
        picture.rounded(rect, RADIUS, look.theme.accent_ground, Stroke::NONE);
    }
    let does = Does::Act(StageAction::Figure(command));
    picture.spots.push(Spot { rect, radius: RADIUS, does, name, selected: chosen });
}

/// The parts of a bar, the backends, one of which is chosen, and the lines: with titles as long as they go in the area.
pub fn legend(look: &Look<'_>, area: Rect, figure: &Figure<'_>, by: f32) -> Picture {
    let mut shortest = Picture::default();
    for form in 0..3 {
        let (picture, right) = keys(look, area, figure, form, by);
        if right <= area.right() {
            return picture;
        }
        shortest = picture;
    }
    shortest
}

/// The legend with titles of a length, and where it ends. What is beyond the area is left out.
fn keys(look: &Look<'_>, area: Rect, figure: &Figure<'_>, form: usize, by: f32) -> (Picture, f32) {
    let (theme, y) = (look.theme, area.center().y);
    let mut picture = Picture::default();
    let mut x = area.left();
    // Room for a key with a name, which begins so far into it.
    let mut place = |picture: &mut Picture, name: &str, key: f32, after: f32, ink: Color32| {
        let width = key + look.measure.width(name, &theme.small()) + 1.0;
        let rect = Rect::from_min_size(pos2(x, area.top()), vec2(width, area.height()));
        x = rect.right() + after;
        let fits = rect.right() <= area.right() + 1.0;
        if fits {
            let words = rect.with_min_x(rect.left() + key);
            picture.text(words, Align2::LEFT_CENTER, name, theme.small(), ink);
        }
        fits.then_some(rect)
    };
    if figure.mode == Mode::Time {
        for (name, colour) in words::PARTS.into_iter().zip(looks::parts(theme)) {
            if let Some(rect) = place(&mut picture, name, by * 15.0, by * 13.0, theme.muted) {
                let swatch =
                    Rect::from_center_size(pos2(rect.left() + by * 5.0, y), Vec2::splat(by * 10.0));
                picture.rounded(swatch, 2.0, colour, Stroke::NONE);
            }
        }
    }
    for backend in &figure.backends {
        let chosen = figure.backends.len() > 1 && *backend == figure.backend;
        let ink = if *backend == figure.backend { theme.text } else { theme.muted };
        let mut key = Picture::default();
        let Some(rect) = place(&mut key, &figure.titles(*backend)[form], by * 20.0, by * 12.0, ink)
        else {
            continue;
        };
        let rect = rect.with_max_x(rect.right() + by * 8.0);
        if figure.backends.len() > 1 {
            let explained = match figure.alone {
                true => "What is shown alone",
                false => "Whose parts and numbers are shown",
            };
            let name = format!("Show {}\n{explained}", backend.title());
            let command = FigureCommand::Series(*backend as usize);
            entry(&mut picture, look, rect, name, chosen, command);
        }
        picture.append(key);
        let (centre, colour) = (pos2(rect.left() + by * 11.0, y), looks::dots(theme, *backend));
        // A ring for what is not drawn.
        let (radius, fill, edge) = match figure.draws(*backend) {
            true => (by * 3.5, colour, Stroke::NONE),
            false => (by * 3.0, Color32::TRANSPARENT, Stroke::new(1.2, colour)),
        };
        picture.marks.push(Mark::Dot { centre, radius, fill, edge });
    }
    for (name, stroke, dashed) in curves::keys(figure) {
        if let Some(rect) = place(&mut picture, name, by * 22.0, by * 14.0, theme.muted) {
            let points = [0.0, by * 16.0].map(|along| pos2(rect.left() + along, y)).to_vec();
            picture.marks.push(Mark::Line { points, stroke, dashed, arrow: false });
        }
    }
    (picture, x - by * 14.0)
}
