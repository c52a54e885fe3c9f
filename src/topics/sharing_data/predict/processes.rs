//! The questions about programs of processes.

use super::super::ways::{self, Measured, Way};
use super::*;
use crate::trace::{End, Home};

/// The question about a program of processes.
#[rustfmt::skip]
pub fn question(plan: &Plan) -> Option<Question> {
    let (processes, rounds, items) = (plan.processes, plan.rounds, plan.items);
    let several = processes > 1;
    Some(match plan.program.is {
        Id::ProcessQueue if several && items > 1 => choice(
            format!("{processes} processes put {items} numbers each into one queue. In which order does the main process get them?"),
            [("all of one, then all of the next", "the queue takes one process after another"),
             ("mixed, but each one’s in order", "each has a thread that writes in the order of its puts"),
             ("in any order", "processes run as they like")],
            move |seen| Some(if is_sorted(seen, |_| 0)? { 0 } else { usize::from(!is_sorted(seen, |n| (n - 1) / items as i64)?) + 1 }),
            Shows::At(|seen| got(seen).next().map(|got| got.0), "The numbers of one process keep their order; between processes nothing is promised."),
            Some(("Change one control so that all come in the order of their numbers.", "processes: 1", 0)),
        ),
        Id::JoinBeforeDrain if items > 1 => number(
            format!("A child puts {items} items of {} kB; the main process joins it, then takes them. How many does it get?", plan.kilobytes),
            [0, items - 1],
            [("none", "the child ends when its items are written, and nobody takes any"),
             ("some", "as many as the pipe has room for"),
             (&all(items), "what was put is in the queue")],
            |seen| Some(outcome(seen)?.got? as usize),
            Shows::Stuck("There was room for all of them in the pipe: the child ended without anybody taking one."),
            Some(("Change one control so that it gets all. Is it right then?", "size: 0 kB", 2)),
        ),
        Id::ChangedAfterPut => choice(
            match plan.kilobytes {
                0 => "A process puts [1, 2, 3] into a queue and clears the list at once; then the main process takes it. What does it get?".to_owned(),
                kilobytes => format!("A process puts {kilobytes} kB into a queue, then [1, 2, 3], and clears that list at once; then the main process takes both. What does it get for the list?"),
            },
            [("[1, 2, 3]", "put() has made a copy"),
             ("[]", "put() only notes it; a thread writes it later"),
             ("something else", "it is changed while it is written")],
            |seen| {
                // What is written may have changed since; all that is done to it is that it is cleared.
                let is_buffer = |res| seen.trace.meta().resource(res).is_some_and(|res| res.is_buffer);
                let put = seen.trace.events().iter().rev().find_map(|event| match event.kind {
                    EventKind::Put { res, item } if is_buffer(res) => Some(item),
                    _ => None,
                });
                Some(usize::from(got(seen).last()?.1 != put?))
            },
            Shows::Finding(&[F::ChangedAfterPut], "The thread that writes it was faster this time. Nothing forced that."),
            None,
        )
        .then("Change one control so that the thread has nothing else to do. Is the program right then?", "size: 0 kB", |seen| seen.param("kilobytes") == "0"),
        Id::Pipe => choice(
            format!("{} go through a pipe to a child that needs {} for each. How often does send wait for room?", count(items, "number"), length(plan.consume)),
            [("never", "the pipe has room for them"),
             ("sometimes", "from the second on, while the child is busy"),
             ("each time", "send returns when it has been received")],
            |seen| {
                let waits = |kind| matches!(kind, EventKind::WaitBegan { op: WaitOp::Put, .. });
                let waits = seen.trace.events().iter().filter(|event| waits(event.kind)).count();
                Some(if waits == 0 { 0 } else { 1 + usize::from(waits as u64 > outcome(seen)?.put?) })
            },
            Shows::First(|kind| matches!(kind, EventKind::Put { .. }), "send writes into the pipe and goes on; it waits only while the pipe has no room."),
            None,
        )
        .then("Change one control so that the last square is there in half the time.", "use: 0.04 s", {
            let half = plan.consume * items as u32 / 2;
            move |seen| {
                let got = seen.trace.events().iter().rev().find(|event| matches!(event.kind, EventKind::Got { .. }));
                got.is_some_and(|got| got.at.to_duration() <= half)
            }
        }),
        Id::TwoReaders if items > 1 => number(
            format!("{items} numbers go through a pipe, and two processes receive at its end. How many arrive as they were sent?"),
            [0, items - 1],
            [("none", "each gets parts of what is for the other"),
             ("some", "it goes well while only one of them receives"),
             (&all(items), "each number goes to one of them")],
            move |seen| Some(whole(seen, items)),
            Shows::Finding(&[F::CorruptMessage], "They never came between a length and its message this time."),
            None,
        )
        .then("Change one control so that more than half arrive whole. Is the program right then?", "work: 0 s", move |seen| whole(seen, items) > items / 2),
        Id::Value if several => passed_over(
            format!("{processes} processes count to {rounds} each, each time under one lock. How often is one that waits passed over, at most?"),
            "processes: 1",
        ),
        Id::ValueUnlocked if several => return counted(
            format!("{processes} processes count to {rounds} each in shared memory, without its lock. What is the count?"),
            processes * rounds,
            ["each reads while another is about to write", "now and then two meet", "processes have no races"],
            "work: 0 s",
        ),
        Id::Array if several => return under_lock("add to four cells under one lock", 4 * processes, Duration::ZERO, plan),
        Id::ArrayOneForgets if several => return counted(
            format!("{processes} processes add 1 to each of four cells, {}; one does not take the lock. What is the sum of the cells?", count(rounds, "time")),
            4 * processes * rounds,
            ["then it is as without", "some are lost, also of those who take it", "the others take it, so they are safe"],
            "processes: 1",
        ),
        Id::Manager if several => typed(
            format!("{processes} processes do d[\"n\"] += 1 and done.append(…) through a manager, {} each. About how many calls is that?", count(rounds, "time")),
            [0, 10 * processes * rounds],
            processes * rounds / 2,
            |seen| Some(seen.uses(ResourceKind::Manager).map(|manager| manager.waits as usize).sum()),
            Shows::First(|kind| matches!(kind, EventKind::WaitBegan { op: WaitOp::Result, .. }), "Each access is a call: += is one that gets and one that sets, append is a third. The main process calls it, too."),
        )
        .then("Change one control so that it gets far fewer.", "rounds: 1", {
            let far = processes * (rounds + 1);
            move |seen| seen.uses(ResourceKind::Manager).map(|manager| manager.waits as usize).sum::<usize>() <= far
        }),
        Id::ManagerReadModifyWrite if several => return counted(
            format!("{processes} processes do d[\"n\"] += 1 through a manager, {} each. What is the number?", count(rounds, "time")),
            processes * rounds,
            ["all get before one sets", "now and then two meet", "each call is done by the one server"],
            "processes: 1",
        ),
        Id::ManagerNested if several => number(
            format!("A manager keeps a list in a list; {processes} processes append a number each to the inner one. How many has it then?"),
            [0, processes - 1],
            [("none", "each appends to a copy of its own"),
             ("some", "whoever writes last wins"),
             (&all(processes), "a manager shares what is in it")],
            numbers_said,
            Shows::Finding(&[F::ChangedCopy], "What the proxy answers with is a copy; here each put it back, and whoever was last overwrote the others."),
            None,
        )
        .then("Change one control so that something arrives. Is the program right then?", "give back: yes", |seen| numbers_said(seen).is_some_and(|n| n > 0)),
        Id::ProcessLock if several => return under_lock("take one lock", processes, plan.pause, plan),
        Id::ProcessSemaphore => return two_at_a_time(plan),
        Id::ProcessEvent if several => sooner(order(
            format!("{processes} processes wait for a flag. The main process sets it after {}, and joins them. In which order does this happen?", length(plan.pause)),
            [("the main process goes on after join()", "join() waits for an end"),
             ("a child comes back from wait()", "it waits for the flag"),
             ("the last child has ended", "it has its work to do first"),
             ("the main process sets the flag", "it has slept before that")],
            |seen| {
                let set = seen.next(0, |event| matches!(event.kind, EventKind::Set { .. }))?;
                let back = seen.next(set, |event| matches!(event.kind, EventKind::WaitEnded { how: WaitEnd::Woken, .. }))?;
                let who = seen.workers();
                let last = |like: &dyn Fn(&Event) -> bool| seen.trace.events().iter().rposition(like);
                let ended = last(&|event| who.contains(&event.actor) && matches!(event.kind, EventKind::Ended(_)));
                let joined = last(&|event| event.kind == EventKind::At);
                Some([joined?, back, ended?, set])
            },
            (0, "Setting the flag wakes all that wait; join() returns when its process has ended, and says nothing of how."),
        ), plan.pause),
        Id::ProcessCondition if several => number(
            format!("{processes} processes wait for something in stock; {} told of each item. How often does one wake up in vain?", if plan.notify_all { "all are" } else { "one is" }),
            [0, processes * rounds - 1],
            [("never", "who is notified finds something"),
             ("sometimes", "another may have been faster"),
             ("at least once for each item", "all wake up for one item")],
            |seen| Some(woken_in_vain(seen)),
            Shows::First(|kind| matches!(kind, EventKind::Notified { woken: 1.., .. }), "Who is woken has to take the lock again; until then another may take the item. So it looks again."),
            Some(("Change one control so that some wake up in vain.", "notify: all", 1)),
        ),
        Id::HolderKilled if processes > 2 => killed(plan),
        Id::Compare => number(
            format!("{} by shared memory, and by a manager. How many times as long is the second?", match plan.measure {
                "hand-over" => "A small message there and back",
                "1 MB" => "Messages of 1 MB",
                _ => "Small messages",
            }),
            [1, 9],
            [("less than twice", "both only hand something over"),
             ("2 to 9 times", "each message is a call to a server"),
             ("10 times or more", "what is shared need not be sent at all")],
            {
                let plan = *plan;
                move |seen| {
                    let each = |way| measured(seen, way)?.each(&plan);
                    Some((each(Way::Manager)?.0 / each(Way::Memory)?.0.max(1)) as usize)
                }
            },
            Shows::At(|seen| {
                let section = measured(seen, Way::Manager)?.section;
                seen.trace.events().iter().position(|e| e.kind == EventKind::SectionBegan { section })
            }, "A manager answers each call by a message from another process; shared memory is written and read where it is."),
            None,
        )
        .then("Change one control and compare again: does it stay so?", "measure: 1 MB", {
            let measure = plan.measure;
            move |seen| seen.param("measure") != measure
        }),
        _ => return None,
    })
}

fn measured(seen: &Seen<'_>, way: Way) -> Option<Measured> {
    ways::of(seen.trace.meta(), seen.replay.latest(), way)
}

/// What was taken out of what is between processes, in this order. The buffer of one process is not.
fn got<'a>(seen: &Seen<'a>) -> impl Iterator<Item = (usize, Item)> {
    let meta = seen.trace.meta();
    let home = |res| meta.resource(res).map(|resource| resource.home);
    seen.trace.events().iter().enumerate().filter_map(move |(index, event)| match event.kind {
        EventKind::Got { res, item } if !matches!(home(res), Some(Home::Process(_))) => {
            Some((index, item))
        }
        _ => None,
    })
}

/// Whether what was taken came in order, with those of each group by itself.
fn is_sorted(seen: &Seen<'_>, group: impl Fn(i64) -> i64) -> Option<bool> {
    let mut groups: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let numbers = got(seen).filter_map(|(_, item)| item.as_int());
    numbers.for_each(|n| groups.entry(group(n)).or_default().push(n));
    (!groups.is_empty()).then(|| groups.values().all(|numbers| numbers.is_sorted()))
}

#[rustfmt::skip]
fn two_at_a_time(plan: &Plan) -> Option<Question> {
    let (rounds, all) = (plan.rounds as u32, (plan.processes * plan.rounds) as u32);
    takes(
        format!("{} processes share {} and work {} with one, {} each. How long does it take, nearest to?",
            plan.processes, count(plan.permits, "permit"), length(plan.work), count(rounds, "time")),
        [((plan.work + plan.pause) * rounds, "all of them work at once"),
         (plan.work * all / plan.permits, "so many at a time as there are permits"),
         (plan.work * all, "one at a time")],
        (WaitOp::Acquire, turns),
        ("Change one control so that it takes less than two thirds of that time.", "permits: 5", 0.67),
    )
}

/// How many numbers the list has that was said last: it is said with them.
fn numbers_said(seen: &Seen<'_>) -> Option<usize> {
    let said = seen.trace.events().iter().rev().find_map(|event| match event.kind {
        EventKind::Message { args: [_, count], .. } => Some(count),
        _ => None,
    });
    usize::try_from(said?.as_int()?).ok()
}

/// How many of the numbers up to `items` arrived as they were sent.
fn whole(seen: &Seen<'_>, items: usize) -> usize {
    let numbers = got(seen).filter_map(|(_, item)| item.as_int());
    numbers.filter(|n| (1..=items as i64).contains(n)).count()
}

#[rustfmt::skip]
fn killed(plan: &Plan) -> Question {
    let (others, robust) = (plan.processes - 1, plan.robust && plan.tool != "semaphore");
    let has = match plan.tool {
        "lock" if robust => "has a robust lock",
        "lock" => "has a lock",
        "semaphore" => "has the only permit of a semaphore",
        _ if robust => "waits in get(), which has the robust lock of a queue",
        _ => "waits in get(), which has the lock of a queue",
    };
    number(
        format!("A process is killed while it {has}. {others} others want it. How many of them get it?"),
        [0, others - 1],
        [("none", "the dead give nothing back"),
         ("some", "one gets it, and does not give it back either"),
         (&all(others), "what a dead process had is free again")],
        |seen| Some(outcome(seen)?.finished),
        Shows::First(|kind| matches!(kind, EventKind::Ended(End::Killed(_))), match robust {
            true => "A robust lock is given to the next, who is told of it. CPython’s are not robust: there, all others wait for ever.",
            false => "Who is killed gives nothing back, and runs no finally either.",
        }),
        match (robust, plan.tool) {
            (true, _) => Some(("Change one control so that it is as in CPython.", "recovery: none", 0)),
            (false, "semaphore") => None,
            (false, _) => Some(("Change one control so that all get it.", "recovery: robust", 2)),
        },
    )
}
