"""What the engine does for each command of the app once it runs. Everything is checked before PJSIP sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import log
from softphone.engine.problems import CannotDoError, StartError, words
from softphone.engine.sip import validation as check
from softphone.engine.sip.account import Accounts
from softphone.engine.sip.bridges import Bridges
from softphone.engine.sip.call import EngineCall
from softphone.engine.sip.call_table import CallTable
from softphone.engine.sip.reinvites import Reinvite
from softphone.engine.sound_port import SoundPort
from softphone.engine.timer_queue import TimerQueue
from softphone.model import ua_commands as do
from softphone.model.ua_events import CallEnded, CommandRefused, Pong, UaEvent


class Commands:
    """Carries out commands, one at a time, on the engine's thread."""

    def __init__(
        self,
        accounts: Accounts,
        calls: CallTable,
        bridges: Bridges,
        sound: SoundPort,
        timers: TimerQueue,
        emit: Callable[[UaEvent], None],
    ) -> None:
        self._accounts = accounts
        self._calls = calls
        self._bridges = bridges
        self._sound = sound
        self._timers = timers
        self._emit = emit
        self._handlers: dict[type, Callable[[Any], None]] = {
            do.SetAccount: self._set_account,
            do.Register: lambda _: accounts.register(),
            do.Dial: self._dial,
            do.Respond: self._respond,
            do.HangUp: self._hang_up,
            do.Hold: lambda c: self._talking(c.call).ask_reinvite(Reinvite.HOLD),
            do.Resume: lambda c: self._talking(c.call).ask_reinvite(Reinvite.RESUME),
            do.Refer: self._refer,
            do.Bridge: self._bridge,
            do.OutliveApp: self._outlive_app,
            do.CutSound: lambda c: calls.get(c.call).cut_sound(c.cut),
            do.Mute: lambda c: sound.mute(c.muted),
            do.SendDtmf: self._send_dtmf,
            do.PlayTone: self._play_tone,
            do.StopTone: lambda c: sound.stop(c.kind),
            do.SelectSound: self._select_sound,
            do.SetSpeechVolume: self._set_speech_volume,
            do.RecordHeadset: self._record_headset,
            do.PlayAsMicrophone: self._play_as_microphone,
            do.Ping: lambda _: emit(Pong()),
        }

    def carry_out(self, command: do.UaCommand) -> None:
        """Do it, or say why not; never raises."""
        try:
            handler = self._handlers.get(type(command))
            if handler is None:
                raise CannotDoError("the engine is already running")
            handler(command)
        except (CannotDoError, StartError, OSError, ValueError) as error:
            self._refuse(command, str(error))
        except pj.Error as error:
            self._refuse(command, words(error))
        except Exception:  # noqa: BLE001 - one bad command must not end the calls; it is logged
            log.exception("in command %s", type(command).__name__)
            self._refuse(command, "an error inside the engine; its log says more")

    def _refuse(self, command: do.UaCommand, why: str) -> None:
        call = str(getattr(command, "call", ""))
        self._emit(CommandRefused(type(command), call, why))
        if isinstance(command, do.Dial) and self._calls.find(call) is None:
            self._emit(CallEnded(call, 0, why, False, time.monotonic()))  # so that nobody waits for this call

    def _set_account(self, command: do.SetAccount) -> None:
        self._accounts.use(command.account)

    def _dial(self, command: do.Dial) -> None:
        check.check_headers(command.headers)
        account, target = self._accounts.for_target(check.check_uri(command.target))
        call = self._calls.outgoing(account, command.call)
        try:
            call.dial(target, command.headers)
        except pj.Error as error:
            self._emit(CommandRefused(do.Dial, command.call, words(error)))
            call.abandon()

    def _respond(self, command: do.Respond) -> None:
        check.check_code(command.code)
        check.check_reason(command.reason)
        check.check_headers(command.headers)
        call = self._unanswered(command.call)
        if command.code < 300:
            call.respond(command.code, command.reason, command.headers)
        else:
            self._refuse_call(call, command)

    def _refuse_call(self, call: EngineCall, answer: do.Respond) -> None:
        """Give the final refusal, but not before the call has kept its slot long enough."""
        call.refusing = True
        wait = call.created_at + self._calls.library.slot_seconds - time.monotonic()
        name = call.name
        if wait > 0:
            self._timers.after(wait, lambda: self._refuse_now(name, answer))
        else:
            self._refuse_now(name, answer)

    def _refuse_now(self, name: str, answer: do.Respond) -> None:
        call = self._calls.find(name)
        if call is None:
            return  # the caller gave up meanwhile
        try:
            call.respond(answer.code, answer.reason, answer.headers)
        except pj.Error as error:
            call.refusing = False
            self._emit(CommandRefused(do.Respond, name, words(error)))

    def _hang_up(self, command: do.HangUp) -> None:
        call = self._calls.get(command.call)
        if call.incoming and not call.established and not call.sound.talking:
            if not call.refusing:
                self._refuse_call(call, do.Respond(command.call, 480))
        else:
            call.hang_up()

    def _refer(self, command: do.Refer) -> None:
        target = check.check_uri(command.target)
        if target.scheme == "tel":
            raise CannotDoError("a caller can be sent to a SIP address only")
        self._talking(command.call).refer(str(target))

    def _bridge(self, command: do.Bridge) -> None:
        self._bridges.join(self._talking(command.call), self._talking(command.other))

    def _outlive_app(self, command: do.OutliveApp) -> None:
        self._calls.get(command.call).outlives_app = command.keep

    def _send_dtmf(self, command: do.SendDtmf) -> None:
        check.check_digits(command.digits)
        self._talking(command.call).dialDtmf(command.digits)

    def _play_tone(self, command: do.PlayTone) -> None:
        check.check_gain(command.tone.volume, 1.0)
        self._sound.play(command.tone)

    def _select_sound(self, command: do.SelectSound) -> None:
        check.check_sound(command.sound)
        self._sound.select(command.sound)

    def _set_speech_volume(self, command: do.SetSpeechVolume) -> None:
        check.check_gain(command.volume, 2.0)
        self._sound.speech_volume(command.volume)

    def _record_headset(self, command: do.RecordHeadset) -> None:
        check.check_path(command.path)
        self._sound.record(command.path)

    def _play_as_microphone(self, command: do.PlayAsMicrophone) -> None:
        check.check_path(command.path)
        if command.path and not Path(command.path).is_file():
            raise CannotDoError(f"there is no file {command.path}")
        self._sound.play_as_microphone(command.path)

    def _talking(self, name: str) -> EngineCall:
        call = self._calls.get(name)
        if not call.established:
            raise CannotDoError("this call is not established yet")
        return call

    def _unanswered(self, name: str) -> EngineCall:
        call = self._calls.get(name)
        if not call.incoming or call.established or call.refusing or call.sound.talking:
            raise CannotDoError("this call has already been answered")
        return call
