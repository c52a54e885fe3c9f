import random
import time
from multiprocessing import Pool

WORKERS = 8  #@ =workers
TASKS = 1000  #@ =tasks
CALL = "map"  #@ =call
CHUNK = 1  #@ =chunk
SIDE = 32  #@ =side
AGAINST = "one-process-each"  #@ =against


def blur(seed):  #@ image
    """Blurs a random grey picture and answers with its mean."""
    randoms = random.Random(seed)
    rows = [randoms.choices(range(256), k=SIDE) for _ in range(SIDE)]
    total = 0
    for y in range(1, SIDE - 1):
        for x in range(1, SIDE - 1):
            near = [rows[y + j][x + i] for j in (-1, 0, 1) for i in (-1, 0, 1)]
            total += sum(near) // 9
    return total // (SIDE - 2) ** 2


def hand_out(pool, function, items):
    chunk = CHUNK or None
    if CALL == "map":
        return pool.map(function, items, chunk)  #@ main.submit.map main.result.map
    if CALL == "imap":
        return list(pool.imap(function, items, chunk or 1))  #@ main.submit.imap main.result.imap
    if CALL == "imap_unordered":
        return list(pool.imap_unordered(function, items, chunk or 1))  #@ main.submit.imap_unordered main.result.imap_unordered
    if CALL == "apply":
        return [pool.apply(function, (item,)) for item in items]  #@ main.submit.apply main.result.apply
    handles = [pool.apply_async(function, (item,)) for item in items]  #@ main.submit.apply_async
    return [handle.get() for handle in handles]  #@ main.result.apply_async


def timed(**options):
    start = time.perf_counter()
    with Pool(WORKERS, **options) as pool:  #@ main.start
        results = hand_out(pool, blur, range(TASKS))
        pool.close()
        pool.join()  #@ main.join
    return results, time.perf_counter() - start


if __name__ == "__main__":
    results, reused = timed()
    print(f"reused: {reused:.2f} s")
    if AGAINST == "one-process-each":
        CHUNK = 1  # a chunk counts as one task
        _, each = timed(maxtasksperchild=1)  #@ main.again
        print(f"one process each: {each:.2f} s")
    print("results:", len(results))  #@ main.end
