import random
import threading
import time

REMOVERS = 2  #@ =removers
FIRST = 0  #@ =first
ADDS = 24  #@ =adds
HOLD = 0.004  #@ =hold
LONGEST = 2 * HOLD
SEED = 1  #@ =seed

lock = threading.Lock()
items = list(range(FIRST, FIRST + ADDS))
start = threading.Barrier(REMOVERS)


def remover(seed):
    pace = random.Random(seed)
    start.wait()  # all of them begin together  #@ checking.start
    while items:  #@ outside.test
        time.sleep(pace.uniform(0, LONGEST))  #@ outside.gap
        with lock:  #@ outside.acquire
            number = items.pop(0)  #@ outside.pop
            print("removed", number)


threads = [
    threading.Thread(target=remover, args=(SEED + 2 * k + 1,)) for k in range(REMOVERS)
]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("left:", items)  #@ main.end
