# A handler that had to wait itself came into a wait that nobody ends: that goes on after it.
# finds: only-a-signal
# not: standstill deadlock
# timeout: 3
import queue
import signal
import threading
import time

lock = threading.Lock()
jobs = queue.Queue()


def on(number, frame):
    with lock:
        pass


def holder():
    with lock:
        time.sleep(0.6)


signal.signal(signal.SIGALRM, on)
threading.Thread(target=holder).start()
signal.setitimer(signal.ITIMER_REAL, 0.3)
print(jobs.get())
