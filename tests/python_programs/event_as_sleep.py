import threading
import time

begin = time.monotonic()
print(threading.Event().wait(0.02))
print(time.monotonic() - begin > 0.01)
