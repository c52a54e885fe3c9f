import time
from threading import Lock, Thread

PHILOSOPHERS = 2  #@ =philosophers
MEALS = 3  #@ =rounds
LOOK = 0.05  #@ =pause
EAT = 0.1  #@ =work
PATIENCE = 0.2  #@ ?way=timeout =patience

forks = [Lock() for _ in range(PHILOSOPHERS)]
waiter = Lock()  #@ ?way=waiter


def dine(k):
    left, right = k, (k + 1) % PHILOSOPHERS
    left, right = min(left, right), max(left, right)  # one order for all  #@ ?way=order
    for _ in range(MEALS):
        waiter.acquire()  #@ ?way=waiter dine.ask
        forks[left].acquire()  #@ dine.first
        time.sleep(LOOK)  #@ dine.look
        forks[right].acquire()  #@ ?!way=timeout ?!way=try dine.second
        while not forks[right].acquire(timeout=PATIENCE):  #@ ?way=timeout dine.second
        while not forks[right].acquire(blocking=False):  #@ ?way=try dine.second
            forks[left].release()  #@ ?!way=none ?!way=order ?!way=waiter dine.give_back
            time.sleep(LOOK * (k + 1))  # not all for the same time  #@ ?!way=none ?!way=order ?!way=waiter dine.pause
            forks[left].acquire()  #@ ?!way=none ?!way=order ?!way=waiter dine.again
        waiter.release()  #@ ?way=waiter dine.told
        time.sleep(EAT)  #@ dine.eat
        print(k, "has eaten")  #@ dine.ate
        forks[right].release()
        forks[left].release()


guests = [Thread(target=dine, args=(k,)) for k in range(PHILOSOPHERS)]
for guest in guests:
    guest.start()  #@ start
for guest in guests:
    guest.join()  #@ join
print("all have eaten")  #@ end
