# What every Python program that the lab runs begins with. It reads requests, one line of JSON each, and answers each with
# one line. Times are nanoseconds of the clock that all processes of the machine share.
import json
import os
import select
import signal
import sys
import time

if sys.version_info < (3, 7):
    sys.exit("it is Python %d.%d, and 3.7 is the oldest that will do" % tuple(sys.version_info[:2]))


def now():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def _tell(what):
    # Not by sys.stdout: a process forked just now would have its lock, taken.
    line = (json.dumps(what) + "\n").encode()
    while line:
        line = line[os.write(1, line):]


def tell(at, **what):
    """Tells what happened before the answer. Nothing that is told later happened earlier."""
    _tell({"told": {"at": at, **what}})


def _guard():
    """Leaves a process behind that kills this one's group when the lab is gone, whatever this one is busy with."""
    guard = os.fork()
    if guard:
        return guard
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    end = select.poll()
    end.register(0, 0)  # nothing to read: only the other end's being closed
    end.poll()
    os.killpg(0, signal.SIGKILL)


def serve(answer):
    """Answers requests with what answer(request) returns: a value, the spans (name, begin, end) it took, and, if any, stretches
    of them in which it waited for something of this name, likewise."""
    guard = _guard()
    version = sys.version.split()[0]
    _tell({"at": now(), "pid": os.getpid(), "name": sys.implementation.name, "version": version})
    for line in sys.stdin:
        got = now()
        request = json.loads(line)
        if request is None:
            break
        value, spans, *waits = answer(request)
        _tell({"got": got, "value": value, "spans": spans, "waits": sum(waits, []), "at": now()})
    os.kill(guard, signal.SIGKILL)
    os.waitpid(guard, 0)
