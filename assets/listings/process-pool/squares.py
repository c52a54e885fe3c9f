from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 10  #@ =tasks
CALL = "map"  #@ =call
CHUNK = 0  #@ =chunk
TASKS_PER_CHILD = 1  #@ =tasks_per_child ?tasks_per_child


def square(n):  #@ square
    return n * n


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
        results = hand_out(pool, square, range(1, TASKS + 1))
        pool.close()
        pool.join()  #@ main.join
    print("results:", results)  #@ main.end
