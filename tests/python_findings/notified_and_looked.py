# finds:
# The second wait times out because there is no more, not because it came too late.
import threading

items, condition = [], threading.Condition()


def make():
    with condition:
        items.append(1)
        condition.notify()


early = threading.Thread(target=make)
early.start()
early.join()
with condition:
    while condition.wait_for(lambda: items, timeout=0.2):
        items.pop()
