from concurrent.futures import ThreadPoolExecutor


def save(n):
    if n % 2:
        raise OSError(5, f"bad {n}")
    return n


with ThreadPoolExecutor(2) as pool:
    fs = [pool.submit(save, n) for n in range(4)]
    print([type(f.exception()).__name__ for f in fs])
    try:
        list(pool.map(save, range(4)))
    except OSError as error:
        print(error, error.__context__)
    pool.submit(save, 1)
print(fs[1].exception().args, vars(fs[1].exception()))
