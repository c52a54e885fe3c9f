//! Moments of what actors wait for.

use super::sheet::Moment;

pub fn moments() -> Vec<Moment> {
    Vec::new()
}
