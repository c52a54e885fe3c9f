import threading

# What some versions have, each used where it is there.
lock, rlock, condition = threading.Lock(), threading.RLock(), threading.Condition()
with lock, rlock, condition:
    print([one.locked() for one in (lock, rlock, condition) if hasattr(one, "locked")])
print([one.locked() for one in (lock, rlock, condition) if hasattr(one, "locked")])
permits = threading.Semaphore(0)
threads = [threading.Thread(target=permits.acquire) for _ in range(3)]
for thread in threads:
    thread.start()
permits.release(3)
for thread in threads:
    thread.join()
print(permits.acquire(blocking=False), threading.BoundedSemaphore(2).acquire(timeout=0.01))


ended = []
thread = threading.Thread(target=lambda: ended.append(threading.current_thread().name), name="named")
thread.start()
thread.join()
print(ended, threading.active_count(), thread.is_alive(), thread.native_id > 0)
barrier = threading.Barrier(2, action=lambda: ended.append("action"), timeout=60)
thread = threading.Thread(target=barrier.wait)
thread.start()
print(sorted((barrier.wait() >= 0, barrier.broken)), ended)
thread.join()
timer = threading.Timer(60, print)
timer.start()
timer.cancel()
timer.join()
print(timer.finished.is_set())
