# finds: polling
import queue
import threading
import time


def make():
    time.sleep(0.4)
    q.put(1)


q = queue.Queue()
threading.Thread(target=make).start()
while q.empty():
    time.sleep(0.01)
print(q.get())
