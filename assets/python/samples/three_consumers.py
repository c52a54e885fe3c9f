from queue import Queue
from threading import Thread
from time import sleep

jobs = Queue()


def consume():
    while True:
        job = jobs.get()
        if job is None:
            break
        sleep(0.01)


consumers = [Thread(target=consume, name=f"consumer {n}") for n in (1, 2, 3)]
for consumer in consumers:
    consumer.start()
for job in range(1, 10):
    jobs.put(job)
jobs.put(None)
for consumer in consumers:
    consumer.join()
print("all jobs are done")
