import queue
import threading

q = queue.Queue(1)
q.put(item="only", block=True)
for act in (lambda: q.put("more", timeout=0.01), lambda: q.put_nowait("more"), lambda: q.put("more", False)):
    try:
        act()
    except queue.Full:
        print("full")
print(q.get(timeout=1))
for act in (lambda: q.get(timeout=0.01), q.get_nowait, lambda: q.get(block=False), lambda: q.get(timeout=-1)):
    try:
        act()
    except (queue.Empty, ValueError) as error:
        print(type(error).__name__)
threading.Timer(0.01, q.put, ("late",)).start()
print(q.get(timeout=5))
