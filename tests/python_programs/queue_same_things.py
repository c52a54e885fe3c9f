import queue

stack, heap = queue.LifoQueue(), queue.PriorityQueue()
for n in (1, 2, 1, 3, 1):
    stack.put(n)
    heap.put(n)
print([stack.get() for _ in range(3)], [heap.get() for _ in range(3)])
stack.put(2)
heap.put(1)
print([stack.get() for _ in range(3)], [heap.get() for _ in range(3)])
stack.put(2)
stack.queue.clear()
print(stack.empty())
