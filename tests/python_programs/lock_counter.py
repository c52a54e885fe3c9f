import threading

lock = threading.Lock()
total = 0


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1


threads = [threading.Thread(target=add, args=(20,)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("total", total)
