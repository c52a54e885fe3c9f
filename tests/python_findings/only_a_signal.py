# Each waits for what only the other could give; the handler that is set could let them go on, and does not. Nobody sends a signal.
# finds: only-a-signal
# not: standstill missing-sentinel deadlock
# timeout: 4
import queue
import signal
import threading

jobs = queue.Queue()
signal.signal(signal.SIGUSR1, lambda number, frame: print("still here"))


def work():
    while True:
        print("did", jobs.get())


jobs.put("one job")
worker = threading.Thread(target=work, name="worker")
worker.start()
worker.join()
