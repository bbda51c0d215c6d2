"""One family of errors; each message says what was found, what was expected and what to do."""


class EquityError(Exception):
    """Anything this project refuses; the message is fit for the person who asked."""


class TableError(EquityError):
    """A frame breaks the contract of its table."""


class UpstreamChanged(EquityError):
    """A file or an answer of a publisher is not what its loader knows how to read."""


class FetchError(EquityError):
    """A publisher could not be reached or refused to answer."""


class SnapshotError(EquityError):
    """There is no usable snapshot, or another process is writing one."""


class NotFound(EquityError):
    """The thing that was asked for is not in the snapshot."""


class BadQuery(EquityError):
    """The caller's question cannot be answered as it stands."""


class Busy(EquityError):
    """The service is at work on other questions of this kind."""
