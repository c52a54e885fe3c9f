# start: fork spawn forkserver
import multiprocessing as mp
import sys
from multiprocessing.pool import ThreadPool


def square(n):
    return n * n


def fails(n):
    raise ValueError("bad %d" % n)


def lines(call, errors):
    yield call.apply(square, (1,))
    yield call.apply_async(square, (2,)).get(60)
    yield call.map(square, [3, 4, 5], chunksize=2)
    yield call.map_async(square, (6,), callback=errors.append).get(60)
    yield list(call.imap(square, range(7, 10), chunksize=2))
    yield sorted(call.imap_unordered(square, iter(range(3)), chunksize=2))
    yield call.starmap(divmod, [(7, 2), (9, 4)], chunksize=1)
    yield call.starmap_async(divmod, [(1, 1)]).get(60)
    yield call.map(square, []), list(call.imap(square, []))
    # A callback comes before the result is there.
    failed = call.apply_async(fails, (1,), error_callback=errors.append)
    failed.wait(60)
    yield failed.ready(), failed.successful()
    some = call.imap(fails, (2,))
    try:
        some.next(timeout=60)
    except ValueError as error:
        yield str(error)
    try:
        call.starmap(square, [(1, 2)])
    except TypeError:
        yield "one too many"


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    for kind in (mp.Pool, ThreadPool):
        errors = []
        with kind(2) as pool:
            for line in lines(pool, errors):
                print(line)
            pool.close()
            try:
                pool.map(square, (1,))
            except ValueError as error:
                print(error)
            pool.join()
        print(errors)
