from concurrent.futures import ThreadPoolExecutor

NUMBER = 10  #@ =numbers
THREADS = 4  #@ =threads


def factorial(n):
    if n <= 1:
        return 1  #@ task.first
    # a thread that waits here takes no other task
    return n * pool.submit(factorial, n - 1).result()  #@ task.submit


# None: as many threads as CPython thinks right
with ThreadPoolExecutor(THREADS or None) as pool:  #@ main.start main.leave
    result = pool.submit(factorial, NUMBER).result()  #@ main.submit
print(f"{NUMBER}! = {result}")  #@ main.end
