from threading import Lock, Thread
from time import sleep

left = Lock()
right = Lock()


def eat(name, first, second):
    with first:
        print(f"{name} has one fork")
        sleep(0.1)
        with second:
            print(f"{name} eats")


ada = Thread(target=eat, args=("Ada", left, right), name="Ada")
bob = Thread(target=eat, args=("Bob", right, left), name="Bob")
ada.start()
bob.start()
ada.join()
bob.join()
print("both have eaten")
