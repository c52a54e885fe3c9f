# Whoever asked to be called with the exception has learned of it: of one task, and of several that were handed in at once.
# finds:
# not: unheard-exception
from multiprocessing import Pool


def work(number):
    if number % 2:
        raise ValueError(f"bad {number}")
    return number


if __name__ == "__main__":
    errors = []
    with Pool(2) as pool:
        for number in range(4):
            pool.apply_async(work, (number,), error_callback=errors.append)
        pool.map_async(work, range(4), chunksize=1, error_callback=errors.append)
        pool.close()
        pool.join()
    print(len(errors))
