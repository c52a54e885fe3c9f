//! Which CPython took part in a run, as facts of its trace: the keys, the same in all topics.

/// Which one: "CPython 3.11.7".
pub const VERSION: &str = "cpython";
/// How it started its processes: "fork".
pub const METHOD: &str = "cpython_method";
/// Why it took no part, or no more.
pub const MISSING: &str = "cpython_missing";
