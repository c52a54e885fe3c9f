# start: fork spawn
import multiprocessing as mp
import sys


def work(seats, meet, order):
    with seats:
        pass
    order.put(meet.wait())


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    seats, meet, order = mp.BoundedSemaphore(2), mp.Barrier(3), mp.Queue()
    children = [mp.Process(target=work, args=(seats, meet, order)) for _ in range(3)]
    for child in children:
        child.start()
    print(sorted(order.get() for _ in children))
    for child in children:
        child.join()
    plain = mp.Semaphore(1)
    print(plain.acquire(), plain.acquire(block=False), plain.acquire(timeout=0.01), plain.get_value())
    try:
        seats.release()
    except ValueError as error:
        print(error)
