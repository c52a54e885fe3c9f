import time
from queue import Queue
from threading import Thread

PRODUCERS = 1  #@ =producers
CONSUMERS = 1  #@ =consumers
ITEMS = 5  #@ =items
BOUND = 1  #@ =bound
MAKE = 1.0  #@ =produce
USE = 1.5  #@ =consume

jobs = Queue(maxsize=BOUND)


def producer(first):
    for n in range(first, first + ITEMS):
        time.sleep(MAKE)  #@ producer.make
        jobs.put(n)  #@ producer.put


def consumer():
    while True:
        n = jobs.get()  #@ consumer.get
        if n is None:
            jobs.task_done()  #@ consumer.last
            return
        time.sleep(USE)  #@ consumer.work
        if n == 2:  #@ ?program=task-done-missing
            n / 0  #@ ?program=task-done-missing consumer.fails
        print("used", n)  #@ consumer.said
        jobs.task_done()  #@ consumer.done


consumers = [Thread(target=consumer) for _ in range(CONSUMERS)]
producers = [Thread(target=producer, args=(k * ITEMS + 1,)) for k in range(PRODUCERS)]
for thread in consumers + producers:
    thread.start()  #@ start
for thread in producers:
    thread.join()  #@ produced
jobs.join()  # until all is done  #@ drained
for _ in range(CONSUMERS):  #@ ?!program=one-sentinel
    jobs.put(None)  #@ ?!program=one-sentinel stop
jobs.put(None)  #@ ?program=one-sentinel stop
for thread in consumers:
    thread.join()  #@ join
print("all done")  #@ end
