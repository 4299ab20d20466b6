"""The certain end of an aiortc connection: no socket, no task, no knot of references stays behind.

The law: nothing here waits for ever (RELIABILITY trap 5), and nothing is left to the garbage collector. A closed
connection is a knot of some 350 objects that holds 200 kB of OpenSSL's memory until the oldest generation is collected
(trap 3); a collection stops every call while it runs, in a thread as well, so the knot is untied by hand instead.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiortc import RTCPeerConnection
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.rtcdtlstransport import RTCDtlsTransport

logger = logging.getLogger(__name__)

AIORTC_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError, ConnectionError,
    InternalError, InvalidAccessError, InvalidStateError, OperationError,
)  # fmt: skip
"""What aiortc raises when it is given what it cannot use, or is closed in the middle (RELIABILITY traps 5 and 6)."""
_CLOSE_SECONDS = 2.0
_CONNECT = "_RTCPeerConnection__connect"


class Tether:
    """Holds on to a connection, and to what the connection itself lets go of.

    aiortc connects in a task that it forgets. Closed meanwhile, that task goes on by itself and starts a sender, a
    receiver and a thread that nobody stops any more. So the task is made ours, by the method's name on the instance,
    and ended before the connection is.
    """

    def __init__(self, connection: RTCPeerConnection) -> None:
        self._connection = connection
        self._connecting: set[asyncio.Task[None]] = set()
        connect: Callable[[], Awaitable[None]] = getattr(connection, _CONNECT)
        vars(connection)[_CONNECT] = lambda: self._connect(connect)

    async def close(self) -> None:
        """Close the connection, whatever state it is in. Harmless when it is closed already."""
        await self._stop_connecting()
        transports = self._transports()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._connection.close()
        except (TimeoutError, *AIORTC_ERRORS) as error:
            logger.warning("a connection did not close in order", extra={"error": type(error).__name__})
        finally:
            for transport in transports:
                await _close_transport(transport)
            vars(self._connection).pop(_CONNECT, None)

    async def _connect(self, connect: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connecting.add(task)
        try:
            await connect()
        except AIORTC_ERRORS as error:
            logger.info("a connection failed", extra={"error": type(error).__name__})
        finally:
            self._connecting.discard(task)

    async def _stop_connecting(self) -> None:
        tasks = tuple(self._connecting)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _transports(self) -> set[RTCDtlsTransport]:
        known = [transceiver.receiver.transport for transceiver in self._connection.getTransceivers()]
        if self._connection.sctp is not None:
            known.append(self._connection.sctp.transport)
        # An offer that was refused half-way may have left a transceiver without one.
        return {transport for transport in known if transport}


async def _close_transport(transport: RTCDtlsTransport) -> None:
    """Its sockets, should `close` have given up before them; then whatever holds on to it."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await transport.stop()
            await transport.transport.stop()
            await transport.transport._connection.close()
    except TimeoutError:
        logger.warning("a transport did not close in time")
    _untie(transport)


def _untie(transport: RTCDtlsTransport) -> None:
    for name in ("_ssl", "_rx_srtp", "_tx_srtp"):
        vars(transport)[name] = None
    transport.remove_all_listeners()
    connection = transport.transport._connection
    connection._check_list.clear()
    connection._early_checks.clear()
    connection._remote_candidates.clear()
    vars(connection).pop("get_component_candidates", None)
