//! The two orders.

use crate::widgets::resource::Look;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Rect, Ui};

/// Results in order and as completed.
pub struct Orders;

impl Figure for Orders {
    fn room(&self, _: &StageView<'_>) -> Room {
        Room::None
    }

    fn show(&self, _: &mut Ui, _: Rect, _: &StageView<'_>, _: &Look<'_>) -> Vec<StageAction> {
        Vec::new()
    }
}
