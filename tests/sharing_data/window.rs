//! The tab: chooser, findings, and a standstill that is stopped.

use super::*;

#[test]
fn the_chooser_chooses_and_findings_lead_to_their_moment() {
    let mut harness = app_on(topic(), "lock", &["time_scale=0.03"]);
    harness.run_steps(3);
    harness.get_by_label("Threads, queue, broken: one-sentinel").click();
    harness.run_steps(2);
    assert_eq!(harness.state().session().params.preset(), "one-sentinel");
    let scaled = params(topic(), "one-sentinel", &["time_scale=0.03"]);
    let mut harness = {
        drop(harness);
        let mut harness = app_on(topic(), "one-sentinel", &["time_scale=0.03"]);
        assert_eq!(harness.state().session().params, scaled);
        harness.run_steps(2);
        harness
    };
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    let session = harness.state().session();
    assert!(session.has_run("one-sentinel") && session.recording.trace.stuck().is_some());
    let finding = session.findings.iter().find(|f| f.kind == FindingKind::MissingSentinel).unwrap();
    // As it is shown: what is code has no marks around it.
    let shown = finding.sentence.replace('`', "");
    let (name, at) = (format!("Show the moment: {shown}"), finding.at);
    harness.get_by_label("Findings").click();
    harness.run_steps(2);
    harness.get_by_label(&name).click();
    harness.run_steps(2);
    assert_eq!(harness.state().session().now(), at);
}

/// Tab until a control with this name has the keyboard.
fn tab_to(harness: &mut egui_kittest::Harness<'static, concurrency_lab::app::App>, name: &str) {
    for _ in 0..200 {
        let here = harness.query_by_label(name);
        if here.is_some_and(|node| node.accesskit_node().is_focused()) {
            return;
        }
        harness.key_press(Key::Tab);
        harness.run_steps(2);
    }
    panic!("the keyboard does not reach {name}");
}

#[test]
fn chooser_and_findings_by_keyboard_alone() {
    let mut harness = app_on(topic(), "lock", &["time_scale=0.03"]);
    harness.run_steps(3);
    tab_to(&mut harness, "Threads, several locks, broken: deadlock");
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().session().params.preset(), "deadlock");
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::R);
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    tab_to(&mut harness, "Findings");
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    let finding = harness.state().session().findings[0].clone();
    assert_eq!(finding.kind, FindingKind::Deadlock);
    tab_to(&mut harness, &format!("Show the moment: {}", finding.sentence));
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().session().now(), finding.at);
}

#[test]
fn where_the_window_is_narrow_the_list_of_presets_is_the_chooser() {
    let mut harness = app_on(topic(), "lock", &[]);
    harness.set_size(egui::vec2(1024.0, 640.0));
    harness.run_steps(3);
    let barrier = "Threads, barrier, right: barrier";
    assert!(harness.query_by_label(barrier).is_none());
    harness.get_by_label("Preset lock").click();
    harness.run_steps(3);
    harness.get_by_label(barrier).click();
    harness.run_steps(3);
    assert_eq!(harness.state().session().params.preset(), "barrier");
    assert!(harness.query_by_label(barrier).is_none(), "it is closed");
}

/// Stop ends a run in which everybody waits for a lock that is never given back, also before the watchdog does.
#[test]
fn a_standstill_can_be_stopped() {
    for (preset, stand) in [("lock-twice", 1), ("deadlock", 2), ("philosophers", 5)] {
        let params = params(topic(), preset, &["time_scale=0.01", "rounds=1000"]);
        let handle = runner::start(topic(), params.clone(), || ()).unwrap();
        let mut trace = Trace::new(topic().meta(&params));
        let mut replay = Replay::new(&trace);
        let mut end = None;
        let mut take = |handle: &RunHandle, trace: &mut Trace, replay: &mut Replay| {
            for update in handle.updates() {
                match update {
                    Update::Batch(batch) => {
                        let applied = trace.apply(batch);
                        replay.update(trace, applied.first_changed);
                    }
                    Update::Ended { result, .. } => end = Some(result),
                }
            }
        };
        // Nobody asks the watchdog here.
        runs::until(preset, || {
            take(&handle, &mut trace, &mut replay);
            let waits = replay.latest().actors.iter().filter(|who| {
                who.waiting.is_some_and(|wait| wait.op == WaitOp::Acquire)
                    && !who.holding.is_empty()
            });
            (waits.count() >= stand).then_some(())
        });
        handle.stop();
        runs::until(preset, || {
            take(&handle, &mut trace, &mut replay);
            handle.is_over().then_some(())
        });
        take(&handle, &mut trace, &mut replay);
        assert_eq!(end, Some(Err(Failure::Cancelled)), "{preset}");
    }
}
