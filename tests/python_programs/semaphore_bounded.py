import threading

seats = threading.BoundedSemaphore(2)
with seats:
    print("seated")
try:
    seats.release()
except ValueError as error:
    print(error)
plain = threading.Semaphore()
plain.release(2)
print([plain.acquire(False) for _ in range(4)])
try:
    threading.Semaphore(-1)
except ValueError as error:
    print(error)
