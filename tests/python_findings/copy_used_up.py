# finds:
# Copies that are used up or made into something else, and what comes of them is given back.
from multiprocessing import Manager, Process


def work(shared, n):
    left = shared["todo"]
    while left:
        job = left.pop()
        results = shared["results"]
        results[job] = n
        shared["results"] = results
    first = shared["todo"].pop(0)
    shared["todo"] = shared["todo"][1:]
    log = shared["log"]
    log.append(first)
    shared.update(results={}, log=",".join(map(str, log)))


if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.dict(todo=[1, 2, 3], results={}, log=[])
        worker = Process(target=work, args=(shared, 1))
        worker.start()
        worker.join()
        print(shared)
