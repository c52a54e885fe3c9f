from multiprocessing import Process, Value

ROUNDS = 20_000


def count(total):
    for _ in range(ROUNDS):
        total.value += 1


if __name__ == "__main__":
    total = Value("i", 0)
    workers = [Process(target=count, args=(total,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", total.value, "of", 3 * ROUNDS)
