import math
import sys
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

N = 100000  #@ =n
PARTS = 16  #@ =parts
THREADS = 4  #@ =threads


def shares():
    """The odd primes up to N, with the power of each in N!, in PARTS lists."""
    is_prime = [False, False] + [True] * max(N - 1, 0)
    for number in range(2, int(N ** 0.5) + 1):
        if is_prime[number]:
            for multiple in range(number * number, N + 1, number):
                is_prime[multiple] = False
    powers = []
    for prime in range(3, N + 1):
        if is_prime[prime]:
            exponent, left = 0, N // prime
            while left:
                exponent, left = exponent + left, left // prime
            powers.append((prime, exponent))
    return [powers[k::PARTS] for k in range(PARTS)]  #@ task.primes


def product_of_powers(share):
    if not share:
        return 1
    half = product_of_powers([(p, e // 2) for p, e in share if e > 1])
    odd = 1
    for prime, exponent in share:
        if exponent % 2:
            odd *= prime
    return half * half * odd  #@ task.part


def multiply(left, right):
    return left * right  #@ task.multiply


def odd_part(pool):
    parts = pool.submit(shares).result()
    open_tasks = {pool.submit(product_of_powers, part) for part in parts}  #@ main.split
    single = None
    while open_tasks:
        done, open_tasks = wait(open_tasks, return_when=FIRST_COMPLETED)  #@ main.result
        for future in done:
            if single is None:
                single = future.result()
            else:  # two results are there: no task waits for another one
                open_tasks.add(pool.submit(multiply, single, future.result()))  #@ main.pair
                single = None
    return single


if __name__ == "__main__":
    # None: as many threads as CPython thinks right
    with ThreadPoolExecutor(THREADS or None) as pool:  #@ main.start main.leave
        twos = N - bin(N).count("1")
        product = odd_part(pool) << twos
        assert product == math.factorial(N)
        # an int of more than 4,300 digits becomes a str only where that is allowed
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(0)
        digits = pool.submit(str, product).result()  #@ task.decimal main.digits
    print(f"{N}! has {len(digits)} digits: {digits[:10]}...")  #@ main.end
