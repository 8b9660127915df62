"""What the agent sees, and what the phone does for them: the session's journal and views in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from softphone.bootstrap import Core
from softphone.demo.story import AGENT, Story
from softphone.model.sip import NameAddr
from softphone.model.view import PromptKind, SessionView, SoundView
from ui.app.app import App

JOURNAL, WINDOW = "journal", "window"

Fields = Mapping[str, object]

_WORDS: dict[str, Callable[[Fields], str]] = {
    "IncomingCall": lambda entry: f"is called by {NameAddr.parse(str(entry['remote'])).uri}",
    "CallEstablished": lambda _: "is connected",
    "HoldConfirmed": lambda _: "the hold is confirmed by the other side",
    "HoldRefused": lambda entry: f"the hold is refused ({entry['code']})",
    "CallEnded": lambda entry: f"a call is over ({entry['code']} {entry['reason']})",
    "Choose": lambda entry: f"chooses {entry['choice']}",
    "EngineLost": lambda _: "the phone engine has died",
    "notice": lambda entry: f"is told: {entry['text']}",
}


class AgentStory:
    """Listens to the session and to the prompt for the timeline."""

    def __init__(self, story: Story, core: Core, app: App) -> None:
        self._story = story
        self._session = core.session
        self._prompt: PromptKind | None = None
        self._painted: set[str] = set()
        core.session.on_event(self._on_event)
        core.session.on_view(self._on_view)
        app.prompt.painted.connect(self._on_painted)

    def is_ready(self) -> bool:
        """Whether calls can come in, or it is known why they cannot.

        Read off the view, not off the events: on a cold start the engine may be ready before we listen.
        """
        view = self._session.view
        return bool(view.engine.problem or (view.engine.addresses and view.sound != SoundView()))

    def sees(self, kind: PromptKind) -> bool:
        """Whether a prompt of this kind is on the screen, painted."""
        prompt = self._session.view.prompt
        return prompt is not None and prompt.kind is kind and prompt.callers[0].id in self._painted

    def _on_event(self, entry: dict[str, object]) -> None:
        name = str(entry.get("action", entry["event"]))
        if name in _WORDS:
            at = entry.get("engine_at", entry["at"])
            self._story.tell(AGENT, _WORDS[name](entry), JOURNAL, at if isinstance(at, float) else None)
        self._story.ring()

    def _on_view(self, view: SessionView) -> None:
        kind = view.prompt.kind if view.prompt else None
        if kind is None and self._prompt is not None:
            self._story.tell(AGENT, "the prompt is gone", WINDOW)
        self._prompt = kind
        self._story.ring()

    def _on_painted(self, call: str, at: float) -> None:
        self._painted.add(call)
        if self._prompt is PromptKind.CALL_WAITING:
            self._story.tell(AGENT, "sees the call-waiting prompt", WINDOW, at)
        elif self._prompt is PromptKind.RINGING:
            self._story.tell(AGENT, "sees the prompt of an incoming call", WINDOW, at)
        self._story.ring()
