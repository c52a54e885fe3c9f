//! How much larger than by default a scene is shown in a large area. It depends on what stands there and on the area, never
//! on what has happened: nothing grows or shrinks while a run is replayed.

use super::resources::Step;
use crate::widgets::scene::actor_box::BoxSize;

/// Sizes that are tried, in tenths: in steps, so that fonts come in few sizes. Larger type would be a poster.
const TENTHS: [u8; 7] = [17, 16, 15, 14, 13, 12, 11];
/// From this size on boxes may say less.
const MUCH: u8 = 13;
/// Boxes alone say no more when they are large: in stages as high as this they are, and not much, for the sake of what stands
/// beside them.
const ALONE_FROM: f32 = 480.0;
const ALONE: u8 = 14;

/// In which sizes everything of a scene is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Of each resource.
    pub resources: Vec<Step>,
    /// Of each group of actors, and how many of it have no place.
    pub boxes: Vec<(BoxSize, usize)>,
    /// Something that can do with less has less room than it would like.
    pub cramped: bool,
    /// How much is seen of what matters.
    pub worth: f32,
    /// Which split of its room each group of processes has.
    pub splits: Vec<usize>,
}

/// The greatest factor by which all of a scene can grow so that everything still is shown in its size, in an area of a height. `plan` tells the
/// sizes in an area that is smaller by a factor; `usual` are those in all of it.
pub fn largest(usual: &Plan, height: f32, plan: impl Fn(f32) -> Plan) -> f32 {
    let hidden = usual.boxes.iter().any(|(_, hidden)| *hidden > 0);
    // Glyphs say no more when they are large.
    let small = usual.resources.iter().any(|step| *step < Step::Tight);
    // Nor do boxes that are not whole.
    let alone = usual.resources.is_empty();
    let whole =
        !usual.boxes.is_empty() && usual.boxes.iter().all(|(size, _)| *size == BoxSize::Full);
    if usual.cramped || hidden || small || alone && (height < ALONE_FROM || !whole) {
        return 1.0;
    }
    let most = if alone { ALONE } else { u8::MAX };
    let fits =
        |tenths: &u8| {
            let plan = plan(f32::from(*tenths) / 10.0);
            plan.boxes.len() == usual.boxes.len()
                && plan.boxes.iter().zip(&usual.boxes).all(|(now, before)| {
                    now == before || *tenths >= MUCH && is_a_line(*now, *before)
                })
                && (plan.resources, plan.cramped) == (usual.resources.clone(), usual.cramped)
        };
    // Where there is no room for a little, there is none for more.
    if !fits(&TENTHS[TENTHS.len() - 1]) {
        return 1.0;
    }
    let tenths = TENTHS.into_iter().find(|tenths| *tenths <= most && fits(tenths));
    tenths.map_or(1.0, |tenths| f32::from(tenths) / 10.0)
}

/// Whether boxes have lost their second line and nothing else: where all gets much larger, that can be spared, for what they
/// wait for or hold stands beside them.
fn is_a_line(now: (BoxSize, usize), before: (BoxSize, usize)) -> bool {
    (before.0, now.0) == (BoxSize::Full, BoxSize::Line) && now.1 == before.1
}
