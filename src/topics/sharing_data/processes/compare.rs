//! What handing over costs: queue, pipe, shared memory and manager, here and in CPython. Each way is a section, which begins
//! and ends with what is measured: some messages were exchanged before, and nothing of it is recorded but that.

mod channel;

use super::super::ways::{Measures, Way};
use super::*;
use crate::topics::cpython::{Peer, Program};
use crate::trace::{EventKind, SectionId};
use crate::workers::share::ShareError;
use channel::{Channel, End};
use serde::de::IgnoredAny;
use serde_json::json;
use std::time::Duration;

/// Messages that are exchanged before it is measured.
const BEFORE: i64 = 10;
/// Nanoseconds that CPython may take for each message, and for each of its bytes, on a machine that may be busy with other
/// things.
const EACH: (u64, u64) = (2_000_000, 10);
/// The program it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../../assets/python/methods.py"),
    include_str!("../../../../assets/python/share.py")
);

// listing: begin
/// Sends messages one way, or there and back, and measures how long that takes.
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [way, there, back, messages, bytes, both, section] = numbers(arg)?;
    let mut there = Channel::open(context, way, there, End::Send)?;
    let mut back = Channel::open(context, way, back, End::Receive)?;
    let message = channel::message(bytes);
    let mut exchange = |count: i64| -> Result<(), ShareError> {
        for _ in 0..count {
            there.send(&message)?;
            if both == 1 {
                back.receive()?;
            }
        }
        // The last one is answered: all have arrived.
        if both == 1 { Ok(()) } else { back.receive().map(drop) }
    };
    exchange(BEFORE)?;
    let section = SectionId(section as u16); //-
    context.record(EventKind::SectionBegan { section }); //-
    exchange(messages)?;
    context.record(EventKind::SectionEnded { section }); //-
    there.finish()?;
    Ok(Value::Nothing)
}

/// Receives them at the other end.
pub fn echo(context: &Context, arg: &Value) -> Result<Value, String> {
    let [way, there, back, messages, both] = numbers(arg)?;
    let mut there = Channel::open(context, way, there, End::Receive)?;
    let mut back = Channel::open(context, way, back, End::Send)?;
    for count in [BEFORE, messages] {
        for _ in 0..count {
            let message = there.receive()?;
            if both == 1 {
                back.send(&message)?;
            }
        }
        if both == 0 {
            back.send(&Value::Nothing)?;
        }
    }
    back.finish()?;
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    for way in Way::ALL {
        log.at("ours"); //-
        measure(plan, lab, way)?; //@ ours
    }
    if plan.start_method != "none" {
        log.at("cpython"); //-
        measure_cpython(plan, lab)?; //@ cpython
    }
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end

/// Measures one way, by processes of its own.
fn measure(plan: &Plan, lab: &Lab<'_>, way: Way) -> Result<(), Failure> {
    let number = Measures { is_cpythons: false, way }.number();
    let section = lab.section(way.name(), number);
    let recorder = lab.recorder.within(section);
    let in_it = |actor: Actor| actor.in_section(Some(section));
    let space = space()?;
    let ends = channel::make(&space, &recorder, way, plan.bytes()).map_err(failed)?;
    let (messages, bytes) = (plan.messages as i64, plan.bytes() as i64);
    let both = i64::from(plan.measure == "hand-over");
    let other = match way {
        Way::Manager => Actor::process("manager server", "MS").with_role(Role::Helper),
        _ => one_of("process", 'P', 1),
    };
    let crew = Crew::start(lab, &space, vec![in_it(one_of("process", 'P', 0)), in_it(other)])?;
    let [there, back] = ends.handles(&recorder, crew.actor(1));
    let arg = [way as i64, there, back, messages, bytes, both, section.0.into()];
    if let Some(job) = ends.server(&recorder, crew.actor(1))? {
        crew.children.run(1, job)?;
    } else {
        crew.run(1, "process-compare-echo", [way as i64, there, back, messages, both])?;
    }
    crew.run(0, "process-compare", arg)?;
    crew.meanwhile(Crew::join)
}

/// Measures CPython's ways, where there is one.
fn measure_cpython(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let program = Program::new(PROGRAM, "way").helper();
    let request = json!({ "method": plan.start_method });
    let mut peer = Peer::start(lab, program, &request, |_: IgnoredAny| ())?;
    let each = EACH.0 + EACH.1 * plan.bytes() as u64;
    let work = Duration::from_nanos(each.saturating_mul(plan.messages as u64));
    for way in Way::ALL {
        peer.trial(true, |python| {
            let (name, number) = (way.name(), Measures { is_cpythons: true, way }.number());
            let section = lab.section(format!("CPython's {name}"), number);
            let (messages, bytes, measure) = (plan.messages, plan.bytes(), plan.measure);
            let request = json!({ "way": name, "messages": messages, "bytes": bytes, "both": measure == "hand-over" });
            python.ask(lab.main, &request, &[section], work)
        })?;
    }
    peer.end();
    Ok(())
}
