import queue
import threading

q = queue.SimpleQueue()
got = []


def take():
    while (item := q.get()) is not None:
        got.append(item)


t = threading.Thread(target=take)
t.start()
for n in range(20):
    q.put(n)
q.put(item=None, block=False)
t.join()
print(got, q.empty(), q.qsize())
try:
    q.get(timeout=0.01)
except queue.Empty:
    print("empty")
