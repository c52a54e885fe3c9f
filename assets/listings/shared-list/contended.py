import threading
import time

ADDERS = 2  #@ =adders
REMOVERS = 2  #@ =removers
ADDS = 12  #@ =adds
ATTEMPTS = 12  #@ =attempts
HOLD = 0.0004  #@ =hold

lock = threading.Lock()
items = []


def adder(first):
    for number in range(first, first + ADDS):
        with lock:  #@ adder.acquire
            time.sleep(HOLD)  #@ adder.hold
            items.append(number)  #@ adder.append


def remover():
    for _ in range(ATTEMPTS):
        with lock:  #@ remover.acquire
            time.sleep(HOLD)  #@ remover.hold
            if items:  #@ remover.check
                items.pop(0)  #@ remover.pop
            else:
                print("nothing to remove")  #@ remover.empty


threads = [
    threading.Thread(target=adder, args=(k * ADDS,)) for k in range(ADDERS)
] + [threading.Thread(target=remover) for _ in range(REMOVERS)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("left:", items)  #@ main.end
