//! Who may use whom: reads the `crate::…` paths of the sources and fails on a wrong direction.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

/// What each part may use, beside itself.
const ALLOWED: &[(&str, &[&str])] = &[
    ("trace", &[]),
    ("replay", &["trace"]),
    ("record", &["trace"]),
    ("workers", &["record", "trace"]),
    ("python", &["workers", "record", "replay", "trace"]),
    ("widgets", &["replay", "trace"]),
    ("export", &["widgets", "replay", "trace"]),
    ("topics", &["workers", "record", "widgets", "replay", "trace"]),
    ("app", &["python", "export", "topics", "workers", "record", "widgets", "replay", "trace"]),
    (
        "cli",
        &["app", "python", "export", "topics", "workers", "record", "widgets", "replay", "trace"],
    ),
];

/// Names that only what draws may use.
const EGUI: &[&str] = &["egui", "eframe", "epaint", "egui_plot", "egui_commonmark"];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Path below `src`, with `/`, and the code without comments.
fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    assert!(paths.len() > 20, "the sources were found");
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().map(|line| line.split("//").next().unwrap_or(""));
            (name, code.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

fn part(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

/// The first name of each `crate::` path, also inside `use crate::{a, b}`.
fn used(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if at > 0 && code.as_bytes()[at - 1].is_ascii_alphanumeric() {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => used.push(std::mem::take(&mut name)),
                    _ => {}
                }
                if depth == 0 && c != ',' {
                    name.push(c);
                }
            }
            used.push(name);
        } else {
            used.push(rest.to_owned());
        }
    }
    let first = |path: &str| {
        let path = path.trim_start();
        path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    used.iter().map(|path| first(path)).filter(|name| !name.is_empty()).collect()
}

#[test]
fn parts_use_only_what_they_may() {
    let mut wrong = Vec::new();
    for (file, code) in all() {
        let Some((name, allowed)) = ALLOWED.iter().find(|(name, _)| *name == part(&file)) else {
            assert!(["main.rs", "lib.rs"].contains(&file.as_str()), "{file} is in no part");
            continue;
        };
        for other in used(&code) {
            if other != *name && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{file} uses crate::{other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_what_draws_knows_egui() {
    let draws = |file: &str| {
        let figure = ["stage", "figure"].iter().any(|name| {
            file.ends_with(&format!("/{name}.rs")) || file.contains(&format!("/{name}/"))
        });
        let of_topic = file.starts_with("topics/") && figure;
        ["widgets", "app", "export"].contains(&part(file)) || of_topic
    };
    let mut wrong = Vec::new();
    for (file, code) in all() {
        if draws(&file) {
            continue;
        }
        for name in EGUI {
            for (at, _) in code.match_indices(&format!("{name}::")) {
                let before = code[..at].chars().next_back();
                if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    wrong.push(format!("{file} uses {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a file of a topic is one of these, or in a folder of that name.
fn is_of_topic(file: &str, names: &[&str]) -> bool {
    let mut parts = file.split(['/', '.']);
    parts.next() == Some("topics") && parts.skip(1).any(|part| names.contains(&part))
}

/// Whether code names this module of its topic in a path.
fn uses_module(code: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        if before.ends_with(is_of_name) || after.starts_with(is_of_name) {
            return false;
        }
        let of_super = before.rsplit(';').next().is_some_and(|line| line.contains("super::"));
        after.starts_with("::") || before.ends_with("super::") || before.ends_with('{') && of_super
    })
}

/// What came out of a run is told by its trace: not by how it was run, nor by how it is drawn.
#[test]
fn what_came_out_knows_neither_what_ran_nor_what_draws() {
    let others = ["figure", "stage", "experiment", "processes", "threads", "verdict"];
    let mut wrong = Vec::new();
    for (file, code) in all().iter().filter(|(file, _)| is_of_topic(file, &["outcome", "plan"])) {
        let used = others.iter().filter(|other| uses_module(code, other));
        wrong.extend(used.map(|other| format!("{file} uses {other}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A recording says the same on every system: only what runs may be missing on one.
#[test]
fn what_reads_a_trace_does_so_on_every_system() {
    let reads = ["outcome", "trials", "verdict", "stage", "figure"];
    let mut wrong = Vec::new();
    for (file, code) in all().iter().filter(|(file, _)| file.starts_with("topics/")) {
        let of_systems = ["cfg(unix)", "cfg(not(unix))", "target_os"];
        if is_of_topic(file, &reads) && of_systems.iter().any(|of| code.contains(of)) {
            wrong.push(file.clone());
        }
        let hidden = |name: &&&str| {
            ["", "pub "]
                .iter()
                .any(|open| code.contains(&format!("#[cfg(unix)]\n{open}mod {name};")))
        };
        wrong.extend(reads.iter().filter(hidden).map(|name| format!("{name} of {file}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_pure_neither_reads_clocks_nor_files() {
    let pure = ["trace", "replay"];
    let impure = ["std::fs", "std::net", "std::thread", "std::process", "Instant", "SystemTime"];
    let mut wrong = Vec::new();
    for (file, code) in all() {
        if pure.contains(&part(&file)) {
            wrong.extend(
                impure
                    .iter()
                    .filter(|name| code.contains(**name))
                    .map(|name| format!("{file}: {name}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_paths_reads_paths() {
    let code = "use crate::{trace::{Event, Nanos}, replay};\nuse crate::app::x; mycrate::no; let a = crate::cli::run;";
    assert_eq!(used(code), ["trace", "replay", "app", "cli"]);
}

/// Where no program is run and recorded, `python` has a twin: who uses the one can use the other.
#[test]
fn the_absent_twin_of_python_has_the_same_names() {
    let names = |file: &str| {
        let all = all();
        let (_, code) = all.iter().find(|(name, _)| name == file).unwrap();
        let uses = code.lines().filter_map(|line| line.strip_prefix("pub use "));
        let names = uses.flat_map(|line| {
            let (of, names) = line.trim_end_matches(';').split_once("::").unwrap();
            let names = names.trim_matches(['{', '}']).split(", ");
            names.map(move |name| format!("{of}::{name}")).collect::<Vec<_>>()
        });
        // What was recorded is read where it was recorded.
        names.filter(|name| !name.starts_with("read::")).collect::<Vec<_>>()
    };
    let here = names("python/mod.rs");
    assert!(here.len() > 10, "{here:?}");
    assert_eq!(here, names("python/absent.rs"));
}
