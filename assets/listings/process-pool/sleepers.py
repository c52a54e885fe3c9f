import os
import random  #@ ?costs=random
import time
from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 10  #@ =tasks
CALL = "map"  #@ =call
CHUNK = 0  #@ =chunk
TASKS_PER_CHILD = 1  #@ =tasks_per_child ?tasks_per_child
SECONDS = 1.0  #@ =seconds
SEED = 1  #@ =seed ?costs=random


def sleeper(task):  #@ sleep-and-say
    time.sleep(SECONDS)  #@ sleep-and-say.sleep ?costs=equal
    cost = 2 * random.Random(SEED + task).random()  #@ ?costs=random
    cost = 3 * ((task + 0.5) / TASKS) ** 2  #@ ?costs=growing
    time.sleep(SECONDS * cost)  #@ sleep-and-say.sleep ?!costs=equal
    print(f"task {task} was done by PID {os.getpid()}", flush=True)  #@ sleep-and-say.say
    return os.getpid()


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
    start = time.perf_counter()
    with Pool(WORKERS) as pool:  #@ main.start ?!tasks_per_child
    with Pool(WORKERS, maxtasksperchild=TASKS_PER_CHILD) as pool:  #@ main.start ?tasks_per_child
        results = hand_out(pool, sleeper, range(TASKS))
        pool.close()
        pool.join()  #@ main.join
    print(f"{time.perf_counter() - start:.2f} s")
    print("results:", len(set(results)), "processes")  #@ main.end
