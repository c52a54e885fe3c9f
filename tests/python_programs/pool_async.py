# start: fork spawn
import multiprocessing as mp
import sys


def begin(event):
    global gate
    gate = event


def slow(n):
    gate.wait()
    return n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    seen, event = [], mp.Event()
    with mp.Pool(1, begin, (event,), maxtasksperchild=3) as pool:
        result = pool.apply_async(slow, (1,), callback=seen.append)
        try:
            result.get(timeout=0.01)
        except mp.TimeoutError:
            print("not yet", result.ready())
        event.set()
        print(result.get(60), result.ready(), result.successful())
        many = pool.map_async(slow, range(4), chunksize=1)
        many.wait(60)
        # While its one worker is replaced a pool has none, and CPython divides by their number where it chooses the chunks.
        print(many.get(), pool.starmap_async(divmod, [(7, 2)], chunksize=1).get(60))
        pool.close()
        pool.join()
    print(seen)
