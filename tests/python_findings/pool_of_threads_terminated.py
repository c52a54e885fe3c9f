# finds: pool-ended-early standstill
# timeout: 3
import time
from multiprocessing.pool import ThreadPool


def save(name):
    time.sleep(0.3)
    print(name)


pool = ThreadPool(1)
pool.apply_async(save, ["first"])
second = pool.apply_async(save, ["second"])
time.sleep(0.1)
pool.terminate()
second.get()
