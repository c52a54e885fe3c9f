import random
import time
from multiprocessing import Pool

WORKERS = 4  #@ =workers
TASKS = 4  #@ =tasks
FIRST = 1  #@ =first
WORK = 2.0  #@ =work
SIDE = 64


def blur(picture):
    rows = range(1, SIDE - 1)
    return [
        sum(picture[(y + j) * SIDE + x + i] for j in (-1, 0, 1) for i in (-1, 0, 1)) // 9
        for y in rows
        for x in rows
    ]


def process_image(n):  #@ filter-image
    picture = random.Random(n).choices(range(256), k=SIDE * SIDE)
    passes = 0
    while time.process_time() < WORK:  # seconds on a processor
        blur(picture)  #@ filter-image.blur
        passes += 1
    print(f"Image {n} filtered {passes} times", flush=True)  #@ filter-image.say
    return passes


if __name__ == "__main__":
    with Pool(WORKERS, maxtasksperchild=1) as pool:  #@ main.start
        result = pool.map_async(process_image, range(FIRST, FIRST + TASKS), chunksize=1)  #@ main.submit
        print(result.get())  #@ main.results
        pool.close()
        pool.join()  #@ main.join
