import threading
import time

ADDERS = 2  #@ =adders
REMOVERS = 2  #@ =removers
FIRST = 0  #@ =first
ADDS = 12  #@ =adds
ATTEMPTS = 12  #@ =attempts
ADD_PAUSE = 0.1  #@ =add_pause ?add_pause
REMOVE_PAUSE = 0.1  #@ =remove_pause ?remove_pause
HOLD = 0.0004  #@ =hold ?hold

lock = threading.Lock()
items = []


def adder(first):
    for number in range(first, first + ADDS):
        with lock:  #@ adder.acquire
            time.sleep(HOLD)  #@ adder.hold ?hold
            items.append(number)  #@ adder.append
        time.sleep(ADD_PAUSE)  #@ adder.pause ?add_pause


def remover():
    for _ in range(ATTEMPTS):
        with lock:  #@ remover.acquire
            time.sleep(HOLD)  #@ remover.hold ?hold
            if items:  #@ remover.check
                items.pop(0)  #@ remover.pop
            else:
                print("nothing to remove")  #@ remover.empty
        time.sleep(REMOVE_PAUSE)  #@ remover.pause ?remove_pause


threads = [
    threading.Thread(target=adder, args=(FIRST + k * ADDS,)) for k in range(ADDERS)
] + [threading.Thread(target=remover) for _ in range(REMOVERS)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("left:", items)  #@ main.end
