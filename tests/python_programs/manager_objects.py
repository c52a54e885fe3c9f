# start: fork spawn
import multiprocessing as mp
import sys


def work(shared, items, lock, tasks):
    with lock:
        shared["n"] = shared.get("n", 0) + 1
        items.append(shared["n"])
        # In which order a server does what several ask for at once only it knows.
        tasks.put(shared["n"])


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.Manager() as manager:
        shared, items, lock, tasks = manager.dict(), manager.list(), manager.Lock(), manager.Queue()
        children = [mp.Process(target=work, args=(shared, items, lock, tasks)) for _ in range(3)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        print(dict(shared), list(items), len(items), tasks.qsize())
        value, space, event = manager.Value("i", 1), manager.Namespace(), manager.Event()
        value.value += 1
        space.x = 3
        event.set()
        print(value.value, space.x, event.is_set(), event.wait(1))
        print(sorted([tasks.get() for _ in range(3)])[-1] <= 3)
