# start: fork spawn forkserver
"""The parent makes a semaphore and never uses it."""
import multiprocessing
import sys


def work(permits):
    with permits:
        pass


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    permits = context.Semaphore(2)
    children = [context.Process(target=work, args=(permits,)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print([child.exitcode for child in children])
