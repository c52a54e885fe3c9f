# A reusable barrier of three semaphores: one gives what another took, and none is ever given more than it was made for.
# finds:
# not: over-released lost-update unguarded-update
import threading

PARTIES = 4
mutex, first, second = threading.Semaphore(1), threading.Semaphore(0), threading.Semaphore(1)
count = 0


def meet():
    global count
    for _ in range(2):
        with mutex:
            count += 1
            if count == PARTIES:
                second.acquire()
                first.release()
        first.acquire()
        first.release()
        with mutex:
            count -= 1
            if count == 0:
                first.acquire()
                second.release()
        second.acquire()
        second.release()


threads = [threading.Thread(target=meet) for _ in range(PARTIES)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
