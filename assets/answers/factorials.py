import math
from concurrent.futures import ThreadPoolExecutor, as_completed


def factorial(n):
    return math.factorial(n)


if __name__ == "__main__":
    numbers = range(1, 11)
    with ThreadPoolExecutor(max_workers=4) as pool:  #@ 1
        print("in order:")
        for n, result in zip(numbers, pool.map(factorial, numbers)):  #@ 3
            print(f"{n}! = {result}")

        print("as completed:")
        future_of = {pool.submit(factorial, n): n for n in [*numbers, -5]}  #@ 2
        for future in as_completed(future_of):  #@ 4
            n = future_of[future]
            try:
                print(f"{n}! = {future.result()}")
            except ValueError as error:  #@ 5
                print(f"{n}! failed: {error}")
    print("all tasks are done")  #@ 6
