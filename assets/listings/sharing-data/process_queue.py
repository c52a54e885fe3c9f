import time
from multiprocessing import Process, Queue

PROCESSES = 2  #@ =processes
ITEMS = 4  #@ =items
BOUND = 3  #@ =bound
KILOBYTES = 0  #@ =kilobytes
MAKE = 0.15  #@ =produce
USE = 0.1  #@ =consume


def child(jobs, first):
    for n in range(first, first + ITEMS):
        time.sleep(MAKE)  #@ child.make
        item = bytes(KILOBYTES * 1024) if KILOBYTES else n
        jobs.put(item)  # into a buffer: a thread feeds the pipe  #@ child.put
    # It ends when the feeder thread has written all.  #@ child.finish


if __name__ == "__main__":
    jobs = Queue(BOUND)
    children = [Process(target=child, args=(jobs, k * ITEMS + 1)) for k in range(PROCESSES)]
    for process in children:
        process.start()  #@ start
    for process in children:  #@ ?program=join-before-drain
        process.join()  #@ ?program=join-before-drain join
    for _ in range(PROCESSES * ITEMS):
        jobs.get()  #@ get
        time.sleep(USE)  #@ use
    for process in children:  #@ ?!program=join-before-drain
        process.join()  #@ ?!program=join-before-drain join
    print("all done")  #@ end
