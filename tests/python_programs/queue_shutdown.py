import queue
import threading


def take(tasks):
    try:
        while True:
            taken.append(tasks.get())
            tasks.task_done()
    except queue.ShutDown:
        ended.append("get")


def put(tasks):
    try:
        tasks.put("more")
    except queue.ShutDown:
        ended.append("put")


# Since Python 3.13.
for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue) if hasattr(queue, "ShutDown") else ():
    taken, ended = [], []
    tasks = kind()
    threads = [threading.Thread(target=take, args=(tasks,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(3):
        tasks.put(n)
    tasks.join()
    tasks.shutdown()
    for thread in threads:
        thread.join()
    print(sorted(taken), ended, tasks.empty())
    taken, ended = [], []
    tasks = kind(1)
    tasks.put("only")
    threads = [threading.Thread(target=put, args=(tasks,)), threading.Thread(target=tasks.join)]
    for thread in threads:
        thread.start()
    tasks.shutdown(immediate=True)
    for thread in threads:
        thread.join()
    print(ended, tasks.qsize())
    for use in (lambda: tasks.put(1), tasks.get, tasks.get_nowait, lambda: tasks.put(1, timeout=0.01)):
        try:
            use()
        except queue.ShutDown:
            print("shut down")
