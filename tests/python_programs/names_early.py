from queue import Empty, Queue
from threading import Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore, Thread
from time import sleep

lock, rlock, condition, event, queue = Lock(), RLock(), Condition(), Event(), Queue()
semaphore, bounded, barrier = Semaphore(1), BoundedSemaphore(1), Barrier(1)


def work():
    with lock, rlock, condition, semaphore, bounded:
        barrier.wait()
        sleep(0.001)
        queue.put("done")
        event.set()


t = Thread(target=work)
t.start()
event.wait()
t.join()
print(queue.get())
try:
    queue.get_nowait()
except Empty:
    print("empty")
