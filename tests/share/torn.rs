//! Queues with something else in their pipe than whole messages that are there at once.
#![cfg(target_os = "linux")]

use super::support::*;
use concurrency_lab::record::Log;
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{EventKind, Item};
use concurrency_lab::workers::share::{Queue, ShareError, Unrecorded};
use concurrency_lab::workers::{Start, Value};
use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::time::Duration;

/// A limit that passes.
const SHORT: Duration = Duration::from_millis(10);
/// What a head says that bytes follow, or a whole number.
const BYTES: u8 = 5;
const INT: u8 = 1;

fn queue(shop: &Shop<'_>) -> Queue {
    Queue::new(&shop.space, shop.log.recorder(), "q", None, true, None).unwrap()
}

/// The end of its pipe that is written to, for bytes as they are.
fn end(queue: &Queue) -> File {
    let shown = format!("{queue:?}");
    let number = shown.split("writer: OwnedFd { fd: ").nth(1).unwrap();
    let number = number.split_once(' ').unwrap().0;
    File::options().write(true).open(format!("/proc/self/fd/{number}")).unwrap()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_le_bytes();
    [&length, &[kind][..], body].concat()
}

fn number(number: i64) -> Vec<u8> {
    message(INT, &number.to_le_bytes())
}

fn put(log: &Log, queue: &Queue) {
    log.record(EventKind::Put { res: queue.id(), item: Item::NOTHING });
}

#[test]
fn a_limit_counts_until_a_message_begins() {
    for (length, first) in [(300_000, 10_000), (300_000, 2), (100, 20), (100, 3)] {
        let trace = shop(Start::Fork, |shop| {
            let queue = queue(shop);
            let mut end = end(&queue);
            assert_eq!(queue.get(shop.log, Some(SHORT)), Err(ShareError::TimedOut));
            let body = vec![7; length];
            let whole = message(BYTES, &body);
            put(shop.log, &queue);
            end.write_all(&whole[..first]).unwrap();
            let got = std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(5 * SHORT);
                    end.write_all(&whole[first..]).unwrap();
                });
                queue.get(shop.log, Some(SHORT))
            });
            assert_eq!(got, Ok(Value::Bytes(body)), "{first} of {length} bytes came first");
            put(shop.log, &queue);
            end.write_all(&number(3)).unwrap();
            assert_eq!(queue.get(shop.log, Some(PATIENCE)), Ok(Value::Int(3)));
        });
        let mut replay = Replay::new(&trace);
        replay.update(&trace, 0);
        let odd: Vec<_> =
            replay.oddities().iter().map(|(at, what)| (&trace.events()[*at], what)).collect();
        assert!(odd.is_empty(), "{odd:#?}");
    }
}

#[test]
fn after_a_corrupt_message_come_the_good_ones_behind_it() {
    for length in [100, 40_000] {
        shop(Start::Fork, |shop| {
            let queue = queue(shop);
            let mut end = end(&queue);
            let body = vec![7; length];
            let last = message(BYTES, &body);
            let (half, rest) = last.split_at(50);
            let all = [&number(1), &message(INT, &[0; 3])[..], &number(2), &number(3), half];
            end.write_all(&all.concat()).unwrap();
            let get = || queue.get(shop.log, Some(PATIENCE));
            assert_eq!(get(), Ok(Value::Int(1)));
            assert!(matches!(get(), Err(ShareError::Corrupt(_))));
            assert_eq!([get(), get()], [Ok(Value::Int(2)), Ok(Value::Int(3))]);
            end.write_all(rest).unwrap();
            assert_eq!(get(), Ok(Value::Bytes(body)), "{length} bytes, of which half was there");
        });
    }
}

#[test]
fn after_a_long_corrupt_message_comes_the_next_one() {
    shop(Start::Fork, |shop| {
        let queue = queue(shop);
        let mut end = end(&queue);
        end.write_all(&message(INT, &[0; 40_000])).unwrap();
        end.write_all(&number(1)).unwrap();
        let get = || queue.get(shop.log, Some(PATIENCE));
        assert!(matches!(get(), Err(ShareError::Corrupt(_))));
        assert_eq!(get(), Ok(Value::Int(1)));
    });
}

#[test]
fn half_a_message_of_a_dead_writer_is_thrown_away() {
    shop(Start::Fork, |shop| {
        let queue = queue(shop);
        let children = shop.children(1);
        let buffer = Queue::buffer(shop.log.recorder(), "buffer", Some(children.actors()[0]));
        // More than there is room for.
        let arg = [queue.handle(), buffer.0.into(), 0, 1, 1_000_000];
        children.run(0, job("share-put", arg)).unwrap();
        let end = end(&queue);
        let begun = std::time::Instant::now();
        let mut bytes = 0;
        while bytes == 0 {
            assert!(begun.elapsed() < PATIENCE);
            // SAFETY: `bytes` is valid to write to.
            unsafe { libc::ioctl(end.as_raw_fd(), libc::FIONREAD, &raw mut bytes) };
        }
        children.signal(shop.log, 0, 9);
        children.join(shop.log, 0, Some(PATIENCE)).unwrap();
        // The limit counts again.
        assert_eq!(queue.get(shop.log, Some(SHORT)), Err(ShareError::TimedOut));
        let mut putter = queue.putter(None, "feeder");
        putter.put(shop.log, 5, None).unwrap();
        putter.finish(shop.log).unwrap();
        assert_eq!(queue.get(shop.log, Some(PATIENCE)), Ok(Value::Int(5)));
    });
}

#[test]
fn a_writer_killed_at_any_moment_tears_no_message_of_another() {
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..30 {
        shop(Start::Fork, |shop| {
            let queue = queue(shop);
            let children = shop.children(2);
            for (child, bytes) in [(0, 100_000), (1, 0)] {
                let buffer =
                    Queue::buffer(shop.log.recorder(), "b", Some(children.actors()[child]));
                let arg = [queue.handle(), buffer.0.into(), 0, 100, bytes];
                children.run(child, job("share-put", arg)).unwrap();
            }
            let moment = Duration::from_micros(random.u64(..5_000));
            let get = || {
                let mut got = Vec::new();
                while got.len() < 100 {
                    match queue.get(&Unrecorded, Some(PATIENCE)) {
                        Ok(Value::Int(number)) => got.push(number),
                        Ok(Value::Bytes(bytes)) => assert_eq!(bytes.len(), 100_000),
                        other => panic!("{other:?}"),
                    }
                }
                got
            };
            let got = std::thread::scope(|scope| {
                let getter = scope.spawn(get);
                std::thread::sleep(moment);
                children.signal(shop.log, 0, 9);
                getter.join().unwrap()
            });
            assert_eq!(got, Vec::from_iter(0..100));
        });
    }
}
