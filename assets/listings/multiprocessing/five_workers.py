import time
from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 5  #@ =tasks
FIRST = 0  #@ =first
WORK = 1.0  #@ =work


def worker(n):  #@ say-finished
    time.sleep(WORK)  #@ say-finished.sleep
    print(f"Worker {n} finished", flush=True)  #@ say-finished.say
    return n


if __name__ == "__main__":
    with Pool(WORKERS) as pool:  #@ main.start
        result = pool.map_async(worker, range(FIRST, FIRST + TASKS), chunksize=1)  #@ main.submit
        print(result.get())  #@ main.results
        pool.close()
        pool.join()  #@ main.join
