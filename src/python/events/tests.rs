//! What is known to be missing.

#![allow(clippy::unwrap_used)]

use super::*;

/// A process that has said who it is, and has recorded nothing.
fn begun(folder: &Path) {
    let mut head = vec![0; 4096];
    head[..8].copy_from_slice(b"CLABREC1");
    head[8..12].copy_from_slice(&64_u32.to_le_bytes());
    head[12..16].copy_from_slice(&4096_u32.to_le_bytes());
    std::fs::write(folder.join("7.0.defs"), "{\"d\":\"process\",\"pid\":7,\"role\":\"main\"}\n")
        .unwrap();
    std::fs::write(folder.join("7.0.ring"), head).unwrap();
}

/// Of a run of which definitions are missing nobody says that it is stuck, and it is said at its end.
#[test]
fn what_is_defined_beyond_what_is_read_is_known_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    begun(folder.path());
    let mut events = Events::new(folder.path(), Listings::of(Path::new("none.py")).0, 0);
    events.files.most_definitions = 1;
    events.poll(1);
    assert!(events.is_whole());
    let defs = folder.path().join("7.0.defs");
    let more = std::fs::read_to_string(&defs).unwrap() + "{\"d\":\"thread\",\"n\":2}\n";
    std::fs::write(&defs, more).unwrap();
    events.poll(2);
    assert!(!events.is_whole());
    let facts = events.finish(Over::Stuck, u64::MAX).facts;
    let said: Vec<&str> = facts.iter().map(|(_, said)| &said[..]).collect();
    let missing = "1 record has no name or is damaged, and is left out";
    assert_eq!(said, [missing, "there were more names than are kept; what has none is left out"]);
    assert!(facts.iter().all(|(key, _)| key == crate::trace::Meta::UNSEEN));
}

/// A record of the future is damaged, and no event is at its time.
#[test]
fn nothing_is_on_record_that_is_still_to_come() {
    let folder = tempfile::tempdir().unwrap();
    begun(folder.path());
    let ring = folder.path().join("7.0.ring");
    let mut bytes = std::fs::read(&ring).unwrap();
    bytes[16..24].copy_from_slice(&100_u64.to_le_bytes());
    for (number, time) in [(1_u64, 1_000_u64), (2, 1 << 60)] {
        let mut slot = [0; 64];
        slot[..8].copy_from_slice(&time.to_le_bytes());
        slot[8..12].copy_from_slice(&1_u32.to_le_bytes());
        slot[44..46].copy_from_slice(&kind::STARTED.to_le_bytes());
        slot[56..].copy_from_slice(&number.to_le_bytes());
        bytes.extend(slot);
    }
    std::fs::write(&ring, bytes).unwrap();
    let mut events = Events::new(folder.path(), Listings::of(Path::new("none.py")).0, 0);
    let first = events.poll(1_000_000_000);
    assert_eq!(first.events.len(), 1);
    let last = events.finish(Over::Stopped, 2_000_000_000);
    let all = first.events.iter().chain(&last.events);
    assert!(all.clone().all(|event| event.at < Nanos(2_000_000_000)), "{all:?}");
    let lost = |event: &&Event| matches!(event.kind, EventKind::Dropped { count: 1 });
    assert_eq!(all.filter(lost).count(), 1);
}
