# start: fork spawn
import multiprocessing as mp
import sys


def square(n):
    return n * n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    pool = mp.Pool(2)
    print(list(pool.imap(square, range(6))))
    print(sorted(pool.imap_unordered(square, range(6), chunksize=2)))
    late = pool.imap(square, [3])
    print(late.next(timeout=5))
    try:
        late.next()
    except StopIteration:
        print("no more")
    pool.close()
    pool.join()
    try:
        pool.apply(square, (1,))
    except ValueError as error:
        print(error)
