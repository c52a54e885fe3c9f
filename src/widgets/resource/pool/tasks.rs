//! The tasks of a pool that wait, the next one first.

use super::{Pool, result, several};
use crate::replay::Pending;
use crate::replay::words::grouped;
use crate::widgets::picture::Picture;
use crate::widgets::task;
use crate::widgets::theme::RADIUS;
use egui::{Align2, Rect, pos2, vec2};

/// Height of a task that waits, where the column is wide enough.
const CARD: f32 = 34.0;
const GAP: f32 = 6.0;
/// Height of the line that says how many more there are.
const LINE: f32 = 16.0;

/// The tasks that wait for a worker. Those that were sent to one are no longer here.
pub fn draw(pool: &Pool<'_>, area: Rect, picture: &mut Picture) {
    let look = &pool.at.look;
    let theme = look.theme;
    let card = if area.width() >= 118.0 { CARD } else { task::SMALL_BELOW };
    let fits = ((area.height() + GAP) / (card + GAP)).floor().max(0.0) as usize;
    let place = |index: usize| {
        let top = area.top() + index as f32 * (card + GAP);
        Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), card))
    };
    if fits == 0 {
        return;
    }
    let waiting = pool.state.pending.len() - pool.sent();
    if waiting == 0 {
        let rect = place(0);
        picture.dashed(rect, RADIUS, look.outline());
        picture.text(rect, Align2::CENTER_CENTER, "empty", theme.small(), theme.muted);
        return;
    }
    // Where not all fit, a line below the last one says how many more there are.
    let before_line = ((area.height() - LINE) / (card + GAP)).floor().max(0.0) as usize;
    let shown = if waiting > fits { before_line } else { waiting };
    let next = pool.state.pending.iter().filter(|pending| pending.to.is_none());
    let cards: Vec<Card> = next.take(shown).map(|pending| Card::of(pool, pending)).collect();
    // What they are about on all of them, or on none.
    let fits = |card: &Card| task::has_about(look, place(0), &card.labels[0], &card.about);
    let said = cards.iter().all(fits);
    for (index, card) in cards.iter().enumerate() {
        let about = if said { card.about.as_str() } else { "" };
        task::block(look, picture, place(index), &card.labels, about, None);
        picture.hint(place(index), card.hint.clone());
    }
    if waiting > shown {
        let words = match shown {
            0 => several(waiting),
            _ => format!("+{} more", grouped((waiting - shown) as u64)),
        };
        let rect = place(shown);
        let line = rect.with_max_y(rect.top() + LINE);
        picture.text(line, Align2::LEFT_CENTER, words, theme.small(), theme.muted);
    }
}

/// What is said of a task that waits.
struct Card {
    labels: [String; 2],
    /// What it is about, where that says more than its number.
    about: String,
    hint: String,
}

impl Card {
    fn of(pool: &Pool<'_>, pending: &Pending) -> Self {
        let labels = task::labels(pending.task);
        let [label, number] = &labels;
        let known = pool.tasks.and_then(|tasks| tasks.get(pending.task));
        let (about, hint) = match known {
            Some(task) => {
                let look = &pool.at.look;
                (result::title(look.meta, task).1, result::aloud(look, task))
            }
            None => (String::new(), label.clone()),
        };
        // Its number is said once.
        let about = match about.strip_prefix(label) {
            Some("") => String::new(),
            Some(rest) => rest.strip_prefix(": ").unwrap_or(&about).to_owned(),
            None if about == *number => String::new(),
            None => about,
        };
        Self { labels, about, hint }
    }
}
