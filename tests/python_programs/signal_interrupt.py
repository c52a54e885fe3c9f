import os
import signal
import threading

ready = threading.Event()


def interrupt():
    ready.wait()
    os.kill(os.getpid(), signal.SIGINT)


threading.Thread(target=interrupt).start()
try:
    ready.set()
    threading.Event().wait(10)
except KeyboardInterrupt:
    print("interrupted")
