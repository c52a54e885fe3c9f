//! Semaphores of which more permits were given back than were taken.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::inside::Inside;
use crate::replay::words::{agree, capital, count, the};
use crate::trace::{ActorId, End, Event, EventKind, ResourceId, ResourceKind, WaitEnd};
use std::collections::{BTreeMap, BTreeSet};

/// Who has how many permits by its own account, by semaphore.
#[derive(Default)]
pub(super) struct Permits {
    of: BTreeMap<ResourceId, Account>,
}

#[derive(Default)]
struct Account {
    inside: Inside,
    given: u64,
    taken: u64,
    /// Who gave one back that it did not have, each with the first time: for another that had one, perhaps.
    over: BTreeMap<ActorId, usize>,
    /// Who has asked for one in vain, and for none since.
    in_vain: BTreeSet<ActorId>,
    /// The first of those that takes permits, too, or has tried to: the event, and who.
    again: Option<(usize, ActorId)>,
    /// How many were inside at once after that, at most.
    most: usize,
    /// When there were first more than it was made for.
    too_many: Option<TooMany>,
    /// Who was refused to give one back.
    refused: Vec<(ActorId, TooMany)>,
}

/// A release that is one too many, or is refused as that.
struct TooMany {
    event: usize,
    given: u64,
    taken: u64,
    /// Who had given one back by then that it did not have, where that is one alone: when, and who.
    only: Option<(usize, ActorId)>,
}

impl Account {
    /// `wants`: who only wants to give one back. Where it has none it is among those who may give one too many.
    fn too_many(&self, event: usize, wants: Option<ActorId>) -> TooMany {
        let wants =
            wants.filter(|actor| !self.over.contains_key(actor)).map(|actor| (event, actor));
        let mut over = self.over.iter().map(|(actor, first)| (*first, *actor)).chain(wants);
        let only = over.next().filter(|_| over.next().is_none());
        TooMany { event, given: self.given, taken: self.taken, only }
    }

    fn takes(&mut self, actor: ActorId) {
        self.inside.takes(actor);
        self.in_vain.remove(&actor);
        self.taken += 1;
        if self.again.is_some() {
            self.most = self.most.max(self.inside.now);
        }
    }

    fn gives(&mut self, index: usize, actor: ActorId) {
        let before = self.inside.gives(actor);
        self.given += 1;
        if before.has == 0 {
            self.over.entry(actor).or_insert(index);
            if before.took || self.in_vain.remove(&actor) {
                self.again.get_or_insert((index, actor));
            }
        }
        if self.given > self.taken && self.too_many.is_none() {
            self.too_many = Some(self.too_many(index, None));
        }
    }

    fn is_refused(&mut self, index: usize, actor: ActorId) {
        let is_own = self.inside.each.get(&actor).is_some_and(|each| each.has > 0);
        let refusal = self.too_many(index, (!is_own).then_some(actor));
        self.refused.push((actor, refusal));
    }
}

impl Check for Permits {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let (EventKind::Acquired { res }
        | EventKind::Released { res }
        | EventKind::Refused { res }
        | EventKind::WaitEnded { res, how: WaitEnd::TimedOut }) = event.kind
        else {
            return;
        };
        let kind = run.meta.resource(res).map(|resource| resource.kind);
        if kind != Some(ResourceKind::Semaphore) || run.stopped {
            return;
        }
        let account = self.of.entry(res).or_default();
        match event.kind {
            EventKind::Acquired { .. } => account.takes(event.actor),
            EventKind::Refused { .. } => account.is_refused(index, event.actor),
            EventKind::WaitEnded { .. } => drop(account.in_vain.insert(event.actor)),
            _ => account.gives(index, event.actor),
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let all = self.of.into_iter();
        all.filter_map(|(res, account)| over_released(run, res, &account)).collect()
    }
}

fn over_released(run: &Run<'_>, res: ResourceId, account: &Account) -> Option<Finding> {
    let failed = |id: &ActorId| {
        let end = run.state.actor(*id).and_then(|who| who.end);
        matches!(end, Some((End::Error(_) | End::Exited(1..), _)))
    };
    // Whoever deals with a refusal may have reckoned with it.
    if let Some((refused, refusal)) = account.refused.iter().find(|(actor, _)| failed(actor)) {
        return Some(refused_one(run, res, *refused, refusal));
    }
    let (_, again) = account.again?;
    let permits = run.meta.resource(res)?.capacity?;
    // Where some only take, and not because they failed, a semaphore is a signal, and anybody may give.
    let all_give = account.inside.each.iter().all(|(id, each)| each.gave || failed(id));
    // What begins with none is a signal.
    if !all_give || permits == 0 || account.most <= permits as usize {
        return None;
    }
    // Where there are never more than it was made for, one gives for another. A bounded one refuses the permit that is too many, to somebody
    // who fails with it.
    let refused = account.inside.each.iter().filter(|(id, _)| failed(id));
    let refused: u64 = refused.map(|(_, each)| u64::from(each.has)).sum();
    let only = account.too_many(run.trace.events().len(), None).only;
    if account.too_many.is_none() && account.given + refused <= account.taken {
        return None;
    }
    let what = the(run.meta, res);
    let (event, actors, sentence) = match (only, &account.too_many) {
        (Some((event, actor)), _) if actor == again => {
            let (who, most) = (run.meta.actor_name(actor), account.most);
            let sentence = format!(
                "{who} gave a permit of {what} back that it did not have: after that up to {most} were inside at once, and it was made \
                 for {permits}."
            );
            (event, vec![actor], sentence)
        }
        (_, Some(many)) => (many.event, Vec::new(), together(&what, account, many)),
        _ => return None,
    };
    Some(finding(run, res, event, actors, &sentence))
}

/// What is known where several gave permits back that they did not have: one may have done so for another. It is told of the whole run
/// where that shows it, or else of the moment that does.
fn together(what: &str, account: &Account, many: &TooMany) -> String {
    match account.given.checked_sub(account.taken) {
        None | Some(0) => format!("by then, {}. {UNKNOWN}", by_then(what, many)),
        Some(over) => format!(
            "together, all that use {what} took a permit {} and gave one back {}. {}",
            count(account.taken, "time"),
            count(account.given, "time"),
            agree(over, UNKNOWN, "Which releases are too many cannot be told."),
        ),
    }
}

/// What all had done by a release that shows that there is one too many.
fn by_then(what: &str, many: &TooMany) -> String {
    let (taken, given) = (count(many.taken, "time"), count(many.given, "time"));
    format!("all that use {what} together had taken a permit {taken} and given one back {given}")
}

const UNKNOWN: &str = "Which release is the one too many cannot be told.";
/// What to change.
const INSTEAD: &str =
    "Give one back for each one taken: at its end a `with` block has done that already.";

/// A release that was refused, and that somebody failed with.
fn refused_one(run: &Run<'_>, res: ResourceId, refused: ActorId, refusal: &TooMany) -> Finding {
    let (name, what) = (run.meta.actor_name(refused), the(run.meta, res));
    let (event, actors, sentence) = match refusal.only {
        Some((event, actor)) if actor == refused && event == refusal.event => {
            let sentence = format!(
                "{name} wanted to give a permit of {what} back that it did not have, and was refused: it is bounded."
            );
            (event, vec![actor], sentence)
        }
        Some((event, actor)) => {
            let who = run.meta.actor_name(actor);
            let own = if actor == refused { "one back" } else { "its own back" };
            let sentence = format!(
                "{who} gave a permit of {what} back that it did not have. It is bounded: when {name} wanted to give {own}, all were there, \
                 and it was refused."
            );
            let mut actors = vec![actor];
            actors.extend((actor != refused).then_some(refused));
            (event, actors, sentence)
        }
        None => {
            let sentence = format!(
                "when one more was refused, {}: it is bounded. {UNKNOWN}",
                by_then(&what, refusal)
            );
            (refusal.event, Vec::new(), sentence)
        }
    };
    finding(run, res, event, actors, &sentence)
}

fn finding(
    run: &Run<'_>,
    res: ResourceId,
    event: usize,
    actors: Vec<ActorId>,
    sentence: &str,
) -> Finding {
    Finding {
        kind: FindingKind::OverReleased,
        at: run.trace.events()[event].at,
        event,
        actors,
        resources: vec![res],
        sentence: format!("{} {INSTEAD}", capital(sentence)),
    }
}
