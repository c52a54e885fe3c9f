import threading
from concurrent.futures import ThreadPoolExecutor

local = threading.local()


def work(n):
    return n * 10


with ThreadPoolExecutor(max_workers=3, thread_name_prefix="crew") as pool:
    print(list(pool.map(work, range(6))))
    futures = [pool.submit(work, n) for n in range(3)]
    print([f.result() for f in futures], futures[0].done(), futures[0].exception(), repr(futures[0]).split(" at ")[0])
    print(pool.submit(lambda: threading.current_thread().name.startswith("crew")).result())
try:
    pool.submit(work, 1)
except RuntimeError as error:
    print(error)
