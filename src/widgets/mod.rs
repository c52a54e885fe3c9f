//! What stages and the timeline are made of. Each widget = a pure layout (numbers and texts in, rectangles and texts
//! out) and a paint function that decides nothing.
//!
//! - [`theme`]: every colour, size and spacing; [`theme::apply`] gives them to egui.
//! - [`phase`]: the one look of each phase; [`actors`]: the one colour of each actor.
//! - [`picture`]: marks and spots as values, and their only painter; [`resource`]: one look for each kind of resource;
//!   [`task`]: the one look of a task; [`bars`]: bars of measured times; [`measured`], [`curves`]: what was measured several
//!   times, as rows and by the number that shares it; [`plot`]: a plot on a scale that is told.
//! - [`scene`]: the stage of any trace: what is in its scene, arranged, with the words of the moment.
//! - [`badge`], [`stat`], [`code`], [`kill`]: pieces of a stage and of the inspector.
//! - [`timeline`]: the swim-lanes.
//! - [`stage`]: what draws a topic, and what it draws from; [`fonts`], [`icon`]: what is bundled.
//! - [`selection`]: what is selected, everywhere at once.

pub mod actors;
pub mod badge;
pub mod bars;
pub mod code;
pub mod curves;
pub mod fonts;
pub mod icon;
mod ink;
pub mod kill;
pub mod measured;
pub mod phase;
pub mod picture;
pub mod plot;
pub mod resource;
pub mod scene;
pub mod selection;
pub mod stage;
pub mod stat;
pub mod task;
pub mod text;
pub mod theme;
mod tile;
pub mod timeline;
