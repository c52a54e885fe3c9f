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
    pool = multiprocessing.Pool(size)  # its workers are there then only if they are forked  #@ 1
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
    if multiprocessing.get_start_method() != "fork":
        print("part of the start of the workers is in map, by spawn most of it: they come up then")
    print("size  start    map   shut down   all (ms, median)   speed-up  efficiency")
    loops, trials = [], {2: [], 4: [], 8: []}
    for number in range(TRIALS + 1):
        begin = time.perf_counter()
        for n in range(1, 11):
            square(n)
        loops.append(time.perf_counter() - begin)
        for size, times in trials.items():  # in turn: what disturbs one disturbs all
            times.append(trial(size))
    loop = statistics.median(loops[1:])  # the first of each is to warm up
    for size, times in trials.items():
        start, mapped, shut, whole = (statistics.median(part) * 1000 for part in zip(*times[1:]))
        faster = loop * 1000 / whole  #@ 4
        print(f"{size:4}  {start:5.1f}  {mapped:5.1f}   {shut:9.1f}  {whole:4.1f}", end="")
        print(f"               {faster:9.4f}  {faster / size:10.4f}")
