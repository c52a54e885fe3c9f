import time
from threading import Condition, Thread

WORK = 0.2  #@ =work

ready = Condition()
happened = False  #@ ?wait=predicate


def producer():
    time.sleep(WORK)  #@ producer.make
    global happened  #@ ?wait=predicate
    with ready:  #@ producer.enter
        happened = True  #@ ?wait=predicate
        ready.notify()  #@ producer.notify


def consumer():
    with ready:  #@ consumer.acquire
        ready.wait()  #@ consumer.wait ?wait=bare
        ready.wait_for(lambda: happened)  #@ consumer.wait ?wait=predicate


first = Thread(target=producer)
first.start()  #@ start.producer
first.join()  #@ join.producer
second = Thread(target=consumer)
second.start()  #@ start.consumer
second.join()  #@ join
print("done")  #@ end
