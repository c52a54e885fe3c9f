//! Processes that cannot be listened to any more.
#![cfg(target_os = "linux")]

use super::support::*;
use concurrency_lab::trace::End;
use concurrency_lab::workers::Start;
use concurrency_lab::workers::share::Event;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HELPER: &str = "CONCURRENCY_LAB_TEST_DEAF_PARENT";

/// Not a test by itself: what [`processes_that_cannot_be_listened_to_end`] runs.
#[test]
fn parent() {
    if std::env::var_os(HELPER).is_none() {
        return;
    }
    let trace = shop(Start::Fork, |shop| {
        let event = Event::new(&shop.space, shop.log.recorder(), "go").unwrap();
        let children = shop.children(3);
        // The system polls no more descriptors than may be open.
        let few = libc::rlimit { rlim_cur: 4, rlim_max: 4 };
        // SAFETY: a plain call; `few` is valid.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const few) }, 0);
        for child in 0..3 {
            // It waits for ever.
            children.run(child, job("share-await", [event.handle()])).unwrap();
        }
        for child in 0..3 {
            let ended = children.join(shop.log, child, Some(PATIENCE)).unwrap();
            assert_eq!(ended.end, End::Killed(9));
        }
        println!("\nall have ended");
    });
    check(&trace);
}

#[test]
fn processes_that_cannot_be_listened_to_end() {
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "deaf::parent", "--nocapture"])
        .env(HELPER, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while program.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
    program.kill().unwrap();
    let output = program.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("all have ended"), "{told}");
}
