# start: fork spawn forkserver
import multiprocessing as mp
import sys


def square(n):
    return n * n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.Pool(2) as pool:
        print(pool.map(square, range(10)))
        print(pool.map(square, (n for n in range(5)), chunksize=1))
        print(pool.starmap(pow, [(2, 3), (3, 2)]))
        print(pool.apply(square, (12,)), pool.map(square, []))
        print(pool)
