import time
from threading import Semaphore, Thread  #@ ?!program=semaphore-bounded
from threading import BoundedSemaphore, Thread  #@ ?program=semaphore-bounded

THREADS = 8  #@ =threads
PERMITS = 3  #@ =permits
ROUNDS = 2  #@ =rounds
WORK = 0.2  #@ =work
PAUSE = 0.02  #@ =pause

slots = Semaphore(PERMITS)  #@ ?!program=semaphore-bounded
slots = BoundedSemaphore(PERMITS)  #@ ?program=semaphore-bounded
inside = set()
most = 0


def worker(k):
    global most
    time.sleep(k * WORK / 4)  # they come one after another  #@ worker.come
    for r in range(ROUNDS):
        slots.acquire()  #@ worker.acquire
        inside.add(k)
        most = max(most, len(inside))
        time.sleep(WORK)  #@ worker.work
        inside.discard(k)
        slots.release()  #@ worker.release
        if k == 0 and r == 0:  # once too often  #@ ?!program=semaphore
            slots.release()  #@ ?!program=semaphore worker.release_again
        time.sleep(PAUSE)  #@ worker.pause


threads = [Thread(target=worker, args=(k,)) for k in range(THREADS)]
for thread in threads:
    thread.start()  #@ start
for thread in threads:
    thread.join()  #@ join
print("at once, at most:", most)  #@ end
