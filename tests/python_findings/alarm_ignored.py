# finds: standstill
# timeout: 4
# An alarm is set, and its signal ignored: nothing comes of it.
import queue
import signal
import threading

jobs = queue.Queue()
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.alarm(600)
worker = threading.Thread(target=lambda: print("did", jobs.get()))
worker.start()
worker.join()
