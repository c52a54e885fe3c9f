import random  #@ ?costs=random
from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 10  #@ =tasks
CALL = "map"  #@ =call
CHUNK = 0  #@ =chunk
TASKS_PER_CHILD = 1  #@ =tasks_per_child ?tasks_per_child
LIMIT = 20000  #@ =limit
SEED = 1  #@ =seed ?costs=random


def is_prime(n):
    return n >= 2 and all(n % d for d in range(2, int(n**0.5) + 1))


def count_primes(limit):  #@ count-primes
    return sum(map(is_prime, range(limit)))


def hand_out(pool, function, items):
    chunk = CHUNK or None
    if CALL == "map":  # blocks until all results are there
        return pool.map(function, items, chunk)  #@ main.submit.map main.result.map
    if CALL == "imap":  # one by one, in order
        return list(pool.imap(function, items, chunk or 1))  #@ main.submit.imap main.result.imap
    if CALL == "imap_unordered":  # one by one, as they come
        return list(pool.imap_unordered(function, items, chunk or 1))  #@ main.submit.imap_unordered main.result.imap_unordered
    if CALL == "apply":  # one task at a time: not parallel
        return [pool.apply(function, (item,)) for item in items]  #@ main.submit.apply main.result.apply
    handles = [pool.apply_async(function, (item,)) for item in items]  #@ main.submit.apply_async
    return [handle.get() for handle in handles]  #@ main.result.apply_async


if __name__ == "__main__":
    with Pool(WORKERS) as pool:  #@ main.start ?!tasks_per_child
    with Pool(WORKERS, maxtasksperchild=TASKS_PER_CHILD) as pool:  #@ main.start ?tasks_per_child
        costs = [2 * random.Random(SEED + n).random() for n in range(TASKS)]  #@ ?costs=random
        costs = [3 * ((n + 0.5) / TASKS) ** 2 for n in range(TASKS)]  #@ ?costs=growing
        limits = [LIMIT] * TASKS  #@ ?costs=equal
        limits = [max(3, int(LIMIT * cost)) for cost in costs]  #@ ?!costs=equal
        results = hand_out(pool, count_primes, limits)
        pool.close()
        pool.join()  #@ main.join
    print("results:", results)  #@ main.end
