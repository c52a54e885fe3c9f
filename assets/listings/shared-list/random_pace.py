import random
import threading
import time

FIRST = 0  #@ =first
ADDS = 10  #@ =adds
ATTEMPTS = 10  #@ =attempts
SHORTEST = 0.1  #@ =random_min
LONGEST = 0.5  #@ =random_max
SEED = 1  #@ =seed
HOLD = 0.0  #@ =hold ?hold

lock = threading.Lock()
items = []


def adder():
    pace = random.Random(SEED)
    for number in range(FIRST, FIRST + ADDS):
        with lock:  #@ adder.acquire
            time.sleep(HOLD)  #@ adder.hold ?hold
            items.append(number)  #@ adder.append
            print("added", number)
        time.sleep(pace.uniform(SHORTEST, LONGEST))  #@ adder.pause


def remover():
    pace = random.Random(SEED + 1)
    for _ in range(ATTEMPTS):
        with lock:  #@ remover.acquire
            time.sleep(HOLD)  #@ remover.hold ?hold
            if items:  #@ remover.check
                number = items.pop(0)  #@ remover.pop
                print("removed", number)
            else:
                print("nothing to remove")  #@ remover.empty
        time.sleep(pace.uniform(SHORTEST, LONGEST))  #@ remover.pause


threads = [threading.Thread(target=adder), threading.Thread(target=remover)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("left:", items)  #@ main.end
