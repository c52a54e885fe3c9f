import multiprocessing
import time

PROCESSES = 3  #@ =processes
TASKS = 8  #@ =tasks
FAILS = 2  #@ =fails
WORK = 0.1  #@ =work
PATIENCE = 2.0  #@ =patience


class Refused(Exception):
    # Its pickle is the type and args; args is what super().__init__ was given: one, where __init__ wants two.

    def __init__(self, row, why):
        super().__init__(f"row {row}: {why}")  # with (row, why) it could be built again


def square(n):
    time.sleep(WORK)  #@ task.work
    if n == FAILS:
        raise Refused(n, "not allowed")  #@ task.fail
    return n * n  #@ task.done


if __name__ == "__main__":
    pool = multiprocessing.Pool(PROCESSES)  #@ main.start
    results = pool.map_async(square, range(TASKS), chunksize=1)
    try:
        print(*results.get(PATIENCE))  # without a time-out: for ever  #@ main.result
    except Refused as error:
        print("failed:", error)
    except multiprocessing.TimeoutError:
        print("failed: no answer")  #@ main.caught
    try:
        pool.terminate()  #@ main.join
    except AssertionError as error:  # its thread that takes results is gone
        print("terminate:", error)
    print("all done")  #@ main.end
