//! The named points of the programs.

use crate::topics::points::points;

points! {
    /// Where main can be.
    MainPoints {
        start_adders = "main.start_adders",
        join_adders = "main.join_adders",
        start_removers = "main.start_removers",
        join_removers = "main.join_removers",
        end = "main.end",
    }
}

points! {
    /// Where a thread can be that uses the lock.
    Points {
        adder_pause_before = "adder.pause_before",
        adder_acquire = "adder.acquire",
        adder_hold = "adder.hold",
        adder_append = "adder.append",
        adder_pause = "adder.pause",
        adder_done = "adder.done",
        remover_pause_before = "remover.pause_before",
        remover_acquire = "remover.acquire",
        remover_hold = "remover.hold",
        remover_check = "remover.check",
        remover_pop = "remover.pop",
        remover_pause = "remover.pause",
        remover_done = "remover.done",
    }
}

points! {
    /// Where a thread can be that does without it.
    RacingPoints {
        adder_pause_before = "racing_adder.pause_before",
        adder_read = "racing_adder.read",
        adder_hold = "racing_adder.hold",
        adder_append = "racing_adder.append",
        adder_write = "racing_adder.write",
        adder_rest = "racing_adder.rest",
        adder_pause = "racing_adder.pause",
        remover_pause_before = "racing_remover.pause_before",
        remover_read = "racing_remover.read",
        remover_check = "racing_remover.check",
        remover_pop = "racing_remover.pop",
        remover_hold = "racing_remover.hold",
        remover_write = "racing_remover.write",
        remover_empty = "racing_remover.empty",
        remover_rest = "racing_remover.rest",
        remover_pause = "racing_remover.pause",
        remover_done = "racing_remover.done",
    }
}

points! {
    /// Where a thread can be that takes a lock for the cells.
    GuardPoints {
        adder_acquire = "racing_adder.acquire",
        remover_acquire = "racing_remover.acquire",
    }
}

points! {
    /// Where a thread can be that tests, then acts.
    CheckPoints {
        outside_test = "outside.test",
        outside_gap = "outside.gap",
        outside_acquire = "outside.acquire",
        outside_pop = "outside.pop",
        inside_acquire = "inside.acquire",
        inside_test = "inside.test",
        inside_pop = "inside.pop",
        inside_gap = "inside.gap",
    }
}

points! {
    /// Where a thread can be that uses a queue.
    QueuePoints {
        put = "queueing.put",
        put_pause = "queueing.put_pause",
        get = "queueing.get",
        end = "queueing.end",
        get_pause = "queueing.get_pause",
        sentinel = "queueing.sentinel",
    }
}
