//! The questions about programs of threads.

use super::*;
use crate::replay::words::agree;
use crate::topics::sharing_data::plan::Way;

/// The question about a program of threads.
#[rustfmt::skip]
pub fn question(plan: &Plan) -> Option<Question> {
    let (threads, permits) = (plan.threads, plan.permits as usize);
    let (consumers, rounds) = (plan.consumers, plan.rounds);
    Some(match plan.program.is {
        Id::Lock if threads > 1 => return under_lock("count under one lock", threads, plan.pause, plan),
        Id::LockEachOwn if threads > 1 => return counted(
            format!("{threads} threads count to {rounds} each in one variable, each with a lock of its own. What is the count?"),
            threads * rounds,
            ["nobody keeps another out", "now and then two meet", "each reads and writes under a lock"],
            "work: 0 s",
        ),
        Id::Rlock | Id::LockTwice if threads > 1 => clerks(plan),
        Id::Deadlock | Id::Philosophers if plan.way == Way::None => meals(plan),
        Id::PhilosophersInOrder if plan.way == Way::Order => meals(plan),
        Id::Semaphore if threads > permits => passed_over(
            format!("{threads} threads share {}, and come again and again. How often is one that waits passed over, at most?", count(permits, "permit")),
            "permits: as many as threads",
        ),
        Id::SemaphoreOverReleased if threads > permits + 1 => typed(
            format!("A semaphore of {permits}, and one thread gives a permit back twice. How many are inside at once, at most?"),
            [1, threads],
            0,
            |seen| Some(outcome(seen)?.most_inside(ResourceKind::Semaphore)),
            Shows::Finding(&[F::OverReleased], "Nobody came in on the permit too many this time."),
        )
        .then("Change one control so that the fault is not seen.", "threads: 3", move |seen| {
            outcome(seen).is_some_and(|outcome| outcome.most_inside(ResourceKind::Semaphore) <= permits)
        }),
        Id::SemaphoreBounded => choice(
            format!("Worker 1 gives a permit back twice, to a bounded semaphore of {permits}. Who gets the error?"),
            [("worker 1", "it gives back what it does not have"),
             ("another worker", "whoever finds no room left for its own permit"),
             ("nobody", "it is not noticed")],
            who_failed,
            Shows::First(|kind| matches!(kind, EventKind::Raised { .. }), "It refuses a permit only when all that it was made for are back already, whoever gives it."),
            Some(("Change one control so that worker 1 gets it.", "threads: 1", 0)),
        ),
        Id::Condition => order(
            format!("{} take a lock and wait inside it; then the producer takes it, too. In which order does this happen, the first time?", count(consumers, "consumer")),
            [("a consumer comes back from wait()", "it has been woken"),
             ("the producer notifies", "there is an item now"),
             ("the producer gives the lock back", "it has put its item in"),
             ("a consumer gives the lock back", "wait() does that")],
            woken,
            (2, "wait() gives the lock back and takes it again before it returns: who is woken goes on when the lock is free."),
        )
        .then("Change one control so that some consumers wake up in vain.", "notify: all", |seen| woken_in_vain(seen) > 0),
        Id::IfNotWhile if consumers > 1 => number(
            format!("{consumers} consumers wait with if in the place of while; each item is told to {}. How many of them fail?", if plan.notify_all { "all" } else { "one" }),
            [0, consumers - 1],
            [("none", "who was notified finds an item"),
             ("some", "one takes the item, and another finds nothing"),
             ("all", "nobody looks again")],
            |seen| Some(outcome(seen)?.failed.len()),
            Shows::First(|kind| matches!(kind, EventKind::FoundEmpty { .. }), "Who is woken has to take the lock again, and another may have taken the item by then."),
            Some(("Change one control so that nobody fails. Is it right then?", "notify: one", 0)),
        ),
        Id::NotifyBeforeWait => choice(
            "One thread notifies a condition; after that another waits for it. How long does that one wait?",
            [("not at all", "the notification is kept for it"),
             ("for ever", "a notification is only for those that wait already"),
             ("until it gets an error", "nobody is left who could notify")],
            stands,
            Shows::Stuck("It looked first whether it had happened already, and did not wait."),
            None,
        )
        .then("Change one control so that it does not wait at all.", "wait: predicate", |seen| stands(seen) == Some(0)),
        Id::Event | Id::EventCleared if threads > 1 => flag(plan),
        Id::Barrier if threads > 2 && rounds > 1 => order(
            format!("{threads} walkers meet after each of {rounds} rounds. Walker 1 needs {} for a round, each of the others as much more than the one before. In which order does this happen?", length(plan.work)),
            [("walker 1 begins round 2", "it has the least to do"),
             (&format!("walker {threads} has done round 1"), "it has the most to do"),
             ("walker 1 has done round 1", "it is the fastest"),
             ("walker 2 has done round 1", "it comes after walker 1")],
            move |seen| {
                let who = seen.workers();
                let comes = |walker: usize| seen.next(0, |event| {
                    let there = matches!(event.kind, EventKind::WaitBegan { op: WaitOp::Wait, .. } | EventKind::BarrierPassed { .. });
                    there && Some(&event.actor) == who.get(walker)
                });
                let again = seen.next(comes(0)?, |event| event.actor == who[0] && matches!(event.kind, EventKind::SleepBegan { .. }));
                Some([again?, comes(threads - 1)?, comes(0)?, comes(1)?])
            },
            (0, "Nobody goes on before all are there: who comes early waits for the slowest, in each round."),
        )
        .then("Change one control so that walker 1 never waits.", "threads: 1", |seen| seen.uses(ResourceKind::Barrier).all(|barrier| barrier.waits == 0)),
        Id::BarrierOneMissing if threads > 2 && rounds > 1 => number(
            format!("One of {threads} threads stays away; the others wait at the barrier with a time-out. How many get an error?"),
            [0, 1],
            [("none", "when the time is up they go on without it"),
             ("one", "the one whose time is up first"),
             ("two or more", "from then on it is broken for all")],
            |seen| {
                let broken = |kind| matches!(kind, EventKind::WaitEnded { how: WaitEnd::TimedOut | WaitEnd::Broken, .. });
                Some(seen.trace.events().iter().filter(|event| broken(event.kind)).count())
            },
            Shows::Finding(&[F::BrokenBarrier], "All came before anybody's time was up."),
            Some(("Change one control so that nobody gets one.", "rounds: 1", 0)),
        ),
        Id::QueueSeveral if consumers > 1 && plan.producers * plan.items > consumers => order(
            format!("{} share the items of one queue, which are numbered as they are put. In which order does this happen?", count(consumers, "consumer")),
            [(&format!("item {} is taken", consumers + 1), "a consumer has to be free for it"),
             ("item 2 is taken", "there is another consumer"),
             ("item 1 or 2 has been used", &format!("that takes {}", length(plan.consume))),
             ("item 1 is taken", "it was put first")],
            move |seen| first_items(seen, consumers),
            (0, "Each item goes to one consumer, in the order of the puts; who is busy takes none meanwhile."),
        )
        .then("Change one control so that item 2 is taken only when item 1 has been used.", "consumers: 1", |seen| {
            first_items(seen, 1).is_some_and(|[next, _, used, _]| used < next)
        }),
        Id::Queue | Id::QueueSeveral if plan.items > 1 => return queue(plan),
        Id::OneSentinel if consumers > 1 => number(
            format!("{consumers} consumers stop when they get None, and one None is put. How many stop?"),
            [0, 1],
            [("none", "None is an item like any other"),
             ("one", "who takes the None has it alone"),
             ("two or more", "None says that it is over, and all see it")],
            move |seen| Some(consumers.saturating_sub(outcome(seen)?.stuck.len())),
            Shows::Stuck("Nobody was left waiting."),
            None,
        )
        .then("Change one control so that nobody is left waiting.", "consumers: 1", |seen| stands(seen) == Some(0)),
        Id::TaskDoneMissing if plan.items > 1 => choice(
            "A consumer fails while it uses an item. How long does the main thread wait in the queue’s join()?",
            [("until the queue is empty", "then every item has been taken out"),
             ("for ever", "nobody says that this item is done"),
             ("until it gets the exception", "join() says how it went")],
            stands,
            Shows::Stuck("All items were told to be done."),
            Some(("Change one control so that it does not wait for ever.", "items: 1", 0)),
        ),
        _ => return None,
    })
}

/// Whether the run could not go on, as 0 or 1.
fn stands(seen: &Seen<'_>) -> Option<usize> {
    Some(usize::from(seen.trace.stuck().is_some()))
}

#[rustfmt::skip]
fn clerks(plan: &Plan) -> Question {
    let (threads, again) = (plan.threads, plan.is(Id::Rlock));
    let kind = if again { "rlock" } else { "plain lock" };
    let question = number(
        format!("{threads} clerks call three nested functions, each of which takes the same {kind}. How many come to the end?"),
        [0, threads - 1],
        [("none", "at the second take one waits for itself"),
         ("some", "one gets through, the others wait for it"),
         (&all(threads), "a thread has what it has already taken")],
        |seen| Some(outcome(seen)?.finished),
        match again {
            true => Shows::At(second_take, "An rlock knows its owner and counts how often it was taken by that: its owner never waits for it."),
            false => Shows::Stuck("None took the lock twice."),
        },
        None,
    );
    match again {
        true => question.then("Change one control so that nobody waits for it.", "threads: 1", |seen| {
            seen.uses(ResourceKind::RLock).all(|lock| lock.waits == 0)
        }),
        false => question.then("Change one control so that a single thread, all alone, cannot go on.", "threads: 1", |seen| {
            outcome(seen).is_some_and(|outcome| outcome.started == 1 && outcome.stuck.len() == 1)
        }),
    }
}

/// The first time that somebody takes something while it has this already, or something else.
fn second_take(seen: &Seen<'_>) -> Option<usize> {
    let mut has: BTreeMap<ActorId, u32> = BTreeMap::new();
    seen.trace.events().iter().position(|event| {
        let has = has.entry(event.actor).or_default();
        match event.kind {
            EventKind::Acquired { .. } => *has += 1,
            EventKind::Released { .. } => *has = has.saturating_sub(1),
            _ => return false,
        }
        *has == 2
    })
}

#[rustfmt::skip]
fn meals(plan: &Plan) -> Question {
    let (guests, in_order) = (plan.philosophers, plan.way == Way::Order);
    let meals = guests * plan.rounds;
    let first = if in_order { "the one with the lower letter first" } else { "the left one first" };
    let next = match in_order {
        true => ("Change one control so that nobody can go on.", "way out: none", 0),
        false => ("Change one control so that all are eaten.", "way out: order", 2),
    };
    number(
        format!("{guests} philosophers, {guests} forks; each needs two, and takes {first}. How many of {meals} meals are eaten?"),
        [0, meals - 1],
        [("none", "each has one fork and waits for the other one"),
         ("some", "it goes well for a while"),
         (&all(meals), "who waits gets the fork in the end")],
        |seen| outcome(seen)?.meals,
        match in_order {
            true => Shows::At(second_take, "With one order there is no circle: the last fork in it is only taken as the second one, and its owner eats."),
            false => Shows::Stuck("They never stood in a circle this time. Nothing forced that."),
        },
        Some(next),
    )
}

/// When somebody who waits for a condition goes on the first time, is notified, gets the lock, and gave it back.
fn woken(seen: &Seen<'_>) -> Option<[usize; 4]> {
    let lock = seen.trace.meta().resources_of(ResourceKind::Lock).next()?;
    let events = seen.trace.events();
    let notified =
        seen.next(0, |event| matches!(event.kind, EventKind::Notified { woken: 1.., .. }))?;
    let free = seen.next(notified, |event| {
        event.actor == events[notified].actor && event.kind == EventKind::Released { res: lock }
    })?;
    let wakes = seen.next(notified, |event| matches!(event.kind, EventKind::WaitEnded { how: WaitEnd::Woken, res } if res != lock))?;
    let who = events[wakes].actor;
    let back = seen.next(wakes, |event| {
        event.actor == who && event.kind == EventKind::Acquired { res: lock }
    })?;
    let waits = seen
        .next(0, |event| event.actor == who && event.kind == EventKind::Released { res: lock })?;
    Some([back, notified, free, waits])
}

/// When, of the items in the order of their puts, that after the `consumers`th was taken, the second, when the first use was
/// over, and when the first item was taken.
fn first_items(seen: &Seen<'_>, consumers: usize) -> Option<[usize; 4]> {
    let put = |event: &Event| match event.kind {
        EventKind::Put { item, .. } => Some(item),
        _ => None,
    };
    let items: Vec<Item> = seen.trace.events().iter().filter_map(put).collect();
    let taken = |nth: usize| {
        let wanted = items.get(nth)?;
        seen.next(0, |event| matches!(&event.kind, EventKind::Got { item, .. } if item == wanted))
    };
    let used = seen.next(0, |event| matches!(event.kind, EventKind::Message { .. }));
    Some([taken(consumers)?, taken(1)?, used?, taken(0)?])
}

/// 0: the first of them; 1: another one; 2: none.
fn who_failed(seen: &Seen<'_>) -> Option<usize> {
    let failed = &outcome(seen)?.failed;
    let first = *seen.workers().first()?;
    let is_first = failed.contains_key(&seen.trace.meta().actor_name(first));
    Some(if failed.is_empty() { 2 } else { usize::from(!is_first) })
}

#[rustfmt::skip]
fn flag(plan: &Plan) -> Question {
    let (threads, clears) = (plan.threads, plan.is(Id::EventCleared));
    let pause = plan.pause;
    let what = if clears { "set and cleared at once" } else { "set" };
    let question = number(
        format!("{threads} threads wait for a flag. It is {what}, and then one more comes. How many of the {} go on?", threads + 1),
        [1, threads],
        [("one", "it wakes one, as a lock would"),
         ("those that waited then", "who comes later does not hear of it"),
         (&all(threads + 1), "it has been set, and that is kept")],
        |seen| Some(outcome(seen)?.finished),
        match clears {
            true => Shows::First(|kind| matches!(kind, EventKind::Cleared { .. }), "Setting it wakes all that wait. Who comes after it was cleared waits until it is set again."),
            false => Shows::First(|kind| matches!(kind, EventKind::Set { .. }), "Setting it wakes all that wait, and it stays set: who comes later does not wait."),
        },
        None,
    );
    match clears {
        true => question.then("Change one control so that just one goes on.", "threads: 1", |seen| {
            outcome(seen).is_some_and(|outcome| outcome.finished == 1)
        }),
        false => sooner(question, pause),
    }
}

#[rustfmt::skip]
fn queue(plan: &Plan) -> Option<Question> {
    let (items, consumers) = ((plan.items * plan.producers) as u32, plan.consumers as u32);
    let (make, using) = (plan.produce * plan.items as u32, plan.consume * items / consumers);
    let (fast, slow) = (make.min(using), make.max(using));
    let one = if make < using { plan.produce } else { plan.consume };
    takes(
        format!(
            "{} {} {items} items, {} each, and {consumers} {} them, {} each. How long does it take, nearest to?",
            count(plan.producers, "thread"), agree(plan.producers, "makes", "make"), length(plan.produce),
            agree(consumers, "uses", "use"), length(plan.consume)
        ),
        [(fast, "the faster side decides"),
         (slow + one, "the slower side decides; the other works meanwhile"),
         ((plan.produce + plan.consume) * items, "one is made, then it is used, then the next")],
        (WaitOp::Put, |seen| {
            let waited: u64 = seen.uses(ResourceKind::Queue).map(|queue| queue.waited.0).sum();
            format!("One side makes while the other uses, and who is ahead waits at the queue: {} in all.", Nanos(waited))
        }),
        ("Change one control so that it is done sooner.", "consumers: one more", 0.9),
    )
}
