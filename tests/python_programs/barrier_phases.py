import threading

meet = threading.Barrier(3, action=lambda: log.append("all here"))
log = []


def step(n):
    for _ in range(3):
        meet.wait()


threads = [threading.Thread(target=step, args=(n,)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(log, meet.parties, meet.n_waiting, meet.broken)
