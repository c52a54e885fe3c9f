# finds:
# not: polling
import queue

q = queue.Queue()
for n in range(20):
    q.put(n)
while True:
    try:
        q.get_nowait()
    except queue.Empty:
        break
