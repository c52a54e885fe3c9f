# finds:
import time
from multiprocessing import Pool


def work(n):
    time.sleep(0.02)
    return n


if __name__ == "__main__":
    with Pool(2) as pool:
        results = pool.map_async(work, range(4), chunksize=1)
        print(results.get(60))
    with Pool(2) as pool:
        results = pool.map_async(work, range(4), chunksize=1)
        pool.close()
        pool.join()
    print(results.get(60))
