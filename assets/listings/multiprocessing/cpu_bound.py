import time
from multiprocessing import Pool
from threading import Thread

WORKERS = 2  #@ =workers
LIMIT = 500000  #@ =limit*
BLOCK = 256


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n >= 2


def count(part, parts):  #@ count-primes-of-a-part
    starts = range(part * BLOCK, LIMIT, parts * BLOCK)
    blocks = (range(start, min(start + BLOCK, LIMIT)) for start in starts)
    return sum(is_prime(n) for block in blocks for n in block)


def by_threads():
    """Under the GIL; in a free-threaded build of Python, without it."""
    counts = []
    work = lambda part: counts.append(count(part, WORKERS))
    threads = [Thread(target=work, args=(part,)) for part in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def by_processes():
    with Pool(WORKERS) as pool:
        parts = [(part, WORKERS) for part in range(WORKERS)]
        return sum(pool.starmap(count, parts, chunksize=1))


def timed(way, function, *args):
    start = time.perf_counter()
    primes = function(*args)
    print(f"{way}: {primes} primes, {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    timed("one after another", count, 0, 1)  #@ main.alone
    timed("threads", by_threads)  #@ main.gil main.free
    timed("processes", by_processes)  #@ main.processes
