import random  #@ ?costs=random
import time
from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 32  #@ =tasks
CHUNK = 1  #@ =chunk
SECONDS = 0.1  #@ =seconds
SEED = 1  #@ =seed ?costs=random


def sleeper(task):  #@ sleep-and-say
    cost = 1  #@ ?costs=equal
    cost = 2 * random.Random(SEED + task).random()  #@ ?costs=random
    cost = 3 * ((task + 0.5) / TASKS) ** 2  # the last tasks take longest  #@ ?costs=growing
    time.sleep(SECONDS * cost)  #@ sleep-and-say.sleep
    return task  #@ sleep-and-say.say


def timed(chunk):
    start = time.perf_counter()
    with Pool(WORKERS) as pool:  #@ main.start
        results = pool.map(sleeper, range(TASKS), chunk)  #@ main.submit.map main.submit.imap main.submit.imap_unordered main.submit.apply main.submit.apply_async main.result.map main.result.imap main.result.imap_unordered main.result.apply main.result.apply_async
        pool.close()
        pool.join()  #@ main.join
    print(f"chunk size {chunk}: {time.perf_counter() - start:.2f} s")
    return results


if __name__ == "__main__":
    results = timed(CHUNK or None)
    timed(-(-TASKS // WORKERS))  #@ main.again
    print("results:", results)  #@ main.end
