"""One way in, one picture out: whatever happens is done to its end, then the view is drawn, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from softphone.model.view import SessionView


class Dispatcher:
    """Everything that happens to a session happens inside ``happening``; watchers hear of it when it is over."""

    def __init__(self, draw: Callable[[], SessionView]) -> None:
        self._draw = draw
        self._depth = 0
        self._view: SessionView | None = None
        self._listeners: list[Callable[[SessionView], None]] = []

    @property
    def view(self) -> SessionView:
        """The picture as last published; before anything has happened, the present one."""
        return self._view or self._draw()

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        """Call *listener* with each new picture."""
        self._listeners.append(listener)

    @contextmanager
    def happening(self) -> Iterator[None]:
        """What happens inside is one event, however many parts have to do with it."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._publish()

    def told(self, _news: object = None) -> None:
        """Something a part draws from has changed."""
        with self.happening():
            pass

    def _publish(self) -> None:
        view = self._draw()
        if view != self._view:
            self._view = view
            for listener in tuple(self._listeners):
                listener(view)
