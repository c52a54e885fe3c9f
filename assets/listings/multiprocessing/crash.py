import os
import threading
import time
from multiprocessing import Process

WORKERS = 4  #@ =workers
WORK = 2.0  #@ =work
VICTIM = min(2, WORKERS)


def work(what, n):
    time.sleep(WORK / 2)
    if n == VICTIM:
        print(f"{what} {n} fails", flush=True)
        os.abort()
    time.sleep(WORK / 2)
    print(f"{what} {n} finished", flush=True)


def host():
    """All of them in one process."""
    numbers = range(1, WORKERS + 1)
    threads = [threading.Thread(target=work, args=("Thread", n)) for n in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    numbers = range(1, WORKERS + 1)
    processes = [Process(target=work, args=("Worker", n)) for n in numbers]  #@ main.start
    for process in processes:
        process.start()  #@ main.submit
    sacrifice = Process(target=host)
    sacrifice.start()  #@ main.threads
    for process in processes:
        process.join()  #@ main.results
    sacrifice.join()  #@ main.join
    print("processes:", [process.exitcode for process in processes])
    print("one process with all threads:", sacrifice.exitcode)
