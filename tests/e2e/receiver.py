"""A process that plays many devices and keeps up with a hundred thousand datagrams a second.

    python3 receiver.py COUNT FILE

Prints the ports on one line. Ends when standard input is closed and nothing more comes. Writes the first device's
datagrams to FILE, each after its length as 4 bytes, and prints for every device how many datagrams it received and
a digest over all of them, in their order.
"""

import hashlib
import selectors
import socket
import struct
import sys

from clients import big_receive_buffer


def main(count, path):
    selector = selectors.DefaultSelector()
    sockets, digests, counts = [], [hashlib.blake2b() for _ in range(count)], [0] * count
    for number in range(count):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        big_receive_buffer(one, 64 << 20)
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
        selector.register(one, selectors.EVENT_READ, number)
        sockets.append(one)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    print(*(one.getsockname()[1] for one in sockets), flush=True)
    told_to_end = False
    with open(path, "wb", buffering=1 << 20) as file:
        while True:
            ready = selector.select(0.5 if told_to_end else None)
            if not ready and told_to_end:
                break
            for key, _ in ready:
                number = key.data
                if number is None:
                    told_to_end = True
                    selector.unregister(sys.stdin)
                    continue
                receive, digest = key.fileobj.recv, digests[number]
                try:
                    for _ in range(512):
                        datagram = receive(65_536)
                        framed = struct.pack("<I", len(datagram)) + datagram
                        digest.update(framed)
                        counts[number] += 1
                        if number == 0:
                            file.write(framed)
                except BlockingIOError:
                    pass
    for number in range(count):
        print(counts[number], digests[number].hexdigest())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
