# finds:
from multiprocessing import Manager, Process


def work(shared):
    rows = shared["rows"]
    rows.append(1)
    size = shared["size"]
    shared["rows"] = rows
    rows = shared["rows"]
    rows.sort()
    print(rows, size)


if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.dict(rows=[], size=3)
        worker = Process(target=work, args=(shared,))
        worker.start()
        worker.join()
        rows = shared["rows"]
        rows.reverse()
        rows.append(0)
        print(rows)
