# start: fork spawn forkserver
import multiprocessing as mp
import sys


def work(n, results):
    results.put((n, n * n))


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    results = mp.Queue()
    children = [mp.Process(target=work, args=(n, results)) for n in range(3)]
    for child in children:
        child.start()
    print(sorted(results.get() for _ in children))
    for child in children:
        child.join()
    print([child.exitcode for child in children], results.empty())
