# start: fork spawn forkserver
import multiprocessing as mp
import queue
import sys
import threading


def put(items, simple, joins):
    items.put("word")
    simple.put("simple")
    if joins:
        items.close()
        items.join_thread()
    else:
        items.put("x" * 100000)
        items.cancel_join_thread()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    items, simple = mp.Queue(2), mp.SimpleQueue()
    child = mp.Process(target=put, args=(items, simple, True))
    child.start()
    child.join()
    print(items.get(timeout=60), simple.get(), simple.empty(), items.empty(), items.full())
    try:
        items.get_nowait()
    except queue.Empty:
        print("empty")
    items.put(1)
    items.put(2)
    try:
        items.put(3, timeout=0.01)
    except queue.Full:
        print("full", items.full(), items.qsize())
    print(items.get(), items.get())
    # Several threads of one process share its buffer and its feeder.
    threads = [threading.Thread(target=items.put, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    print(sorted(items.get() for _ in threads))
    for thread in threads:
        thread.join()
    simple.close()
    items.close()
    try:
        items.put(1)
    except ValueError:
        print("closed")
    lost = mp.Queue()
    child = mp.Process(target=put, args=(lost, mp.SimpleQueue(), False))
    child.start()
    child.join()
    print(child.exitcode)
