import queue
import threading

tasks = queue.Queue()
done = []


def work():
    while True:
        done.append(tasks.get() + 1)
        tasks.task_done()


threading.Thread(target=work, daemon=True).start()
for n in range(5):
    tasks.put(n)
tasks.join()
print(done)
try:
    tasks.task_done()
except ValueError as error:
    print(error)
