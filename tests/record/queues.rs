//! Queues.

use crate::support::{Run, actor, count, kinds_of};
use concurrency_lab::record::sync::{Queue, WaitError};
use concurrency_lab::record::thread;
use concurrency_lab::trace::{EventKind as K, Item, WaitEnd, WaitOp};
use std::time::Duration;

#[test]
fn everything_put_in_comes_out_once() {
    for capacity in [None, Some(1), Some(4)] {
        let run = Run::new();
        let log = run.log("main");
        let queue = Queue::new(&run.recorder, "work", capacity);
        let sum = thread::scope(&log, |scope| {
            let producers = [0, 1, 2].map(|i| {
                let queue = &queue;
                let thread = scope.spawn(actor(format!("producer {i}")), move |log| {
                    for n in 0..200 {
                        queue.put(log, Some(i * 1000 + n))?;
                    }
                    Ok(())
                });
                thread.unwrap()
            });
            let consumers = [0, 1, 2].map(|i| {
                let thread = scope.spawn(actor(format!("consumer {i}")), |log| {
                    let mut sum = 0;
                    while let Some(n) = queue.get(log)? {
                        sum += n;
                    }
                    Ok(sum)
                });
                thread.unwrap()
            });
            for producer in producers {
                producer.join(&log).unwrap();
            }
            for _ in 0..3 {
                queue.put(&log, None).unwrap();
            }
            consumers.map(|consumer| consumer.join(&log).unwrap()).iter().sum::<i32>()
        });
        assert_eq!(sum, (1000 + 2000) * 200 + 3 * (199 * 200 / 2));
        drop(log);
        let trace = run.finish();
        assert_eq!(count(&trace, |k| matches!(k, K::Put { .. })), 603);
        assert_eq!(count(&trace, |k| matches!(k, K::Got { .. })), 603);
        assert_eq!(trace.meta().resources[queue.id().index()].capacity, capacity);
    }
}

#[test]
fn a_getter_waits_for_an_item_and_a_putter_for_room() {
    let run = Run::new();
    let log = run.log("main");
    let queue = Queue::new(&run.recorder, "work", Some(1));
    let res = queue.id();
    thread::scope(&log, |scope| {
        let getter = scope.spawn(actor("getter"), |log| Ok(queue.get(log)?)).unwrap();
        run.wait_for_waits(1, res, WaitOp::Get);
        queue.put(&log, 7).unwrap();
        assert_eq!(getter.join(&log), Ok(7));
        queue.put(&log, 8).unwrap();
        let putter = scope.spawn(actor("putter"), |log| Ok(queue.put(log, 9)?)).unwrap();
        run.wait_for_waits(1, res, WaitOp::Put);
        assert_eq!(queue.get(&log), Ok(8));
        putter.join(&log).unwrap();
        assert_eq!(queue.get(&log), Ok(9));
    });
    drop(log);
    let trace = run.finish();
    let woken = K::WaitEnded { res, how: WaitEnd::Woken };
    let got = K::Got { res, item: Item::int(7) };
    let put = K::Put { res, item: Item::int(9) };
    let began = |op| K::WaitBegan { res, op };
    assert_eq!(kinds_of(&trace, "getter")[1..4], [began(WaitOp::Get), woken, got]);
    assert_eq!(kinds_of(&trace, "putter")[1..4], [began(WaitOp::Put), woken, put]);
}

#[test]
fn trying_and_time_outs() {
    let run = Run::new();
    let log = run.log("main");
    let queue = Queue::new(&run.recorder, "work", Some(1));
    let soon = Duration::from_millis(1);
    assert_eq!(queue.try_get(&log), Err(WaitError::Empty));
    assert_eq!(queue.get_within(&log, soon), Err(WaitError::TimedOut));
    assert_eq!(queue.try_put(&log, (Item::NOTHING, "anything")), Ok(()));
    assert_eq!(queue.try_put(&log, (Item::int(2), "more")), Err(WaitError::Full));
    let late = queue.put_within(&log, (Item::int(3), "more"), soon);
    assert_eq!(late, Err(WaitError::TimedOut));
    assert_eq!(queue.len(), 1);
    assert_eq!(queue.try_get(&log).map(|(_, word)| word), Ok("anything"));
    assert!(queue.is_empty());
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| matches!(k, K::FoundEmpty { .. })), 1);
    assert_eq!(count(&trace, |k| matches!(k, K::WaitBegan { .. })), 2);
}

#[test]
fn a_closed_queue_gives_what_it_has_and_wakes_who_waits() {
    let run = Run::new();
    let log = run.log("main");
    let full = Queue::new(&run.recorder, "full", Some(1));
    let empty = Queue::<i32>::new(&run.recorder, "empty", None);
    full.put(&log, 1).unwrap();
    thread::scope(&log, |scope| {
        let putter = scope.spawn(actor("putter"), |log| {
            assert_eq!(full.put(log, 2), Err(WaitError::Closed));
            Ok(())
        });
        let getter = scope.spawn(actor("getter"), |log| {
            assert_eq!(empty.get(log), Err(WaitError::Closed));
            Ok(())
        });
        run.wait_for_waits(1, full.id(), WaitOp::Put);
        run.wait_for_waits(1, empty.id(), WaitOp::Get);
        full.close(&log);
        full.close(&log);
        empty.close(&log);
        putter.unwrap().join(&log).unwrap();
        getter.unwrap().join(&log).unwrap();
    });
    assert_eq!(full.put(&log, 3), Err(WaitError::Closed));
    assert_eq!(full.get(&log), Ok(1));
    assert_eq!(full.get(&log), Err(WaitError::Closed));
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| matches!(k, K::Closed { .. })), 2);
}

#[test]
fn a_join_waits_until_every_item_is_told_to_be_done() {
    let run = Run::new();
    let log = run.log("main");
    let queue = Queue::new(&run.recorder, "work", None);
    assert_eq!(queue.join(&log), Ok(()), "nothing was put in");
    assert!(queue.task_done(&log).is_err());
    let res = queue.id();
    thread::scope(&log, |scope| {
        queue.put(&log, 1).unwrap();
        queue.put(&log, 2).unwrap();
        let joiner = scope.spawn(actor("joiner"), |log| Ok(queue.join(log)?)).unwrap();
        run.wait_for_waits(1, res, WaitOp::Join);
        queue.get(&log).unwrap();
        queue.get(&log).unwrap();
        queue.task_done(&log).unwrap();
        assert!(!joiner.is_finished(), "one is to come");
        queue.task_done(&log).unwrap();
        joiner.join(&log).unwrap();
    });
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| *k == K::ItemDone { res }), 2);
    let woken = K::WaitEnded { res, how: WaitEnd::Woken };
    assert_eq!(kinds_of(&trace, "joiner")[1..3], [K::WaitBegan { res, op: WaitOp::Join }, woken]);
}
