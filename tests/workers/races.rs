//! What happens before the pool's thread looks: it is kept in a callback meanwhile.

use super::support::*;
use concurrency_lab::record::Log;
use concurrency_lab::record::thread::Failure;
use concurrency_lab::trace::EventKind;
use concurrency_lab::workers::{Job, Pool, PoolOptions, TaskError, TaskHandle, TaskOptions, Value};
use std::sync::mpsc::channel;

fn submit(log: &Log, pool: &Pool, job: &str, arg: i64) -> TaskHandle {
    let options = TaskOptions::default();
    pool.submit(log, Job::new(job, arg), options).unwrap()
}

#[test]
fn a_callback_that_panics_takes_nobody_down() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        let call = |callback| {
            let options = TaskOptions::default();
            let task = pool.apply_async(log, Job::new("square", 3), options, callback);
            assert_eq!(task.unwrap().result(log), Ok(Value::Int(9)));
        };
        call(Box::new(|_, _| panic!("oh dear")));
        let (send, called) = channel();
        call(Box::new(move |_, result| {
            send.send(result.clone()).unwrap();
        }));
        assert_eq!(called.recv_timeout(PATIENCE), Ok(Ok(Value::Int(9))));
        assert_eq!(pool.apply(log, Job::new("square", 4)), Ok(Value::Int(16)));
    });
    let said = |text: &str| {
        trace.events().iter().any(|e| match e.kind {
            EventKind::Message { text: t, .. } => trace.meta().text(t) == text,
            _ => false,
        })
    };
    assert!(said("the callback panicked: oh dear"));
}

#[test]
fn joining_ends_when_the_run_is_stopped() {
    let ((), trace) = run(|log| {
        let pool = Pool::start(log, PoolOptions::new(1)).unwrap();
        let tasks = [0, 1].map(|_| submit(log, &pool, "loop", 0));
        let cancel = log.recorder().cancel().clone();
        let stopper = std::thread::spawn(move || cancel.cancel());
        assert_eq!(pool.join(log), Err(Failure::Cancelled));
        stopper.join().unwrap();
        for task in tasks {
            assert_eq!(task.try_result(), Some(Err(TaskError::Terminated)));
        }
    });
    check(&trace);
}

#[cfg(target_os = "linux")]
mod seen_in_proc {
    use super::*;
    use concurrency_lab::workers::Start;
    use std::time::{Duration, Instant};

    /// Hundredths of a second that a process has computed.
    fn computed(pid: u32) -> u64 {
        crate::proc::stat(pid).map_or(0, |stat| stat.computed)
    }

    fn stop(log: &Log, pool: &Pool) -> u32 {
        let worker = pool.workers().into_iter().next().unwrap();
        pool.signaller().signal(log, worker.actor, libc::SIGSTOP as u8);
        until("it has stopped", || is_stopped(worker.pid));
        worker.pid
    }

    fn kill(log: &Log, pool: &Pool) {
        let worker = pool.workers().into_iter().next().unwrap();
        assert!(pool.signaller().signal(log, worker.actor, 9));
        until("it is dead", || !runs(worker.pid));
    }

    /// Keeps the pool's thread busy until the answer is dropped.
    fn distracted(log: &Log, pool: &Pool) -> impl Drop + use<> {
        struct Busy(Option<std::sync::mpsc::Sender<()>>);
        impl Drop for Busy {
            fn drop(&mut self) {
                self.0.take();
            }
        }
        let (began, begun) = channel();
        let (end, ended) = channel::<()>();
        let callback = Box::new(move |_: &Log, _: &Result<Value, TaskError>| {
            began.send(()).unwrap();
            let _ = ended.recv();
        });
        let options = TaskOptions::default();
        let task = pool.apply_async(log, Job::new("square", 1), options, callback);
        begun.recv_timeout(PATIENCE).unwrap();
        assert!(task.unwrap().try_result().is_some());
        Busy(Some(end))
    }

    #[test]
    fn a_cancelled_task_does_not_come_back_when_the_one_before_it_was_done() {
        let (tried, trace) = with_pool(PoolOptions::new(1), |log, pool| {
            for tried in 1..20 {
                // Short ones, after which the pool sends ahead.
                let _ = pool.map(log, "square", ints(0..200), Some(1)).unwrap();
                let busy = distracted(log, pool);
                let worker = pool.workers()[0].pid;
                let before = computed(worker);
                let first = submit(log, pool, "square", 5);
                let second = submit(log, pool, "loop", 0);
                // The first is done, then, and its result not heard. On a busy machine a square may take so long that the
                // pool sends nothing ahead.
                let start = Instant::now();
                while computed(worker) < before + 5 && start.elapsed() < Duration::from_secs(3) {
                    std::thread::yield_now();
                }
                let ahead = computed(worker) >= before + 5;
                if ahead {
                    first.cancel(log);
                }
                second.cancel(log);
                drop(busy);
                assert_eq!(first.result(log), Ok(Value::Int(25)));
                assert_eq!(second.wait(log, Some(PATIENCE)), Ok(true));
                assert_eq!(second.try_result(), Some(Err(TaskError::Cancelled)));
                assert_eq!(pool.apply(log, Job::new("square", 7)), Ok(Value::Int(49)));
                if ahead {
                    return tried;
                }
            }
            panic!("nothing is sent ahead");
        });
        let cancelled = |kind| matches!(kind, EventKind::TaskCancelled { .. });
        let cancelled = trace.events().iter().filter(|e| cancelled(e.kind)).count();
        assert_eq!(cancelled, tried, "each once");
    }

    #[test]
    fn a_task_goes_to_another_worker_when_its_own_died_before_it_read_it() {
        for start in [Start::Fork, Start::Exec] {
            let options = PoolOptions { start, ..PoolOptions::new(1) };
            let ((), trace) = with_pool(options, |log, pool| {
                // Starting or idle.
                for n in 2..4 {
                    stop(log, pool);
                    let task = submit(log, pool, "square", n);
                    kill(log, pool);
                    assert_eq!(task.result(log), Ok(Value::Int(n * n)));
                }
                // Dead already, which the pool has not seen.
                let busy = distracted(log, pool);
                kill(log, pool);
                let task = submit(log, pool, "square", 4);
                drop(busy);
                assert_eq!(task.result(log), Ok(Value::Int(16)));
            });
            let failed = |kind| matches!(kind, EventKind::TaskFailed { .. });
            assert!(!trace.events().iter().any(|e| failed(e.kind)));
        }
    }

    #[test]
    fn a_message_cut_by_the_death_of_its_reader_goes_to_another_worker() {
        let long = "x".repeat(4 << 20);
        let ((), _) = with_pool(PoolOptions::new(1), |log, pool| {
            assert_eq!(pool.apply(log, Job::new("square", 2)), Ok(Value::Int(4)));
            for _ in 0..3 {
                // More than a pipe holds.
                stop(log, pool);
                let job = Job::new("fail", long.as_str());
                let task = pool.submit(log, job, TaskOptions::default()).unwrap();
                kill(log, pool);
                assert!(matches!(task.result(log), Err(TaskError::Failed(_))));
            }
        });
    }

    #[test]
    fn killed_while_it_writes_a_long_result() {
        let ((), _) = with_pool(PoolOptions::new(1), |log, pool| {
            assert_eq!(pool.apply(log, Job::new("square", 2)), Ok(Value::Int(4)));
            for length in [100_000, 1 << 20, 8 << 20] {
                let busy = distracted(log, pool);
                let task = submit(log, pool, "zeros", length);
                let pid = pool.workers()[0].pid;
                // Nobody reads, and it is more than a pipe holds.
                let writes = format!("{} ", libc::SYS_write);
                until("it writes", || {
                    let call = std::fs::read_to_string(format!("/proc/{pid}/syscall"));
                    call.is_ok_and(|call| call.starts_with(&writes))
                });
                kill(log, pool);
                drop(busy);
                assert!(matches!(
                    task.result(log),
                    Err(TaskError::WorkerDied { pid: died, .. }) if died == pid
                ));
                let whole = vec![0; length as usize];
                let job = Job::new("zeros", length);
                assert_eq!(pool.apply(log, job), Ok(Value::Bytes(whole)));
            }
        });
    }
}
