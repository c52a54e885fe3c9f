import threading

go, ready = threading.Event(), threading.Semaphore(0)
order = []


def run(n):
    ready.release()
    go.wait()
    order.append(n)


runners = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(3)]
for r in runners:
    r.start()
for _ in runners:
    ready.acquire()
print(go.is_set(), go.wait(0.01))
go.set()
for r in runners:
    r.join()
print(sorted(order), go.wait(), go.is_set())
go.clear()
print(go.is_set())
