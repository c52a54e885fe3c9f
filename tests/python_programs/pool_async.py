# start: fork spawn
import multiprocessing as mp
import sys
import time


def slow(n):
    time.sleep(0.05)
    return n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    seen = []
    with mp.Pool(1, maxtasksperchild=3) as pool:
        result = pool.apply_async(slow, (1,), callback=seen.append)
        try:
            result.get(timeout=0.001)
        except mp.TimeoutError:
            print("not yet", result.ready())
        print(result.get(10), result.ready(), result.successful())
        many = pool.map_async(slow, range(4), chunksize=1)
        many.wait(20)
        print(many.get(), pool.starmap_async(divmod, [(7, 2)]).get(10))
        pool.close()
        pool.join()
    print(seen)
