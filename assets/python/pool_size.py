import multiprocessing

context = multiprocessing.get_context("fork")
rounds = 0


def square(n):
    for _ in range(rounds):
        n * n
    return n * n


def measure(number):
    begin = time.thread_time()
    square(number)
    return time.thread_time() - begin


def calibrate(seconds, numbers):
    """How many rounds take so long on a free core, with the largest number: small results are made beforehand in CPython."""
    global rounds
    rounds = 1000
    if seconds:
        while measure(numbers) < 0.001:
            rounds *= 2
        # The fastest is the one that nothing disturbed.
        rounds = round(seconds * rounds / min(measure(numbers) for _ in range(15)))
    else:
        rounds = 0
    return rounds


def trial(size, numbers, chunk):
    begin = now()
    pool = context.Pool(size)
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
        return calibrate(request["calibrate"], request["numbers"]), [("calibrate", begin, now())]
    return trial(request["size"], range(1, request["numbers"] + 1), request["chunk"])


serve(answer)
