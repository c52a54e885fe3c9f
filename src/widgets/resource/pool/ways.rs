//! The ways of a task: from the queue to a worker, and on to the results; with the tasks that are on their way.

use super::Pool;
use super::rows::Rows;
use crate::replay::{Ending, Phase};
use crate::trace::{ActorId, TaskId};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::cell::smooth;
use crate::widgets::theme::{HAIRLINE, RADIUS_SMALL, Theme};
use egui::{Align2, Color32, Pos2, Rangef, Rect, Stroke, pos2, vec2};

/// Tasks that are shown on their way at once.
const TOKENS: usize = 16;
/// Radius of one that has no number there.
const DOT: f32 = 3.5;
/// Between columns nearer to each other than this nothing can be seen to move.
const NEAR: f32 = 24.0;
/// And in columns lower than this.
const LOW: f32 = 60.0;

/// Where tasks leave the queue, and where they come to the results, if these are there.
pub struct Ends {
    from: Pos2,
    to: Option<Pos2>,
}

impl Ends {
    pub fn new(queue: Rect, rows: &Rows, results: Option<Rect>) -> Option<Self> {
        let first = rows.rects.first()?;
        let gap = first.left() - queue.right();
        if gap < NEAR || queue.height() < LOW {
            return None;
        }
        let last = rows.rects.last().unwrap_or(first);
        let level =
            (queue.top() + 17.0).max(first.center().y).min(last.center().y.max(first.center().y));
        let to = results.map(|results| {
            let level = (results.top() + 44.0).max(first.center().y).min(results.bottom() - 10.0);
            pos2(results.left(), level)
        });
        Some(Self { from: pos2(queue.right(), level), to })
    }

    /// The ways of what stands in a place, in and out.
    fn ways(&self, rows: &Rows, place: usize) -> Option<([Pos2; 4], Option<[Pos2; 4]>)> {
        // Past those that stand beside it.
        let row = beside(rows, rows.rects.get(place)?);
        let y = row.center().y;
        let aside = vec2(5.0, 0.0);
        let out = self.to.map(|to| way(pos2(row.right(), y) + aside, to - aside));
        Some((way(self.from + aside, pos2(row.left(), y) - aside), out))
    }
}

/// A row with all that stand beside it.
fn beside(rows: &Rows, row: &Rect) -> Rect {
    let same = rows.rects.iter().filter(|other| other.top() == row.top());
    same.fold(*row, |all, other| all.union(*other))
}

/// A way from one point to another, level at both.
fn way(from: Pos2, to: Pos2) -> [Pos2; 4] {
    let middle = 0.5 * (from.x + to.x);
    [from, pos2(middle, from.y), pos2(middle, to.y), to]
}

fn along([a, b, c, d]: [Pos2; 4], t: f32) -> Pos2 {
    let s = 1.0 - t;
    let sum = a.to_vec2() * (s * s * s)
        + b.to_vec2() * (3.0 * s * s * t)
        + c.to_vec2() * (3.0 * s * t * t)
        + d.to_vec2() * (t * t * t);
    sum.to_pos2()
}

/// The colour of the ways: seen on the stage, and quieter than what goes along them.
fn colour(theme: &Theme) -> Color32 {
    theme.outline.lerp_to_gamma(theme.muted, 0.55)
}

/// The ways, under everything else.
pub fn lines(pool: &Pool<'_>, ends: &Option<Ends>, rows: &Rows, picture: &mut Picture) {
    let Some(ends) = ends else { return };
    let stroke = Stroke::new(HAIRLINE, colour(pool.at.look.theme));
    let taken = |place: &usize| pool.places.get(*place).is_some_and(Option::is_some);
    let mut places: Vec<usize> = (0..rows.rects.len()).filter(taken).collect();
    // One for all that stand beside each other.
    places.sort_by(|a, b| rows.rects[*a].top().total_cmp(&rows.rects[*b].top()));
    places.dedup_by_key(|place| rows.rects[*place].top());
    let ways = places.into_iter().filter_map(|place| ends.ways(rows, place));
    for points in ways.flat_map(|(into, out)| std::iter::once(into).chain(out)) {
        picture.marks.push(Mark::Curve { points, stroke, dashed: false, arrow: false });
    }
}

/// The tasks that have just been begun, and those that have just ended: with their numbers where they are one or two,
/// else as dots, for numbers would cover each other where the ways meet. What has not come is not shown where it is to come
/// to, too.
pub fn tokens(
    pool: &Pool<'_>,
    ends: &Option<Ends>,
    rows: &Rows,
    picture: &mut Picture,
) -> OnTheirWay {
    let mut on_their_way = OnTheirWay::default();
    let Some(ends) = ends else { return on_their_way };
    let look = &pool.at.look;
    let mut moving = Vec::new();
    for (place, worker) in pool.places.iter().enumerate().take(rows.rects.len()) {
        let Some(worker) = *worker else { continue };
        let working = look.state.actor(worker).and_then(|actor| actor.task);
        let Some(working) = working.filter(|working| working.pool == pool.at.id) else { continue };
        // One that was sent ahead, as the rest of a chunk is, came to its worker when it was sent.
        let task = pool.tasks.and_then(|tasks| {
            tasks.begun_by(worker, look.now).next_back().filter(|task| task.id == working.task)
        });
        let sent = task.and_then(|task| task.prefetched).filter(|(_, to)| *to == worker);
        let gone = look.progress(sent.map_or(working.since, |(at, _)| at.min(working.since)));
        if gone < 1.0
            && moving.len() < TOKENS
            && let Some((into, _)) = ends.ways(rows, place)
        {
            moving.push(Token::on(into, gone, working.task, worker, Way::In));
        }
    }
    let place_of = |worker| pool.places.iter().position(|place| *place == Some(worker));
    let ended = pool.tasks.into_iter().flat_map(|tasks| tasks.ended_at(look.now).rev());
    for task in ended.take(TOKENS) {
        let Some((at, ending)) = task.ended else { continue };
        let gone = look.progress(at);
        if gone >= 1.0 {
            break;
        }
        if let Some(worker) = task.worker()
            && let Some((_, Some(out))) = place_of(worker).and_then(|place| ends.ways(rows, place))
        {
            let failed = !matches!(ending, Ending::Finished(_));
            moving.push(Token::on(out, gone, task.id, worker, Way::Out { failed }));
        }
    }
    let theme = look.theme;
    let font = theme.mono_small();
    let labels: Vec<_> = (moving.iter())
        .map(|token| {
            let text = token.task.0.to_string();
            let wide = look.measure.width(&text, &font) + 10.0;
            (token.label(wide), text)
        })
        .collect();
    let apart = match &labels[..] {
        [(Some(a), _), (Some(b), _)] => !a.expand(2.0).intersects(*b),
        [(one, _)] => one.is_some(),
        _ => false,
    };
    for (token, (rect, text)) in moving.iter().zip(labels) {
        let rect = rect.filter(|_| apart);
        // What has come is shown where it came to, and not beside it, too.
        if token.centre.x + rect.map_or(DOT, |rect| 0.5 * rect.width()) >= token.between.max {
            continue;
        }
        on_their_way.add(token);
        if let Some(rect) = rect {
            let failed = token.way == Way::Out { failed: true };
            let phase = if failed { Phase::Failed } else { Phase::Running };
            let edge = Stroke::new(HAIRLINE, theme.phase(phase).base);
            picture.rounded(rect, RADIUS_SMALL, theme.panel, edge);
            picture.text(rect, Align2::CENTER_CENTER, text, font.clone(), theme.text);
        } else {
            let colours = look.actors.colours(token.worker);
            let edge = Stroke::new(HAIRLINE, colours.edge);
            let (centre, fill) = (token.centre, colours.ground);
            picture.marks.push(Mark::Dot { centre, radius: DOT, fill, edge });
        }
    }
    on_their_way
}

/// Which tasks are shown on their way.
#[derive(Debug, Default)]
pub struct OnTheirWay {
    /// To a worker.
    pub begun: Vec<TaskId>,
    /// To the results.
    pub ended: Vec<TaskId>,
}

impl OnTheirWay {
    fn add(&mut self, token: &Token) {
        match token.way {
            Way::In => self.begun.push(token.task),
            Way::Out { .. } => self.ended.push(token.task),
        }
    }
}

/// Which way a task goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// From the queue to a worker.
    In,
    /// From a worker to the results.
    Out { failed: bool },
}

/// A task on its way.
struct Token {
    centre: Pos2,
    /// The columns that the way is between.
    between: Rangef,
    task: TaskId,
    worker: ActorId,
    way: Way,
}

impl Token {
    fn on(points: [Pos2; 4], gone: f32, task: TaskId, worker: ActorId, way: Way) -> Self {
        let between = Rangef::new(points[0].x - 4.0, points[3].x + 4.0);
        Self { centre: along(points, smooth(gone)), between, task, worker, way }
    }

    /// The room of its number between the columns, where it has some.
    fn label(&self, wide: f32) -> Option<Rect> {
        let between = self.between.shrink(0.5 * wide);
        (between.span() >= 0.0).then(|| {
            let x = self.centre.x.max(between.min).min(between.max);
            let centre = pos2(x, self.centre.y);
            Rect::from_center_size(centre, vec2(wide, 18.0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widgets::theme::contrast;

    #[test]
    fn ways_are_seen_on_the_stage() {
        for theme in [Theme::light(), Theme::dark()] {
            let seen = contrast(colour(&theme), theme.stage);
            assert!(seen >= 2.5, "{seen}, dark: {}", theme.dark);
            assert!(seen < contrast(theme.muted, theme.stage));
        }
    }
}
