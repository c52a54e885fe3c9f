//! What is said where nobody holds anything and nobody waits for more than an end.

use super::{look, traces};
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::Nanos;
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::scene::moment::moment;
use concurrency_lab::widgets::stage::{Memo, PlainStage, RunStatus, StageView};
use concurrency_lab::widgets::theme::Theme;

#[test]
fn who_alone_waits_for_an_end_is_said_to_wait_for_whose() {
    let trace = traces::child_that_joins();
    let (replay, theme, memo) = (Replay::new(&trace), Theme::light(), Memo::default());
    let actors = Actors::new(&theme, trace.meta());
    let now = trace.end();
    let look = look(trace.meta(), &replay, replay.latest(), now, &actors, &theme);
    let view = StageView {
        trace: &trace,
        replay: &replay,
        state: replay.latest(),
        now,
        motion: Nanos::ZERO,
        status: &RunStatus::Running,
        outcome: None,
        findings: &[],
        ready: "",
        selection: Default::default(),
        choice: Default::default(),
        theme: &theme,
        memo: &memo,
    };
    let said = moment(&view, &look, &PlainStage);
    assert_eq!(said.title, "Child 1 waits for the end of feeder");
}
