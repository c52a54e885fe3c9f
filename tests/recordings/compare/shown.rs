//! Compared on the command line and in the window.

use super::*;

fn record(folder: &Path, name: &str, preset: &str) -> String {
    let path = folder.join(name);
    let done = runs::run(runs::topic("shared-list"), preset, &["time_scale=0.02"]);
    recording::save(&path, &done.trace, &Ending::default()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn recordings_are_compared_on_the_command_line() {
    let folder = TempDir::new().unwrap();
    let with = record(folder.path(), "with a lock.clab", "count-locked");
    let without = record(folder.path(), "without.clab", "count");
    let [picture, csv] =
        ["a.png", "a.csv"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let ran = lab(&["compare", &without, &with, "--json", "-o", &picture, "--size", "1024x640"])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let table: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(table["runs"], json!(["without", "with a lock"]));
    let rows = table["rows"].as_array().unwrap();
    let row = |part: &str, what: &str| {
        rows.iter().find(|row| row["part"] == part && row["what"] == what).unwrap_or(&Value::Null)
    };
    assert_eq!(row("Run", "preset")["values"], json!(["count", "count-locked"]));
    assert!(row("Parameters", "lock")["differs"].as_bool().unwrap(), "{table}");
    assert_eq!(&fs::read(&picture).unwrap()[1..4], b"PNG");
    let ran = lab(&["compare", &without, &with, "-o", &csv]).output().unwrap();
    assert!(ran.status.success());
    assert!(
        fs::read_to_string(&csv)
            .unwrap()
            .starts_with("part,of,what,unit,measured,run,value,said\n")
    );
    let ran = lab(&["compare", &without, &with, &without]).output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.contains("Parameters") && text.contains("* lock"), "{text}");
    for args in [
        &["compare", &with][..],
        &["compare", &with, "nowhere.clab"],
        &["compare", &with, &without, "-o", "a.txt"],
    ] {
        let ran = lab(args).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert!(!ran.status.success() && said.lines().count() == 1, "{said}");
    }
}

fn frames_until_label(harness: &mut Harness<'static, App>, label: &str) {
    frames_until(harness, label, |harness| {
        harness.query_all_by_label_contains(label).next().is_some()
    });
}

/// A run is kept and compared with the next one; a recording is added; the table says what differs.
#[test]
fn in_the_window_runs_are_kept_and_compared() {
    let folder = TempDir::new().unwrap();
    let file = record(folder.path(), "last week.clab", "quick-ten");
    let topic = runs::topic("shared-list");
    let finished = |preset: &str| {
        let params = runs::params(topic, preset, &["time_scale=0.02"]);
        Session::finished(topic, params, runs::run(topic, preset, &["time_scale=0.02"]))
    };
    let mut app = App::new(Settings::default());
    app.show(finished("count"));
    let mut harness = common::app(app);
    harness.get_by_label("Compare").click();
    harness.run_steps(4);
    harness.get_by_label("Compare 1 run");
    harness.get_by_label("Keep for comparing").click();
    harness.run_steps(2);
    harness.get_by_label("The run of this tab is kept.");
    harness.state_mut().show(finished("count-locked"));
    harness.run_steps(2);
    harness.get_by_label("Recording").focus();
    harness.get_by_label("Recording").type_text(&file);
    harness.run_steps(2);
    harness.get_by_label("Add recording").click();
    // The window grows, and stays in the middle.
    harness.run_steps(4);
    harness.get_by_label("Compare 3 runs").click();
    frames_until_label(&mut harness, "What differs?");
    harness.run_steps(2);
    for label in ["Differences", "Parameters", "Findings", "Lock and list, count", "last week"] {
        assert!(harness.query_all_by_label(label).next().is_some(), "{label}");
    }
    let session = harness.state().session();
    let names: Vec<&str> = session
        .recording
        .trace
        .meta()
        .sections
        .iter()
        .filter(|section| section.within.is_none())
        .map(|section| &section.name[..])
        .collect();
    assert_eq!(names, ["Lock and list, count", "last week", "Lock and list, count-locked"]);
    harness.get_by_role_and_label(egui::Role::Button, "Scene").click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label("Parameters").next().is_none());
    // A second comparison takes the place of the first.
    let tabs = |harness: &Harness<'static, App>| {
        harness.query_all_by_label_contains(" Comparison").count()
    };
    assert_eq!(tabs(&harness), 1);
    harness.get_by_label("Compare").click();
    harness.run_steps(4);
    harness.get_by_label("Compare 2 runs").click();
    frames_until(&mut harness, "the second comparison", |harness| {
        let sections = &harness.state().session().recording.trace.meta().sections;
        sections.iter().filter(|section| section.within.is_none()).count() == 2
    });
    assert_eq!(tabs(&harness), 1);
}
