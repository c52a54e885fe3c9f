# holes: an interrupt may come between a slot that is taken and its event
import os
import signal
import sys
import threading
import time

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell has it for what it runs in the background
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, *sys.argv])
# Nobody has asked for a handler: an interrupt from the keyboard is an exception wherever it comes in.
caught = 0


def interrupts(after):
    # Not while the thread is being started: CPython's start() cannot be interrupted everywhere.
    while not is_there:
        time.sleep(0.001)
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGINT)


def beside():
    while goes_on:
        with one:
            pass


for kind in threading.Lock, threading.RLock:
    for others in 0, 2:
        if sys.version_info >= (3, 14) and others:  # CPython itself leaves nearly each of them
            continue
        one, left, goes_on = kind(), 0, True
        threads = [threading.Thread(target=beside) for _ in range(others)]
        for thread in threads:
            thread.start()
        for again in range(20):
            is_there, keyboard = False, threading.Thread(target=interrupts, args=(0.004,))
            keyboard.start()
            try:
                is_there = True
                while True:
                    with one:
                        pass
            except KeyboardInterrupt:
                caught += 1
            if kind is threading.RLock:
                is_left = one._is_owned()
            else:
                # Another thread may have it, and gives it back.
                is_left = not one.acquire(timeout=5 if others else 0)
            left += is_left
            if is_left or kind is threading.Lock:
                one.release()
            keyboard.join()
        goes_on = False
        for thread in threads:
            thread.join()
        # Up to 3.9 and from 3.14 on, CPython can be between the lock and its block, or the block and the release.
        print(left if (3, 10) <= sys.version_info < (3, 14) else "some")
print(caught)
handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
print(handler is signal.default_int_handler, signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, handler)
print(signal.getsignal(signal.SIGINT) is handler)
is_there = False
threading.Thread(target=interrupts, args=(0.2,)).start()
with one:
    is_there = True
    threading.Event().wait()
