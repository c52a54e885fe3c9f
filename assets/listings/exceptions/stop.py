import queue
import threading
import time

THREADS = 3  #@ =threads
ROWS = 6  #@ =rows
FAILS = 2  #@ =fails
WORK = 0.1  #@ =work

failed = threading.Event()
saved = queue.Queue()


def rows(n):
    for row in range(1, ROWS + 1):
        if failed.is_set():  #@ ?looks worker.stop
            print(f"thread {n} stops")  #@ ?looks
            return  #@ ?looks
        time.sleep(WORK)  #@ worker.work
        if n == FAILS and row == 2:
            raise OSError(f"row {row} of thread {n}")  #@ worker.raise
        saved.put(row)  #@ worker.save


def worker(n):
    try:
        rows(n)
    except OSError as error:
        print(f"failed: {error}")
        failed.set()  #@ worker.set


if __name__ == "__main__":
    threads = [threading.Thread(target=worker, args=(n,)) for n in range(1, THREADS + 1)]
    for thread in threads:
        thread.start()  #@ main.start
    for thread in threads:
        thread.join()  #@ main.join
    print("rows:", saved.qsize(), "of", THREADS * ROWS)  #@ main.end
