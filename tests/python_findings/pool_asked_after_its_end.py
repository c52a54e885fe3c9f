# finds: pool-ended-early standstill
# timeout: 4
# It has one result, ends the pool by name, and asks for another one.
import time
from multiprocessing import Pool


def work(n):
    time.sleep(n)
    return n


if __name__ == "__main__":
    pool = Pool(2)
    first, second = (pool.apply_async(work, (n,)) for n in (0, 30))
    print(first.get())
    pool.terminate()
    print(second.get())
