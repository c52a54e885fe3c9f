# finds: changed-copy
from multiprocessing import Manager, Process


def work(shared, n):
    shared["rows"][0] += n


if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.dict(rows=[0, 0])
        workers = [Process(target=work, args=(shared, n)) for n in (1, 2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(shared["rows"])
