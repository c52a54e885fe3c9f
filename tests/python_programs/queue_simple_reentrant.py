import os
import queue
import signal
import threading
import time

q = queue.SimpleQueue()
ours = queue.SimpleQueue()


class Leaves:
    def __del__(self):
        q.put("gone")


signals = 0


def handler(number, frame):
    global signals
    signals += 1
    q.put("signal")


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
n = 0
while signals < 20 and n < 20_000:
    q.put(n)
    n += 1
signal.setitimer(signal.ITIMER_REAL, 0)
Leaves()
got = []
while not q.empty():
    got.append(q.get())
print([n for n in got if type(n) is int] == list(range(n)), got.count("signal") == signals, got.count("gone"))

# A child that is forked while another thread puts.
ends = threading.Event()


def puts():
    while not ends.is_set():
        ours.put(1)
        ours.get()


thread = threading.Thread(target=puts)
thread.start()
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        ours.put(2)
        os._exit(0)
    begin = time.monotonic()
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() - begin > 20:
            os.kill(pid, signal.SIGKILL)
            print("a child hangs")
        time.sleep(0.001)
ends.set()
thread.join()
print("done")
