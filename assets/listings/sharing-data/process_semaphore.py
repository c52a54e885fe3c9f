import time
from multiprocessing import Process, Semaphore

PROCESSES = 5  #@ =processes
PERMITS = 2  #@ =permits
ROUNDS = 2  #@ =rounds
WORK = 0.1  #@ =work
PAUSE = 0.02  #@ =pause


def child(slots):
    for _ in range(ROUNDS):
        slots.acquire()  #@ child.acquire
        time.sleep(WORK)  #@ child.work
        slots.release()  #@ child.release
        time.sleep(PAUSE)  #@ child.pause


if __name__ == "__main__":
    slots = Semaphore(PERMITS)
    children = [Process(target=child, args=(slots,)) for _ in range(PROCESSES)]
    for process in children:
        process.start()  #@ start
    for process in children:
        process.join()  #@ join
    print("all done")  #@ end
