import queue
import threading
import time

ADDERS = 1  #@ =adders
REMOVERS = 2  #@ =removers
FIRST = 0  #@ =first
ADDS = 24  #@ =adds
ADD_PAUSE = 0.01  #@ =add_pause ?add_pause
REMOVE_PAUSE = 0.015  #@ =remove_pause ?remove_pause

numbers = queue.Queue()


def adder(first):
    for number in range(first, first + ADDS):
        numbers.put(number)  #@ queueing.put
        print("added", number)
        time.sleep(ADD_PAUSE)  #@ queueing.put_pause ?add_pause


def remover():
    while True:
        number = numbers.get()  #@ queueing.get
        if number is None:
            break  #@ queueing.end
        print("removed", number)
        time.sleep(REMOVE_PAUSE)  #@ queueing.get_pause ?remove_pause


adders = [threading.Thread(target=adder, args=(FIRST + k * ADDS,)) for k in range(ADDERS)]
removers = [threading.Thread(target=remover) for _ in range(REMOVERS)]
for thread in adders + removers:
    thread.start()  #@ main.start_adders main.start_removers
for thread in adders:
    thread.join()  #@ main.join_adders
for _ in removers:
    numbers.put(None)  # one for each #@ queueing.sentinel
for thread in removers:
    thread.join()  #@ main.join_removers
print("left:", list(numbers.queue))  #@ main.end
