import time
from multiprocessing import Lock, Manager, Process

PROCESSES = 3  #@ =processes
ROUNDS = 3  #@ =rounds
WORK = 0.02  #@ =work


def child(d, done, lock, number):
    for round in range(1, ROUNDS + 1):
        with lock:  #@ ?program=manager child.acquire
            n = d["n"]  #@ ?program=manager child.get
            time.sleep(WORK)  #@ ?program=manager child.work
            d["n"] = n + 1  #@ ?program=manager child.set
        n = d["n"]  # d["n"] += 1 is a call that gets ...  #@ ?!program=manager child.get
        time.sleep(WORK)  #@ ?!program=manager child.work
        d["n"] = n + 1  # ... and a call that sets  #@ ?!program=manager child.set
        done.append(10 * number + round)  # one call  #@ child.append


if __name__ == "__main__":
    with Manager() as manager:
        d, done, lock = manager.dict(n=0), manager.list(), Lock()
        numbers = range(1, PROCESSES + 1)
        children = [Process(target=child, args=(d, done, lock, k)) for k in numbers]
        for process in children:
            process.start()  #@ start
        for process in children:
            process.join()  #@ join
        print("n:", d["n"], "of", PROCESSES * ROUNDS)  #@ look
        print("done:", len(done))
    print("all done")  #@ end
