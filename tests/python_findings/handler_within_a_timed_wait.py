# Two locks crosswise, one with a time-out: it ends by itself, whatever a handler takes, waits for or sleeps meanwhile.
# finds:
# not: deadlock only-a-signal standstill
# timeout: 3
import signal
import threading
import time

a, b, c = threading.Lock(), threading.Lock(), threading.Lock()


def on(number, frame):
    with c:
        time.sleep(0.05)
    threading.Event().wait(0.05)


def worker():
    with b:
        time.sleep(0.3)
        with a:
            print("both")


signal.signal(signal.SIGALRM, on)
thread = threading.Thread(target=worker)
a.acquire()
thread.start()
time.sleep(0.1)
signal.setitimer(signal.ITIMER_REAL, 0.2)
print(b.acquire(timeout=60))
