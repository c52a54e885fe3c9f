import signal
import threading

lock = threading.Lock()
count = 0
caught = 0


class TooLong(Exception):
    pass


def too_long(number, frame):
    # Whatever it interrupts is this program's.
    assert "raises" in frame.f_code.co_filename or frame.f_code.co_filename.endswith("threading.py"), frame
    raise TooLong


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
        # CPython 3.9 can be between the end of the block and the release.
        lock.release()
print(caught, count > 0)
# The same where it waits.
for wait in (lambda: threading.Event().wait(), lambda: threading.Event().wait(30), lambda: [lock.acquire(), lock.acquire()]):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        wait()
    except TooLong:
        caught += 1
print(caught)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.001)
