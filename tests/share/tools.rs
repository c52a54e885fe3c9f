//! Each thing with four real children.

use super::support::*;
use concurrency_lab::replay::{FindingKind, Replay, findings, lost_updates};
use concurrency_lab::trace::{EventKind, Home, ResourceKind, Trace};
use concurrency_lab::workers::share::{
    Array, Call, Condition, Event, Kept, Lock, Manager, Pipe, Queue, Semaphore, ShareError,
    SharedValue,
};
use concurrency_lab::workers::{Start, Value};
use proptest::prelude::*;
use std::time::Duration;

const CHILDREN: usize = 4;

#[test]
fn a_value_with_its_lock_has_the_right_sum() {
    for robust in [true, false] {
        let traces = shops(|shop| {
            let recorder = shop.log.recorder();
            let lock = Lock::new(&shop.space, recorder, "lock", robust).unwrap();
            let value = SharedValue::new(&shop.space, recorder, "n", 5, Some(&lock)).unwrap();
            let children = shop.children(CHILDREN);
            for child in 0..CHILDREN {
                let arg = [lock.handle(), value.handle(), 200];
                children.run(child, job("share-count", arg)).unwrap();
            }
            shop.answers(&children);
            assert_eq!(value.peek(), 5 + 4 * 200);
        });
        for trace in traces {
            check(&trace);
            for kind in [ResourceKind::Lock, ResourceKind::Value] {
                let res = trace.meta().resources_of(kind).next().unwrap();
                rises(&trace, res);
                assert_eq!(trace.meta().resources[res.index()].home, Home::Shared);
            }
        }
    }
}

#[test]
fn without_the_lock_as_many_updates_are_lost_as_are_missing() {
    let mut lost = 0;
    for _ in 0..5 {
        let mut missing = 0;
        let trace = shop(Start::Fork, |shop| {
            let value = SharedValue::new(&shop.space, shop.log.recorder(), "n", 0, None).unwrap();
            let children = shop.children(CHILDREN);
            for child in 0..CHILDREN {
                children.run(child, job("share-count", [0, value.handle(), 500])).unwrap();
            }
            shop.answers(&children);
            missing = 4 * 500 - value.peek();
        });
        check(&trace);
        let res = trace.meta().resources_of(ResourceKind::Value).next().unwrap();
        rises(&trace, res);
        assert_eq!(lost_updates(&trace, res).len() as i64, missing);
        lost += missing;
        assert_eq!(missing > 0, found(&trace).contains(&FindingKind::LostUpdate));
    }
    assert!(lost > 0, "five runs of 2,000 updates each lose some");
}

fn found(trace: &Trace) -> Vec<FindingKind> {
    let mut replay = Replay::new(trace);
    replay.update(trace, 0);
    findings(trace, &replay).into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn an_array_with_its_lock_has_the_right_sums() {
    let traces = shops(|shop| {
        let recorder = shop.log.recorder();
        let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
        let start = [1, 2];
        let array = Array::new(&shop.space, recorder, "cells", &start, Some(&lock)).unwrap();
        let children = shop.children(CHILDREN);
        for child in 0..CHILDREN {
            let arg = [lock.handle(), array.handle(), (child % 2) as i64, 100];
            children.run(child, job("share-count-cell", arg)).unwrap();
        }
        shop.answers(&children);
        assert_eq!([array.read(0).unwrap(), array.read(1).unwrap()], [201, 202]);
        assert!(array.read(2).is_err());
    });
    traces.iter().for_each(check);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_more_hold_a_semaphore_than_it_has_permits(permits in 1_u32..5, times in 1_i64..40) {
        let trace = shop(Start::Fork, |shop| {
            let recorder = shop.log.recorder();
            let semaphore = Semaphore::new(&shop.space, recorder, "slots", permits).unwrap();
            let children = shop.children(CHILDREN);
            for child in 0..CHILDREN {
                let arg = [semaphore.handle(), times, 20_000];
                children.run(child, job("share-permits", arg)).unwrap();
            }
            shop.answers(&children);
        });
        check(&trace);
        let res = trace.meta().resources_of(ResourceKind::Semaphore).next().unwrap();
        rises(&trace, res);
        let (mut inside, mut most, mut taken) = (0_u32, 0, 0);
        for event in trace.events() {
            match event.kind {
                EventKind::Acquired { .. } => {
                    inside += 1;
                    taken += 1;
                }
                EventKind::Released { .. } => inside -= 1,
                _ => {}
            }
            most = most.max(inside);
        }
        prop_assert!(most <= permits && inside == 0);
        prop_assert_eq!(taken, 4 * times);
    }

    #[test]
    fn a_queue_loses_and_doubles_nothing_and_keeps_the_order_of_each(
        bound in prop_oneof![Just(None), (1_u32..6).prop_map(Some)],
        count in 1_i64..150,
        producers in 1_usize..4,
    ) {
        let consumers = CHILDREN - producers;
        let trace = shop(Start::Fork, |shop| {
            let recorder = shop.log.recorder();
            let queue = Queue::new(&shop.space, recorder, "q", bound, true, None).unwrap();
            let children = shop.children(CHILDREN);
            for child in 0..producers {
                let actor = children.actors()[child];
                let buffer = Queue::buffer(recorder, "buffer", Some(actor));
                let arg = [queue.handle(), buffer.0.into(), child as i64 * 1000, count, 0];
                children.run(child, job("share-put", arg)).unwrap();
            }
            for child in producers..CHILDREN {
                children.run(child, job("share-get", [queue.handle()])).unwrap();
            }
            for child in 0..producers {
                children.join(shop.log, child, Some(PATIENCE)).unwrap();
            }
            let own = Queue::buffer(recorder, "buffer", None);
            let mut putter = queue.putter(Some(own), "feeder of main");
            for _ in 0..consumers {
                putter.put(shop.log, Value::Nothing, Some(PATIENCE)).unwrap();
            }
            putter.finish(shop.log).unwrap();
            let got: Vec<Vec<i64>> = (producers..CHILDREN)
                .map(|child| match children.join(shop.log, child, Some(PATIENCE)).unwrap().answer {
                    Some(Ok(Value::Ints(got))) => got,
                    other => panic!("{other:?}"),
                })
                .collect();
            for of_one in &got {
                for producer in 0..producers as i64 {
                    let its = of_one.iter().filter(|n| **n / 1000 == producer);
                    assert!(its.is_sorted_by(|a, b| a < b));
                }
            }
            let mut all = got.concat();
            all.sort_unstable();
            let put = (0..producers as i64).flat_map(|p| p * 1000..p * 1000 + count);
            assert_eq!(all, put.collect::<Vec<_>>());
        });
        check(&trace);
        let res = trace.meta().resources_of(ResourceKind::Queue).next().unwrap();
        rises(&trace, res);
    }

    #[test]
    fn a_pipe_keeps_the_order_both_ways(count in 0_i64..300, room in prop_oneof![Just(None), Just(Some(4096))]) {
        let trace = shop(Start::Fork, |shop| {
            let recorder = shop.log.recorder();
            let there = Pipe::new(&shop.space, recorder, "there", room).unwrap();
            let back = Pipe::new(&shop.space, recorder, "back", room).unwrap();
            let children = shop.children(CHILDREN);
            children.run(0, job("share-send", [there.handle(), 0, count])).unwrap();
            children.run(1, job("share-receive", [there.handle(), 1])).unwrap();
            children.run(2, job("share-send", [back.handle(), 5, count])).unwrap();
            children.run(3, job("share-receive", [back.handle(), 0])).unwrap();
            let answers = shop.answers(&children);
            assert_eq!(answers[1], Value::Ints((0..count).collect()));
            assert_eq!(answers[3], Value::Ints((5..5 + count).collect()));
        });
        check(&trace);
    }
}

#[test]
fn long_messages_go_through_queues_and_pipes() {
    let traces = shops(|shop| {
        let recorder = shop.log.recorder();
        let queue = Queue::new(&shop.space, recorder, "q", Some(2), true, None).unwrap();
        let pipe = Pipe::new(&shop.space, recorder, "p", None).unwrap();
        let children = shop.children(3);
        let buffer = Queue::buffer(recorder, "buffer", Some(children.actors()[0]));
        let arg = [queue.handle(), buffer.0.into(), 0, 6, 300_000];
        children.run(0, job("share-put", arg)).unwrap();
        children.run(1, job("share-get", [queue.handle()])).unwrap();
        children.run(2, job("share-receive", [pipe.handle(), 1])).unwrap();
        let long = Value::Bytes(vec![7; 2_000_000]);
        pipe.send(shop.log, &long, Some(PATIENCE)).unwrap();
        pipe.send(shop.log, &Value::Nothing, Some(PATIENCE)).unwrap();
        children.join(shop.log, 0, Some(PATIENCE)).unwrap();
        let mut putter = queue.putter(None, "feeder");
        putter.put(shop.log, Value::Nothing, None).unwrap();
        putter.finish(shop.log).unwrap();
        let answers = shop.answers(&children);
        assert_eq!(answers[1], Value::Ints(vec![300_000; 6]));
        assert_eq!(answers[2], Value::Ints(vec![2_000_000]));
    });
    traces.iter().for_each(check);
}

/// A limit counts until a message begins to come, and not inside it: whoever gave up has lost nothing.
#[test]
fn a_limit_tears_no_message() {
    const LENGTH: usize = 500_000;
    shop(Start::Fork, |shop| {
        let recorder = shop.log.recorder();
        let pipe = Pipe::new(&shop.space, recorder, "p", None).unwrap();
        let children = shop.children(1);
        children.run(0, job("share-rate-send", [pipe.handle(), 20, LENGTH as i64])).unwrap();
        let mut receiver = pipe.receiver();
        let short = Some(Duration::from_micros(20));
        let mut got = 0;
        for turn in 0.. {
            let received = match turn % 2 {
                // Only before anything is read ahead do both see the same pipe.
                0 if got == 0 => pipe.receive(shop.log, short, &|| ()),
                _ => receiver.receive(shop.log, short),
            };
            match received {
                Err(ShareError::TimedOut) => {}
                Ok(Value::Nothing) => break,
                received => {
                    assert_eq!(received, Ok(Value::Bytes(vec![0; LENGTH])));
                    got += 1;
                }
            }
        }
        assert_eq!(got, 20);
        shop.answers(&children);
    });
}

/// Who has given up waiting for the answer to a call does not get it as that of the next one.
#[test]
fn an_answer_that_comes_too_late_is_nobodys() {
    shop(Start::Fork, |shop| {
        let recorder = shop.log.recorder();
        let manager = Manager::new(&shop.space, 1).unwrap();
        let children = shop.children(1);
        let server = children.actors()[0];
        let manager = manager.kept_by(recorder, "manager", server);
        let kept = [Kept::number(recorder, "n", server, 0)];
        children.run(0, manager.job(&kept).unwrap()).unwrap();
        let mut proxy = manager.proxy(0).unwrap();
        for n in 1..30 {
            let asked = proxy.call(shop.log, 0, &Call::Get, Some(Duration::from_nanos(1)));
            assert!([Ok(Value::Int(n - 1)), Err(ShareError::TimedOut)].contains(&asked));
            assert_eq!(proxy.call(shop.log, 0, &Call::Set(n), None), Ok(Value::Nothing));
            assert_eq!(proxy.call(shop.log, 0, &Call::Get, None), Ok(Value::Int(n)));
        }
        proxy.call(shop.log, 0, &Call::ShutDown, None).unwrap();
        shop.answers(&children);
    });
}

#[test]
fn two_who_receive_at_one_end_get_corrupt_messages_and_no_harm() {
    let mut corrupt = 0;
    for _ in 0..10 {
        shop(Start::Fork, |shop| {
            let pipe = Pipe::new(&shop.space, shop.log.recorder(), "p", None).unwrap();
            let children = shop.children(3);
            children.run(0, job("share-send", [pipe.handle(), 0, 3000])).unwrap();
            children.run(1, job("share-receive", [pipe.handle(), 0])).unwrap();
            children.run(2, job("share-receive", [pipe.handle(), 0])).unwrap();
            let ends = shop.ends(&children, Duration::from_millis(300));
            let failed = ends
                .iter()
                .filter(|ended| matches!(&ended.answer, Some(Err(e)) if e.starts_with("corrupt")));
            corrupt += usize::from(failed.count() > 0);
        });
    }
    assert!(corrupt > 0, "in ten runs of 3,000 messages some are torn");
}

#[test]
fn an_event_wakes_all() {
    let traces = shops(|shop| {
        let event = Event::new(&shop.space, shop.log.recorder(), "go").unwrap();
        let children = shop.children(CHILDREN);
        for child in 0..CHILDREN {
            children.run(child, job("share-await", [event.handle()])).unwrap();
        }
        assert!(!event.is_set());
        event.set(shop.log);
        shop.answers(&children);
        event.clear(shop.log);
        assert!(!event.is_set());
    });
    traces.iter().for_each(check);
}

#[test]
fn processes_take_turns_by_a_condition() {
    let traces = shops(|shop| {
        let recorder = shop.log.recorder();
        let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
        let turn = Condition::new(&shop.space, recorder, "turn", &lock).unwrap();
        let value = SharedValue::new(&shop.space, recorder, "n", 0, Some(&lock)).unwrap();
        let children = shop.children(CHILDREN);
        for child in 0..CHILDREN {
            let things = [lock.handle(), turn.handle(), value.handle()];
            let arg = things.into_iter().chain([child as i64, CHILDREN as i64, 25]);
            children.run(child, job("share-take-turns", arg)).unwrap();
        }
        shop.answers(&children);
        assert_eq!(value.peek(), 100);
    });
    for trace in traces {
        check(&trace);
        let turns =
            trace.events().iter().filter(|e| matches!(e.kind, EventKind::ValueChanged { .. }));
        let who: Vec<_> =
            turns.map(|e| trace.meta().actors[e.actor.index()].name.clone()).collect();
        for (place, name) in who.iter().enumerate() {
            assert_eq!(*name, format!("child {}", place % CHILDREN + 1));
        }
    }
}

#[test]
fn a_manager_keeps_what_its_clients_leave() {
    let traces = shops(|shop| {
        let recorder = shop.log.recorder();
        let manager = Manager::new(&shop.space, CHILDREN).unwrap();
        let children = shop.children(CHILDREN);
        let server = children.actors()[0];
        let manager = manager.kept_by(recorder, "manager", server);
        let kept = [
            Kept::number(recorder, "d[\"n\"]", server, 0),
            Kept::list(recorder, "list", server, Vec::new()),
            Kept::list(recorder, "nested", server, vec![Value::Ints(vec![])]),
        ];
        children.run(0, manager.job(&kept).unwrap()).unwrap();
        for child in 1..CHILDREN {
            let arg = [manager.handle(), child as i64, 20];
            children.run(child, job("share-call", arg)).unwrap();
        }
        for child in 1..CHILDREN {
            children.join(shop.log, child, Some(PATIENCE)).unwrap();
        }
        let mut proxy = manager.proxy(0).unwrap();
        let mut call = |object, call| proxy.call(shop.log, object, &call, Some(PATIENCE));
        let n = call(0, Call::Get).unwrap().as_int().unwrap();
        assert!((1..=60).contains(&n), "{n}");
        assert_eq!(call(1, Call::Len).unwrap(), Value::Int(60));
        // A nested list is a copy.
        let Value::Ints(mut inner) = call(2, Call::At(0)).unwrap() else { panic!("a list") };
        inner.push(1);
        assert_eq!(call(2, Call::At(0)).unwrap(), Value::Ints(vec![]));
        call(2, Call::PutAt(0, Value::Ints(inner))).unwrap();
        assert_eq!(call(2, Call::At(0)).unwrap(), Value::Ints(vec![1]));
        assert!(call(2, Call::At(9)).is_err_and(|e| e.to_string().starts_with("IndexError")));
        assert!(call(7, Call::Get).is_err());
        call(0, Call::ShutDown).unwrap();
        shop.answers(&children);
    });
    traces.iter().for_each(check);
}

#[test]
fn what_is_no_handle_is_refused() {
    shop(Start::Fork, |shop| {
        let recorder = shop.log.recorder();
        let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
        for handle in [0, 1, -1, i64::MAX, lock.handle() + 64, lock.handle() - 1] {
            assert!(Lock::open(&shop.space, handle).is_err(), "{handle}");
        }
        assert!(Queue::open(&shop.space, lock.handle()).is_err(), "it is something else");
    });
}
