# A process is killed with the lock. Its other thread, which slept, dies with it: nobody is left who could go on.
# finds: lock-left-held standstill
# timeout: 4
import multiprocessing
import os
import signal
import threading
import time


def hold(lock, ready):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    with lock:
        ready.set()
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    lock = multiprocessing.Lock()
    ready = multiprocessing.Event()
    child = multiprocessing.Process(target=hold, args=(lock, ready), name="holder")
    child.start()
    ready.wait()
    child.join()
    lock.acquire()
