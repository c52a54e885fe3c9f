import threading
import time

FIRST = 1  #@ =first
ADDS = 5  #@ =adds
ADD_PAUSE = 1.0  #@ =add_pause
REMOVE_PAUSE = 1.5  #@ =remove_pause
HOLD = 0.0  #@ =hold ?hold

lock = threading.Lock()
items = []
done = threading.Event()


def adder():
    for number in range(FIRST, FIRST + ADDS):
        with lock:  #@ adder.acquire
            time.sleep(HOLD)  #@ adder.hold ?hold
            items.append(number)  #@ adder.append
            print("added", number)
        time.sleep(ADD_PAUSE)  #@ adder.pause
    done.set()  #@ adder.done


def remover():
    while True:
        with lock:  #@ remover.acquire
            time.sleep(HOLD)  #@ remover.hold ?hold
            if items:  #@ remover.check
                number = items.pop(0)  #@ remover.pop
                print("removed", number)
            elif done.is_set():
                return  #@ remover.done
            else:
                print("nothing yet")  #@ remover.empty
        time.sleep(REMOVE_PAUSE)  #@ remover.pause


threads = [threading.Thread(target=adder), threading.Thread(target=remover)]
for thread in threads:
    thread.start()  #@ main.start_adders main.start_removers
for thread in threads:
    thread.join()  #@ main.join_adders main.join_removers
print("left:", items)  #@ main.end
