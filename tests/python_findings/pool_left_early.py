# finds: pool-ended-early
# The end of the block ends the pool, and nobody has waited for its tasks.
import time
from multiprocessing import Pool


def work(n):
    time.sleep(0.3)
    return n


if __name__ == "__main__":
    with Pool(2) as pool:
        results = pool.map_async(work, range(4))
    print("left", results.ready())
