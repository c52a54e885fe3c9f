import logging  #@ ?handler=log
import queue
import threading
import time

THREADS = 3  #@ =threads
ROWS = 4  #@ =rows
FAILS = 2  #@ =fails
WORK = 0.1  #@ =work

saved = queue.Queue()


def save(n, row):
    time.sleep(WORK)  #@ thread.work
    if n == FAILS and row == 2:
        raise ValueError(f"row {row} of thread {n}")  #@ thread.raise
    saved.put(row)  #@ thread.save


def worker(n):
    for row in range(1, ROWS + 1):
        try:  #@ ?handler=thread
            save(n, row)  #@ ?handler=thread
        except ValueError as error:  #@ ?handler=thread
            print(f"skipped: {error}")  #@ ?handler=thread thread.caught
        save(n, row)  #@ ?!handler=thread
  #@ ?handler=log
  #@ ?handler=log
def log_it(args):  # args.exc_value has its traceback  #@ ?handler=log
    logging.error("%s", args.exc_value, exc_info=args.exc_value)  #@ ?handler=log thread.log


if __name__ == "__main__":
    form = "%(asctime)s %(processName)s %(threadName)s %(levelname)s %(message)s"  #@ ?handler=log
    logging.basicConfig(format=form)  #@ ?handler=log
    threading.excepthook = log_it  # Python 3.8 or later  #@ ?handler=log
    threads = [threading.Thread(target=worker, args=(n,), name=f"thread {n}")
               for n in range(1, THREADS + 1)]
    for thread in threads:
        try:  #@ ?handler=start
            thread.start()  #@ ?handler=start main.start
        except ValueError as error:  #@ ?handler=start
            print("caught:", error)  #@ ?handler=start
        thread.start()  #@ ?!handler=start main.start
    for thread in threads:
        thread.join()  #@ main.join
    print("rows:", saved.qsize(), "of", THREADS * ROWS)  #@ main.end
