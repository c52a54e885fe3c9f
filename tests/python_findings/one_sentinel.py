# finds: missing-sentinel
import queue
import threading


def consume():
    while (item := tasks.get()) is not None:
        done.append(item)


tasks, done = queue.Queue(), []
consumers = [threading.Thread(target=consume, name=f"consumer-{n}", daemon=True) for n in range(3)]
for consumer in consumers:
    consumer.start()
for n in range(5):
    tasks.put(n)
tasks.put(None)
for consumer in consumers:
    consumer.join(timeout=0.2)
