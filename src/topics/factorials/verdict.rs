//! What this topic says of a moment, and its figure.

use super::figure;
use crate::widgets::scene::Figure;
use crate::widgets::stage::Stage;

/// The stage of topic 7: the scene, with these words and the two orders.
pub struct FactorialStage;

impl Stage for FactorialStage {
    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&figure::Orders)
    }
}
