//! What actors do by themselves: start, end, sleep, do I/O, speak.

use super::{Step, fork, is_started, pool, wait};
use crate::replay::Oddity;
use crate::replay::state::{ActorState, LINES, Said, SectionState, Sleeping};
use crate::trace::{
    ActorId, End, Event, EventKind, Item, Measure, Nanos, ResourceKind, SectionId, TextId,
};

/// The most named stretches of work that are kept of an actor, nested in each other.
const DEEPEST: usize = 64;

/// Any event of an actor: the actor is alive, and at this point of the program.
pub fn reached(step: &mut Step<'_>, event: &Event) {
    // What was lost of a stream, and that its run is over, may be said after the stream's end.
    let is_late = matches!(event.kind, EventKind::Dropped { .. } | EventKind::SectionEnded { .. });
    if step.has_ended() && !is_late {
        step.odd(Oddity::AfterEnd(event.actor));
    }
    // One that rang and let nobody's handler run was waited for.
    step.who().alarm.take_if(|(rings, again)| !*again && event.at >= *rings);
    if let Some(source) = event.source.some() {
        step.who().source = source;
    }
}

pub fn started(step: &mut Step<'_>, os_id: u64) {
    if is_started(step.who()) {
        step.odd(Oddity::AlreadyRunning(step.actor));
    }
    let at = step.at;
    let actor = step.who();
    actor.os_id = os_id;
    actor.began.get_or_insert(at);
    pool::joined(step, step.actor);
}

/// The end of an actor. It goes on holding its locks: a student should see that nobody has given them back.
pub fn ended(step: &mut Step<'_>, end: End) {
    if step.has_ended() {
        return;
    }
    if let Some(res) = step.who().waiting.map(|waiting| waiting.res)
        && step.kind(res) == Some(ResourceKind::Condition)
    {
        step.resource(res).dead_waiters += 1;
    }
    wait::abandon(step);
    pool::left(step);
    let at = step.at;
    let actor = step.who();
    actor.end = Some((end, at));
    actor.sleeping = None;
    actor.io = None;
}

/// Somebody has seen that an actor has ended.
pub fn seen(step: &mut Step<'_>, of: ActorId) {
    let at = step.at;
    if let Some(actor) = step.state.actors.get_mut(of.index()) {
        actor.seen.get_or_insert(at);
    }
}

pub fn spawned(step: &mut Step<'_>, child: ActorId) {
    let actors = child.index() + 1;
    step.state.fit_to(step.meta, actors, 0);
    if let Some(who) = step.state.actors.get_mut(child.index()) {
        who.spawned = true;
    }
    fork::started(step, child);
    pool::joined(step, child);
}

pub fn sleep_began(step: &mut Step<'_>, planned: Nanos) {
    let since = step.at;
    if !step.has_ended() {
        step.who().sleeping = Some(Sleeping { since, planned });
    }
}

pub fn sleep_ended(step: &mut Step<'_>) {
    if step.who().sleeping.take().is_none() {
        step.odd(Oddity::NoSleep(step.actor));
    }
}

pub fn io_began(step: &mut Step<'_>, what: TextId) {
    let since = step.at;
    if !step.has_ended() {
        step.who().io = Some((what, since));
    }
}

pub fn io_ended(step: &mut Step<'_>) {
    if step.who().io.take().is_none() {
        step.odd(Oddity::NoIo(step.actor));
    }
}

pub fn span_began(step: &mut Step<'_>, name: TextId) {
    let doing = &mut step.who().doing;
    if doing.len() < DEEPEST {
        doing.push(name);
    }
}

pub fn span_ended(step: &mut Step<'_>, name: TextId) {
    let doing = &mut step.who().doing;
    if let Some(place) = doing.iter().rposition(|&n| n == name) {
        // What overlaps it goes on.
        doing.remove(place);
    }
}

pub fn said(step: &mut Step<'_>, text: TextId, args: [Item; 2]) {
    let said = Said { at: step.at, actor: step.actor, text, args };
    step.who().said = Some(said);
    if step.state.said.len() >= LINES {
        step.state.said.pop_front();
    }
    step.state.said.push_back(said);
}

pub fn section_began(step: &mut Step<'_>, section: SectionId) {
    let began = Some((step.at, step.actor));
    let section = section_of(step, section);
    *section = SectionState { began, ended: None };
}

pub fn section_ended(step: &mut Step<'_>, section: SectionId) {
    let ended = Some(step.at);
    section_of(step, section).ended = ended;
    if step.meta.is_run(section) {
        step.leave_all(section);
    }
}

fn section_of<'a>(step: &'a mut Step<'_>, section: SectionId) -> &'a mut SectionState {
    let sections = &mut step.state.sections;
    if sections.len() <= section.index() {
        sections.resize_with(section.index() + 1, SectionState::default);
    }
    &mut sections[section.index()]
}

pub fn measured(step: &mut Step<'_>, what: Measure, amount: u64) {
    let actor = step.who();
    match what {
        Measure::OwnMemory => actor.own_memory = Some(amount),
        Measure::CpuTime => actor.cpu_time = Some(Nanos(amount)),
        // Of the machine, or of no picture.
        Measure::OtherThreads | Measure::ResidentMemory | Measure::Switches => {}
    }
}

pub fn dropped(step: &mut Step<'_>, count: u64) {
    let actor = step.who();
    actor.dropped = actor.dropped.saturating_add(count);
    actor.incomplete |= count == 0;
}

/// The signal that an alarm sends.
const ALARM: u8 = 14;

/// An alarm that rings once has rung.
pub fn handled(step: &mut Step<'_>, signal: u8) {
    if signal == ALARM {
        whose(step).alarm.take_if(|(_, again)| !*again);
    }
}

pub fn set_alarm(step: &mut Step<'_>, after: Nanos, every: Nanos) {
    let rings = step.at + after;
    whose(step).alarm = (after > Nanos::ZERO).then_some((rings, every > Nanos::ZERO));
}

/// The process of whoever acts: an alarm is its, whichever thread has set it.
fn whose<'a>(step: &'a mut Step<'_>) -> &'a mut ActorState {
    let process = step.meta.process_of(step.actor).unwrap_or(step.actor);
    step.state.fit_to(step.meta, process.index() + 1, 0);
    &mut step.state.actors[process.index()]
}
