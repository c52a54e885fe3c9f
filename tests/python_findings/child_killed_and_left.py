# A child is killed with the lock, and nobody joins it before the others wait.
# finds: lock-left-held standstill
# timeout: 4
import multiprocessing
import time


def hold(lock, ready):
    with lock:
        ready.set()
        time.sleep(60)


if __name__ == "__main__":
    lock = multiprocessing.Lock()
    ready = multiprocessing.Event()
    child = multiprocessing.Process(target=hold, args=(lock, ready), name="holder")
    child.start()
    ready.wait()
    child.kill()
    lock.acquire()
