# What several threads use first at once is one thing all the same.
import threading

gates = [threading.Semaphore(8) for _ in range(40)]
start = threading.Barrier(8)


def work():
    for gate in gates:
        start.wait()
        with gate:
            pass


threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
