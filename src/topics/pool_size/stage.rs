//! stub
use crate::widgets::stage::{Stage, StageAction, StageView};
pub struct SizeStage;
impl Stage for SizeStage {
    fn stage_ui(&self, _ui: &mut egui::Ui, _view: &StageView<'_>) -> Vec<StageAction> { Vec::new() }
}
