# start: fork spawn forkserver
import multiprocessing as mp
import sys
from concurrent.futures import ProcessPoolExecutor


def work(n):
    if n == 3:
        raise KeyError("three")
    return n + 1


if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=mp.get_context(sys.argv[1])) as pool:
        print(list(pool.map(work, [0, 1, 2])), list(pool.map(work, range(3), chunksize=2)))
        future = pool.submit(work, 3)
        try:
            future.result()
        except KeyError as error:
            print("KeyError", error, type(error.__cause__).__name__)
        unsendable = pool.submit(lambda: 1)
        print(type(unsendable.exception()).__name__ in ("PicklingError", "AttributeError"))
        print(pool.submit(work, 5).result(timeout=20))
