import time
from threading import Condition, Thread

WORK = 0.2  #@ =work

ready = Condition()


def producer():
    time.sleep(WORK)  #@ producer.make
    with ready:  #@ producer.enter
        ready.notify()  #@ producer.notify


def consumer():
    with ready:  #@ consumer.acquire
        ready.wait()  #@ consumer.wait


first = Thread(target=producer)
first.start()  #@ start.producer
first.join()  #@ join.producer
second = Thread(target=consumer)
second.start()  #@ start.consumer
second.join()  #@ join
print("done")  #@ end
