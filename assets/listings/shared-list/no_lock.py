import threading
import time

ADDERS = 2  #@ =adders
REMOVERS = 2  #@ =removers
ADDS = 12  #@ =adds
ATTEMPTS = 12  #@ =attempts
HOLD = 0.0004  #@ =hold

cells = [None] * (ADDERS * ADDS)
head = 0  # the list is cells[head:tail]
tail = 0
added = []
removed = []


def adder(first):
    global tail
    for number in range(first, first + ADDS):
        end = tail  #@ adder.read
        time.sleep(HOLD)  #@ adder.hold
        cells[end] = number  #@ adder.append
        tail = end + 1  #@ adder.write
        added.append(number)


def remover():
    global head
    for _ in range(ATTEMPTS):
        start = head  #@ remover.read
        if start < tail:  #@ remover.check
            number = cells[start]  #@ remover.pop
            time.sleep(HOLD)  #@ remover.hold
            head = start + 1  #@ remover.write
            removed.append(number)
        else:
            time.sleep(HOLD)  #@ remover.empty


threads = [
    threading.Thread(target=adder, args=(k * ADDS,)) for k in range(ADDERS)
] + [threading.Thread(target=remover) for _ in range(REMOVERS)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("expected:", len(added) - len(removed))  #@ main.end
print("left:", max(0, tail - head), cells[head:tail])
