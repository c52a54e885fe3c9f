import os
import threading
import time
from multiprocessing import Process

WORKERS = 4  #@ =workers
WORK = 2.0  #@ =work
VICTIM = min(2, WORKERS)


def work(what, n):  #@ work-or-crash
    time.sleep(WORK / 2)  #@ work-or-crash.first_half thread.first_half
    if n == VICTIM:
        print(f"{what} {n} fails", flush=True)
        os.abort()  #@ work-or-crash.fail thread.fail
    time.sleep(WORK / 2)  #@ work-or-crash.second_half thread.second_half
    print(f"{what} {n} finished", flush=True)  #@ work-or-crash.finish thread.finish


def host():  #@ threads-of-which-one-crashes
    """All of them in one process."""
    numbers = range(1, WORKERS + 1)
    threads = [threading.Thread(target=work, args=("Thread", n)) for n in numbers]
    for thread in threads:
        thread.start()  #@ host.start
    for thread in threads:
        thread.join()  #@ host.join


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
