# holes: a handler of a signal may come between a slot that is taken and its event
import os
import signal
import threading

lock = threading.Lock()
count = caught = handled = 0


class TooLong(Exception):
    pass


class Stop(BaseException):
    pass


def too_long(number, frame):
    # Whatever it interrupts is this program's, or what it calls of the library.
    assert "recorder" not in frame.f_code.co_filename, frame
    raise TooLong


# Wherever it comes in.
signal.signal(signal.SIGALRM, too_long)
for again in range(20):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        while True:
            with lock:
                count += 1
    except TooLong:
        caught += 1
    if lock.locked():
        # CPython can be between the lock and its block, or the block and the release.
        lock.release()
print(caught, count > 0)

# Where it waits.
waits = (lambda: threading.Event().wait(), lambda: threading.Event().wait(30), lambda: [lock.acquire(), lock.acquire()], signal.pause)
for wait in waits:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        wait()
        print("went on")
    except TooLong:
        caught += 1
print(caught)

# Where it sends itself a signal: at once, each time, and whatever was being handled is its context.
for kind in (TooLong, Stop):
    def stop(number, frame):
        global handled
        handled += 1
        try:
            1 / 0
        except ZeroDivisionError:
            raise kind

    signal.signal(signal.SIGUSR1, stop)
    for again in range(20):
        try:
            try:
                {}["key"]
            except KeyError:
                os.kill(os.getpid(), signal.SIGUSR1)
                print("went on")
        except kind as error:
            caught += 1
            context = error.__context__
            assert type(context) is ZeroDivisionError and type(context.__context__) is KeyError, context
print(caught, handled)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.001)
