import threading


class Register:
    lock = threading.RLock()
    entries = {}

    @classmethod
    def add(cls, key, value):
        with cls.lock:
            cls.entries[key] = value

    def size(self):
        with self.lock:
            return len(self.entries)


threads = [threading.Thread(target=Register.add, args=(n, n * n)) for n in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(Register.entries.items()), Register().size())
