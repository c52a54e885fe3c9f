import threading

lock = threading.Lock()
full, empty = threading.Condition(lock), threading.Condition(lock)
slot = []


def put():
    for n in range(5):
        with empty:
            empty.wait_for(lambda: not slot)
            slot.append(n)
            full.notify()


def get():
    for _ in range(5):
        with full:
            full.wait_for(lambda: slot)
            print("got", slot.pop())
            empty.notify()


threads = [threading.Thread(target=f, name=f.__name__) for f in (put, get)]
for t in threads:
    t.start()
for t in threads:
    t.join()
