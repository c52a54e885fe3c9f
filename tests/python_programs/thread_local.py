import threading

mine = threading.local()
mine.x = "main"
seen = []


def work(n):
    seen.append(hasattr(mine, "x"))
    mine.x = n
    seen.append(mine.x)


for n in range(2):
    t = threading.Thread(target=work, args=(n,))
    t.start()
    t.join()
print(seen, mine.x, threading.active_count(), [t.name for t in threading.enumerate()])
