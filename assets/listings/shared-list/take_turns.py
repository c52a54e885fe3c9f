import threading
import time

FIRST = 0  #@ =first
ADDS = 5  #@ =adds
ADD_PAUSE = 1.0  #@ =add_pause
REMOVE_PAUSE = 1.0  #@ =remove_pause
HOLD = 0.0  #@ =hold ?hold

lock = threading.Lock()
items = []


def adder():
    for number in range(FIRST, FIRST + ADDS):
        with lock:  #@ adder.acquire
            time.sleep(HOLD)  #@ adder.hold ?hold
            items.append(number)  #@ adder.append
            print("added", number, items)
        time.sleep(ADD_PAUSE)  #@ adder.pause


def remover():
    while True:
        with lock:  #@ remover.acquire
            time.sleep(HOLD)  #@ remover.hold ?hold
            if not items:  #@ remover.check
                return  #@ remover.done
            number = items.pop(0)  #@ remover.pop
            print("removed", number, items)
        time.sleep(REMOVE_PAUSE)  #@ remover.pause


first = threading.Thread(target=adder)
second = threading.Thread(target=remover)
first.start()  #@ main.start_adders
first.join()  #@ main.join_adders
second.start()  #@ main.start_removers
second.join()  #@ main.join_removers
print("left:", items)  #@ main.end
