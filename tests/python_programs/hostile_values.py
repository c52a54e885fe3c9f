# Values whose repr, equality and truth must never be asked for.
import queue
import threading


class Trap:
    def __repr__(self):
        raise SystemError("repr")

    __str__ = __eq__ = __bool__ = __hash__ = __len__ = __repr__


class List(list):
    def __len__(self):
        raise SystemError("len")


lock, q = threading.Lock(), queue.Queue()
trap, traps, mine = Trap(), [Trap()], List([1])


def work():
    global trap
    with lock:
        traps.append(Trap())
        trap = Trap()
        mine.append(2)
    q.put(Trap())
    q.put([Trap()])
    q.put({"a": Trap()})


t = threading.Thread(target=work)
t.start()
t.join()
for _ in range(3):
    q.get()
print("untouched")
loop = []
loop.append(loop)
q.put(loop)
q.put("x" * 1000000)
q.put(1 << 100000)
print(q.qsize())
