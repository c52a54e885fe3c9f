SQUARE = """
def square(n):
    for _ in range(rounds):
        n * n
    return n * n
"""
# For a worker that does not begin as a copy of this process. This program is no file, so such a worker cannot import it.
WORKER = SQUARE + """
import __main__
__main__.square = square
"""

rounds = 0
exec(SQUARE)


def measure(number):
    begin = time.thread_time()
    square(number)
    return time.thread_time() - begin


def calibrate(seconds, numbers):
    """Finds how many rounds take so long on a free core, with the largest number: small results are made beforehand in CPython."""
    global rounds
    rounds = 1000
    if seconds:
        while measure(numbers) < 0.001:
            rounds *= 2
        # The fastest is the one that nothing disturbed.
        rounds = round(seconds * rounds / min(measure(numbers) for _ in range(15)))
    else:
        rounds = 0


def loop(numbers):
    """Nanoseconds of a loop over the numbers, the median; None where it takes long."""
    times = []
    while len(times) < 15 and sum(times) < 100_000_000:
        begin = now()
        for n in range(1, numbers + 1):
            square(n)
        times.append(now() - begin)
    return sorted(times)[len(times) // 2]


def make_pool(size):
    if context.get_start_method() == "fork":
        return context.Pool(size)
    return context.Pool(size, exec, (WORKER, {"rounds": rounds}))


def trial(size, numbers, chunk):
    begin = now()
    pool = make_pool(size)
    started = now()
    results = pool.map(square, numbers, chunk)
    mapped = now()
    pool.close()
    pool.join()
    end = now()
    return results, [("start", begin, started), ("map", started, mapped), ("shutdown", mapped, end)]


def answer(request):
    if "calibrate" in request:
        begin = now()
        calibrate(request["calibrate"], request["numbers"])
        short = request["calibrate"] * request["numbers"] < 0.1
        takes = loop(request["numbers"]) if short else None
        return {"method": choose(request["method"]), "loop": takes}, [("calibrate", begin, now())]
    if request["method"]:
        beside(request["method"])
    return trial(request["size"], range(1, request["numbers"] + 1), request["chunk"])


serve(answer)
