import time
from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 5  #@ =tasks
FIRST = 1  #@ =first
WORK = 1.0  #@ =work


def square(n):  #@ slow-square
    time.sleep(WORK)  #@ slow-square.sleep
    return n * n  #@ slow-square.say


if __name__ == "__main__":
    start = time.perf_counter()
    with Pool(WORKERS) as pool:  #@ main.start
        result = pool.map_async(square, range(FIRST, FIRST + TASKS), chunksize=1)  #@ main.submit
        squares = result.get()  #@ main.results
        pool.close()
        pool.join()  #@ main.join
    print(squares)
    print(f"{time.perf_counter() - start:.2f} s")
