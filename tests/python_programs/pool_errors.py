# start: fork spawn
import multiprocessing as mp
import sys


def check(n):
    if n == 2:
        raise ValueError(f"no {n}")
    if n == 3:
        return lambda: n
    return n


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    failed = []
    with mp.Pool(2) as pool:
        for call in (lambda: pool.map(check, range(3)), lambda: pool.apply(check, (2,)), lambda: list(pool.imap(check, [1, 2]))):
            try:
                print(call())
            except ValueError as error:
                print("ValueError", error, type(error.__cause__).__name__)
        try:
            pool.apply(check, (3,))
        except mp.pool.MaybeEncodingError:
            print("cannot be sent")
        pool.apply_async(check, (2,), error_callback=lambda error: failed.append(str(error))).wait()
        print(failed)
        pool.apply_async(check, (2,))
        print(pool.apply(check, (5,)))
        # A worker that is ended while it has the queue's lock would keep CPython from ending.
        pool.close()
        pool.join()
