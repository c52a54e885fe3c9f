# start: fork spawn forkserver
import multiprocessing as mp
import sys


def work(tasks, results):
    while (n := tasks.get()) is not None:
        results.put(n + 1)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    tasks, results = mp.SimpleQueue(), mp.SimpleQueue()
    children = [mp.Process(target=work, args=(tasks, results)) for _ in range(2)]
    for child in children:
        child.start()
    for n in range(6):
        tasks.put(n)
    print(sorted(results.get() for _ in range(6)))
    for _ in children:
        tasks.put(None)
    for child in children:
        child.join()
    print(tasks.empty())
