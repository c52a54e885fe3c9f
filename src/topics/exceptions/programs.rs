//! The programs: a row for each.

use super::plan::Plan;
use crate::topics::programs::{programs, who};

programs! {
    "exceptions", ();
    Thread "thread": threads thread, "thread.py", &["handler", "threads", "rows", "fails", "work"];
    Futures "futures": threads futures, "futures.py", &["collect", "threads", "tasks", "fails", "work"];
    Lock "lock": threads lock, "lock.py", &["lock", "threads", "fails", "work"];
    Accounts "accounts": threads accounts, "accounts.py", &["order", "work"];
    ErrorQueue "error-queue": threads report, "report.py", &["threads", "fails", "work"];
    ErrorEvent "error-event": threads stop, "stop.py", &["looks", "threads", "rows", "fails", "work"];
    CustomError "custom-error": threads kinds, "kinds.py", &["catch", "threads", "tasks", "work"];
    TimeOut "time-out": threads time_out, "time_out.py", &["work", "patience"];
    Retry "retry": threads retry, "retry.py", &["attempts", "fails", "work"];
    Pool "pool": processes pool, "pool.py", &["fault", "call", "processes", "tasks", "fails", "work", "patience", "start_method"];
    Processes "processes": processes isolation, "isolation.py", &["fault", "hold", "processes", "fails", "work"];
    Signals "signals": processes signals, "signals.py", &["signal", "handled", "processes", "work"];
    WhoLearns "who-learns": processes learns, "learns.py", &["start_method", "patience"];
}
