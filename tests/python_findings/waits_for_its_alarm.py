# finds:
# not: only-a-signal standstill
# timeout: 4
# An alarm is set and still to come: it would end the wait.
import queue
import signal
import threading

jobs = queue.Queue()
signal.signal(signal.SIGALRM, lambda number, frame: jobs.put("a job"))
signal.alarm(600)
worker = threading.Thread(target=lambda: print("did", jobs.get()))
worker.start()
worker.join()
