import random
import threading
import time

ADDERS = 2  #@ =adders
FIRST = 0  #@ =first
ADDS = 24  #@ =adds
REPEATS = 1  #@ =repeats
HOLD = 0.0004  #@ =hold
LONGEST = 2 * HOLD
SEED = 1  #@ =seed


def adder(first, seed):
    global tail
    pace = random.Random(seed)
    start.wait()  # all of them begin together  #@ racing_adder.start
    for number in range(first, first + ADDS):
        end = tail  #@ racing_adder.read
        time.sleep(pace.uniform(0, LONGEST))  #@ racing_adder.hold
        cells[end] = number  #@ racing_adder.append
        tail = end + 1  #@ racing_adder.write
        time.sleep(pace.uniform(0, LONGEST))  #@ racing_adder.rest


for run in range(REPEATS):
    cells = [None] * (ADDERS * ADDS)
    tail = 0  # the list is cells[:tail]
    start = threading.Barrier(ADDERS)
    threads = [
        threading.Thread(target=adder, args=(FIRST + k * ADDS, SEED + 100 * run + 2 * k))
        for k in range(ADDERS)
    ]
    for thread in threads:
        thread.start()  #@ main.start_adders main.start_removers
    for thread in threads:
        thread.join()  #@ main.join_adders main.join_removers
    print(ADDERS * ADDS, "went in, left:", tail, cells[:tail])  #@ main.end
