import os
import time
from multiprocessing import Pool  #@ ?start_method=default
from multiprocessing import get_context  #@ ?!start_method=default

SIZES = [2, 4, 8]  #@ =sizes
NUMBERS = 10  #@ =numbers
TRIALS = 15  #@ =trials
CHUNK = 0  #@ =chunk
START_METHOD = "fork"  #@ =start_method ?!start_method=default ?!start_method=all


def square(n):  #@ square
    return n * n


def trial(size):
    begin = time.perf_counter()
    pool = Pool(size)  #@ main.start ?start_method=default
    pool = get_context(START_METHOD).Pool(size)  #@ main.start ?!start_method=default
    started = time.perf_counter()  # only forked workers are there by now: others come up in map
    results = pool.map(square, range(1, NUMBERS + 1), CHUNK or None)  #@ main.map
    mapped = time.perf_counter()
    pool.close()
    pool.join()  #@ main.shutdown
    end = time.perf_counter()
    return results, (started - begin, mapped - started, end - mapped, end - begin)


def median(values):
    return sorted(values)[len(values) // 2]


def measure():
    for size in SIZES:
        print("squares:", trial(size)[0])  # and to warm up
    rounds = [[trial(size)[1] for size in SIZES] for _ in range(TRIALS)]  # sizes in turn
    for place, size in enumerate(SIZES):
        parts = [median(times) * 1000 for times in zip(*(times[place] for times in rounds))]
        print("pool of %d: start %.2f, map %.2f, shut down %.2f, all %.2f ms" % (size, *parts))  #@ main.end


if __name__ == "__main__":
    print("cores:", os.cpu_count())
    measure()  #@ ?!start_method=all
    for START_METHOD in ["fork", "forkserver", "spawn"]:  #@ ?start_method=all
        print("by", START_METHOD)  #@ ?start_method=all
        measure()  #@ ?start_method=all
