# Main changes the limit without the lock, and no worker ever writes it: what one finds is not what it has done.
# finds: unheard-exception
# not: half-changed unguarded-update
import threading

lock = threading.Lock()
total = 0
limit = 10
def worker(n, bad):
    global total
    with lock:
        total += min(n, limit)
        if bad:
            raise ValueError("bad record")
def run(n, bad=False):
    t = threading.Thread(target=worker, args=(n, bad), name="worker %d" % n)
    t.start(); t.join()
run(1)
limit = 20
run(2)
limit = 30
run(3)
run(4, bad=True)
