import time
from multiprocessing import Event, Process

PROCESSES = 4  #@ =processes
WORK = 0.1  #@ =work
PAUSE = 0.4  #@ =pause


def child(go):
    go.wait()  #@ child.wait
    time.sleep(WORK)  #@ child.work


if __name__ == "__main__":
    go = Event()
    children = [Process(target=child, args=(go,)) for _ in range(PROCESSES)]
    for process in children:
        process.start()  #@ start
    time.sleep(PAUSE)  #@ pause
    go.set()  #@ set
    for process in children:
        process.join()  #@ join
    print("all done")  #@ end
