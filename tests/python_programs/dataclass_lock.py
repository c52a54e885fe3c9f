import threading
from dataclasses import dataclass, field


@dataclass
class Account:
    name: str
    balance: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def pay_in(self, amount):
        with self.lock:
            self.balance += amount


account = Account("Ada")
threads = [threading.Thread(target=account.pay_in, args=(n,)) for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(account)
