# finds: over-released unheard-exception
# One release too many, whoever is refused then.
import threading
import time

seats = threading.BoundedSemaphore(2)


def guest(n):
    time.sleep(n * 0.01)
    with seats:
        time.sleep(0.03)
    if n == 0:
        seats.release()


threads = [threading.Thread(target=guest, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
