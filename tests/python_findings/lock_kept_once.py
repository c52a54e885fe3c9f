# A lock that the first one takes and nobody gives back: it says that something was done. A barrier that is broken to stop all. A
# condition that is looked at again after each time-out.
# finds:
# not: lock-left-held broken-barrier lost-notification
import threading
import time

once, met, told = threading.Lock(), threading.Barrier(3), threading.Condition(); state = "new"


def first():
    if once.acquire(timeout=0.01):
        print("set up")
    time.sleep(0.05)


def meets(number):
    try:
        met.wait()
        if number == 0:
            met.abort()
            return
        met.wait()
    except threading.BrokenBarrierError:
        print("stops")


def sets():
    global state
    with told:
        state = "started"
        told.notify_all()
    time.sleep(0.4)
    with told:
        state = "done"
        told.notify_all()


def waits():
    time.sleep(0.1)
    with told:
        while not told.wait_for(lambda: state == "done", timeout=0.1):
            print("not yet")


threads = [threading.Thread(target=first) for _ in range(3)]
threads += [threading.Thread(target=meets, args=(number,)) for number in range(3)]
threads += [threading.Thread(target=sets), threading.Thread(target=waits)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
