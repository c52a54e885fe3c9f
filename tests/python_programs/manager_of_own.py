# start: fork spawn forkserver
import multiprocessing as mp
import sys
from multiprocessing.managers import BaseManager, NamespaceProxy


class Till:
    def __init__(self, money):
        self.money = money

    def pay(self, amount):
        if amount > self.money:
            raise ValueError("too little")
        self.money -= amount
        return self.money


class Own(BaseManager):
    pass


Own.register("Till", Till)
Own.register("Open", Till, NamespaceProxy)


def customer(till):
    till.pay(3)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with Own() as manager:
        till = manager.Till(10)
        children = [mp.Process(target=customer, args=(till,)) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        print(till.pay(1), manager.Open(5).money)
        try:
            till.pay(100)
        except ValueError as error:
            print(error)
