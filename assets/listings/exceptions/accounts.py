import threading
import time

WORK = 0.1  #@ =work
STEP = 30

lock = threading.Lock()
first, second = 100, 0


def take():
    global first
    first -= STEP  #@ mover.take


def check(n):
    if n == 3:
        raise ValueError("no such account")  #@ mover.check


def mover():
    global second
    for n in range(1, 4):
        with lock:  #@ mover.acquire
            check(n)  #@ ?order=check-first
            take()
            time.sleep(WORK)
            check(n)  #@ ?order=change-first
            second += STEP  #@ mover.give


def auditor():
    for _ in range(4):
        time.sleep(WORK)  #@ auditor.wait
        with lock:
            total = first + second  #@ auditor.look
            print("sum:", total)  #@ auditor.said


if __name__ == "__main__":
    threads = [threading.Thread(target=mover), threading.Thread(target=auditor)]
    for thread in threads:
        thread.start()  #@ main.start
    for thread in threads:
        thread.join()  #@ main.join
    print("in the end:", first + second)  #@ main.end
