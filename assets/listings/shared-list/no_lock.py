import random
import threading
import time

ADDERS = 2  #@ =adders
REMOVERS = 2  #@ =removers
FIRST = 0  #@ =first
ADDS = 24  #@ =adds
ATTEMPTS = 24  #@ =attempts
ADD_PAUSE = 0.1  #@ =add_pause ?add_pause
REMOVE_PAUSE = 0.1  #@ =remove_pause ?remove_pause
HOLD = 0.0004  #@ =hold
LONGEST = 2 * HOLD
SEED = 1  #@ =seed

cells = [None] * (ADDERS * ADDS)
head = 0  # the list is cells[head:tail]
tail = 0
added = []
removed = []


def adder(first, seed):
    global tail
    pace = random.Random(seed)
    for number in range(first, first + ADDS):
        end = tail  #@ racing_adder.read
        time.sleep(pace.uniform(0, LONGEST))  #@ racing_adder.hold
        cells[end] = number  #@ racing_adder.append
        tail = end + 1  #@ racing_adder.write
        added.append(number)
        time.sleep(pace.uniform(0, LONGEST))  #@ racing_adder.rest
        time.sleep(ADD_PAUSE)  #@ racing_adder.pause ?add_pause


def remover(seed):
    global head
    pace = random.Random(seed)
    for _ in range(ATTEMPTS):
        start = head  #@ racing_remover.read
        if start < tail:  #@ racing_remover.check
            number = cells[start]  #@ racing_remover.pop
            time.sleep(pace.uniform(0, LONGEST))  #@ racing_remover.hold
            head = start + 1  #@ racing_remover.write
            removed.append(number)
        else:
            time.sleep(pace.uniform(0, LONGEST))  #@ racing_remover.empty
        time.sleep(pace.uniform(0, LONGEST))  #@ racing_remover.rest
        time.sleep(REMOVE_PAUSE)  #@ racing_remover.pause ?remove_pause


threads = [
    threading.Thread(target=adder, args=(FIRST + k * ADDS, SEED + 2 * k)) for k in range(ADDERS)
] + [threading.Thread(target=remover, args=(SEED + 2 * k + 1,)) for k in range(REMOVERS)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("expected:", len(added) - len(removed))  #@ main.end
print("left:", max(0, tail - head), cells[head:tail])
