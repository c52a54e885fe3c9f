import time
from multiprocessing import Process, Value

PROCESSES = 3  #@ =processes
ROUNDS = 6  #@ =rounds
WORK = 0.03  #@ =work


def child(counter):
    for _ in range(ROUNDS):
        with counter.get_lock():  #@ ?program=value child.acquire
            old = counter.value  #@ ?program=value child.read
            time.sleep(WORK)  #@ ?program=value child.work
            counter.value = old + 1  #@ ?program=value child.write
        old = counter.value  #@ ?program=value-unlocked child.read
        time.sleep(WORK)  #@ ?program=value-unlocked child.work
        counter.value = old + 1  #@ ?program=value-unlocked child.write


if __name__ == "__main__":
    counter = Value("i", 0)
    children = [Process(target=child, args=(counter,)) for _ in range(PROCESSES)]
    for process in children:
        process.start()  #@ start
    for process in children:
        process.join()  #@ join
    print("count:", counter.value, "of", PROCESSES * ROUNDS)  #@ look
