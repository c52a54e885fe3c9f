# finds: changed-copy
from multiprocessing import Manager, Process


def add(shared, n):
    shared["plain"].append(n)
    kept = shared["assigned"]
    kept.append(n)
    shared["assigned"] = kept


if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.dict(plain=[], assigned=[])
        for n in (1, 2):
            child = Process(target=add, args=(shared, n))
            child.start()
            child.join()
        print(shared["plain"], shared["assigned"])
