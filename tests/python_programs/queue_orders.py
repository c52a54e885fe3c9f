import queue

for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
    q = kind()
    for n in (3, 1, 2):
        q.put(n)
    print(kind.__name__, [q.get() for _ in range(3)])
jobs = queue.PriorityQueue()
jobs.put((2, "later"))
jobs.put((1, "now"))
print(jobs.get()[1], jobs.qsize())
