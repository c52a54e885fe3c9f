# Two daemons wait for each other for ever; the program ends all the same.
import threading

a, b = threading.Lock(), threading.Lock()
both = threading.Barrier(3)


def take(first, second):
    with first:
        both.wait()
        with second:
            print("never")


for order in ((a, b), (b, a)):
    threading.Thread(target=take, args=order, daemon=True).start()
both.wait()
print("left")
