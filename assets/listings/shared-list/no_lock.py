import threading
import time

ADDERS = 2  #@ =adders
REMOVERS = 2  #@ =removers
ADDS = 24  #@ =adds
ATTEMPTS = 24  #@ =attempts
HOLD = 0.0004  #@ =hold

cells = [None] * (ADDERS * ADDS)
head = 0  # the list is cells[head:tail]
tail = 0
added = []
removed = []


def adder(first):
    global tail
    for number in range(first, first + ADDS):
        end = tail  #@ racing_adder.read
        time.sleep(HOLD)  #@ racing_adder.hold
        cells[end] = number  #@ racing_adder.append
        tail = end + 1  #@ racing_adder.write
        added.append(number)


def remover():
    global head
    for _ in range(ATTEMPTS):
        start = head  #@ racing_remover.read
        if start < tail:  #@ racing_remover.check
            number = cells[start]  #@ racing_remover.pop
            time.sleep(HOLD)  #@ racing_remover.hold
            head = start + 1  #@ racing_remover.write
            removed.append(number)
        else:
            time.sleep(HOLD)  #@ racing_remover.empty


threads = [
    threading.Thread(target=adder, args=(k * ADDS,)) for k in range(ADDERS)
] + [threading.Thread(target=remover) for _ in range(REMOVERS)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("expected:", len(added) - len(removed))  #@ main.end
print("left:", max(0, tail - head), cells[head:tail])
