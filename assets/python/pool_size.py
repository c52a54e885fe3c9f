import multiprocessing

context = multiprocessing.get_context("fork")
rounds = 0


def square(n):
    for _ in range(rounds):
        n * n
    return n * n


def calibrate(seconds):
    """How many rounds take so long on a free core."""
    global rounds
    best, rounds = None, 1000
    if seconds:
        for _ in range(7):
            begin = time.perf_counter()
            square(7)
            took = time.perf_counter() - begin
            if took < 0.002:
                rounds *= 4
            elif best is None or took / rounds < best:
                best = took / rounds
        best = best or took / rounds
    rounds = round(seconds / best) if seconds else 0
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
        return calibrate(request["calibrate"]), [("calibrate", begin, now())]
    return trial(request["size"], range(1, request["numbers"] + 1), request["chunk"])


serve(answer)
