# A pool of multiprocessing.dummy is one of threads; nobody asks for what its tasks raised.
# finds: unheard-exception
import multiprocessing.dummy as mp
import time


def fetch(x):
    time.sleep(0.01)
    return 10 // x


pool = mp.Pool(2)
for i in range(4):
    pool.apply_async(fetch, (i,))
pool.close()
pool.join()
print("all fetched")
