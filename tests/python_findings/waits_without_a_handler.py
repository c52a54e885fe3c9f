# The handler is taken back before the wait: a signal would end the program, and lets nobody go on.
# finds: standstill
# timeout: 4
import signal
import threading

heard = threading.Event()
signal.signal(signal.SIGALRM, lambda number, frame: heard.set())
signal.signal(signal.SIGALRM, signal.SIG_DFL)
heard.wait()
