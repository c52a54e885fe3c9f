# start: fork spawn
import multiprocessing as mp
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool


def work(n):
    if n == 1:
        os._exit(1)
    return n


if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=mp.get_context(sys.argv[1])) as pool:
        print(pool.submit(work, 0).result())
        try:
            pool.submit(work, 1).result()
        except BrokenProcessPool:
            print("broken")
        try:
            pool.submit(work, 2)
        except BrokenProcessPool:
            print("still broken")
