import ctypes
import os
import threading
import time
from multiprocessing import Process

CHILDREN = 3  #@ =workers
STEPS = 3  #@ =steps
WORK = 1.5  #@ =work

value = ctypes.c_long(100)


def look(who, variable):
    place = hex(ctypes.addressof(variable))
    print(f"{who}, PID {os.getpid()}: {variable.value} at {place}", flush=True)


def child(k):  #@ change-own-memory
    for _ in range(STEPS):
        time.sleep(WORK / STEPS)  #@ change-own-memory.pause
        value.value += k  #@ change-own-memory.change
    look(f"child {k}", value)


def thread(variable, lock, k):
    for _ in range(STEPS):
        time.sleep(WORK / STEPS)  #@ thread.pause
        with lock:
            variable.value += k  #@ thread.change


if __name__ == "__main__":
    look("parent before", value)
    children = [Process(target=child, args=(k,)) for k in range(1, CHILDREN + 1)]  #@ main.start
    for process in children:
        process.start()  #@ main.submit
    shared, lock = ctypes.c_long(100), threading.Lock()
    numbers = range(1, CHILDREN + 1)
    threads = [threading.Thread(target=thread, args=(shared, lock, k)) for k in numbers]
    for t in threads:
        t.start()  #@ main.threads
    for t in threads:
        t.join()  #@ main.join_threads
    for process in children:
        process.join()  #@ main.results main.join
    look("parent after", value)  #@ main.look
    look("after the threads", shared)
