# Ctrl-C would let the main thread go on: nobody is stuck while it waits for that.
# finds:
# not: standstill deadlock
# timeout: 4
import signal
import threading

heard = threading.Event()
signal.signal(signal.SIGINT, lambda *a: heard.set())
heard.wait()
print("heard")
