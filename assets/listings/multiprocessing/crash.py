import os
import threading
import time
from multiprocessing import Process

WORKERS = 4  #@ =workers
WORK = 2.0  #@ =work
VICTIM = min(1, WORKERS - 1)


def work(what, n, fails):  #@ work-or-crash
    time.sleep(WORK / 2)  #@ work-or-crash.first_half thread.first_half
    if fails:
        print(f"{what} {n} fails", flush=True)
        os.abort()  #@ work-or-crash.fail thread.fail
    time.sleep(WORK / 2)  #@ work-or-crash.second_half thread.second_half
    print(f"{what} {n} finished", flush=True)  #@ work-or-crash.finish thread.finish


def host():  #@ threads-of-which-one-crashes
    """All of them in one process."""
    works = [("Thread", n + 1, n == VICTIM) for n in range(WORKERS)]
    threads = [threading.Thread(target=work, args=args) for args in works]
    for thread in threads:
        thread.start()  #@ host.start
    for thread in threads:
        thread.join()  #@ host.join


if __name__ == "__main__":
    works = [("Task", n, n == VICTIM) for n in range(WORKERS)]
    processes = [Process(target=work, args=args) for args in works]  #@ main.start
    for process in processes:
        process.start()  #@ main.submit
    sacrifice = Process(target=host)
    sacrifice.start()  #@ main.threads
    for process in processes:
        process.join()  #@ main.results
    sacrifice.join()  #@ main.join
    print("processes:", [process.exitcode for process in processes])
    print("one process with all threads:", sacrifice.exitcode)
