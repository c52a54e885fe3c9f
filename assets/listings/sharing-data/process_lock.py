import time
from multiprocessing import Lock, Process

PROCESSES = 3  #@ =processes
ROUNDS = 4  #@ =rounds
WORK = 0.05  #@ =work
PAUSE = 0.02  #@ =pause


def child(lock):
    for _ in range(ROUNDS):
        lock.acquire()  #@ child.acquire
        time.sleep(WORK)  #@ child.work
        lock.release()  #@ child.release
        time.sleep(PAUSE)  #@ child.pause


if __name__ == "__main__":
    lock = Lock()
    children = [Process(target=child, args=(lock,)) for _ in range(PROCESSES)]
    for process in children:
        process.start()  #@ start
    for process in children:
        process.join()  #@ join
    print("all done")  #@ end
