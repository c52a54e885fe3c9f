//! A flag on a pole: raised once the event is set, else hauled down; who waits for it.

use super::parts::{self, BESIDE, CLOSE, HEIGHT};
use super::waiters;
use super::{ResourceAt, Size, glyph};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::theme::EMPHASIS;
use egui::{Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};

/// Size of the flag with its pole.
const BODY: Vec2 = vec2(66.0, 98.0);

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    vec2((BODY.x + BESIDE + waiters::width(parts::could_wait(at, 0))).max(230.0), HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let look = at.look;
    let signal = at
        .state
        .last_signal
        .map(|(when, who)| (look.now.since(when), look.actors.name(who), look.actors.badge(who)));
    let count = at.state.waiters.len();
    if at.state.set {
        // A badge sooner than nobody.
        let [base, badged, brief] = match signal {
            Some((ago, who, badge)) => [
                format!("set {ago} ago by {who}"),
                format!("set {ago} ago by {badge}"),
                format!("set {ago} ago"),
            ],
            None => ["set", "set", "set"].map(str::to_owned),
        };
        let whole = match count {
            0 => base.clone(),
            1 => {
                let who = look.actors.name(at.state.waiters[0].actor);
                format!("{base}; {who} is about to go on")
            }
            n => format!("{base}; {n} are about to go on"),
        };
        return vec![whole, base, badged, brief, "set".to_owned()];
    }
    // A badge sooner than nobody.
    let least = "not set".to_owned();
    let [base, badged, brief] = match signal {
        Some((ago, who, badge)) => [
            format!("cleared {ago} ago by {who}"),
            format!("cleared {ago} ago by {badge}"),
            format!("cleared by {badge}"),
        ],
        None => [(); 3].map(|()| least.clone()),
    };
    let Some((wait, short)) = parts::wait_words(at).zip(parts::wait_badged(at)) else {
        return vec![base, badged, least];
    };
    let whole = match count {
        1 => {
            let who = look.actors.name(at.state.waiters[0].actor);
            format!("{base}; set() lets {who} go on")
        }
        n => format!("{base}; set() lets all {n} go on"),
    };
    // Who waits is left out last.
    vec![
        whole,
        format!("{base}; {wait}"),
        format!("{badged}; {short}"),
        format!("{brief}; {short}"),
        format!("{least}; {}", parts::wait_counted(at)),
        least,
    ]
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size != Size::Full {
        let amount = if at.state.set { "set" } else { "not set" };
        return glyph(at, size, area, amount, |picture, square| match size {
            Size::Badge => badge(at, picture, square),
            _ => {
                let rect = Rect::from_center_size(square.center(), square.size() * vec2(0.68, 1.0));
                flag(at, picture, rect, 1.6);
            }
        });
    }
    let mut picture = Picture::default();
    let area = parts::at_most(area, HEIGHT);
    let rest = parts::caption(at, area, &mut picture, &sentences(at));
    let gap = if rest.width() < 220.0 { CLOSE } else { BESIDE };
    let beside = (rest.width() - gap - waiters::LEAST).max(26.0);
    let scale = (rest.height() / BODY.y).min(beside / BODY.x).min(1.0);
    let corner = pos2(rest.left(), rest.center().y - 0.5 * scale * BODY.y);
    let whole = Rect::from_min_size(corner, scale * BODY);
    flag(at, &mut picture, whole, if scale < 0.6 { 1.6 } else { EMPHASIS });
    let name = format!("{}: {}", at.name(), super::sentence(at));
    picture.spot(whole, 5.0, at.selects(), name);
    let rest = rest.with_min_x(whole.right() + gap);
    let title = if at.state.set { "about to go on" } else { "waiting until it is set" };
    waiters::line(&at.look, rest, &at.state.waiters, title, &mut picture);
    picture
}

/// The pole with its flag where it flies, and where it would.
fn flag(at: &ResourceAt<'_>, picture: &mut Picture, rect: Rect, width: f32) {
    let stroke = parts::ink(at, width);
    let thin = Stroke::new(1.0_f32.min(width), stroke.color);
    let foot = rect.bottom() - 0.5 * width;
    let left = rect.left() + 0.5 * width;
    let across = 0.36 * rect.width();
    let pole = left + 0.5 * across;
    picture.line(vec![pos2(left, foot), pos2(left + across, foot)], stroke);
    picture.line(vec![pos2(pole, rect.top() + 0.5 * width), pos2(pole, foot)], stroke);
    let size = vec2(rect.right() - pole - 0.5 * width, 0.34 * rect.height());
    let raised = Rect::from_min_size(pos2(pole, rect.top() + 0.05 * rect.height()), size);
    let down = Rect::from_min_size(pos2(pole, foot - 0.1 * rect.height() - size.y), size);
    if at.state.set {
        cloth(picture, raised, Some(stroke.color), stroke, false);
    } else {
        cloth(picture, raised, None, thin, true);
        cloth(picture, down, Some(at.look.theme.field), stroke, false);
    }
}

/// The pole with one flag: at its top, or half-way down.
fn badge(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let stroke = parts::ink(at, 1.4);
    let side = square.width();
    let pole = square.left() + 0.2 * side;
    picture.line(
        vec![pos2(pole, square.top() + 0.1 * side), pos2(pole, square.bottom() - 0.08 * side)],
        stroke,
    );
    let size = vec2(0.62 * side, 0.42 * side);
    let top = square.top() + if at.state.set { 0.12 } else { 0.4 } * side;
    let fill = at.state.set.then_some(stroke.color);
    cloth(picture, Rect::from_min_size(pos2(pole, top), size), fill, stroke, false);
}

/// A flag with a swallow's tail.
fn cloth(picture: &mut Picture, rect: Rect, fill: Option<Color32>, stroke: Stroke, dashed: bool) {
    let notch = pos2(rect.right() - 0.28 * rect.width(), rect.center().y);
    if let Some(fill) = fill {
        let middle = rect.left_center();
        let halves: [[Pos2; 4]; 2] = [
            [rect.left_top(), rect.right_top(), notch, middle],
            [middle, notch, rect.right_bottom(), rect.left_bottom()],
        ];
        for half in halves {
            picture.area(half, fill);
        }
        // Over the seam.
        picture.line(vec![middle, notch], Stroke::new(1.5, fill));
    }
    let points =
        vec![rect.left_top(), rect.right_top(), notch, rect.right_bottom(), rect.left_bottom()];
    picture.marks.push(Mark::Line { points, stroke, dashed, arrow: false });
}
