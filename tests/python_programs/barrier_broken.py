import threading

meet = threading.Barrier(3)
broken = []


def come(timeout):
    try:
        meet.wait(timeout)
    except threading.BrokenBarrierError:
        broken.append(1)


threads = [threading.Thread(target=come, args=(t,)) for t in (0.02, None)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(broken), meet.broken)
meet.reset()
print(meet.broken)
meet.abort()
come(None)
print(len(broken))
