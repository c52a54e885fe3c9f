import threading

lock = threading.RLock()
lock.acquire()
lock.acquire()
seen = []
t = threading.Thread(target=lambda: seen.append(lock.acquire(blocking=False)))
t.start()
t.join()
lock.release()
lock.release()
print(seen)
