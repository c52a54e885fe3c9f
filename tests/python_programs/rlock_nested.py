import threading

lock = threading.RLock()


def down(n):
    with lock:
        if n:
            return 1 + down(n - 1)
        return 0


results = []
threads = [threading.Thread(target=lambda: results.append(down(5))) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results)
try:
    lock.release()
except RuntimeError as error:
    print(error)
