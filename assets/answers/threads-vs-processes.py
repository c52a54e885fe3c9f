import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

WORKERS = min(4, os.cpu_count() or 1)  #@ 10


def waits(_):  # I/O-bound, as a download
    time.sleep(0.2)  #@ 3


def computes(_):  # CPU-bound in Python  #@ 4
    return sum(n * n for n in range(300_000))


def hashes(_):  # CPU-bound in C, which lets go of the GIL
    return hashlib.sha256(bytes(20_000_000)).hexdigest()  #@ 5


def timed(way, job):
    start = time.perf_counter()
    way(job)
    return time.perf_counter() - start


def one_after_another(job):
    for number in range(4):
        job(number)


def threads(job):
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(job, range(4)))  #@ 2


def processes(job):
    with ProcessPoolExecutor(WORKERS) as pool:  #@ 6
        list(pool.map(job, range(4)))


if __name__ == "__main__":
    for job in (waits, computes, hashes):
        times = [timed(way, job) for way in (one_after_another, threads, processes)]
        print(job.__name__, *(f"{seconds:.2f} s" for seconds in times))
