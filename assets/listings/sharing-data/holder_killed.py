import time
from multiprocessing import Event, Lock, Process, Queue, Semaphore

PROCESSES = 3  #@ =processes
WORK = 0.1  #@ =work
PAUSE = 0.3  #@ =pause


def holder(shared, here):
    shared.acquire()  #@ ?tool=lock holder.take
    shared.acquire()  #@ ?tool=semaphore holder.take
    here.set()
    time.sleep(3600)  #@ ?tool=lock holder.hold
    time.sleep(3600)  #@ ?tool=semaphore holder.hold
    shared.get()  # waits, with the queue's own lock  #@ ?tool=queue holder.take


def next_one(shared):
    shared.acquire()  #@ ?tool=lock next.take
    time.sleep(WORK)  #@ ?tool=lock next.work
    shared.release()  #@ ?tool=lock
    shared.acquire()  #@ ?tool=semaphore next.take
    time.sleep(WORK)  #@ ?tool=semaphore next.work
    shared.release()  #@ ?tool=semaphore
    shared.get()  #@ ?tool=queue next.take
    time.sleep(WORK)  #@ ?tool=queue next.work


if __name__ == "__main__":
    shared = Lock()  #@ ?tool=lock
    shared = Semaphore(1)  #@ ?tool=semaphore
    shared = Queue()  #@ ?tool=queue
    here = Event()
    first = Process(target=holder, args=(shared, here))
    others = [Process(target=next_one, args=(shared,)) for _ in range(PROCESSES - 1)]
    first.start()  #@ start
    here.wait()  # to start a process takes a while
    time.sleep(PAUSE)  #@ pause
    for process in others:
        process.start()
    time.sleep(PAUSE)
    first.kill()  # Python 3.7 or later; CPython's tools are not told of it  #@ kill
    for n in range(PROCESSES - 1):  #@ ?tool=queue
        shared.put(n)  #@ ?tool=queue go_on
    for process in others:
        process.join()  #@ join
    print("all done")  #@ end
