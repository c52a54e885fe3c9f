import os
import random
import time
from multiprocessing import Pool  #@ ?start_method=default
from multiprocessing import get_context  #@ ?!start_method=default

SIZES = [1, 2, 3, 4]  #@ =sizes
NUMBERS = 10  #@ =numbers
WORK = 2000  #@ =work
TRIALS = 15  #@ =trials
CHUNK = 0  #@ =chunk
START_METHOD = "fork"  #@ =start_method ?!start_method=default ?!start_method=all

rounds = 1000


def set_rounds(count):  # in each worker: its variables are its own
    global rounds
    rounds = count


def square(n):  #@ busy-square
    for _ in range(rounds):  # the same work for everybody, counted
        n * n
    return n * n


def calibrate():
    """Sets how many rounds take WORK microseconds on a free core."""
    global rounds
    while True:
        begin = time.perf_counter()
        square(NUMBERS)
        took = time.perf_counter() - begin
        if took > 0.002:
            rounds = round(rounds * WORK / 1e6 / took)
            return
        rounds *= 2


def trial(size):
    begin = time.perf_counter()
    pool = Pool(size, set_rounds, (rounds,))  #@ main.start ?start_method=default
    pool = get_context(START_METHOD).Pool(size, set_rounds, (rounds,))  #@ main.start ?!start_method=default
    results = pool.map(square, range(1, NUMBERS + 1), CHUNK or None)  #@ main.map
    pool.close()
    pool.join()  #@ main.shutdown
    return results, time.perf_counter() - begin


def measure():
    times = {size: [] for size in SIZES}
    for number in range(TRIALS + 1):
        for size in random.sample(SIZES, len(SIZES)):  # in turn, in any order
            results, took = trial(size)
            if number > 0:  # the first one is to warm up
                times[size].append(took)
    print("squares:", results)
    base = sorted(times[SIZES[0]])[TRIALS // 2]
    for size in SIZES:
        middle = sorted(times[size])[TRIALS // 2]
        print("pool of %d: %.1f ms, speed-up %.2f" % (size, middle * 1000, base / middle))  #@ main.end


if __name__ == "__main__":
    calibrate()
    print("cores:", os.cpu_count())
    measure()  #@ ?!start_method=all
    for START_METHOD in ["fork", "forkserver", "spawn"]:  #@ ?start_method=all
        print("by", START_METHOD)  #@ ?start_method=all
        measure()  #@ ?start_method=all
