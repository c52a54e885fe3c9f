import threading
import time

ADDS = 10  #@ =adds
ATTEMPTS = 10  #@ =attempts
ADD_PAUSE = 0.1  #@ =add_pause
REMOVE_PAUSE = 0.15  #@ =remove_pause

lock = threading.Lock()
items = []


def adder():
    for number in range(ADDS):
        time.sleep(ADD_PAUSE)  #@ adder.pause_before
        with lock:  #@ adder.acquire
            items.append(number)  #@ adder.append
            print("added", number)


def remover():
    for _ in range(ATTEMPTS):
        time.sleep(REMOVE_PAUSE)  #@ remover.pause_before
        with lock:  #@ remover.acquire
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
