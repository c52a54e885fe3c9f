//! Events: a flag actors wait for.

use super::Step;
use crate::trace::ResourceId;

pub fn set(step: &mut Step<'_>, res: ResourceId, set: bool) {
    let signal = Some((step.at, step.actor));
    let flag = step.resource(res);
    flag.set = set;
    flag.last_signal = signal;
}
