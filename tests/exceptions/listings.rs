//! The Python listings of topic 6, run by the `python3` that is there.

use super::topic;
use crate::common::python;
use crate::common::runs::params;
use concurrency_lab::topics::Language;
use std::time::Duration;

/// The Python program of a preset as shown, its waits a tenth.
fn program(preset: &str, sets: &[&str]) -> String {
    let mut params = params(topic(), preset, sets);
    for key in ["work", "patience"] {
        let shorter = params.float(key) * 0.3;
        params.set(key, &shorter.to_string()).unwrap();
    }
    let listings = topic().listings(&params);
    listings.iter().find(|listing| listing.language == Language::Python).unwrap().text()
}

#[test]
fn the_python_listings_do_what_is_said_of_them() {
    if !python::is_there() {
        return;
    }
    for (preset, sets, said) in [
        ("unhandled", &[][..], &["rows: 9 of 12"][..]),
        ("caught", &[], &["skipped: row 2 of thread 2", "rows: 11 of 12"]),
        ("logging", &[], &["rows: 9 of 12"]),
        ("future", &[], &["0\n1\nfailed: no 2\n9\n16\nall done"]),
        ("never-asked", &[], &["all done"]),
        ("as-completed", &["work=0.5"], &["0\nfailed: no 2\n1\n9\n16\nall done"]),
        ("finally", &[], &["safe 2 is done", "safe 3 is done", "all done"]),
        ("half-changed", &[], &["in the end: 70"]),
        ("half-changed", &["order=check-first"], &["in the end: 100"]),
        ("error-queue", &[], &["1\nfailed: no 2\n9\n16\nall done"]),
        ("error-event", &[], &["failed: row 2 of thread 2", "stops"]),
        ("error-event", &["looks=false"], &["rows: 13 of 18"]),
        ("custom-error", &[], &["skipped: no row 1", "stopped: not allowed to read row 3"]),
        (
            "custom-error",
            &["catch=base"],
            &["skipped: not allowed to read row 3", "16\nskipped: no row 5"],
        ),
        (
            "timeout-cancel",
            &[],
            &["cancelled: job 0 False job 1 True", "the work is done\nleft the block"],
        ),
        ("retry-fallback", &[], &["failed: attempt 4\ngave up"]),
        ("pool-task", &[], &["failed: no 2\nall done"]),
        ("pool-task", &["call=imap"], &["0\n1\nfailed: no 2\n9\n16\n25\n36\n49"]),
        ("cannot-be-rebuilt", &[], &["failed: no answer", "all done"]),
        ("cannot-be-rebuilt", &["fails=9", "patience=30"], &["0 1 4 9 16 25 36 49\nall done"]),
        ("exit-in-task", &[], &["failed: no answer"]),
        ("exit-in-task", &["fault=kill"], &["failed: no answer"]),
        ("crash-isolation", &[], &["exit codes: [-9, 0, 0]"]),
        ("crash-isolation", &["fault=exit"], &["exit codes: [3, 0, 0]"]),
        ("crash-isolation", &["fault=raise", "hold=true"], &["exit codes: [1, 0, 0]"]),
        ("broken-pool", &[], &["failed: no answer"]),
        (
            "who-learns",
            &[],
            &[
                "an error, in_future: the caller: ValueError",
                "a wish to end, in_process: exit code 3",
                "a wish to end, in_pool: the caller: TimeoutError",
                "not picklable, in_pool: the caller: MaybeEncodingError",
                "done",
            ],
        ),
        ("signal", &[], &["process 3 cleans up", "all have ended: [0, 0, 0]"]),
        ("signal", &["signal=SIGKILL"], &["all have ended: [-9, -9, -9]"]),
        ("signal", &["handled=false", "signal=SIGTERM"], &["all have ended: [-15, -15, -15]"]),
    ] {
        let text = program(preset, sets);
        let of_processes = text.contains("import multiprocessing");
        let all = if of_processes {
            let method = |method: &str| {
                let choose =
                    format!("    __import__('multiprocessing').set_start_method('{method}')");
                python::printed(&format!("if __name__ == '__main__':\n{choose}\n{text}"))
            };
            ["fork", "forkserver", "spawn"].map(method).to_vec()
        } else {
            vec![python::printed(&text)]
        };
        for printed in all {
            for said in said {
                assert!(printed.contains(said), "{preset} {sets:?}: {said}\n{printed}\n{text}");
            }
        }
    }
    for (preset, sets) in [("leaked-lock", &[][..]), ("crash-isolation", &["hold=true"])] {
        python::hangs(&program(preset, sets), Duration::from_secs(2));
    }
}
