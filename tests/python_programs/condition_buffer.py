import threading
from collections import deque

buffer, room = deque(), threading.Condition()
taken = []


def produce():
    for n in range(10):
        with room:
            while len(buffer) >= 2:
                room.wait()
            buffer.append(n)
            room.notify_all()


def consume():
    for _ in range(5):
        with room:
            while not buffer:
                room.wait()
            taken.append(buffer.popleft())
            room.notify_all()


threads = [threading.Thread(target=f) for f in (produce, consume, consume)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(taken), len(buffer))
