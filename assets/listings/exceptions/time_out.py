import concurrent.futures
import threading
import time
from concurrent.futures import ThreadPoolExecutor

WORK = 1.0  #@ =work
PATIENCE = 0.25  #@ =patience

begun = threading.Event()


def job():
    begun.set()
    time.sleep(WORK)  #@ task.work
    print("the work is done")  #@ task.done
    return 1


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:  #@ main.start main.leave
        running, queued = pool.submit(job), pool.submit(job)  #@ main.submit
        begun.wait()
        try:
            print("result:", running.result(timeout=PATIENCE))  #@ main.wait
        except concurrent.futures.TimeoutError:  # since 3.11 the built-in TimeoutError  #@ main.caught
            print("gave up waiting")
            print("cancelled: job 0", running.cancel(), "job 1", queued.cancel())  #@ main.cancel
    # Leaving the block waits for what runs.
    print("left the block")  #@ main.end
