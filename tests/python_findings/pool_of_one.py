# finds:
# not: no-overlap
# A pool of one worker that is replaced after each task has never more than one.
from multiprocessing import Pool

if __name__ == "__main__":
    with Pool(1, maxtasksperchild=1) as pool:
        print(pool.map(abs, range(-5, 0), chunksize=1))
