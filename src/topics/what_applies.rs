//! Checks of [`Topic::applies`], for the tests of topics.

use super::{ParamKind, Params, Topic};
use std::fmt::Debug;

/// Whatever the choices: a parameter changes what is read from the parameters if, and only if, it applies.
pub fn check<T: PartialEq + Debug>(topic: &dyn Topic, read: impl Fn(&Params) -> T) {
    for preset in topic.about().presets {
        let mut all = vec![topic.preset(preset.id).expect("a preset")];
        for spec in topic.about().params {
            if let ParamKind::Choice { options } = spec.kind {
                let each = |params: &Params| {
                    // What does not apply would only multiply what is tried.
                    if !topic.applies(spec.key, params) {
                        return vec![params.clone()];
                    }
                    let changed = options.iter().filter_map(|to| with(params, spec.key, to));
                    changed.collect::<Vec<_>>()
                };
                all = all.iter().flat_map(each).collect();
            }
        }
        for params in &all {
            for spec in topic.about().params {
                let values = values(spec.kind);
                let mut changed = values.iter().filter_map(|to| with(params, spec.key, to));
                let matters = changed.any(|other| read(&other) != read(params));
                let applies = topic.applies(spec.key, params);
                assert_eq!(matters, applies, "{} in {params:?}", spec.key);
            }
        }
    }
}

fn with(params: &Params, key: &str, value: &str) -> Option<Params> {
    let mut params = params.clone();
    params.set(key, value).ok()?;
    Some(params)
}

/// Some values of each kind; not all of them are allowed.
fn values(kind: ParamKind) -> Vec<String> {
    match kind {
        ParamKind::Int { min, max, .. } => [min, max, 0, 2].map(|n| n.to_string()).to_vec(),
        ParamKind::Float { min, max, .. } => [min, max, 0.5].map(|n| n.to_string()).to_vec(),
        ParamKind::Bool { .. } => ["true", "false"].map(str::to_owned).to_vec(),
        ParamKind::Ints { min, max, .. } => [min, max].map(|n| n.to_string()).to_vec(),
        ParamKind::Choice { options } => options.iter().map(|o| (*o).to_owned()).collect(),
    }
}
