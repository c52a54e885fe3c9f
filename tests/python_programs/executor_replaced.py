# start: spawn forkserver
import multiprocessing as mp
import sys
from concurrent.futures import ProcessPoolExecutor, process


def work(n):
    return n + 1


def waits(there):
    there.set()
    mp.Event().wait()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    limit = {"max_tasks_per_child": 2} if sys.version_info >= (3, 11) else {}
    with ProcessPoolExecutor(1, **limit) as pool:
        print([pool.submit(work, n).result() for n in range(5)])
    # Since Python 3.14.
    for end in ("terminate_workers", "kill_workers"):
        if not hasattr(ProcessPoolExecutor, end):
            continue
        with mp.Manager() as manager:
            there = manager.Event()
            pool = ProcessPoolExecutor(1)
            task, next_one = pool.submit(waits, there), pool.submit(work, 1)
            there.wait()
            getattr(pool, end)()
            try:
                task.result(60)
            except process.BrokenProcessPool:
                print(end, "broken")
            print(next_one.cancelled() or type(next_one.exception()).__name__ == "BrokenProcessPool")
            try:
                pool.submit(work, 2)
            except RuntimeError:
                print("closed")
            pool.shutdown()
