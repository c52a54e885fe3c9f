//! The list of topics.

use super::{
    Topic, exceptions, factorials, multiprocessing, pool_size, process_pool, shared_list,
    sharing_data, threads_vs_processes,
};

/// Every topic, in the order of the tabs.
pub static ALL: &[&dyn Topic] = &[
    &threads_vs_processes::ThreadsVsProcesses,
    &process_pool::ProcessPool,
    &multiprocessing::Multiprocessing,
    &shared_list::SharedList,
    &sharing_data::SharingData,
    &exceptions::Exceptions,
    &factorials::Factorials,
    &pool_size::PoolSize,
];

/// What the worker processes of all topics can be asked to do.
#[cfg(unix)]
pub static JOBS: &[&[crate::workers::jobs::JobDef]] = &[
    crate::workers::jobs::ALL,
    crate::workers::share::JOBS,
    process_pool::JOBS,
    multiprocessing::JOBS,
    pool_size::JOBS,
    sharing_data::JOBS,
    threads_vs_processes::JOBS,
    exceptions::JOBS,
    super::web::JOBS,
];

/// The topic with this id.
pub fn find(id: &str) -> Option<&'static dyn Topic> {
    ALL.iter().copied().find(|topic| topic.id() == id)
}
