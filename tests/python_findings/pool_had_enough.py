# finds:
# Whoever has the result that it wanted may end the pool, at the end of a block or by name; who has looked for it as well.
import time
from multiprocessing import Pool


def search(n):
    time.sleep(0.02 if n % 5 == 0 else 0.5)
    return n


def endless():
    n = 0
    while True:
        yield n
        n += 1


if __name__ == "__main__":
    with Pool(2) as pool:
        for found in pool.imap_unordered(search, range(100)):
            print("first:", found)
            break
    pool = Pool(2)
    results = [pool.apply_async(search, (n,)) for n in range(5)]
    print("one:", results[0].get())
    pool.terminate()
    pool.join()
    pool = Pool(2)
    pool.map_async(search, range(100))
    time.sleep(0.1)
    pool.terminate()
    with Pool(2) as pool:
        results = pool.map_async(search, range(100))
        for _ in range(3):
            if results.ready():
                break
            time.sleep(0.02)
