# holes: at the limit of recursion an event may be lost
import sys
import threading

lock = threading.RLock()
sys.setrecursionlimit(300)


def down():
    with lock:
        down()


try:
    down()
except RecursionError:
    print("deep enough")
with lock:
    print("free")


def others_can_take(one):
    taken = []
    other = threading.Thread(target=lambda: taken.append(one.acquire(timeout=1) and not one.release()))
    other.start()
    other.join()
    return taken


# Wherever the limit comes: in the lock, or in what takes it.
for kind in (threading.RLock, threading.Lock):
    for frames in range(8):
        one = kind()

        def leaf():
            with one:
                pass

        def deeper():
            if kind is threading.Lock:
                leaf()
                deeper()
            else:
                with one:
                    deeper()

        def after(more):
            if more:
                after(more - 1)
            else:
                deeper()

        try:
            after(frames)
        except RecursionError:
            print(kind is threading.Lock, frames, others_can_take(one))
