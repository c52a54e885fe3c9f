import logging
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor

logging.disable(logging.CRITICAL)


def begin():
    raise RuntimeError("no")


with ThreadPoolExecutor(1, initializer=begin) as pool:
    try:
        pool.submit(print, "never").result()
    except BrokenExecutor as error:
        print(type(error).__name__)
