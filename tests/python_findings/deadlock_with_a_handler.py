# A circle of locks in a program with a handler of its own: it is said, as what it is.
# finds: deadlock
# not: standstill only-a-signal
# timeout: 4
import signal
import threading

signal.signal(signal.SIGTERM, lambda number, frame: print("asked to stop"))
locks = [threading.Lock(), threading.Lock()]
both = threading.Barrier(2)


def work(first, second):
    with first:
        both.wait()
        with second:
            print("never")


threads = [threading.Thread(target=work, args=order) for order in (locks, locks[::-1])]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
