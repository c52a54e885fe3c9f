import threading
import time

FIRST = 0  #@ =first
ADDS = 10  #@ =adds
ATTEMPTS = 10  #@ =attempts
ADD_PAUSE = 0.1  #@ =add_pause
REMOVE_PAUSE = 0.15  #@ =remove_pause
HOLD = 0.0  #@ =hold ?hold

lock = threading.Lock()
items = []


def adder():
    for number in range(FIRST, FIRST + ADDS):
        time.sleep(ADD_PAUSE)  #@ adder.pause_before
        with lock:  #@ adder.acquire
            time.sleep(HOLD)  #@ adder.hold ?hold
            items.append(number)  #@ adder.append
            print("added", number)


def remover():
    for _ in range(ATTEMPTS):
        time.sleep(REMOVE_PAUSE)  #@ remover.pause_before
        with lock:  #@ remover.acquire
            time.sleep(HOLD)  #@ remover.hold ?hold
            if items:  #@ remover.check
                number = items.pop(0)  #@ remover.pop
                print("removed", number)
            else:
                print("nothing to remove")  #@ remover.empty


threads = [threading.Thread(target=adder), threading.Thread(target=remover)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("left:", items)  #@ main.end
