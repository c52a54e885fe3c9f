import _thread
import time

done = []
lock = _thread.allocate_lock()


def work(n):
    with lock:
        done.append(n)


for n in range(3):
    _thread.start_new_thread(work, (n,))
while len(done) < 3:
    time.sleep(0.001)
print(sorted(done))
