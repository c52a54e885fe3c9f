# Tasks that cannot be pickled never reach a worker, and nobody asks for them.
# finds: unheard-exception
import multiprocessing
import threading


def work(thing):
    return thing


if __name__ == "__main__":
    pool = multiprocessing.get_context("fork").Pool(2)
    for _ in range(2):
        pool.apply_async(work, (threading.Lock(),))
    pool.map_async(lambda n: n, range(4))
    pool.close()
    pool.join()
    print("done")
