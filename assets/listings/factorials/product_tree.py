import math
import sys
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

N = 100000  #@ =n
PARTS = 16  #@ =parts
THREADS = 4  #@ =threads


def odd_part(first):
    """The product of first, first + PARTS, ... up to N, without factors of two."""
    product = 1
    for number in range(first, N + 1, PARTS):
        product *= number >> ((number & -number).bit_length() - 1)
    return product  #@ task.part


def multiply(left, right):
    return left * right  #@ task.multiply


def product_tree(pool):
    open_tasks = {pool.submit(odd_part, first) for first in range(1, PARTS + 1)}  #@ main.split
    single = None
    while open_tasks:
        done, open_tasks = wait(open_tasks, return_when=FIRST_COMPLETED)  #@ main.result
        for future in done:
            if single is None:
                single = future.result()
            else:  # two results are there: no task waits for another one
                open_tasks.add(pool.submit(multiply, single, future.result()))  #@ main.pair
                single = None
    twos = N - bin(N).count("1")
    return single << twos


if __name__ == "__main__":
    # None: as many threads as CPython thinks right
    with ThreadPoolExecutor(THREADS or None) as pool:  #@ main.start
        product = product_tree(pool)
        assert product == math.factorial(N)
        # an int of more than 4,300 digits becomes a str only where that is allowed
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(0)
        digits = pool.submit(str, product).result()  #@ task.decimal main.digits
    print(f"{N}! has {len(digits)} digits: {digits[:10]}...")  #@ main.end
