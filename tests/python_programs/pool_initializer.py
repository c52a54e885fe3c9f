# start: fork spawn
import multiprocessing as mp
import sys


def begin(value):
    global known
    known = value


def ask(n):
    return known + n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.get_context(sys.argv[1]).Pool(processes=2, initializer=begin, initargs=(10,)) as pool:
        print(pool.map(ask, [1, 2, 3]))
