# finds: pool-starvation
# timeout: 4
import time
from concurrent.futures import ThreadPoolExecutor


def outer(n):
    time.sleep(0.1)
    return pool.submit(inner, n).result()


def inner(n):
    return n + 1


with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(outer, range(2))))
