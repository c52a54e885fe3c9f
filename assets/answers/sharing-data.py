import multiprocessing
import queue
import threading

numbers = queue.Queue(maxsize=3)  # threads: carries items, and its lock is inside  #@ 6
counter_lock = threading.Lock()  #@ 2
squares = 0


def consumer():
    global squares
    while (number := numbers.get()) is not None:
        with counter_lock:
            squares += number * number
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


def child(total, results):
    for _ in range(1000):
        with total.get_lock():  # += is a read and a write  #@ 8
            total.value += 1
    results.put("done")  # pickled, through a pipe  #@ 7


def processes_share():
    total, results = multiprocessing.Value("i", 0), multiprocessing.Queue()
    children = [multiprocessing.Process(target=child, args=(total, results)) for _ in range(3)]
    for process in children:
        process.start()
    print([results.get() for _ in children])
    for process in children:
        process.join()
    print("counted:", total.value)


if __name__ == "__main__":
    threads_share()
    processes_share()
