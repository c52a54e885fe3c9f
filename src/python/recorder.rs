//! The recorder that is put into a program: Python modules, and what they are told.

/// The variable that says where processes record.
pub(super) const FOLDER: &str = "CONCURRENCY_LAB_RECORD";
/// The variable that says how processes are started where the program does not.
pub(super) const START_METHOD: &str = "CONCURRENCY_LAB_START_METHOD";
/// The variable that has output come line by line, though it is no terminal's.
pub(super) const LINES: &str = "CONCURRENCY_LAB_LINES";

/// The folder of its package.
pub(super) const PACKAGE: &str = "_clab_recorder";

macro_rules! files {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("../../assets/recorder/", $name)))),*]
    };
}

/// Its modules, by their names in the folder.
pub(super) const FILES: &[(&str, &str)] = files![
    "sitecustomize.py",
    "_clab_recorder/__init__.py",
    "_clab_recorder/around.py",
    "_clab_recorder/builtin.py",
    "_clab_recorder/calls.py",
    "_clab_recorder/conditions.py",
    "_clab_recorder/ends.py",
    "_clab_recorder/errors.py",
    "_clab_recorder/executors.py",
    "_clab_recorder/handlers.py",
    "_clab_recorder/hooks.py",
    "_clab_recorder/locks.py",
    "_clab_recorder/managers.py",
    "_clab_recorder/pipes.py",
    "_clab_recorder/pools.py",
    "_clab_recorder/processes.py",
    "_clab_recorder/queues.py",
    "_clab_recorder/rlocks.py",
    "_clab_recorder/semlocks.py",
    "_clab_recorder/signals.py",
    "_clab_recorder/threads.py",
    "_clab_recorder/tracebacks.py",
    "_clab_recorder/values.py",
    "_clab_recorder/wire.py"
];
