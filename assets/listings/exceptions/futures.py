import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import as_completed  #@ ?collect=as_completed

THREADS = 3  #@ =threads
TASKS = 5  #@ =tasks
FAILS = 2  #@ =fails
WORK = 0.1  #@ =work


def square(n):
    time.sleep(WORK * (1, 3, 2, 3, 3)[n % 5])  #@ task.work
    if n == FAILS:
        raise ValueError(f"no {n}")  #@ task.raise
    return n * n  #@ task.done


if __name__ == "__main__":
    with ThreadPoolExecutor(THREADS) as pool:  #@ main.start main.leave
        futures = [pool.submit(square, n) for n in range(TASKS)]  #@ main.submit
        for future in futures:  #@ ?collect=result
        for future in as_completed(futures):  #@ ?collect=as_completed main.next
            try:  #@ ?!collect=never
                print(future.result())  #@ ?!collect=never main.result main.took
            except ValueError as error:  #@ ?!collect=never
                print("failed:", error)  #@ ?!collect=never main.caught
    print("all done")  #@ main.end
