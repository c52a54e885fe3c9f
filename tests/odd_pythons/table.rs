//! Odd Pythons, and what is said of each.

use super::*;

pub(super) const HELLO: &str = r#"echo '{"at":0,"pid":1,"name":"cpython","version":"3.12.0"}'"#;
pub(super) const READY: &str =
    r#"echo '{"got":1,"at":2,"value":{"method":"fork","loop":3000},"spans":[]}'"#;
pub(super) const ROW: &str = r#"echo '{"got":1,"at":9,"value":[1,4,9,16,25,36,49,64,81,100],"spans":[["start",1,2],["map",2,8],["shutdown",8,9]]}'"#;

/// What is put in place, how long it is waited for, and a part of what is said of it. Of the latter "3.": it takes part.
pub(super) const TABLE: &[(&str, Is, Wait, &str)] = &[
    ("hangs", Script("exec sleep 1000"), Short, "left out: python3 gave no answer in"),
    ("exits", Script("exit 1"), Long, "left out: python3 exited with status 1"),
    ("exits well", Script("exit 0"), Long, "left out: python3 exited with status 0"),
    (
        "complains",
        Script("echo some trouble >&2; echo no python today. >&2; exit 3"),
        Long,
        "left out: python3 exited with status 3: no python today",
    ),
    (
        "closes its output",
        Script("exec >&-; exec sleep 1000"),
        Long,
        "left out: python3 closed its output",
    ),
    (
        "closes everything",
        Script("exec <&- >&- 2>&-; exec sleep 1000"),
        Long,
        "left out: python3 closed its output",
    ),
    (
        "closes its input",
        Script("exec <&-; HELLO; exec sleep 1000"),
        Short,
        "left out: python3 gave no answer",
    ),
    (
        "garbage",
        Script("echo hello; read line"),
        Long,
        "left out: python3 answered what is no answer",
    ),
    (
        "other JSON",
        Script("echo '[1, 2]'; read line"),
        Long,
        "left out: python3 answered what is no answer",
    ),
    ("no text", Script(r"printf '\377\376\n'; exec sleep 1000"), Long, "what is no text"),
    (
        "a line of 100 MB",
        Script("head -c 100000000 /dev/zero | tr '\\0' x; exec sleep 1000"),
        Long,
        "a line without an end",
    ),
    ("a line without end", Script("exec cat /dev/zero"), Long, "a line without an end"),
    (
        "control characters",
        Script(r"printf '\033]0;x\007evil\033[2J\n' >&2; exit 4"),
        Long,
        r"status 4: \u{1b}]0;x\u{7}evil\u{1b}[2J",
    ),
    (
        "complains for long",
        Script("yes trouble | head -c 10000000 >&2; exit 5"),
        Long,
        "exited with status 5: trouble",
    ),
    (
        "complains without end",
        Script("yes trouble >&2; exit 1"),
        Short,
        "left out: python3 gave no answer",
    ),
    (
        "complains in one line",
        Script("head -c 100000 /dev/zero | tr '\\0' y >&2; exit 5"),
        Long,
        "exited with status 5: yyy",
    ),
    (
        "leaves a child",
        Script("sleep 1000 & exit 3"),
        Long,
        "left out: python3 exited with status 3",
    ),
    (
        "leaves a daemon with its pipes",
        Script("setsid sleep 1000 & sleep 0.2; exit 3"),
        Long,
        "left out: python3 exited with status 3",
    ),
    (
        "hangs beside a daemon",
        Script("setsid sleep 1000 & exec sleep 1000"),
        Short,
        "left out: python3 gave no answer",
    ),
    (
        "many daemons",
        Script("for i in 1 2 3 4 5 6 7 8 9; do setsid sleep 1000 & done; echo hello; read line"),
        Long,
        "what is no answer",
    ),
    ("killed", Script("kill -9 $$"), Long, "left out: python3 was killed by SIGKILL"),
    ("crashes", Script("kill -SEGV $$"), Long, "left out: python3 was killed by SIGSEGV"),
    ("stopped", Script("kill -STOP $$"), Short, "left out: python3 was stopped by a signal"),
    (
        "stopped later",
        Script("HELLO; kill -STOP $$"),
        Short,
        "left out: python3 was stopped by a signal",
    ),
    (
        "version 2",
        Script("echo 'Unknown option: -I' >&2; exit 2"),
        Long,
        "exited with status 2: Unknown option: -I",
    ),
    (
        "no pid",
        Script(
            "exec REAL -c 'import os, sys\ndef fork(): raise BlockingIOError(11, \"Resource temporarily unavailable\")\nos.fork = fork\nexec(sys.argv[1])' \"$3\"",
        ),
        Long,
        "BlockingIOError",
    ),
    (
        "version 3.6",
        Script("exec REAL -c 'import sys; sys.version_info = (3, 6, 9); exec(sys.argv[1])' \"$3\""),
        Long,
        "it is Python 3.6, and 3.7 is the oldest that will do",
    ),
    ("slow", Script("sleep 0.5; exec REAL \"$@\""), Long, "3."),
    ("a child of a wrapper", Script("REAL \"$@\"; exit $?"), Long, "3."),
    (
        "half a line",
        Script("printf '{\"at\": 1, \"pi'; exec sleep 1000"),
        Short,
        "left out: python3 gave no answer",
    ),
    ("half a line, and ends", Script("printf '{\"at\": 1, \"pi'"), Long, "what is no answer"),
    (
        "drips",
        Script("while :; do printf x; sleep 0.05; done"),
        Short,
        "left out: python3 gave no answer",
    ),
    (
        "greets and ends",
        Script("HELLO; read line; exit 7"),
        Long,
        "left out: python3 exited with status 7",
    ),
    (
        "greets and hangs",
        Script("HELLO; exec sleep 1000"),
        Short,
        "left out: python3 gave no answer",
    ),
    (
        "greets and says something else",
        Script(
            "HELLO; read line; echo '{\"got\":1,\"at\":2,\"value\":{\"nope\":1},\"spans\":[]}'; read line",
        ),
        Long,
        "missing field",
    ),
    ("greets and floods", Script("HELLO; exec yes '{}'"), Long, "what is no answer"),
    (
        "tells what nobody asked",
        Script("HELLO; read line; echo '{\"told\":{\"at\":1}}'; read line"),
        Long,
        "it was not asked",
    ),
    (
        "times that are none",
        Script(
            "echo '{\"at\":-1,\"pid\":1,\"name\":\"cpython\",\"version\":\"3.12.0\"}'; read line",
        ),
        Long,
        "what is no answer",
    ),
    (
        "a name that is none",
        Script(
            "echo '{\"at\":0,\"pid\":1,\"name\":\"\\u001b[31m\",\"version\":\"\\u0000\"}'; exit 6",
        ),
        Long,
        "exited with status 6",
    ),
    (
        "a trial, and ends",
        Script("HELLO; read line; READY; read line; ROW; read line; exit 9"),
        Long,
        "took part in 1 trial and no more: python3 exited with status 9",
    ),
    (
        "a trial, and is killed",
        Script("HELLO; read line; READY; read line; ROW; read line; kill -9 $$"),
        Long,
        "took part in 1 trial and no more: python3 was killed by SIGKILL",
    ),
    (
        "a trial, and hangs",
        Script("HELLO; read line; READY; read line; ROW; exec sleep 1000"),
        Short,
        "took part in 1 trial and no more: python3 gave no answer",
    ),
    (
        "wrong squares",
        Script(
            "HELLO; read line; READY; read line; echo '{\"got\":1,\"at\":9,\"value\":[1,2],\"spans\":[]}'; read line",
        ),
        Long,
        "squares that are none: [1, 2]",
    ),
    (
        "times of another world",
        Script(
            "echo '{\"at\":18446744073709551615,\"pid\":1,\"name\":\"cpython\",\"version\":\"3.12.0\"}'; read line; READY; read line; ROW; read line; echo '{\"got\":18446744073709551615,\"at\":0,\"value\":[1,4,9,16,25,36,49,64,81,100],\"spans\":[[\"start\",9223372036854775808,2],[\"map\",0,0],[\"shutdown\",5,3]]}'; read line",
        ),
        Long,
        "3.",
    ),
    (
        "does not end",
        Script("HELLO; read line; READY; read line; ROW; read line; ROW; exec sleep 1000"),
        Short,
        "3.",
    ),
    (
        "ends early with a daemon",
        Script(
            "HELLO; read line; READY; read line; ROW; read line; ROW; setsid sleep 1000 & exit 0",
        ),
        Long,
        "3.",
    ),
    (
        "listens for ever",
        Script("cat >/dev/null; exit 1"),
        Short,
        "left out: python3 gave no answer",
    ),
    ("repeats", Script("exec cat"), Short, "left out: python3 gave no answer"),
    (
        "ignores signals",
        Script("trap '' TERM INT HUP QUIT; while :; do sleep 1; done"),
        Short,
        "left out: python3 gave no answer",
    ),
    (
        "no program",
        File("This is no program.\n", false),
        Long,
        "left out: python3 could not be started: it may not be run",
    ),
    ("an empty program", File("", true), Long, "left out: python3 exited with status 0"),
    (
        "without an interpreter",
        File("#!/nonexistent/sh\n", true),
        Long,
        "left out: python3 was not found",
    ),
    ("a directory", Directory, Long, "left out: python3 could not be started: it may not be run"),
    ("a dangling link", DanglingLink, Long, "left out: python3 was not found"),
    ("nothing", Missing, Long, "left out: python3 was not found"),
];
