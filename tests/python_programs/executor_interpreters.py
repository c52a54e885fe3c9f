import math
from concurrent import futures

# One of interpreters since Python 3.14; before, the same with threads.
Executor = getattr(futures, "InterpreterPoolExecutor", futures.ThreadPoolExecutor)
with Executor(2) as pool:
    print(list(pool.map(math.factorial, range(6))))
    asked = [pool.submit(math.sqrt, n) for n in (4, -1)]
    for future in asked:
        try:
            print(future.result())
        except Exception as error:
            print("failed", error)
    done, left = futures.wait(asked)
    print(len(done), len(left))
