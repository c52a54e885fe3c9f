import time
from multiprocessing import Condition, Process, Value

PROCESSES = 3  #@ =processes
ROUNDS = 3  #@ =rounds
MAKE = 0.1  #@ =produce
USE = 0.15  #@ =consume


def child(filled, stock):
    for _ in range(ROUNDS):
        with filled:  #@ child.acquire
            while stock.value == 0:  #@ child.test
                filled.wait()  #@ child.wait
            stock.value -= 1  #@ child.take
        time.sleep(USE)  #@ child.work


if __name__ == "__main__":
    filled = Condition()
    stock = Value("i", 0, lock=False)  # its lock is the condition's
    children = [Process(target=child, args=(filled, stock)) for _ in range(PROCESSES)]
    for process in children:
        process.start()  #@ start
    for _ in range(PROCESSES * ROUNDS):
        time.sleep(MAKE)  #@ make
        with filled:
            stock.value += 1  #@ put
            filled.notify()  #@ ?notify=one notify
            filled.notify_all()  #@ ?notify=all notify
    for process in children:
        process.join()  #@ join
    print("all done")  #@ end
