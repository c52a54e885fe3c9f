import multiprocessing
import queue
import threading

numbers = queue.Queue(maxsize=3)  # carries items, and its lock is inside  #@ 6
counter_lock = threading.Lock()  #@ 2
squares = 0  # all threads of the process see it  #@ 1


def consumer():
    global squares
    while (number := numbers.get()) is not None:
        try:
            with counter_lock:
                squares += number * number
        finally:  # after an exception, too: else join() waits for ever
            numbers.task_done()
    numbers.task_done()


def threads_share():
    workers = [threading.Thread(target=consumer) for _ in range(2)]
    for worker in workers:
        worker.start()
    for number in range(1, 11):
        numbers.put(number)
    for _ in workers:
        numbers.put(None)  # a sentinel for each
    numbers.join()
    print("sum of squares:", squares)


slots = threading.BoundedSemaphore(2)  # two at a time  #@ 3
changed = threading.Condition()
begin = threading.Event()
left, right = threading.Lock(), threading.Lock()
meals = 0


def guest():
    global meals
    begin.wait()  # until it is set; it stays set  #@ 5
    with slots, left, right:  # all take the two in this order: no circle, no deadlock  #@ 10
        with changed:
            meals += 1
            changed.notify_all()


def threads_wait():
    guests = [threading.Thread(target=guest) for _ in range(4)]
    for thread in guests:
        thread.start()
    begin.set()
    with changed:
        changed.wait_for(lambda: meals == len(guests))  # looks first, and again when woken  #@ 4
    print("meals:", meals)
    for thread in guests:
        thread.join()


def child(total, results, table, lock):
    for _ in range(1000):
        with total.get_lock():  # += is a read and a write  #@ 8
            total.value += 1
    with lock:  # a message to get, another to set
        table["children"] += 1  #@ 9
    results.put("done")  # pickled, through a pipe  #@ 7


def processes_share():
    total, results = multiprocessing.Value("i", 0), multiprocessing.Queue()
    with multiprocessing.Manager() as manager:
        table, lock = manager.dict(children=0), multiprocessing.Lock()
        shared = (total, results, table, lock)
        children = [multiprocessing.Process(target=child, args=shared) for _ in range(3)]
        for process in children:
            process.start()
        print([results.get() for _ in children])
        for process in children:
            process.join()
        print("counted:", total.value, "by", table["children"], "children")


if __name__ == "__main__":
    threads_share()
    threads_wait()
    processes_share()
