import time
from threading import Lock, Thread  #@ ?program=lock-twice
from threading import RLock, Thread  #@ ?!program=lock-twice

THREADS = 2  #@ =threads
ROUNDS = 2  #@ =rounds
WORK = 0.1  #@ =work
PAUSE = 0.02  #@ =pause

lock = Lock()  #@ ?program=lock-twice
lock = RLock()  #@ ?!program=lock-twice
count = 0


def order():
    with lock:  #@ order
        time.sleep(WORK)  #@ order.work
        book()


def book():
    with lock:  #@ book
        time.sleep(WORK)  #@ book.work
        write()


def write():
    global count
    with lock:  #@ write
        time.sleep(WORK)  #@ write.work
        count += 1  #@ write.change


def clerk():
    for _ in range(ROUNDS):
        order()
        time.sleep(PAUSE)  #@ clerk.pause


threads = [Thread(target=clerk) for _ in range(THREADS)]
for thread in threads:
    thread.start()  #@ start
for thread in threads:
    thread.join()  #@ join
print("count:", count)  #@ end
