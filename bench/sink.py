"""A receiver that costs as little as one can: it reads a request and says 200. Prints its port.

python -m bench.sink
"""

from __future__ import annotations

import asyncio

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"
_LENGTH = b"content-length:"


class Sink(asyncio.Protocol):
    """One connection that is kept; requests come one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer, self._missing = transport, b"", 0

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._buffer += data
            head, found, body = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            length = head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]
            self._buffer, self._missing = b"", int(length or 0) - len(body)
        if self._missing == 0:
            self._transport.write(ANSWER)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
