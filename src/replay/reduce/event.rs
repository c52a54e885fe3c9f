//! Events: a flag actors wait for.

use super::Step;
use crate::trace::ResourceId;

pub fn set(step: &mut Step<'_>, res: ResourceId, set: bool) {
    step.resource(res).set = set;
}
