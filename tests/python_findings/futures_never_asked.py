# finds: unheard-exception
from concurrent.futures import ThreadPoolExecutor


def save(n):
    if n % 2:
        raise ValueError("bad record %d" % n)


with ThreadPoolExecutor(2) as pool:
    for n in range(6):
        pool.submit(save, n)
print("finished")
