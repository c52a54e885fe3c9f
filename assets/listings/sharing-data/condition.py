import time
from threading import Condition, Thread

CONSUMERS = 3  #@ =consumers
ITEMS = 6  #@ =items
MAKE = 0.2  #@ =produce
USE = 0.3  #@ =consume

changed = Condition()  # with a lock of its own
items = []
over = False


def producer():
    global over
    for n in range(1, ITEMS + 1):
        time.sleep(MAKE)  #@ producer.make
        with changed:  #@ producer.enter
            items.append(n)  #@ producer.append
            changed.notify()  #@ ?notify=one producer.notify
            changed.notify_all()  #@ ?notify=all producer.notify
    with changed:  #@ producer.last
        over = True
        changed.notify_all()  #@ producer.over


def consumer():
    while True:
        with changed:  #@ consumer.acquire
            while not items and not over:  #@ ?!program=if-not-while
            if not items and not over:  #@ ?program=if-not-while
                changed.wait()  #@ consumer.wait
            if not items and over:
                return
            n = items.pop(0)  #@ consumer.pop
        time.sleep(USE)  #@ consumer.work
        print("used", n)  #@ consumer.said


threads = [Thread(target=consumer) for _ in range(CONSUMERS)]
threads.append(Thread(target=producer))
for thread in threads:
    thread.start()  #@ start
for thread in threads:
    thread.join()  #@ join
print("all used")  #@ end
