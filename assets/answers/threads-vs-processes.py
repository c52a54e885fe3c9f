import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

TASKS = 4


def waits(_):  # I/O-bound, as a download
    time.sleep(0.2)  #@ 3


def computes(_):  # CPU-bound in Python  #@ 4
    return sum(n * n for n in range(3_000_000))


def hashes(_):  # CPU-bound in C, which lets go of the GIL
    return hashlib.sha256(bytes(100_000_000)).hexdigest()  #@ 5


def timed(way, job):  # the median of three
    times = []
    for _ in range(3):
        start = time.perf_counter()
        way(job)
        times.append(time.perf_counter() - start)
    return sorted(times)[1]


def one_after_another(job):
    for number in range(TASKS):
        job(number)


def threads(job):
    with ThreadPoolExecutor(TASKS) as pool:
        list(pool.map(job, range(TASKS)))  #@ 2


def processes(job):
    with ProcessPoolExecutor(TASKS) as pool:  # for computing no more than cores help  #@ 6
        list(pool.map(job, range(TASKS)))


if __name__ == "__main__":
    print(TASKS, "tasks,", os.cpu_count(), "cores")  #@ 10
    for job in (waits, computes, hashes):
        times = [timed(way, job) for way in (one_after_another, threads, processes)]
        print(job.__name__, *(f"{seconds:.2f} s" for seconds in times))
