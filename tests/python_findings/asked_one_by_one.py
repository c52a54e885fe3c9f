# finds: no-overlap
# Each result is asked for before the next task is handed in: a pool of four makes one thread.
import time
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(4) as pool:
    for n in range(3):
        pool.submit(time.sleep, 0.02).result()
