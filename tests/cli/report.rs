//! The report, from outside.

use super::*;
use concurrency_lab::export::recording::{self, Ending};
use concurrency_lab::trace::{Batch, Meta};

/// The names that stand between two others in a text.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|part| part.split(to).next()).collect()
}

#[test]
fn a_report_is_one_page_and_markdown_with_its_figures() {
    let dir = tempfile::tempdir().unwrap();
    let recording = dir.path().join("a run.clab").display().to_string();
    let run = ["run", "shared-list", "--preset", "five", "--set", "time_scale=0.02", "--record"];
    succeed(&[&run[..], &[&recording]].concat());
    let out = dir.path().join("mine").display().to_string();
    let args = [
        "report",
        "shared-list/quick-ten",
        &recording,
        "--set",
        "time_scale=0.02",
        "--title",
        "Locks & <lists>",
        "--author",
        "A. Student",
        "--course",
        "Systems",
        "-o",
        &out,
    ];
    let said = succeed(&args);
    assert!(said.contains("2 of 2") && said.contains("report.html"), "{said}");
    let read = |name: &str| std::fs::read_to_string(Path::new(&out).join(name)).unwrap();

    let page = read("report.html");
    for words in [
        "<h1>Locks &amp; &lt;lists&gt;</h1>",
        "A. Student · Systems",
        "one thread adds numbers to a list",
        "Both threads change one list: a critical section",
        "<code>with lock:</code> is acquire",
        "preset quick-ten",
        "preset five",
        "concurrency-lab run shared-list --preset quick-ten --set time_scale=0.02",
        "Recorded 20",
        "What came out",
        "with lock:",
        "--title &#39;",
        "@font-face",
    ] {
        let other = words.replace("&#39;", "'");
        assert!(page.contains(words) || page.contains(&other), "{words}");
    }
    // Nothing is from elsewhere: links lead to places in it, fonts and pictures are in it.
    let inner = |place: &&str| place.starts_with('#') || place.starts_with("data:");
    for (from, to) in [("src=\"", "\""), ("href=\"", "\""), ("url(", ")")] {
        let places = between(&page, from, to);
        assert!(places.iter().all(inner), "{from}");
    }
    let ids: Vec<&str> = between(&page, " id=\"", "\"");
    let once: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "each id is there once");
    let svg = format!("<svg{}</svg>", between(&page, "<svg", "</svg>")[0]);
    roxmltree::Document::parse(&svg).unwrap();
    assert!(page.matches("<div class=\"moment\">").count() >= 6, "two stages with their moments");

    let text = read("report.md");
    assert!(text.starts_with("# Locks & \\<lists\\>\n") && text.contains("## 2 Lock and list"));
    let figures = between(&text, "](figures/", ")");
    assert!(figures.len() >= 6);
    for figure in figures {
        roxmltree::Document::parse(&read(&format!("figures/{figure}"))).unwrap();
    }

    // The command in it makes it again, where it is.
    let again = text.lines().find(|line| line.starts_with("concurrency-lab report ")).unwrap();
    assert!(again.contains(&format!(" -o {out} --force --title ")), "{again}");
    // What is there stays there.
    let said = refuse(&args, 1);
    assert!(said.contains("--force") && said.contains("report.html"), "{said}");
    succeed(&[&args[..], &["--force"]].concat());
    assert!(refuse(&["report", "no-such-topic", "-o", &out], 2).contains("no-such-topic"));
    assert!(
        refuse(&["report", "pool-size", "--set", "adders=2", "-o", &out], 2).contains("adders")
    );
}

/// What the recorder of a Python program could not see is in it, and nothing where it saw all.
#[test]
fn a_report_says_what_could_not_be_seen() {
    let dir = tempfile::tempdir().unwrap();
    let [recording, blind, out] =
        ["run.clab", "blind.clab", "of"].map(|name| dir.path().join(name));
    let [run, of, to] = [&recording, &blind, &out].map(|path| path.display().to_string());
    let args = ["run", "shared-list", "--preset", "five", "--set", "time_scale=0.02", "--record"];
    succeed(&[&args[..], &[&run]].concat());
    let mut trace = recording::open(&recording).unwrap().trace;
    let unseen = "the tasks of <asyncio> are not recorded";
    let facts = vec![(Meta::UNSEEN.to_owned(), unseen.to_owned())];
    trace.apply(Batch { facts, ..Batch::default() });
    recording::save(&blind, &trace, &Ending { failure: None, wall_ns: 7 }).unwrap();
    for (file, is_blind) in [(of, true), (run, false)] {
        succeed(&["report", &file, "-o", &to, "--force"]);
        let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
        let said = "<li>Not seen: the tasks of &lt;asyncio&gt; are not recorded.</li>";
        assert_eq!(read("report.html").contains(said), is_blind);
        let said = "- Not seen: the tasks of \\<asyncio\\> are not recorded.";
        assert_eq!(read("report.md").contains(said), is_blind);
        assert_eq!(read("report.html").contains("<ul class=\"unseen\">"), is_blind);
    }
}

/// Where the disk has no room for all of it, nothing of it is there, and a report that was there is as it was.
#[cfg(target_os = "linux")]
#[test]
fn a_report_for_which_there_is_no_room_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("new/report");
    let to = out.display().to_string();
    let args = ["report", "shared-list/five", "--set", "time_scale=0.02", "-o", &to, "--force"];
    let fails = || {
        let output = files_end_at(60_000, &mut lab(&args)).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("ulimit -f"), "{}", text(&output.stderr));
    };
    fails();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    // The same of a folder that was there.
    std::fs::create_dir_all(&out).unwrap();
    fails();
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0, "nothing is left behind");
    succeed(&args);
    let files = || {
        let all = [out.clone(), out.join("figures")].into_iter().flat_map(|folder| {
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
        });
        let mut all: Vec<_> = all
            .filter(|path| path.is_file())
            .map(|path| (std::fs::read(&path).unwrap(), path))
            .collect();
        all.sort();
        all
    };
    let before = files();
    assert!(before.len() >= 4, "page, text and figures");
    fails();
    assert!(files() == before, "what was there is as it was");
}

/// What cannot be replaced is known before anything is, and a folder that was only made for a report goes with it.
#[test]
fn a_report_that_fails_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("report");
    let to = out.display().to_string();
    let args = ["report", "shared-list/five", "--set", "time_scale=0.02", "-o", &to, "--force"];
    succeed(&args);
    std::fs::remove_file(out.join("report.md")).unwrap();
    std::fs::create_dir(out.join("report.md")).unwrap();
    let read = |folder: &Path| {
        let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut all: Vec<_> = all.map(|path| (std::fs::read(&path).ok(), path)).collect();
        all.sort();
        all
    };
    let before = [read(&out), read(&out.join("figures"))];
    let output = lab(&args).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!([read(&out), read(&out.join("figures"))] == before, "what was there is as it was");

    let long = dir.path().join("new").join("x".repeat(300)).display().to_string();
    let output = lab(&["report", "shared-list/five", "-o", &long]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(!dir.path().join("new").exists());
    // A folder that was there stays, by whatever way it is named.
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    let round = dir.path().join("missing/../empty").display().to_string();
    let lost = ["report", "shared-list/five", "-o", &round, "--timeout", "0.001"];
    assert_ne!(lab(&lost).output().unwrap().status.code(), Some(0));
    assert!(dir.path().join("empty").is_dir() && !dir.path().join("missing").exists());
}

/// The figures may be in another place, also on another file system.
#[cfg(target_os = "linux")]
#[test]
fn figures_may_be_on_another_file_system() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir_in("/dev/shm").unwrap());
    let out = dir.path().join("report");
    std::fs::create_dir(&out).unwrap();
    std::os::unix::fs::symlink(other.path(), out.join("figures")).unwrap();
    let to = out.display().to_string();
    succeed(&["report", "shared-list/five", "--set", "time_scale=0.02", "-o", &to]);
    assert!(std::fs::read_dir(other.path()).unwrap().count() >= 2);
}
