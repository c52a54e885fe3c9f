//! A system that refuses: what has to be set for a whole process has a process of this test program for itself.

use super::support::*;
use concurrency_lab::record::Log;
use concurrency_lab::trace::{ActorKind, End, EventKind};
use concurrency_lab::workers::wire::{FromWorker, VERSION, write};
use concurrency_lab::workers::{
    Job, Pool, PoolOptions, Start, TaskError, TaskOptions, Value, use_program,
};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc::channel;
use std::time::Instant;

/// From now on this thread, and threads it starts, can have no descriptors of processes: as where there are none.
fn without_pidfds() {
    without(libc::SYS_pidfd_open);
    // SAFETY: plain call, which is refused.
    unsafe { assert_eq!(libc::syscall(libc::SYS_pidfd_open, std::process::id(), 0), -1) };
}

/// From now on the system refuses this thread, and threads and processes it starts, one of its calls.
fn without(call: libc::c_long) {
    let stay = |code, k| libc::sock_filter { code: code as u16, jt: 0, jf: 0, k };
    let answer = libc::BPF_RET | libc::BPF_K;
    let mut program = [
        // The call's number.
        stay(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0),
        libc::sock_filter {
            code: (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16,
            jt: 0,
            jf: 1,
            k: call as u32,
        },
        stay(answer, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
        stay(answer, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: the filter is valid, and read during the call only.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let mode = libc::SECCOMP_MODE_FILTER;
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const program), 0);
    }
}

/// Workers are this shell script from now on.
fn workers_are(script: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("concurrency-lab-{}", std::process::id()));
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    use_program(&path);
    path
}

fn ended(log: &Log, task: &concurrency_lab::workers::TaskHandle) -> Result<Value, TaskError> {
    let in_time = task.wait(log, Some(PATIENCE)).unwrap();
    if !in_time {
        eprintln!("a task has no end");
        // Its pool would wait for it.
        std::process::exit(1);
    }
    task.result(log)
}

#[test]
fn nobody_waits_for_a_pool_whose_thread_failed() {
    alone("alone::nobody_waits_for_a_pool_whose_thread_failed", || {
        run(|log| {
            let pool = Pool::start(log, PoolOptions::new(1)).unwrap();
            // Short ones, after which the pool sends ahead.
            let _ = pool.map(log, "square", ints(0..200), Some(1)).unwrap();
            let (send, called) = channel();
            let tasks = ["loop", "square", "square", "square"].map(|job| {
                let send = send.clone();
                let callback = Box::new(move |_: &Log, result: &Result<Value, TaskError>| {
                    send.send(result.clone()).unwrap();
                });
                let options = TaskOptions::default();
                pool.apply_async(log, Job::new(job, 1), options, callback).unwrap()
            });
            // It has more to poll than that, which the system refuses.
            let before = descriptors(1);
            pool.close();
            for task in &tasks {
                assert!(matches!(ended(log, task), Err(TaskError::NoWorkers(_))));
            }
            for _ in &tasks {
                assert!(called.recv_timeout(PATIENCE).unwrap().is_err());
            }
            assert!(pool.join(log).is_err());
            descriptors(before);
        });
    });
}

#[test]
fn refused_workers_are_not_asked_for_again_and_again() {
    const SIZE: usize = 4;
    alone("alone::refused_workers_are_not_asked_for_again_and_again", || {
        let (began, trace) = with_pool(PoolOptions::new(SIZE), |log, pool| {
            until("all are ready", || pool.workers().iter().all(|w| w.ready));
            // All that are below the highest one are taken: room for a worker is not.
            let mut taken = Vec::new();
            let highest = File::open("/dev/null").unwrap().as_raw_fd() + 20;
            while taken.last().is_none_or(|f: &File| f.as_raw_fd() < highest) {
                taken.push(File::open("/dev/null").unwrap());
            }
            let before = descriptors(highest as u64 + 1);
            let began = Instant::now();
            let first = pool.workers()[0].clone();
            assert!(pool.signaller().signal(log, first.actor, 9));
            until("it is gone", || pool.workers().len() == SIZE - 1);
            let args: Vec<i64> = (0..2000).collect();
            let squares = args.iter().map(|n| n * n);
            let results = pool.map(log, "square", ints(args.iter().copied()), Some(1));
            assert_eq!(results.unwrap(), ints(squares));
            assert_eq!(pool.workers().len(), SIZE - 1);
            descriptors(before);
            drop(taken);
            until("it is replaced", || pool.workers().len() == SIZE);
            began
        });
        let processes = (trace.meta().actors.iter()).filter(|a| a.kind == ActorKind::Process);
        // One more for each second.
        let tries = began.elapsed().as_secs() as usize + 2;
        assert!((SIZE + 1..=SIZE + tries).contains(&processes.count()));
    });
}

#[test]
fn without_a_word_of_their_ends_workers_are_replaced_all_the_same() {
    alone("alone::without_a_word_of_their_ends_workers_are_replaced_all_the_same", || {
        without_pidfds();
        let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
            let squares = || pool.map(log, "square", ints(0..20), Some(1)).unwrap();
            let expected = ints((0..20).map(|n| n * n));
            assert_eq!(squares(), expected);
            let first = pool.workers()[0].clone();
            assert!(pool.signaller().signal(log, first.actor, 9));
            until("it is gone", || pool.workers().iter().all(|w| w.pid != first.pid));
            assert!(pool.apply(log, Job::new("abort", 0)).is_err());
            assert_eq!(squares(), expected);
        });
        assert_eq!(pids(&trace).len(), 4);
    });
}

#[test]
fn nonsense_ends_a_worker_though_its_end_is_not_told() {
    alone("alone::nonsense_ends_a_worker_though_its_end_is_not_told", || {
        without_pidfds();
        let script = workers_are(r"printf '\377\377\377\377'; exec sleep 1000");
        run(|log| {
            let options = PoolOptions { start: Start::Exec, ..PoolOptions::new(1) };
            let pool = Pool::start(log, options).unwrap();
            let mut told = Vec::new();
            // Until the pool sees that it will never have workers.
            while let Ok(task) = pool.submit(log, Job::new("square", 1), TaskOptions::default()) {
                told.push(ended(log, &task).unwrap_err());
            }
            for error in told {
                assert!(matches!(error, TaskError::Failed(_) | TaskError::NoWorkers(_)));
            }
        });
        std::fs::remove_file(script).unwrap();
    });
}

#[test]
fn a_task_that_no_worker_lives_to_read_fails_in_the_end() {
    alone("alone::a_task_that_no_worker_lives_to_read_fails_in_the_end", || {
        // It says that it is ready, and ends.
        let mut ready = Vec::new();
        let (version, pid) = (VERSION, 1);
        write(&mut ready, &FromWorker::Ready { version, pid }).unwrap();
        let ready: String = ready.iter().map(|byte| format!("\\{byte:03o}")).collect();
        let script = workers_are(&format!("printf '{ready}'"));
        run(|log| {
            let options = PoolOptions { start: Start::Exec, ..PoolOptions::new(1) };
            let pool = Pool::start(log, options).unwrap();
            let job = Job::new("square", 1);
            let task = pool.submit(log, job, TaskOptions::default()).unwrap();
            assert!(matches!(ended(log, &task), Err(TaskError::WorkerDied { .. })));
        });
        std::fs::remove_file(script).unwrap();
    });
}

#[test]
fn where_memory_cannot_be_shared_a_killed_worker_has_a_gap_before_its_end() {
    alone("alone::where_memory_cannot_be_shared_a_killed_worker_has_a_gap_before_its_end", || {
        without(libc::SYS_memfd_create);
        let ((), trace) = with_pool(PoolOptions::new(1), |log, pool| {
            let task = pool.submit(log, Job::new("loop", 0), TaskOptions::default()).unwrap();
            until("the task was read", || pool.workers()[0].task.is_some());
            let worker = pool.workers()[0].actor;
            assert!(pool.signaller().signal(log, worker, 9));
            assert!(ended(log, &task).is_err());
            assert_eq!(pool.apply(log, Job::new("square", 3)), Ok(Value::Int(9)));
        });
        let kinds = |actor: u16| {
            let of = trace.events().iter().filter(move |e| e.actor.0 == actor);
            of.map(|e| e.kind).collect::<Vec<_>>()
        };
        let ended = |kinds: &[EventKind]| kinds.last().copied();
        let workers = (0..).zip(&trace.meta().actors).filter(|(_, a)| a.kind == ActorKind::Process);
        let workers: Vec<_> = workers.map(|(id, _)| kinds(id)).collect();
        let gap = EventKind::Dropped { count: 0 };
        assert_eq!(ended(&workers[0]), Some(EventKind::Ended(End::Killed(9))));
        assert_eq!(workers[0].iter().filter(|kind| **kind == gap).count(), 1);
        assert_eq!(ended(&workers[1]), Some(EventKind::Ended(End::Normal)));
        assert!(!workers[1].contains(&gap), "who ends by itself has told everything");
    });
}
