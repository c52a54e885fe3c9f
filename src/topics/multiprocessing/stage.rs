//! stub
use crate::widgets::stage::*;
pub struct ProcessStage;
impl Stage for ProcessStage {
    fn stage_ui(&self, _ui: &mut egui::Ui, _view: &StageView<'_>) -> Vec<StageAction> {
        Vec::new()
    }
}
