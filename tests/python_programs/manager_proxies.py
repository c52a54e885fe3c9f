# start: fork spawn forkserver
import multiprocessing as mp
import queue
import sys
import threading


def work(n, rlock, permits, few, changed, barrier, numbers, done):
    with rlock:
        with rlock:
            numbers[n] = n
    with permits, few:
        pass
    barrier.wait()
    with changed:
        done.append(n)
        changed.notify_all()


def double(n):
    return 2 * n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.Manager() as manager:
        rlock, permits, few = manager.RLock(), manager.Semaphore(2), manager.BoundedSemaphore(1)
        changed, barrier, numbers, done = manager.Condition(), manager.Barrier(3), manager.Array("i", [0] * 3), manager.list()
        args = rlock, permits, few, changed, barrier, numbers, done
        children = [mp.Process(target=work, args=(n, *args)) for n in range(3)]
        for child in children:
            child.start()
        with changed:
            while len(done) < 3:
                changed.wait()
        for child in children:
            child.join()
        print(list(numbers), sorted(done), barrier.parties, barrier.n_waiting, barrier.broken)
        try:
            few.release()
        except ValueError as error:
            print(error)
        print(permits.acquire(False), permits.acquire(True, 0.01), permits.acquire(False), rlock.acquire(False))
        items = manager.JoinableQueue(1)
        items.put("a")
        for put in (lambda: items.put("b", False), lambda: items.put("b", True, 0.01)):
            try:
                put()
            except queue.Full:
                print("full", items.full(), items.qsize())
        joins = threading.Thread(target=items.join)
        joins.start()
        print(items.get())
        items.task_done()
        joins.join()
        try:
            items.get(timeout=0.01)
        except queue.Empty:
            print("empty", items.empty())
        if hasattr(manager, "set"):
            some = manager.set({1})
            some.add(2)
            print(len(some), 2 in some)
        inner = manager.dict(a=manager.list([1]))
        inner["a"].append(2)
        print(inner["a"][1], inner.get("b"), inner.pop("a")[0], inner.keys())
        try:
            inner["b"]
        except KeyError as error:
            print("key", error)
        with manager.Pool(2) as pool:
            print(pool.map(double, range(4)), pool.apply(double, (5,)), list(pool.imap(double, (6, 7))))
            print(pool.apply_async(double, (8,)).get(), pool.starmap(divmod, [(9, 2)]))
