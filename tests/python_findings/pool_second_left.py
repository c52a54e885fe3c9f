# finds: pool-ended-early
# What was handed in first was asked for, what came after it was not.
import time
from multiprocessing import Pool


def work(n):
    time.sleep(0.3)
    return n


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(abs, range(4)))
        results = pool.map_async(work, range(4))
    print("left", results.ready())
