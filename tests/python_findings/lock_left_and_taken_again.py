# A task ended with an exception and the lock; the next one of its thread waits for ever. An rlock would only hide that.
# finds: self-deadlock unheard-exception
# timeout: 3
import threading
from concurrent.futures import ThreadPoolExecutor

lock = threading.Lock()
balance = {"ann": 100, "bob": 20}


def take(name, amount):
    lock.acquire()
    if balance[name] < amount:
        raise ValueError(f"{name} has only {balance[name]}")
    balance[name] -= amount
    lock.release()
    return balance[name]


with ThreadPoolExecutor(max_workers=1) as executor:
    tasks = [executor.submit(take, name, 50) for name in ("ann", "bob", "ann")]
    print(tasks[0].result())
