//! Recordings that are none, or only a part of one: whatever is in the folder, what can be read is read.

use concurrency_lab::python::{Read, read};
use concurrency_lab::replay::{FindingKind, findings};
use concurrency_lab::trace::EventKind;
use std::path::Path;
use tempfile::TempDir;

/// A recording of `slots` events of one thread, with their lines of definitions.
struct Recording {
    ring: Vec<u8>,
    defs: String,
}

impl Recording {
    fn of(slots: u64) -> Self {
        let mut ring = vec![0; 4096];
        ring[..8].copy_from_slice(b"CLABREC1");
        ring[8..12].copy_from_slice(&64_u32.to_le_bytes());
        ring[12..16].copy_from_slice(&4096_u32.to_le_bytes());
        ring[16..24].copy_from_slice(&1_000_u64.to_le_bytes());
        for number in 0..slots {
            // Acquired and released in turn.
            let kind = if number == 0 { 1_u16 } else { 11 + u16::from(number % 2 == 0) };
            let mut slot = [0; 64];
            slot[..8].copy_from_slice(&(1_000 + 10 * number).to_le_bytes());
            slot[8..12].copy_from_slice(&1_u32.to_le_bytes());
            slot[12..16].copy_from_slice(&u32::from(number > 0).to_le_bytes());
            slot[44..46].copy_from_slice(&kind.to_le_bytes());
            slot[56..64].copy_from_slice(&(number + 1).to_le_bytes());
            ring.extend(slot);
        }
        // Allocated ahead.
        ring.resize(ring.len() + 6_400, 0);
        let defs = "{\"d\":\"process\",\"pid\":70,\"name\":\"main\",\"role\":\"main\"}\n\
                    {\"d\":\"res\",\"n\":1,\"kind\":\"Lock\",\"name\":\"lock\",\"home\":\"process\"}\n";
        Self { ring, defs: defs.to_owned() }
    }

    fn write(&self, folder: &Path, name: &str) {
        std::fs::write(folder.join(format!("{name}.ring")), &self.ring).unwrap();
        std::fs::write(folder.join(format!("{name}.defs")), &self.defs).unwrap();
    }

    fn read(&self) -> Read {
        let folder = tempfile::tempdir().unwrap();
        self.write(folder.path(), "70.1");
        all(&folder)
    }
}

/// What could not be seen, as the trace tells.
fn unseen(read: &Read) -> Vec<&str> {
    read.trace.meta().unseen().collect()
}

/// How many events there are, and how many are missing, as the trace tells.
fn there(read: &Read) -> (usize, u64) {
    let gaps =
        |event: &&concurrency_lab::trace::Event| matches!(event.kind, EventKind::Dropped { .. });
    let events = read.trace.events();
    (events.len() - events.iter().filter(gaps).count(), read.trace.dropped())
}

fn all(folder: &TempDir) -> Read {
    read(folder.path(), Path::new("/nowhere/program.py"))
}

#[test]
fn a_whole_one_is_read_whole() {
    let read = Recording::of(9).read();
    assert_eq!((read.trace.events().len(), unseen(&read)), (9, Vec::new()));
    assert_eq!(read.replay.oddities(), []);
    assert_eq!(read.trace.meta().actors[0].name, "main");
    let acquired =
        |event: &&concurrency_lab::trace::Event| matches!(event.kind, EventKind::Acquired { .. });
    assert_eq!(read.trace.events().iter().filter(acquired).count(), 4);
}

#[test]
fn what_is_not_written_yet_is_left_out() {
    let mut recording = Recording::of(9);
    // The fifth is being written.
    recording.ring[4096 + 4 * 64 + 56] = 0;
    // A line without its end is not there yet.
    recording.defs.push_str("{\"d\":\"res\",\"n\":2");
    let read = recording.read();
    assert_eq!(there(&read), (8, 1));
    // What it was may refute anything.
    let found = findings(&read.trace, &read.replay);
    let kinds: Vec<_> = found.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::EventsLost]);
}

#[test]
fn what_has_no_name_is_missing() {
    let mut recording = Recording::of(9);
    // The lock of the third and of the seventh is another one, of which nothing is told.
    for place in [2, 6] {
        recording.ring[4096 + place * 64 + 12] = 7;
    }
    let read = recording.read();
    assert_eq!(there(&read), (7, 2));
    let said = "2 records have no name or are damaged, and are left out";
    assert_eq!(unseen(&read), [said]);
}

#[test]
fn nobody_stands_still_where_records_are_missing() {
    let mut recording = Recording::of(2);
    // It acquires the lock, and waits for it once more.
    let mut waits = recording.ring[4096 + 64..4096 + 128].to_vec();
    waits[..8].copy_from_slice(&2_000_u64.to_le_bytes());
    waits[24..32].copy_from_slice(&(-1_i64).to_le_bytes());
    waits[44] = 10;
    for (number, place) in [(3_u64, 2), (5, 4)] {
        waits[56..64].copy_from_slice(&number.to_le_bytes());
        recording.ring[4096 + place * 64..4096 + (place + 1) * 64].copy_from_slice(&waits);
        let read = recording.read();
        assert_eq!(read.trace.stuck().is_some(), number == 3, "{number}");
    }
}

#[test]
fn a_cut_off_one_is_read_up_to_the_cut() {
    let whole = Recording::of(9);
    for length in [0, 1, 31, 40, 4095, 4096, 4100, 4096 + 64, 4096 + 5 * 64 + 63] {
        let ring = whole.ring[..length].to_vec();
        let read = Recording { ring, defs: whole.defs.clone() }.read();
        assert_eq!(read.trace.events().len(), length.saturating_sub(4096) / 64, "{length}");
    }
    for length in 0..whole.defs.len() {
        let defs = whole.defs[..length].to_owned();
        Recording { ring: whole.ring.clone(), defs }.read();
    }
}

/// Each is told to come from the one before it, and only the last one has done anything.
#[test]
fn however_long_a_chain_is_it_is_read() {
    let links = |line: fn(u32) -> String| -> String { (2..30_000).map(line).collect() };
    let starts = |n| format!("{{\"d\":\"thread\",\"n\":{n},\"parent\":{}}}\n", n - 1);
    let copies = |n| {
        format!(
            "{{\"d\":\"res\",\"n\":{n},\"kind\":\"Lock\",\"uid\":\"{n}\",\"copy_of\":\"{}\"}}\n",
            n - 1
        )
    };
    let guards =
        |n| format!("{{\"d\":\"res\",\"n\":{n},\"kind\":\"Condition\",\"guard\":{}}}\n", n - 1);
    for (defs, place) in [(links(starts), 8), (links(copies), 12), (links(guards), 12)] {
        let mut recording = Recording::of(2);
        recording.defs.push_str(&defs);
        let second = 4096 + 64 + place;
        recording.ring[second..second + 4].copy_from_slice(&29_999_u32.to_le_bytes());
        let read = recording.read();
        assert_eq!(there(&read), (2, 0));
    }
}

#[test]
fn any_byte_may_be_wrong() {
    let whole = Recording::of(9);
    for place in (0..48).chain(4096..4096 + 9 * 64) {
        let mut ring = whole.ring.clone();
        ring[place] ^= [0x01, 0xff][place % 2];
        let read = Recording { ring, defs: whole.defs.clone() }.read();
        // A wait with a time-out is two events, and so is its end.
        assert!(read.trace.events().len() <= 11, "{place}");
    }
    for place in 0..whole.defs.len() {
        let mut defs = whole.defs.clone().into_bytes();
        defs[place] ^= 0x04;
        let defs = String::from_utf8_lossy(&defs).into_owned();
        Recording { ring: whole.ring.clone(), defs }.read();
    }
}

#[test]
fn odd_definitions_are_taken_as_far_as_they_make_sense() {
    let mut recording = Recording::of(3);
    recording.defs = "[1, 2]\n{}\n{\"d\":\"process\",\"pid\":-1,\"parent\":-1,\"name\":7,\"pool\":\"x\"}\n\
        {\"d\":\"thread\",\"n\":1,\"parent\":1}\n{\"d\":\"thread\",\"n\":99999999999,\"parent\":2}\n\
        {\"d\":\"res\",\"n\":1,\"kind\":\"Lock\",\"guard\":1,\"of\":{\"pid\":-1},\"capacity\":-4,\"uid\":\"a\",\"also\":[\"a\",3,\"b\"],\"copy_of\":\"b\",\"initial\":[{},[],1e300,null]}\n\
        {\"d\":\"unheard of\"}\nnot JSON\n".to_owned();
    let read = recording.read();
    assert_eq!(there(&read), (3, 2));
    assert!(
        unseen(&read).iter().any(|said| said.contains("2 records have no name")),
        "{:?}",
        unseen(&read)
    );
}

#[test]
fn what_else_lies_there_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = std::ffi::CString::new(folder.path().join("1.fifo.ring").to_str().unwrap()).unwrap();
    // SAFETY: plain call; the path ends in a zero byte.
    assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
    std::fs::create_dir(folder.path().join("2.folder.ring")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("3.zero.ring")).unwrap();
    std::fs::write(folder.path().join("4.text.ring"), "x".repeat(5_000)).unwrap();
    Recording::of(5).write(folder.path(), "70.1");
    let read = all(&folder);
    // Four files are none.
    assert_eq!(there(&read), (5, 4));
    assert!(!unseen(&read).is_empty());
}
