import time
from multiprocessing import Process, Queue
from threading import Thread

TASKS = 4  #@ =tasks
LIMIT = 500000  #@ =limit*
BLOCK = 256


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n >= 2


def count(part):  #@ task
    """Counts the primes of a part: blocks of 256 numbers, dealt in turn."""
    starts = range(part * BLOCK, LIMIT, TASKS * BLOCK)
    blocks = (range(start, min(start + BLOCK, LIMIT)) for start in starts)
    return sum(is_prime(n) for block in blocks for n in block)


def put(part, results):
    results.put(count(part))  # the number is pickled, and travels through a pipe


def one_after_another():
    return sum(count(part) for part in range(TASKS))


def by_threads():
    """Under the GIL; in a free-threaded build of Python, without it."""
    counts = []
    threads = [Thread(target=lambda part=part: counts.append(count(part))) for part in range(TASKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def by_processes():
    results = Queue()
    processes = [Process(target=put, args=(part, results)) for part in range(TASKS)]
    for process in processes:
        process.start()
    total = sum(results.get() for _ in processes)  # before join: else it could wait for ever
    for process in processes:
        process.join()
    return total


def timed(way, function):
    begin = time.perf_counter()
    primes = function()
    print(f"{way}: {primes} primes, {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    timed("one after another", one_after_another)  #@ main.alone
    timed("threads", by_threads)  #@ main.threads
    timed("processes", by_processes)  #@ main.processes
    print("done")  #@ main.end
