import threading

forks = [threading.Lock() for _ in range(5)]
meals = [0] * 5


def dine(n):
    first, second = sorted((n, (n + 1) % 5))
    for _ in range(4):
        with forks[first]:
            with forks[second]:
                meals[n] += 1


threads = [threading.Thread(target=dine, args=(n,), name=f"philosopher {n}") for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(meals)
