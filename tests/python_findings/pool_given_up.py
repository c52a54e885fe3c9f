# finds:
# Whoever has waited long enough may end the pool.
import time
from multiprocessing import Pool, TimeoutError

if __name__ == "__main__":
    with Pool(1) as pool:
        result = pool.apply_async(time.sleep, (30,))
        try:
            result.get(timeout=0.1)
        except TimeoutError:
            print("too slow")
