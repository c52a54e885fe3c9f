# What threads and processes run answers every question, or runs code to answer it. Nobody but the program may ask.
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process
from unittest.mock import Mock


class Asked:
    def __call__(self, *_):
        print("called")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class Around:
    @property
    def func(self):
        return self

    def __call__(self, *_):
        print("around")


if __name__ == "__main__":
    mock = Mock()
    targets = [mock, Asked(), Around(), functools.partial(Asked()), functools.partial(functools.partial(Around()), 1)]
    for target in targets:
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
    for target in targets[1:]:
        process = Process(target=target)
        process.start()
        process.join()
    with ThreadPoolExecutor(1) as pool:
        for target in targets[1:]:
            pool.submit(target).result()
    print(mock.call_count)
