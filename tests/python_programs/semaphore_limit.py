import threading
import time

permits = threading.Semaphore(2)
inside = most = 0
guard = threading.Lock()


def visit():
    global inside, most
    with permits:
        with guard:
            inside += 1
            most = max(most, inside)
        time.sleep(0.005)
        with guard:
            inside -= 1


threads = [threading.Thread(target=visit) for _ in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(most <= 2, inside, permits.acquire(blocking=False), permits.acquire(timeout=0.01), permits.acquire(False))
