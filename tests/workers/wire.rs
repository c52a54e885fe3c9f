//! Frames: what goes in comes out, and damage is an error value.

use concurrency_lab::trace::{EventKind, Item, Nanos, ResourceId, TaskId, TextId};
use concurrency_lab::workers::Value;
use concurrency_lab::workers::wire::{
    Entries, Entry, FromWorker, Inbox, LONGEST, NewThread, Report, ToWorker, Told, WireError,
    entries, write,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Nothing),
        any::<i64>().prop_map(Value::Int),
        (-1e300..1e300).prop_map(Value::Float),
        ".{0,20}".prop_map(Value::Text),
        vec(any::<i64>(), 0..10).prop_map(Value::Ints),
        vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
        (".{0,9}", vec(any::<i64>(), 0..6)).prop_map(|(text, n)| Value::Labelled(text, n)),
    ]
}

fn to_worker() -> impl Strategy<Value = ToWorker> {
    let hello = (any::<u32>(), any::<u64>(), any::<Option<u16>>(), any::<bool>());
    prop_oneof![
        hello.prop_map(|(version, origin, pool, measure)| ToWorker::Hello {
            version,
            origin,
            pool: pool.map(ResourceId),
            measure,
        }),
        (".{0,10}", vec((any::<u32>().prop_map(TaskId), value()), 0..5))
            .prop_map(|(job, tasks)| ToWorker::Chunk { job, tasks }),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let res = ResourceId(1);
    let kind = prop_oneof![
        any::<u32>().prop_map(move |t| EventKind::TaskStarted { res, task: TaskId(t) }),
        any::<i32>().prop_map(move |n| EventKind::TaskFinished {
            res,
            task: TaskId(1),
            item: Item::int(n)
        }),
        any::<u32>().prop_map(|t| EventKind::Message { text: TextId(t), args: [Item::NOTHING; 2] }),
    ];
    let result = prop_oneof![value().prop_map(Ok), ".{0,20}".prop_map(Err)];
    let result = (any::<u32>().prop_map(TaskId), result, any::<u64>());
    let stamp = || any::<u64>().prop_map(Nanos);
    let told = prop_oneof![
        4 => kind.prop_map(Told::Event),
        1 => any::<u16>().prop_map(Told::Line),
        1 => any::<u16>().prop_map(Told::JoinBegan),
        1 => any::<u16>().prop_map(Told::JoinEnded),
    ];
    let ended = (any::<u16>(), stamp(), Just(EventKind::SleepEnded.into()));
    prop_oneof![
        4 => (stamp(), told).prop_map(|(at, told)| Entry::Event(at, told)),
        1 => ended.prop_map(|(thread, at, told)| Entry::ThreadEvent(thread, at, told)),
        1 => ".{0,9}".prop_map(Entry::Text),
        1 => ".{0,9}".prop_map(Entry::Point),
        1 => (".{0,9}", ".{0,3}", any::<bool>()).prop_map(|(name, badge, helper)| Entry::Thread(NewThread { name, badge, helper })),
        2 => result.prop_map(|(task, result, took)| Entry::Result(task, result, took)),
    ]
}

fn written(all: &[Entry]) -> Entries {
    let mut entries = Entries::default();
    all.iter().for_each(|entry| entries.push(entry));
    entries
}

fn from_worker() -> impl Strategy<Value = FromWorker> {
    (any::<u64>(), vec(entry(), 0..12)).prop_map(|(until, all)| {
        FromWorker::Report(Report { until: Nanos(until), entries: written(&all) })
    })
}

fn read_all<T: serde::de::DeserializeOwned>(bytes: &[u8], cut: usize) -> Result<Vec<T>, WireError> {
    let mut inbox = Inbox::default();
    let mut read = Vec::new();
    for part in bytes.chunks(cut.max(1)) {
        inbox.extend(part);
        while let Some(message) = inbox.take()? {
            read.push(message);
        }
    }
    Ok(read)
}

proptest! {
    #[test]
    fn round_trip_however_it_is_cut(
        to in vec(to_worker(), 0..4),
        from in vec(from_worker(), 0..4),
        cut in 1_usize..200,
    ) {
        let mut bytes = Vec::new();
        to.iter().for_each(|m| write(&mut bytes, m).unwrap());
        prop_assert_eq!(read_all::<ToWorker>(&bytes, cut), Ok(to));
        bytes.clear();
        from.iter().for_each(|m| write(&mut bytes, m).unwrap());
        prop_assert_eq!(read_all::<FromWorker>(&bytes, cut), Ok(from));
    }

    #[test]
    fn entries_are_read_as_they_were_written(all in vec(entry(), 0..12)) {
        let bytes = written(&all).0;
        let read: Result<Vec<Entry>, WireError> = entries(&bytes).collect();
        prop_assert_eq!(read, Ok(all));
    }

    #[test]
    fn entries_are_read_up_to_the_first_that_is_damaged(
        all in vec(entry(), 1..12),
        at in any::<usize>(),
        bits in 1_u8..,
    ) {
        let mut bytes = written(&all).0;
        let at = at % bytes.len();
        let whole = (0..all.len()).take_while(|n| written(&all[..n + 1]).0.len() <= at).count();
        bytes[at] ^= bits;
        let read: Vec<_> = entries(&bytes).collect();
        prop_assert!(read.iter().take(whole).eq(all[..whole].iter().cloned().map(Ok).collect::<Vec<_>>().iter()));
        // What follows the damaged one is not read.
        prop_assert!(read.iter().rev().skip(1).all(Result::is_ok));
        let read: Vec<_> = entries(&bytes[..at]).collect();
        prop_assert_eq!(read.iter().filter(|entry| entry.is_ok()).count(), whole);
    }

    #[test]
    fn damage_is_no_panic(from in vec(from_worker(), 1..3), at in any::<usize>(), bits in 1_u8.., cut in 1_usize..50) {
        let mut bytes = Vec::new();
        from.iter().for_each(|m| write(&mut bytes, m).unwrap());
        let at = at % bytes.len();
        bytes[at] ^= bits;
        let _ = read_all::<FromWorker>(&bytes, cut);
        let _ = read_all::<ToWorker>(&bytes, cut);
        bytes.truncate(at);
        let _ = read_all::<FromWorker>(&bytes, cut);
    }

    #[test]
    fn noise_is_no_panic(bytes in vec(any::<u8>(), 0..500)) {
        let _ = read_all::<FromWorker>(&bytes, 7);
        let _ = read_all::<ToWorker>(&bytes, 500);
    }
}

#[test]
fn cut_anywhere_it_is_the_whole_messages_before_the_cut() {
    let message = |text: &str| {
        let result = Entry::Result(TaskId(300), Ok(Value::Bytes(vec![7; 200])), 1 << 40);
        let entries = written(&[Entry::Text(text.to_owned()), result]);
        FromWorker::Report(Report { entries, ..Report::default() })
    };
    let messages = ["first", "", "last"].map(message);
    let mut bytes = Vec::new();
    let ends = messages.each_ref().map(|m| {
        write(&mut bytes, m).unwrap();
        bytes.len()
    });
    for cut in 0..=bytes.len() {
        let whole = ends.iter().filter(|end| **end <= cut).count();
        for step in [1, 7, bytes.len()] {
            let read = read_all::<FromWorker>(&bytes[..cut], step);
            assert_eq!(read.as_deref(), Ok(&messages[..whole]), "cut at {cut}");
        }
    }
}

#[test]
fn too_long_is_refused_on_both_ends() {
    let mut bytes = vec![1];
    let tasks = vec![(TaskId(0), Value::Bytes(vec![0; LONGEST]))];
    let long = ToWorker::Chunk { job: String::new(), tasks };
    assert!(matches!(write(&mut bytes, &long), Err(WireError::TooLong(_))));
    assert_eq!(bytes, [1], "nothing was written");
    let length = LONGEST as u32 + 1;
    assert_eq!(
        read_all::<ToWorker>(&length.to_le_bytes(), 4),
        Err(WireError::TooLong(LONGEST + 1))
    );
}
