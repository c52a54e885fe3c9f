//! The swim-lanes: what every actor did, who owned what, who waited, how long the queues were.
//!
//! [`layout`](layout::layout) says where everything goes, [`paint`] draws it, [`Timeline::show`] is the widget: it
//! applies zoom and pan to the [`TimelineView`] it is given and returns everything else as [`TimelineAction`]s.

pub mod acts;
mod arranged;
mod bars;
mod forms;
mod hover;
mod key;
pub mod layout;
mod lives;
pub mod merge;
mod names;
pub mod paint;
mod rows;
pub mod runs;
mod scale;
mod stack;
pub mod steps;
pub mod ticks;
mod view;

pub use hover::details;
pub use rows::{Line, Place, PlaceName, RowKind, Rows, SharedLane, Under};
pub use scale::{Scale, TimelineView};
pub use view::{Timeline, TimelineAction, TimelineInput};
