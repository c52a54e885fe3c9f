# Attempts are counted, a withdrawal that is refused raises, and that is handled: nothing is half done.
# finds:
# not: half-changed
import threading
lock = threading.Lock()
balance = 100
attempts = 0
def deposit(n):
    global balance
    with lock:
        balance += n
def withdraw(n):
    global balance, attempts
    with lock:
        attempts += 1
        if n > balance:
            raise ValueError("not enough money")
        balance -= n
def customer(n):
    deposit(10)
    try:
        withdraw(n)
    except ValueError as e:
        print("refused:", e)
ts = [threading.Thread(target=customer, args=(n,)) for n in (20, 30, 500)]
for t in ts: t.start()
for t in ts: t.join()
print(balance, attempts)
