import time
from threading import Lock, Thread

THREADS = 3  #@ =threads
ROUNDS = 4  #@ =rounds
WORK = 0.05  #@ =work
PAUSE = 0.02  #@ =pause

lock = Lock()  #@ ?program=lock
count = 0


def worker():
    global count
    lock = Lock()  # its own: nobody else takes it  #@ ?program=lock-each-own
    for _ in range(ROUNDS):
        time.sleep(PAUSE)  #@ worker.pause
        with lock:  #@ worker.acquire
            n = count  #@ worker.read
            time.sleep(WORK)  #@ worker.work
            count = n + 1  #@ worker.write


threads = [Thread(target=worker) for _ in range(THREADS)]
for thread in threads:
    thread.start()  #@ start
for thread in threads:
    thread.join()  #@ join
print("count:", count, "of", THREADS * ROUNDS)  #@ end
