import queue
import threading

tasks, results = queue.Queue(maxsize=2), queue.Queue()


def work():
    while (n := tasks.get()) is not None:
        results.put(n * n)


workers = [threading.Thread(target=work) for _ in range(2)]
for w in workers:
    w.start()
for n in range(12):
    tasks.put(n)
for _ in workers:
    tasks.put(None)
for w in workers:
    w.join()
print(sorted(results.get() for _ in range(12)), results.empty(), tasks.full())
