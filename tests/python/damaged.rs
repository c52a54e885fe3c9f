//! Recordings that are none, or only a part of one: whatever is in the folder, what can be read is read.

use concurrency_lab::python::{Read, read};
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

fn all(folder: &TempDir) -> Read {
    read(folder.path(), Path::new("/nowhere/program.py"))
}

#[test]
fn a_whole_one_is_read_whole() {
    let read = Recording::of(9).read();
    assert_eq!((read.trace.events().len(), read.unseen.len()), (9, 0), "{:?}", read.unseen);
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
    assert_eq!(recording.read().trace.events().len(), 8);
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
    assert_eq!(read.trace.events().len(), 3);
    assert!(read.unseen.iter().any(|said| said.contains("make no sense")), "{:?}", read.unseen);
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
    assert_eq!(read.trace.events().len(), 5);
    assert!(!read.unseen.is_empty());
}
