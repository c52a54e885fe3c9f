import threading

lock = threading.Lock()
lock.acquire()
answers = []


def knock():
    answers.append(lock.acquire(False))
    answers.append(lock.acquire(timeout=0.02))
    answers.append(lock.acquire(blocking=True, timeout=0.02))


t = threading.Thread(target=knock)
t.start()
t.join()
lock.release()
print(answers, lock.locked())
for wrong in (lambda: lock.acquire(False, 1), lock.release):
    try:
        wrong()
    except (ValueError, RuntimeError) as error:
        print(type(error).__name__, error)
print(lock.acquire(timeout=-1), lock.locked())
