import queue
import threading
import time

THREADS = 4  #@ =threads
FAILS = 2  #@ =fails
WORK = 0.1  #@ =work

reports = queue.Queue()


def job(n):
    time.sleep(WORK * n)  #@ worker.work
    if n == FAILS:
        raise ValueError(f"no {n}")  #@ worker.raise
    return n * n


def worker(n):
    try:
        reports.put(job(n))  #@ worker.good
    except Exception as error:
        reports.put(error)  # the exception itself, with its traceback  #@ worker.bad


if __name__ == "__main__":
    threads = [threading.Thread(target=worker, args=(n,)) for n in range(1, THREADS + 1)]
    for thread in threads:
        thread.start()  #@ main.start
    for _ in threads:
        report = reports.get()  #@ main.get
        if isinstance(report, Exception):
            print("failed:", report)  #@ main.caught
        else:
            print(report)
    for thread in threads:
        thread.join()  #@ main.join
    print("all done")  #@ main.end
