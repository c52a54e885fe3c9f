# start: fork spawn
import multiprocessing as mp
import queue
import sys


def produce(q):
    for n in range(8):
        q.put(n)
    q.put(None)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    q = mp.Queue(2)
    child = mp.Process(target=produce, args=(q,))
    child.start()
    got = []
    while (n := q.get()) is not None:
        got.append(n)
    child.join()
    print(got)
    try:
        q.get(timeout=0.01)
    except queue.Empty:
        print("empty")
    q.put(1)
    q.put(2)
    for act in (lambda: q.put(3, block=False), lambda: q.put(3, timeout=0.01), lambda: q.put_nowait(3)):
        try:
            act()
        except queue.Full:
            print("full")
    print(q.get(), q.get())
    q.close()
    try:
        q.put(1)
    except ValueError:
        print("closed")
