# holes: a handler of a signal may come between a slot that is taken and its event
import os
import signal
import sys
import threading
import time

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


def beside():
    while goes_on:
        with one:
            pass


# Wherever it comes in: alone, and where the lock has to be waited for.
signal.signal(signal.SIGALRM, too_long)
for kind in threading.Lock, threading.RLock:
    for others in 0, 2:
        if sys.version_info >= (3, 14) and others:  # CPython itself leaves nearly each of them
            continue
        one, left, goes_on = kind(), 0, True
        threads = [threading.Thread(target=beside) for _ in range(others)]
        for thread in threads:
            thread.start()
        for again in range(20):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.005)
                while True:
                    with one:
                        count += 1
            except TooLong:
                caught += 1
            if kind is threading.RLock:
                is_left = one._is_owned()
            else:
                # Another thread may have it, and gives it back.
                is_left = not one.acquire(timeout=5 if others else 0)
            left += is_left
            if is_left or kind is threading.Lock:
                one.release()
        goes_on = False
        for thread in threads:
            thread.join()
        # Up to 3.9 and from 3.14 on, CPython can be between the lock and its block, or the block and the release.
        print(left if (3, 10) <= sys.version_info < (3, 14) else "some")
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

# Where a wait takes its lock back.
def wakes():
    with condition:
        condition.notify()
        os.kill(os.getpid(), signal.SIGALRM)
        time.sleep(0.02)


for condition in threading.Condition(), threading.Condition(threading.RLock()):
    for again in range(5):
        other = threading.Thread(target=wakes)
        try:
            with condition:
                other.start()
                condition.wait()
                print("went on")
        except TooLong:
            caught += 1
        other.join()
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
