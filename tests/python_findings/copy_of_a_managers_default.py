# finds: changed-copy
from multiprocessing import Manager, Process


def work(shared, n):
    shared.setdefault("rows", []).append(n)


if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.dict()
        workers = [Process(target=work, args=(shared, n)) for n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(shared["rows"])
