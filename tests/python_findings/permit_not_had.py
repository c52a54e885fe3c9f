# Who came in vain gives a permit back all the same: later more are inside than there should be.
# finds: over-released
import threading
import time

slots = threading.Semaphore(1)


def work():
    slots.acquire(timeout=0.01)
    time.sleep(0.05)
    slots.release()


for _ in range(2):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
