import multiprocessing
import os
import statistics
import sys
import time

TRIALS = 9  #@ 8


def square(n):
    return n * n


def trial(size):
    begin = time.perf_counter()
    pool = multiprocessing.Pool(size)  #@ 1
    started = time.perf_counter()
    results = pool.map(square, range(1, 11))  #@ 2
    mapped = time.perf_counter()
    pool.close()
    pool.join()
    end = time.perf_counter()
    assert results == [n * n for n in range(1, 11)]
    return started - begin, mapped - started, end - mapped, end - begin


if __name__ == "__main__":  #@ 6
    print("Python", sys.version.split()[0], "on", os.cpu_count(), "cores,", end=" ")  #@ 9
    print("start method", multiprocessing.get_start_method())  #@ 7
    print("size  start    map   shut down   all (ms, median)   speed-up  efficiency")
    begin = time.perf_counter()
    for n in range(1, 11):
        square(n)
    loop = time.perf_counter() - begin
    for size in (2, 4, 8):
        trial(size)  # to warm up
        times = [trial(size) for _ in range(TRIALS)]
        start, mapped, shut, whole = (statistics.median(part) * 1000 for part in zip(*times))
        faster = loop * 1000 / whole  #@ 4
        print(f"{size:4}  {start:5.1f}  {mapped:5.1f}   {shut:9.1f}  {whole:4.1f}", end="")
        print(f"               {faster:9.4f}  {faster / size:10.4f}")
