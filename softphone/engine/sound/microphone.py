"""What the calls get from the agent: the microphone, a file in its place, or silence while muted."""

from __future__ import annotations

import miniaudio

from softphone.engine.problems import CannotDoError
from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.engine.sound.frames import FRAME_BYTES, FRAME_SAMPLES, RATE, SILENCE


class MicrophoneSource:
    """Chooses what the microphone port gives out, so that no call has to be connected anew."""

    def __init__(self, buffer: ElasticBuffer) -> None:
        self._buffer = buffer
        self._file: LoopedFile | None = None
        self.muted = False

    def play(self, path: str) -> None:
        """Give out this file, in a loop, in place of the microphone; the microphone again for an empty path.

        Raises CannotDoError when the file cannot be read.
        """
        self._file = LoopedFile(path) if path else None

    def next_frame(self) -> bytes:
        """The next 20 ms. Muted or not, what is given out moves on, so unmuting starts with the present."""
        file = self._file
        microphone = self._buffer.read(FRAME_SAMPLES)
        samples = file.next_frame() if file is not None else microphone
        return SILENCE if self.muted else samples


class LoopedFile:
    """A sound file, 20 ms at a time, from the start again after its end. It is read into memory at once."""

    def __init__(self, path: str) -> None:
        try:
            decoded = miniaudio.decode_file(path, miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE)
        except (miniaudio.MiniaudioError, OSError) as error:
            raise CannotDoError(f"the sound file {path} cannot be read") from error
        self._samples: bytes = decoded.samples.tobytes()
        self._at = 0
        if len(self._samples) < FRAME_BYTES:
            raise CannotDoError(f"the sound file {path} is shorter than 20 ms")

    def next_frame(self) -> bytes:
        """The next 20 ms."""
        end = self._at + FRAME_BYTES
        samples = self._samples[self._at : end]
        self._at = end
        if len(samples) < FRAME_BYTES:
            self._at = FRAME_BYTES - len(samples)
            samples += self._samples[: self._at]
        return samples
