# start: fork spawn forkserver
import multiprocessing as mp
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, TimeoutError


def square(n):
    return n * n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    gate = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        results = pool.map(lambda n: gate.wait() and n, range(3), timeout=0.01)
        try:
            next(results)
        except TimeoutError:
            print("too late")
        gate.set()
    # Since Python 3.14.
    limit = {"buffersize": 2} if sys.version_info >= (3, 14) else {}
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(square, range(6), **limit)))
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(6), chunksize=2, timeout=60, **limit)))
